"""What is offered as free can be booked: notice, horizon, full days, and what is kept free around visits."""

from datetime import UTC, datetime
from typing import Any

import pytest

from accounts.models import Site, User
from appointments.availability import free_slots, next_free
from appointments.models import Appointment
from appointments.services import book_appointment, cancel_appointment, move_appointment
from appointments.tests.conftest import at, code_of
from appointments.tests.make import make_policy, make_visit_type
from doctors.models import Doctor
from doctors.tests.make import make_block, make_doctor
from hospital.tests.queries import counted
from patients.models import Patient
from patients.tests.make import make_patient

pytestmark = pytest.mark.usefixtures("eight_sharp")


def starts(doctor: Doctor, day: int = 0, **more: Any) -> list[str]:
    found = free_slots([doctor], at(9, days=day).date(), at(9, days=day).date(), **more)[doctor.pk]
    return [f"{slot.starts_at.astimezone(doctor.zone):%H:%M}" for slot in found]


def test_times_that_are_too_soon_or_too_far_are_not_offered(hours: Doctor, site: Site) -> None:
    make_policy(site, minimum_notice_minutes=120, horizon_days=2)
    assert starts(hours) == ["10:00", "10:30", "11:00", "11:30"]
    assert starts(hours, day=2)[0] == "09:00"
    assert starts(hours, day=3) == []


def test_a_full_day_offers_nothing_until_somebody_cancels(hours: Doctor, rita: User) -> None:
    make_policy(hours, daily_cap=2)
    first, _second = (
        book_appointment(patient=make_patient(), doctor=hours, starts_at=at(hour), minutes=30, by=rita)
        for hour in (9, 11)
    )
    assert starts(hours) == []
    assert next_free([hours], at(9).date())[0].starts_at == at(9, days=1)
    cancel_appointment(first, reason="Flu", by=rita)
    assert starts(hours) == ["09:00", "09:30", "10:00", "10:30", "11:30"]


def test_visits_from_before_the_limit_count(hours: Doctor, rita: User) -> None:
    for hour in (9, 10, 11):
        book_appointment(patient=make_patient(), doctor=hours, starts_at=at(hour), minutes=30, by=rita)
    make_policy(hours, daily_cap=3)
    tried: dict[str, Any] = {"doctor": hours, "starts_at": at(9, 30), "minutes": 30, "by": rita}
    assert starts(hours) == []
    assert code_of(lambda: book_appointment(patient=make_patient(), **tried)) == "day_full"


def test_what_a_visit_keeps_free_is_kept_on_both_sides(doctor: Doctor, rita: User) -> None:
    make_policy(doctor, buffer_minutes=10)
    visit = book_appointment(patient=make_patient(), doctor=doctor, starts_at=at(10), minutes=30, by=rita)
    assert visit.buffer_minutes == 10
    assert starts(doctor) == ["09:00", "11:00"]  # steps of 40 minutes: 9:40 and 10:20 are in the way
    tried: dict[str, Any] = {"doctor": doctor, "minutes": 30, "by": rita}
    for taken in (at(9, 25), at(10, 35)):
        assert (
            code_of(
                lambda when=taken: book_appointment(patient=make_patient(), starts_at=when, **tried)  # type: ignore[misc]
            )
            == "slot_taken"
        )
    for free in (at(9, 20), at(10, 40)):
        book_appointment(patient=make_patient(), starts_at=free, **tried)


def test_what_is_kept_free_may_reach_beyond_the_hours(doctor: Doctor, rita: User) -> None:
    make_policy(doctor, buffer_minutes=30)
    assert starts(doctor) == ["09:00", "10:00", "11:00"]
    book_appointment(patient=make_patient(), doctor=doctor, starts_at=at(11, 30), minutes=30, by=rita)


def test_a_later_change_of_the_policy_changes_no_visit(
    visit: Appointment, doctor: Doctor, rita: User
) -> None:
    make_policy(doctor, buffer_minutes=10)
    visit.refresh_from_db()
    assert visit.buffer_minutes == 0
    assert visit.ends_at == visit.free_again_at
    assert move_appointment(visit, starts_at=at(11), by=rita).buffer_minutes == 10


def test_the_patient_is_free_again_at_the_end_of_the_visit(
    patient: Patient, doctor: Doctor, rita: User
) -> None:
    make_policy(doctor, buffer_minutes=30)
    other = make_doctor()
    make_block(other)
    book_appointment(patient=patient, doctor=doctor, starts_at=at(10), minutes=30, by=rita)
    book_appointment(patient=patient, doctor=other, starts_at=at(10, 30), minutes=30, by=rita)


def test_the_larger_of_two_buffers_holds(doctor: Doctor, rita: User) -> None:
    make_policy(doctor, buffer_minutes=10)
    short, long = make_visit_type("Short", buffer_minutes=5), make_visit_type("Long", buffer_minutes=15)
    made = [
        book_appointment(
            patient=make_patient(), doctor=doctor, starts_at=at(hour), visit_type=kind, by=rita
        ).buffer_minutes
        for hour, kind in ((9, short), (10, long))
    ]
    assert made == [10, 15]


def test_free_times_of_many_doctors_cost_four_queries(hours: Doctor, site: Site) -> None:
    make_policy(site, daily_cap=5, buffer_minutes=5)
    doctors = [hours, *(make_doctor() for _ in range(5))]
    for one in doctors[1:]:
        make_block(one)
    with counted(at_most=4):
        found = free_slots(doctors, at(9).date(), at(9, days=6).date())
    assert all(found.values())


def test_midnight_in_utc_divides_no_day(doctor: Doctor, rita: User) -> None:
    """In Berlin half past midnight belongs to the day that has begun there, not to that of UTC."""
    make_block(doctor, weekday=None, starts="00:00", ends="02:00", valid_from=at(9, days=7).date())
    make_policy(doctor, daily_cap=1)
    night = datetime(2026, 12, 6, 23, 30, tzinfo=UTC)
    book_appointment(patient=make_patient(), doctor=doctor, starts_at=night, minutes=30, by=rita)
    assert starts(doctor, day=7) == []
    tried: dict[str, Any] = {"doctor": doctor, "starts_at": at(10, days=7), "minutes": 30, "by": rita}
    assert code_of(lambda: book_appointment(patient=make_patient(), **tried)) == "day_full"
