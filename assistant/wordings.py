"""Who would word an answer now, as a page says it before anything is asked; and a report in somebody's words."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from accounts.models import User
from assistant import streaming
from assistant.answering.wording import chosen
from assistant.summarising import Summary, Worded, worded
from patients.models import Patient


@dataclass(frozen=True, slots=True)
class Wording:
    """`because` says why it is not the one that is set up."""

    name: str
    is_outside: bool = False
    because: str = ""


def who_words(by: User, patient: Patient | None) -> Wording:
    provider = chosen(by, patient)
    return Wording(provider.name, provider.is_outside, getattr(provider, "because", ""))


def in_words(found: Summary, patient: Patient, *, by: User) -> Worded:
    """A report in the words of the provider outside, if there is one and the patient agreed. Waits for it."""
    said = streaming.waited_for(lambda: worded(found, patient, by=by))
    return said or Worded(because=_("Too many answers are being written at once."))
