"""Vital signs for tests."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from accounts.models import User
from hospital import clock
from patients.models import Patient, Vitals
from patients.services import record_vitals

UNWELL: dict[str, Any] = {
    "respiration": 22,
    "spo2": 94,
    "on_oxygen": False,
    "temperature": "38.3",
    "systolic": 128,
    "diastolic": 74,
    "pulse": 98,
    "consciousness": "A",
}


def ago(**more: float) -> datetime:
    """A moment that long ago."""
    return clock.now() - timedelta(**more)


def make_vitals(patient: Patient, *, by: User, taken_at: datetime | None = None, **values: Any) -> Vitals:
    """Measure somebody who is unwell (NEWS2 5), or otherwise. A value of None was not measured."""
    given = UNWELL | values
    given["temperature"] = Decimal(str(given["temperature"])) if given["temperature"] is not None else None
    return record_vitals(patient, taken_at=taken_at or ago(minutes=10), confirmed=False, by=by, **given)


def weigh(
    patient: Patient, weight: str, *, by: User, taken_at: datetime | None = None, **values: Any
) -> Vitals:
    """Only the weight."""
    return record_vitals(
        patient,
        taken_at=taken_at or ago(minutes=10),
        confirmed=True,
        by=by,
        weight=Decimal(weight),
        **values,
    )
