"""Who words an answer: the provider that is chosen for this asker, and the built-in one that always can."""

from accounts.models import User
from assistant.choosing import Instead, provider_for
from assistant.providers.protocol import Provider
from patients.models import Patient


def chosen(by: User, patient: Patient | None) -> Provider:
    """The configured one where it is allowed for this asker and patient, else the built-in, which says why."""
    return provider_for(by, patient=patient)


def built_in() -> Provider:
    return Instead()
