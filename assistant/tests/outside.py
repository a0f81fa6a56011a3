"""A provider outside that listens on this machine, and what the tests set for it."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

from accounts.models import User
from assistant.choosing import configured
from assistant.providers import breaker
from assistant.tests.wire import OpenAiWire
from patients.models import Consent, Patient
from patients.services import record_consent


@contextmanager
def a_provider_outside(settings: Any, *, seconds: float = 5.0) -> Iterator[OpenAiWire]:
    """OpenAI's protocol, allowed by the switch."""
    breaker.forget()
    with OpenAiWire() as server:
        settings.ASSISTANT_PROVIDER = "openai"
        settings.ASSISTANT_MODEL = "wire-1"
        settings.ASSISTANT_OUTSIDE = True
        settings.ASSISTANT_TIMEOUT = seconds
        settings.OPENAI_BASE_URL = server.base_url
        outside = configured()
        assert outside is not None
        with closing(outside):
            yield server
    breaker.forget()


def agree(patient: Patient, *, by: User, is_given: bool = True) -> None:
    record_consent(patient, kind=Consent.Kind.EXTERNAL_ASSISTANT, is_given=is_given, by=by)
