"""A Monday morning, a doctor with hours, and a patient."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from accounts.models import Department, User
from appointments.models import Appointment
from appointments.services import book_appointment, check_in_appointment
from doctors.models import Doctor
from doctors.tests.make import make_block, make_doctor
from hospital.errors import Refusal
from patients.models import Patient
from patients.tests.make import make_patient

MONDAY_EIGHT = datetime(2026, 11, 30, 7, 0, tzinfo=UTC)  # 08:00 in Berlin


def at(hour: int, minute: int = 0, *, days: int = 0) -> datetime:
    """That Monday, or so many days later, at this time on the clinic's clock (UTC+1 then)."""
    return datetime(2026, 11, 30, hour - 1, minute, tzinfo=UTC) + timedelta(days=days)


def code_of(act: Callable[[], Any]) -> str:
    """The code with which this is refused, or an empty text if it is done."""
    try:
        act()
    except Refusal as refusal:
        return refusal.code
    return ""


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    with time_machine.travel(MONDAY_EIGHT, tick=True):
        yield


@pytest.fixture
def doctor(dora: User, department: Department) -> Doctor:
    """Dora sees patients on Mondays from 9 to 12, half an hour each."""
    doctor = make_doctor(user=dora, department=department, given_name="Dora", family_name="Dietz")
    make_block(doctor, weekday=0, starts="09:00", ends="12:00", visit_minutes=30)
    return doctor


@pytest.fixture
def patient(site: object) -> Patient:
    return make_patient(given_name="Ann", family_name="Archer")


@pytest.fixture
def visit(patient: Patient, doctor: Doctor, rita: User) -> Appointment:
    """Ann's half hour with Dora at ten."""
    return book_appointment(
        patient=patient, doctor=doctor, starts_at=at(10), minutes=30, reason="Cough", by=rita
    )


@pytest.fixture
def hours(doctor: Doctor) -> Doctor:
    """Dora is here every day of the week from 9 to 12; on Mondays she was anyway."""
    for weekday in range(1, 7):
        make_block(doctor, weekday=weekday)
    return doctor


@pytest.fixture
def eight_sharp(monday: None) -> Iterator[None]:
    """The clock stands still, so that a boundary is one."""
    with time_machine.travel(MONDAY_EIGHT, tick=False):
        yield


Arrive = Callable[..., Appointment]


@pytest.fixture
def arrive(doctor: Doctor, rita: User) -> Arrive:
    """Somebody has an appointment with Dora on that Monday, and comes."""

    def arrived(name: str, hour: int, minute: int = 0, **more: int) -> Appointment:
        visit = book_appointment(
            patient=make_patient(given_name=name, family_name="Waits"),
            doctor=doctor,
            starts_at=at(hour, minute),
            minutes=30,
            by=rita,
        )
        return check_in_appointment(visit, **more, by=rita)

    return arrived
