"""A patient who owes something."""

from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import User
from billing.models import Invoice
from billing.tests.make import make_issued
from hospital.errors import Refusal
from patients.models import Patient
from patients.tests.make import make_patient


def code_of(act: Callable[[], Any]) -> str:
    """The code with which this is refused, or an empty text if it is done."""
    try:
        act()
    except Refusal as refusal:
        return refusal.code
    return ""


@pytest.fixture
def patient(site: object) -> Patient:
    return make_patient(given_name="Ann", family_name="Archer")


@pytest.fixture
def invoice(patient: Patient, carl: User) -> Invoice:
    """Ann owes a hundred."""
    return make_issued(patient, by=carl)
