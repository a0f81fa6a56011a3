"""Ann, who can be written to; Dora's Monday; and no worker: a test says itself when something is sent."""

import pytest

from accounts.models import User
from appointments.models import Appointment
from appointments.services import book_appointment
from appointments.tests.conftest import at, doctor, monday
from doctors.models import Doctor
from patients.models import Patient
from patients.tests.make import make_patient

__all__ = ["doctor", "monday"]


@pytest.fixture
def ann(site: object) -> Patient:
    """Ann has an address and a telephone."""
    return make_patient(
        given_name="Ann", family_name="Archer", email="ann@example.com", phone="+493012345678"
    )


@pytest.fixture
def visit(ann: Patient, doctor: Doctor, rita: User) -> Appointment:
    """Ann's half hour with Dora next Monday at ten, because of something that nobody else need know."""
    return book_appointment(
        patient=ann, doctor=doctor, starts_at=at(10, days=7), minutes=30, reason="Pregnancy test", by=rita
    )
