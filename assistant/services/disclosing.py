"""What leaves the house: allowed at each send, written down before it, settled after it."""

import hashlib
from datetime import date, timedelta

from django.conf import settings
from django.db import IntegrityError, models
from django.utils.translation import gettext as _

import audit.services
from accounts import places
from accounts.acting import note, service
from accounts.models import User
from assistant.models import Disclosure, TokenUse
from hospital import clock
from hospital.db import atomic
from hospital.errors import LostRace, Refusal, TooMany
from patients.models import Consent, Patient

BYTES_OF_A_TOKEN = 3  # on average four in English; a budget is better reserved too high
TESTS_PER_MINUTE = 6
BATCH = 200
FORGOTTEN = "assistant.forgotten"


def today() -> date:
    return clock.today(places.first_site().time_zone)


def used_today(by: User) -> int:
    row = TokenUse.rows(by.pk, today()).first()
    return row.used if row else 0


def refuse_unless_allowed(patient: Patient | None) -> None:
    """Raise Refusal `assistant_off` or `no_consent`. Asked at each send: either may change in the middle."""
    if not settings.ASSISTANT_OUTSIDE:
        raise Refusal(_("This house does not allow assistants outside."), code="assistant_off")
    kind = Consent.Kind.EXTERNAL_ASSISTANT
    if patient is not None and not Consent.objects.allows(patient.pk, kind):
        raise Refusal(_("The patient has not agreed to an assistant outside this house."), code="no_consent")


@service("assistant.send_outside")
def send_outside(
    *,
    provider: str,
    model: str,
    purpose: str,
    payload: bytes,
    most_tokens: int,
    patient: Patient | None,
    by: User,
) -> Disclosure:
    """Write down exactly these bytes, just before they are sent, and reserve their tokens of the day's budget."""
    refuse_unless_allowed(patient)
    if purpose == Disclosure.Purpose.TEST:
        _refuse_too_many_tests(by)
    tokens = len(payload) // BYTES_OF_A_TOKEN + most_tokens
    _reserve(by, tokens)
    disclosure: Disclosure = Disclosure(
        provider=provider,
        model=model,
        purpose=purpose,
        user=by,
        patient=patient,
        sha256=hashlib.sha256(payload).hexdigest(),
        size=len(payload),
        payload=payload.decode(),
        reserved=tokens,
    ).add()
    note(provider=provider, purpose=purpose, sha256=disclosure.sha256, size=disclosure.size)
    return disclosure


def _refuse_too_many_tests(by: User) -> None:
    since = clock.now() - timedelta(minutes=1)
    tests = Disclosure.objects.filter(user_id=by.pk, purpose=Disclosure.Purpose.TEST, at__gt=since)
    if tests[:TESTS_PER_MINUTE].count() >= TESTS_PER_MINUTE:
        raise TooMany(
            _("That was tested often in the last minute. Wait a little and try again."), retry_after=60
        )


def _reserve(by: User, tokens: int) -> None:
    """The conditional UPDATE decides who gets the last of a budget."""
    limit = settings.ASSISTANT_TOKENS_PER_DAY
    row = TokenUse.rows(by.pk, today())
    if row.filter(used__lte=limit - tokens).update(used=models.F("used") + tokens):
        return
    if tokens > limit or row.exists():
        raise Refusal(_("Your budget for the assistant outside is used up for today."), code="budget")
    try:
        TokenUse(key=TokenUse.key_of(by.pk, today()), used=tokens).save(force_insert=True)
    except IntegrityError as taken:
        raise LostRace from taken


@service("assistant.settle_outside")
def settle_outside(
    disclosure: Disclosure,
    *,
    outcome: str,
    failure: str = "",
    tokens_in: int = 0,
    tokens_out: int = 0,
    by: User,
) -> Disclosure:
    """Say once what became of it. Of the tokens reserved those stay that were used; all of them where nobody said."""
    seen = Disclosure.objects.filter(pk=disclosure.pk, outcome=Disclosure.Outcome.SENDING)
    changes = {
        "outcome": outcome,
        "failure": failure,
        "ended_at": clock.now(),
        "tokens_in": tokens_in,
        "tokens_out": tokens_out,
    }
    note(outcome=outcome, tokens_in=tokens_in, tokens_out=tokens_out)
    if not seen.update(**changes, updated_at=clock.now(), version=disclosure.version + 1):
        return disclosure
    unknown = outcome != Disclosure.Outcome.FAILED and not tokens_in + tokens_out
    over = 0 if unknown else disclosure.reserved - tokens_in - tokens_out
    day = disclosure.at.astimezone(places.first_site().zone).date()
    if over > 0:
        TokenUse.rows(disclosure.user_id, day).filter(used__gte=over).update(used=models.F("used") - over)
    elif over < 0:
        TokenUse.rows(disclosure.user_id, day).update(used=models.F("used") - over)
    for name, value in changes.items():
        setattr(disclosure, name, value)
    return disclosure


def forget_what_was_sent() -> int:
    """The text of old disclosures goes; who sent how much to whom, when, about whom, and its SHA-256 stay."""
    before = clock.now() - timedelta(days=settings.ASSISTANT_KEEP_SENT_DAYS)
    number = 0
    while ids := list(
        Disclosure.objects.filter(forgotten_at=None, at__lt=before).values_list("pk", flat=True)[:BATCH]
    ):
        with atomic():
            rows = Disclosure.objects.filter(pk__in=ids, forgotten_at=None)
            number += rows.update(payload="", forgotten_at=clock.now())
            audit.services.record(FORGOTTEN, actor_id=None, details={"count": len(ids)})
    return number
