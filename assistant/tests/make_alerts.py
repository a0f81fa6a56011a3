"""Builders of alerts, and of results that give one."""

from itertools import count
from typing import Any
from uuid import UUID

from accounts.models import User
from accounts.roles import Role
from assistant.anomalies import Kind, Severity
from assistant.models import AnomalyAlert
from assistant.models.alerts import desk_of
from hospital import clock
from hospital.models import uuid7
from patients.models import LabResult, Patient
from patients.tests.make_results import a_day, make_result

_number = count(1)
FACTS: dict[str, dict[str, Any]] = {
    Kind.FAR_FROM_OWN: {
        "loinc": "2823-3",
        "name": "Potassium",
        "unit": "mmol/L",
        "value": "5.9",
        "usual": "4.2",
        "last": "4.1",
        "earlier": 4,
        "z": 6.4,
        "series": [["2026-05-01T08:00:00+00:00", 4.1], ["2026-05-03T08:00:00+00:00", 5.9]],
    },
    Kind.DUPLICATE_CHARGE: {
        "service": "X-ray, two views",
        "on": "2026-05-03",
        "amount": "85.50",
        "times": 2,
        "others": [],
        "same_amount": True,
    },
    Kind.VOLUME: {"value": 60, "usual": 14.0, "days": [12, 14, 15, 13, 14], "z": 9.0},
    Kind.SNOOPING: {"opened": 2, "same_name": True},
}
OF_ROLE = {Role.MANAGER: Kind.DUPLICATE_CHARGE, Role.ADMINISTRATOR: Kind.VOLUME}


def make_alert(kind: Kind = Kind.FAR_FROM_OWN, patient: Patient | None = None, **fields: Any) -> AnomalyAlert:
    types = {"clinical": "patients.labresult", "billing": "billing.charge", "access": "accounts.user"}
    values: dict[str, Any] = {
        "kind": kind,
        "desk": desk_of(kind),
        "severity": Severity.LOOK,
        "score": 0.5,
        "key": f"{kind}:{next(_number)}",
        "subject_type": types[desk_of(kind)],
        "subject_id": uuid7(),
        "facts": FACTS[kind],
        "found_on": clock.now().date(),
    }
    values |= {"patient_id": patient.pk} if patient else {}
    return AnomalyAlert(**values | fields).add()


def make_alert_for(user: User | None, patient_id: UUID) -> AnomalyAlert:
    """One that this user may see, where the role may see any."""
    kind = OF_ROLE.get(Role(user.role), Kind.FAR_FROM_OWN) if user and user.role else Kind.FAR_FROM_OWN
    return make_alert(kind, patient_id=patient_id)


def make_series(patient: Patient, *values: str, **fields: Any) -> list[LabResult]:
    """Potassium of the days until yesterday, or of another test."""
    return [
        make_result(patient, value=value, taken_at=a_day(len(values) - place), **fields)
        for place, value in enumerate(values)
    ]
