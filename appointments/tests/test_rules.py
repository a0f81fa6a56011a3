"""The rules of booking, one by one: at the boundary, for each act, and whether they can be passed over."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

import pytest
from django.core.exceptions import ValidationError

from accounts.models import Site, User
from accounts.roles import Role
from appointments.models import Appointment, BookingPolicy
from appointments.rules import DEFAULTS, RULES, Limits, in_words, limits_of, limits_of_all, who_may_override
from appointments.services import book_appointment, cancel_appointment, move_appointment
from appointments.tests.conftest import MONDAY_EIGHT, at, code_of
from appointments.tests.make import make_policy
from doctors.models import Doctor
from doctors.tests.make import make_block, make_doctor, make_room
from hospital.errors import Refusal
from hospital.tests.queries import counted
from patients.models import Patient
from patients.services import deactivate_patient
from patients.tests.make import make_patient

pytestmark = pytest.mark.usefixtures("eight_sharp")
TUESDAY = 1


# ── The table ───────────────────────────────────────────────────────────────

NEVER = {
    "patient_deceased",
    "patient_inactive",
    "doctor_inactive",
    "patient_busy",
    "room_taken",
    "lanes_full",
}
WITH_A_REASON = {"too_soon", "too_far", "day_full", "cutoff_passed", "outside_schedule", "slot_taken"}


def test_which_rules_can_be_passed_over_and_which_never() -> None:
    assert {code for code, rule in RULES.items() if not rule.may_be_overridden} == NEVER
    assert {code for code, rule in RULES.items() if rule.may_be_overridden} == WITH_A_REASON


def test_who_may_pass_over_rules() -> None:
    allowed = (Role.ADMINISTRATOR, Role.DOCTOR, Role.NURSE)
    assert who_may_override() == [str(role.label) for role in allowed]


@dataclass(frozen=True)
class Case:
    """With these limits, an act about a time so far from now: is the rule in the way?"""

    code: str
    act: str
    limits: dict[str, int]
    away: timedelta
    refused: bool


MIN, DAY = timedelta(minutes=5), timedelta(days=1)
TWO_HOURS = {"minimum_notice_minutes": 120}
TEN_DAYS = {"horizon_days": 10}
CUT = {"cancellation_cutoff_minutes": 120}
# It is Monday, eight o'clock. Ten o'clock is two hours away; on each day the doctor is here from 9 to 12.
CASES = [
    Case("too_soon", "book", TWO_HOURS, timedelta(hours=2), refused=False),
    Case("too_soon", "book", TWO_HOURS, timedelta(hours=2) - MIN, refused=True),
    Case("too_soon", "move", TWO_HOURS, timedelta(hours=2), refused=False),
    Case("too_soon", "move", TWO_HOURS, timedelta(hours=2) - MIN, refused=True),
    Case("too_soon", "book", {}, timedelta(hours=1), refused=False),
    Case("too_far", "book", TEN_DAYS, 10 * DAY + timedelta(hours=3), refused=False),
    Case("too_far", "book", TEN_DAYS, 11 * DAY + timedelta(hours=1), refused=True),
    Case("too_far", "move", TEN_DAYS, 10 * DAY + timedelta(hours=3), refused=False),
    Case("too_far", "move", TEN_DAYS, 11 * DAY + timedelta(hours=1), refused=True),
    Case("too_far", "book", {}, 365 * DAY + timedelta(hours=2), refused=False),
    Case("too_far", "book", {}, 366 * DAY + timedelta(hours=2), refused=True),
    Case("cutoff_passed", "cancel", CUT, timedelta(hours=2), refused=False),
    Case("cutoff_passed", "cancel", CUT, timedelta(hours=2) - MIN, refused=True),
    Case("cutoff_passed", "leave", CUT, timedelta(hours=2), refused=False),
    Case("cutoff_passed", "leave", CUT, timedelta(hours=2) - MIN, refused=True),
    Case("cutoff_passed", "cancel", {}, timedelta(hours=1), refused=False),
    Case("day_full", "book", {"daily_cap": 2}, DAY + timedelta(hours=1), refused=False),
    Case("day_full", "book", {"daily_cap": 1}, DAY + timedelta(hours=1), refused=True),
    Case("day_full", "move", {"daily_cap": 2}, DAY + timedelta(hours=1), refused=False),
    Case("day_full", "move", {"daily_cap": 1}, DAY + timedelta(hours=1), refused=True),
]


@pytest.fixture
def act(hours: Doctor, site: Site, rita: User) -> Callable[..., Callable[[], Any]]:
    """Prepares what a case needs, before its limits hold, and gives back what is tried."""

    def prepare(case: Case, by: User = rita, because: str = "") -> Callable[[], Any]:
        when = MONDAY_EIGHT + case.away
        more: dict[str, Any] = {"override_because": because, "by": by}

        def book(starts_at: datetime) -> Appointment:
            return book_appointment(
                patient=make_patient(), doctor=hours, starts_at=starts_at, minutes=30, by=rita
            )

        if case.code == "day_full":  # somebody has a visit on the day in question
            book(when + timedelta(hours=2))
        if case.act == "book":
            patient = make_patient()
            tried: Any = lambda: book_appointment(  # noqa: E731
                patient=patient, doctor=hours, starts_at=when, minutes=30, **more
            )
        elif case.act == "move":
            visit = book(at(11, days=3))
            tried = lambda: move_appointment(visit, starts_at=when, minutes=30, **more)  # noqa: E731
        elif case.act == "leave":
            visit = book(when)
            tried = lambda: move_appointment(visit, starts_at=at(11, days=3), **more)  # noqa: E731
        else:
            visit = book(when)
            tried = lambda: cancel_appointment(visit, reason="Flu", **more)  # noqa: E731
        if case.limits:
            make_policy(site, **case.limits)
        return cast("Callable[[], Any]", tried)

    return prepare


def name_of(case: Case) -> str:
    said = "refused" if case.refused else "done"
    limit = "-".join(f"{name}={value}" for name, value in case.limits.items()) or "default"
    return f"{case.code}-{case.act}-{limit}-{case.away}-{said}"


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_a_rule_at_its_boundary(case: Case, act: Callable[..., Callable[[], Any]]) -> None:
    assert code_of(act(case)) == (case.code if case.refused else "")


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_a_reason_passes_over_it_and_is_kept_only_where_it_was_needed(
    case: Case, act: Callable[..., Callable[[], Any]], nora: User
) -> None:
    visit = act(case, by=nora, because="  Severe   pain ")()
    visit.refresh_from_db()
    assert visit.overridden_because == ("Severe pain" if case.refused else "")


def test_the_horizon_is_counted_in_days_of_the_clinic(hours: Doctor, rita: User) -> None:
    make_policy(hours, horizon_days=1)
    make_block(hours, weekday=None, starts="22:00", ends="23:55", valid_from=at(9, days=1).date())
    late = at(23, days=1)  # Tuesday, eleven at night: 39 hours away, and tomorrow
    book_appointment(patient=make_patient(), doctor=hours, starts_at=late, minutes=30, by=rita)


def test_nobody_is_booked_into_the_past_whatever_the_reason(hours: Doctor, nora: User) -> None:
    with pytest.raises(ValidationError, match="has passed"):
        book_appointment(
            patient=make_patient(), doctor=hours, starts_at=at(7), minutes=30, override_because="So", by=nora
        )


def test_only_the_words_of_a_visit_may_change_at_any_time(visit: Appointment, site: Site, rita: User) -> None:
    make_policy(site, cancellation_cutoff_minutes=1440, minimum_notice_minutes=1440, buffer_minutes=10)
    moved = move_appointment(visit, starts_at=visit.starts_at, reason="Fever", by=rita)
    assert (moved.reason, moved.buffer_minutes) == ("Fever", 0)


def test_a_visit_to_another_doctor_leaves_by_the_rules_of_the_first(
    visit: Appointment, doctor: Doctor, rita: User
) -> None:
    other = make_doctor()
    make_block(other)
    make_policy(doctor, cancellation_cutoff_minutes=180)
    with pytest.raises(Refusal, match="3 hours before the visit"):
        move_appointment(visit, starts_at=at(11), doctor=other, by=rita)


# ── What can never be passed over ───────────────────────────────────────────


def closed_record(patient: Patient, doctor: Doctor, adam: User) -> dict[str, Any]:
    deactivate_patient(patient, reason="Moved", by=adam)
    return {}


def retired(patient: Patient, doctor: Doctor, adam: User) -> dict[str, Any]:
    doctor.change(is_active=False)
    return {}


def elsewhere(patient: Patient, doctor: Doctor, adam: User) -> dict[str, Any]:
    other = make_doctor()
    make_block(other)
    book_appointment(patient=patient, doctor=other, starts_at=at(10, 15), minutes=30, by=adam)
    return {}


def room_of_a_colleague(patient: Patient, doctor: Doctor, adam: User) -> dict[str, Any]:
    room = make_room(places=1)
    colleague, mine = make_doctor(), make_doctor()
    for one in (colleague, mine):
        make_block(one, room=room)
    book_appointment(patient=make_patient(), doctor=colleague, starts_at=at(10), minutes=30, by=adam)
    return {"doctor": mine}


def squeezed_full(patient: Patient, doctor: Doctor, adam: User) -> dict[str, Any]:
    for _ in range(9):
        book_appointment(
            patient=make_patient(),
            doctor=doctor,
            starts_at=at(10),
            minutes=30,
            override_because="Accident",
            by=adam,
        )
    return {}


@pytest.mark.parametrize(
    ("code", "prepare"),
    [
        ("patient_inactive", closed_record),
        ("doctor_inactive", retired),
        ("patient_busy", elsewhere),
        ("room_taken", room_of_a_colleague),
        ("lanes_full", squeezed_full),
    ],
)
@pytest.mark.parametrize("act_", ["book", "move"])
def test_what_no_reason_passes_over(
    patient: Patient, doctor: Doctor, adam: User, code: str, prepare: Any, act_: str
) -> None:
    make_block(doctor, weekday=TUESDAY)
    planned = book_appointment(patient=patient, doctor=doctor, starts_at=at(10, days=1), minutes=30, by=adam)
    given: dict[str, Any] = {"doctor": doctor, "starts_at": at(10), "minutes": 30} | prepare(
        patient, doctor, adam
    )
    planned.refresh_from_db()
    patient.refresh_from_db()
    given |= {"override_because": "It hurts", "by": adam}
    if act_ == "book":
        assert code_of(lambda: book_appointment(patient=patient, **given)) == code
    else:
        assert code_of(lambda: move_appointment(planned, **given)) == code


# ── Where a limit comes from ────────────────────────────────────────────────


def test_the_doctor_wins_over_the_site_and_the_site_over_the_default(doctor: Doctor, site: Site) -> None:
    assert limits_of(doctor) == DEFAULTS
    make_policy(site, minimum_notice_minutes=60, horizon_days=90, buffer_minutes=5)
    make_policy(doctor, minimum_notice_minutes=0, daily_cap=12)

    assert limits_of(doctor) == Limits(
        minimum_notice_minutes=0,  # a zero of the doctor is an answer, not an empty field
        horizon_days=90,
        daily_cap=12,
        cancellation_cutoff_minutes=DEFAULTS.cancellation_cutoff_minutes,
        buffer_minutes=5,
    )


def test_limits_of_many_doctors_cost_one_query(doctor: Doctor, site: Site) -> None:
    others = [make_doctor() for _ in range(5)]
    make_policy(others[2], daily_cap=3)
    with counted(at_most=1):
        found = limits_of_all([doctor, *others])
    assert [found[one.pk].daily_cap for one in others] == [None, None, 3, None, None]


def test_a_policy_is_that_of_one_site_or_of_one_doctor(doctor: Doctor, site: Site) -> None:
    for whose in ({}, {"site": site, "doctor": doctor}):
        with pytest.raises(ValidationError, match="one site or of one doctor"):
            BookingPolicy(**whose).add()


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(0, "0 minutes"), (45, "45 minutes"), (60, "1 hour"), (1440, "1 day"), (1500, "25 hours")],
)
def test_lengths_in_words(minutes: int, words: str) -> None:
    assert in_words(minutes) == words
