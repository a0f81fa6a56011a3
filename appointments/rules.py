"""The rules of booking on one page: what each says, what it applies to, and whether it can be passed over.

Whoever holds OVERRIDE may pass over a rule that says so, with a reason. A rule that has no test here is
asked where the claims are read: `appointments.services.placing`.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Site
from accounts.roles import Role, allows
from appointments.models import Appointment, BookingPolicy, VisitType
from doctors.models import Doctor

OVERRIDE = "appointments.override_booking_rules"

# ── Limits ──────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Limits:
    """What holds for a doctor. Without a daily cap a day has no number of visits."""

    minimum_notice_minutes: int
    horizon_days: int
    daily_cap: int | None
    cancellation_cutoff_minutes: int
    buffer_minutes: int


DEFAULTS = Limits(
    minimum_notice_minutes=0,
    horizon_days=365,
    daily_cap=None,
    cancellation_cutoff_minutes=0,
    buffer_minutes=0,
)
NAMES = tuple(field.name for field in fields(Limits))


def limits_of(doctor: Doctor) -> Limits:
    """The doctor's own limits over those of the site over DEFAULTS: one query."""
    return limits_of_all([doctor])[doctor.pk]


def limits_of_all(doctors: Iterable[Doctor]) -> dict[UUID, Limits]:
    """The same for many doctors, in one query too."""
    doctors = list(doctors)
    policies = policies_of(doctors)
    return {
        doctor.pk: Limits(**{name: value_of(name, doctor, policies)[0] for name in NAMES})
        for doctor in doctors
    }


def policies_of(doctors: Iterable[Doctor], sites: Iterable[Site] = ()) -> dict[str, BookingPolicy]:
    """The policies of these doctors, of their sites and of other sites, by scope."""
    doctors = list(doctors)
    scopes = {BookingPolicy.scope_of(doctor_id=doctor.pk) for doctor in doctors}
    scopes |= {BookingPolicy.scope_of(site_id=one.pk) for one in (*sites, *(two.site for two in doctors))}
    found = BookingPolicy.objects.filter(scope__in=sorted(scopes)) if scopes else []
    return {policy.scope: policy for policy in found}


def value_of(name: str, doctor: Doctor, policies: Mapping[str, BookingPolicy]) -> tuple[Any, str]:
    """What holds for this doctor, and which storey says so: `doctor`, `site` or `default`."""
    scopes = (
        ("doctor", BookingPolicy.scope_of(doctor_id=doctor.pk)),
        ("site", BookingPolicy.scope_of(site_id=doctor.site.pk)),
    )
    for storey, scope in scopes:
        value = getattr(policies.get(scope), name, None)
        if value is not None:
            return value, storey
    return getattr(DEFAULTS, name), "default"


def buffer_of(limits: Limits, visit_type: VisitType | None) -> int:
    """Minutes kept free after a visit: the larger of what the policy and the kind of visit say."""
    return max(limits.buffer_minutes, visit_type.buffer_minutes if visit_type else 0)


def first_start(limits: Limits, now: datetime) -> datetime:
    """The earliest moment at which a visit may begin."""
    return now + timedelta(minutes=limits.minimum_notice_minutes)


def last_day(limits: Limits, now: datetime, zone: ZoneInfo) -> date:
    """The last day on the clinic's clock on which a visit may be."""
    return now.astimezone(zone).date() + timedelta(days=limits.horizon_days)


# ── Rules ───────────────────────────────────────────────────────────────────

Test = Callable[[Appointment, Limits, datetime], bool]
BOOK, MOVE, CANCEL, ADMIT = "book", "move", "cancel", "admit"
PLACING = frozenset({BOOK, MOVE})  # asked of the visit that is wanted
TAKING = PLACING | {ADMIT}  # the same, and of somebody who stands at the desk
GIVING_UP = frozenset({MOVE, CANCEL})  # asked of the visit as it stands
ACTS = {BOOK: _("Booking"), MOVE: _("Moving"), CANCEL: _("Cancelling"), ADMIT: _("Admitting at the desk")}
NEVER, WITH_A_REASON = False, True


@dataclass(frozen=True)
class Rule:
    """What is refused with `code`. `stands_against` says whether it is, of a visit."""

    code: str
    title: str | Promise
    acts: frozenset[str]
    may_be_overridden: bool
    field: str | None
    message: str | Promise
    stands_against: Test | None = None


def _patient_deceased(visit: Appointment, _limits: Limits, _now: datetime) -> bool:
    return visit.patient.is_deceased


def _patient_inactive(visit: Appointment, _limits: Limits, _now: datetime) -> bool:
    return not visit.patient.is_active


def _doctor_inactive(visit: Appointment, _limits: Limits, _now: datetime) -> bool:
    return not visit.doctor.is_active


def _too_soon(visit: Appointment, limits: Limits, now: datetime) -> bool:
    return visit.starts_at < first_start(limits, now)


def _too_far(visit: Appointment, limits: Limits, now: datetime) -> bool:
    return visit.starts_at.astimezone(visit.zone).date() > last_day(limits, now, visit.zone)


