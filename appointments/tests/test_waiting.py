"""How long somebody still waits, as a range: from the consultations of the day, or from the plan."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from appointments.models import Appointment
from appointments.tests.conftest import at
from appointments.waiting import Estimate, estimates, in_order

Status = Appointment.Status
DORA, DOV = uuid4(), uuid4()
NOW = at(10)


def waits(minutes: int = 30, doctor: UUID = DORA, since: datetime = NOW, **more: Any) -> Appointment:
    return Appointment(
        status=Status.ARRIVED, minutes=minutes, doctor_id=doctor, queued_at=since, starts_at=NOW, **more
    )


def inside(since: int, minutes: int = 30, doctor: UUID = DORA) -> Appointment:
    """Somebody whose consultation began so many minutes ago."""
    started = NOW - timedelta(minutes=since)
    return Appointment(status=Status.IN_CONSULTATION, minutes=minutes, doctor_id=doctor, started_at=started)


def took(minutes: int) -> Appointment:
    return Appointment(
        status=Status.COMPLETED,
        minutes=30,
        doctor_id=DORA,
        started_at=at(8),
        finished_at=at(8) + timedelta(minutes=minutes),
    )


def asked(visit: Appointment, *others: Appointment) -> tuple[int, int]:
    found = estimates([*others, visit], NOW)[visit.pk]
    return found.from_minutes, found.to_minutes


def test_with_nobody_before_and_nobody_inside_it_is_short() -> None:
    assert asked(waits()) == (0, 5)


def test_the_plan_a_third_less_to_a_third_more() -> None:
    earlier = NOW - timedelta(minutes=1)
    assert asked(waits(), waits(since=earlier)) == (20, 40)
    assert asked(waits(), waits(since=earlier), waits(15, since=earlier)) == (30, 60)


@pytest.mark.parametrize(("since", "expected"), [(0, (20, 40)), (15, (5, 25)), (25, (0, 15)), (90, (0, 5))])
def test_what_is_left_of_the_running_one(since: int, expected: tuple[int, int]) -> None:
    assert asked(waits(), inside(since)) == expected


def test_of_two_side_by_side_the_one_that_ends_first() -> None:
    assert asked(waits(), inside(0), inside(15)) == (5, 25)


def test_four_finished_ones_are_believed_rather_than_the_plan() -> None:
    three = [took(minutes) for minutes in (10, 10, 12)]
    before = waits(since=NOW - timedelta(minutes=1))
    assert asked(waits(), before, *three) == (20, 40)
    assert asked(waits(), before, *three, took(50)) == (10, 25)  # quartiles 10 and 21.5


def test_another_doctors_day_plays_no_part() -> None:
    assert asked(waits(), waits(doctor=DOV), inside(0, doctor=DOV)) == (0, 5)


def test_who_is_called_goes_in_first_and_needs_no_estimate() -> None:
    called = waits(since=NOW + timedelta(minutes=1), called_at=NOW)
    visit = waits()
    found = estimates([visit, called], NOW)
    assert found == {visit.pk: Estimate(20, 40)}


def test_priority_comes_before_patience() -> None:
    patient, urgent = waits(since=NOW - timedelta(hours=1)), waits(priority=1)
    gone = Appointment(status=Status.COMPLETED, doctor_id=DORA, minutes=5)
    assert in_order([patient, gone, urgent]) == [urgent, patient]
    assert asked(patient, urgent) == (20, 40)
