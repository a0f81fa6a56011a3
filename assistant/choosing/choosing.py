"""Which provider is asked: the configured one where everything allows it, else the built-in one, and why."""

import time
from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings
from django.utils.translation import gettext as _

from accounts import places
from accounts.models import User
from assistant.choosing.guarded import Guarded
from assistant.models import Disclosure
from assistant.providers.breaker import breaker_of
from assistant.providers.builtin import BuiltIn
from assistant.providers.gemini import MODEL as GEMINI_MODEL
from assistant.providers.gemini import Gemini
from assistant.providers.openai import MODEL as OPENAI_MODEL
from assistant.providers.openai import OpenAi
from assistant.providers.outside import Outside
from assistant.providers.protocol import Failed, Message, Provider, ProviderFailure, Role
from assistant.services import refuse_unless_allowed, used_today
from hospital.errors import Refusal, TooMany
from patients.models import Patient

HARMLESS = "This is a test of the connection. Answer with the one word: ready"
FEW_TOKENS = 200


class Instead(BuiltIn):
    """The built-in provider in place of another; `because` is a sentence for the asker, or "" if it was wanted."""

    def __init__(self, because: str = "") -> None:
        super().__init__(zone=places.first_site().time_zone)
        self.because = because


def configured() -> Outside | None:
    """The provider outside that the settings name; the same object as long as they stay."""
    if settings.ASSISTANT_PROVIDER == "openai":
        model = settings.ASSISTANT_MODEL or OPENAI_MODEL
        return _kept(
            OpenAi, settings.OPENAI_API_KEY, settings.OPENAI_BASE_URL, model, settings.ASSISTANT_TIMEOUT
        )
    if settings.ASSISTANT_PROVIDER == "gemini":
        model = settings.ASSISTANT_MODEL or GEMINI_MODEL
        return _kept(
            Gemini, settings.GEMINI_API_KEY, settings.GEMINI_BASE_URL, model, settings.ASSISTANT_TIMEOUT
        )
    return None


@lru_cache(maxsize=4)
def _kept(kind: type[Outside], key: str, base_url: str, model: str, seconds: float) -> Outside:
    return kind(key, base_url, model, seconds)


def provider_for(by: User, *, patient: Patient | None = None) -> Provider:
    """Whom to ask now. One outside may still fail when it is asked: with ProviderFailure, whose `detail` says why."""
    outside = configured()
    if outside is None:
        return Instead()
    because = _why_not(outside, by, patient)
    return Instead(because) if because else Guarded(outside, by, patient)


def _why_not(outside: Outside, by: User, patient: Patient | None) -> str:
    """A sentence, or "" if nothing stands in the way."""
    try:
        refuse_unless_allowed(patient)
    except Refusal as refusal:
        return refusal.message
    if breaker_of(outside.name).state == "open":
        return _("%(name)s does not answer at the moment.") % {"name": outside.name}
    if used_today(by) >= settings.ASSISTANT_TOKENS_PER_DAY:
        return _("Your budget for the assistant outside is used up for today.")
    return ""


@dataclass(frozen=True)
class Standing:
    """How things stand, for administrators."""

    name: str
    model: str
    is_outside: bool
    is_allowed: bool  # by the hospital's switch
    host: str
    seconds: float
    budget: int
    used: int
    breaker: str  # closed, open, half open; "" for the built-in
    last_failure: str


def standing(by: User) -> Standing:
    outside = configured()
    breaker = breaker_of(outside.name) if outside else None
    shown: Provider = outside or Instead()
    return Standing(
        name=shown.name,
        model=shown.model,
        is_outside=outside is not None,
        is_allowed=settings.ASSISTANT_OUTSIDE,
        host=outside.base_url if outside else "",
        seconds=settings.ASSISTANT_TIMEOUT,
        budget=settings.ASSISTANT_TOKENS_PER_DAY,
        used=used_today(by),
        breaker=breaker.state if breaker else "",
        last_failure=breaker.last if breaker else "",
    )


@dataclass(frozen=True)
class Tested:
    """How a test of the connection went. `failed` is a sentence that says what to look at; "" if it went well."""

    milliseconds: int
    answer: str = ""
    failed: str = ""
    came_too_often: bool = False


def tested(by: User) -> Tested:
    """Send a fixed sentence that is about nobody."""
    outside = configured()
    if outside is None:
        return Tested(
            0, answer=_("The built-in provider is part of this house; there is no connection to test.")
        )
    outside.ready()
    begun = time.monotonic()
    try:
        asked = [Message(Role.USER, HARMLESS)]
        reply = Guarded(outside, by, purpose=Disclosure.Purpose.TEST).chat(asked, most_tokens=FEW_TOKENS)
    except ProviderFailure as failure:
        too_often = isinstance(failure.__cause__, TooMany)
        return Tested(_since(begun), failed=_advice(failure), came_too_often=too_often)
    return Tested(_since(begun), answer=reply.content or _("(an answer without words)"))


def _since(begun: float) -> int:
    return round((time.monotonic() - begun) * 1000)


def _advice(failure: ProviderFailure) -> str:
    """What somebody who can change the settings should look at."""
    advice = {
        Failed.TIMEOUT: _("No answer in time. Look at the address, the network, and ASSISTANT_TIMEOUT."),
        Failed.BUSY: _("It answers that it is busy or broken. Try again later."),
        Failed.REFUSED: _("It refuses. Look at the key, the name of the model, and the account."),
        Failed.GARBAGE: _("What answers there does not speak this protocol. Look at the address."),
        Failed.UNREACHABLE: _("Nothing answers there. Look at the address and the network."),
    }
    said = advice.get(failure.code, "")
    return " ".join(
        filter(None, (said, f"({failure.detail})" if said and failure.detail else failure.detail))
    )