def _cutoff_passed(visit: Appointment, limits: Limits, now: datetime) -> bool:
    """Of the visit as it stands. Without a cut-off a visit can be cancelled even after it should have begun."""
    cutoff = limits.cancellation_cutoff_minutes
    return bool(cutoff) and now > visit.starts_at - timedelta(minutes=cutoff)


RULES: dict[str, Rule] = {
    rule.code: rule
    for rule in (
        Rule(
            "patient_deceased",
            _("Patient alive"),
            TAKING,
            NEVER,
            "patient",
            _("This patient has died."),
            _patient_deceased,
        ),
        Rule(
            "patient_inactive",
            _("Open record"),
            TAKING,
            NEVER,
            "patient",
            _("This patient's record is closed. Reopen it before you book."),
            _patient_inactive,
        ),
        Rule(
            "doctor_inactive",
            _("Doctor sees patients"),
            TAKING,
            NEVER,
            "doctor",
            _("This doctor no longer sees patients here."),
            _doctor_inactive,
        ),
        Rule(
            "cutoff_passed",
            _("Cancellation cut-off"),
            GIVING_UP,
            WITH_A_REASON,
            None,
            _("It is too late: up to %(cutoff)s before the visit it can be moved or cancelled."),
            _cutoff_passed,
        ),
        Rule(
            "too_soon",
            _("Minimum notice"),
            PLACING,
            WITH_A_REASON,
            "starts_at",
            _("That is too soon: visits are booked at least %(notice)s ahead."),
            _too_soon,
        ),
        Rule(
            "too_far",
            _("Horizon"),
            PLACING,
            WITH_A_REASON,
            "starts_at",
            _("That is too far ahead: visits are booked at most %(horizon)s ahead."),
            _too_far,
        ),
        Rule(
            "outside_schedule",
            _("Consultation hours"),
            PLACING,
            WITH_A_REASON,
            "starts_at",
            _("The doctor has no consultation hours then."),
        ),
        Rule(
            "patient_busy",
            _("One place at a time"),
            PLACING,
            NEVER,
            "starts_at",
            _("The patient has another visit at this time."),
        ),
        Rule(
            "slot_taken",
            _("As many at once as the hours allow"),
            PLACING,
            WITH_A_REASON,
            "starts_at",
            _("This time has just been taken. Nothing was booked, and what you typed is still here."),
        ),
        Rule(
            "room_taken",
            _("Places of the room"),
            PLACING,
            NEVER,
            "starts_at",
            _("The room is taken at this time."),
        ),
        Rule(
            "day_full",
            _("Visits a day"),
            PLACING,
            WITH_A_REASON,
            "starts_at",
            _("This day is full: the doctor sees at most %(cap)s patients a day."),
        ),
        Rule(
            "lanes_full",
            _("Visits squeezed in"),
            PLACING,
            NEVER,
            "starts_at",
            _("So many visits have been squeezed in here that one more is impossible."),
        ),
    )
}


def objecting(
    act: str, visit: Appointment, limits: Limits, now: datetime, *, gives_up: bool = False
) -> Iterator[Rule]:
    """The rules with a test that stand against this act: of the visit that is wanted, or of the one given up."""
    for rule in RULES.values():
        asked = act in rule.acts and (rule.acts == GIVING_UP) == gives_up
        if asked and rule.stands_against and rule.stands_against(visit, limits, now):
            yield rule


def sentence(rule: Rule, limits: Limits) -> str:
    """The rule's message with the limits in it."""
    return str(rule.message) % {
        "notice": limit_in_words("minimum_notice_minutes", limits.minimum_notice_minutes),
        "horizon": limit_in_words("horizon_days", limits.horizon_days),
        "cutoff": limit_in_words("cancellation_cutoff_minutes", limits.cancellation_cutoff_minutes),
        "cap": limits.daily_cap,
    }


def limit_in_words(name: str, value: int | None) -> str:
    """2 hours, 365 days, none, no limit: one of the Limits as people say it."""
    if not value:
        return gettext("no limit") if value is None else gettext("none")
    if name == "daily_cap":
        return str(value)
    return in_words(value * 1440 if name == "horizon_days" else value)


def in_words(minutes: int) -> str:
    """45 minutes, 2 hours, 3 days: the largest unit that leaves no rest."""
    if minutes and minutes % 1440 == 0:
        return ngettext("%(n)d day", "%(n)d days", minutes // 1440) % {"n": minutes // 1440}
    if minutes and minutes % 60 == 0:
        return ngettext("%(n)d hour", "%(n)d hours", minutes // 60) % {"n": minutes // 60}
    return ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}


def may_be_overridden(code: str) -> bool:
    """Whether there is a rule of this code that may be passed over with a reason."""
    return code in RULES and RULES[code].may_be_overridden


def who_may_override() -> list[str]:
    """The roles that may pass over rules, in words."""
    return [str(role.label) for role in Role if allows(role, OVERRIDE)]
