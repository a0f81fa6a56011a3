"""Patients for tests."""

from datetime import date
from typing import Any

from accounts.models import User
from accounts.roles import Role
from patients.models import Patient
from patients.services import begin_care, register_patient

CLERK = "clerk@example.org"


def clerk() -> User:
    """Somebody at reception, made when first needed."""
    found = User.objects.filter(email=CLERK).first()
    return found or User.objects.create_user(CLERK, full_name="Clara Clerk", role=Role.RECEPTIONIST)


def make_patient(*, by: User | None = None, **overrides: Any) -> Patient:
    """Register Amara Nwosu, or somebody who differs from her. The site must exist."""
    fields: dict[str, Any] = {
        "given_name": "Amara",
        "family_name": "Nwosu",
        "birth_date": date(1959, 2, 3),
        "sex": "female",
    }
    return register_patient(by=by or clerk(), **fields | overrides)


def make_treated(*clinicians: User, **overrides: Any) -> Patient:
    """A patient who is in the care of these clinicians."""
    patient = make_patient(**overrides)
    for one in clinicians:
        begin_care(patient, user=one, because="Booked", by=clerk())
    return patient


def form_data(**overrides: str) -> dict[str, str]:
    """What the browser sends for a new patient."""
    data = {
        "given_name": "Amara",
        "family_name": "Nwosu",
        "birth_date": "1959-02-03",
        "birth_year": "",
        "sex": "female",
        "nonce": "0123456789abcdef0123456789abcdef",
    }
    return data | overrides
