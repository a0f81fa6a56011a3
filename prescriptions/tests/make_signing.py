"""Signatures for tests: drafts that the services have checked, proofs without a password, and what a browser sends."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

import pytest
from django.db.models import QuerySet

from accounts.models import User
from accounts.proof import Proof
from hospital import clock
from hospital.errors import Refusal
from patients.models import Patient
from patients.services import record_allergy
from prescriptions.dosage import Written
from prescriptions.models import Prescription, PrescriptionLine
from prescriptions.services import (
    Override,
    begin_prescription,
    countersign_prescription,
    sign_prescription,
)
from prescriptions.tests.make_prescriptions import make_line

BENEFIT = Override("benefit", "Nothing else helps, and it is watched.")
AMOXICILLIN = make_line(
    "Amoxicillin 500 mg capsule", dose=Decimal(1), unit="capsule", quantity_unit="capsule"
)


def proof_of(user: User) -> Proof:
    return Proof(user.pk, clock.now())


def begun(patient: Patient, *lines: Written, by: User, **more: Any) -> Prescription:
    """A draft as its doctor has saved it: looked through by the check."""
    return begin_prescription(patient, lines=lines or (make_line(),), by=by, **more)


def allergic(patient: Patient, *, by: User) -> None:
    """Gravely, to amoxicillin."""
    record_allergy(patient, substance_key="amoxicillin", criticality="high", by=by)


def keys_of(prescription: Prescription, severity: str = "contraindicated") -> list[str]:
    return [one["key"] for one in prescription.safety["findings"] if one["severity"] == severity]


def all_overridden(prescription: Prescription, override: Override = BENEFIT) -> dict[str, Override]:
    return dict.fromkeys(keys_of(prescription), override)


def sign(prescription: Prescription, *, by: User, **more: Any) -> Prescription:
    given: dict[str, Any] = {"proof": proof_of(by), "seen_version": prescription.version, "by": by}
    return sign_prescription(prescription, **given | more)


def countersign(prescription: Prescription, *, by: User, **more: Any) -> Prescription:
    given: dict[str, Any] = {"proof": proof_of(by), "seen_version": prescription.version, "by": by}
    return countersign_prescription(prescription, **given | more)


def awaiting(patient: Patient, *, by: User) -> Prescription:
    """Amoxicillin for somebody who is allergic to penicillin, signed with a reason by one doctor."""
    allergic(patient, by=by)
    draft = begun(patient, AMOXICILLIN, by=by)
    return sign(draft, overrides=all_overridden(draft), by=by)


def code_of(act: Callable[[], Any]) -> str:
    with pytest.raises(Refusal) as refused:
        act()
    return refused.value.code


def past_the_hedge(row: Prescription | PrescriptionLine, **changes: Any) -> None:
    """What somebody does who goes around this program, as with SQL."""
    QuerySet(type(row)).filter(pk=row.pk).update(**changes)


def typed(version: int, password: str, seen: str = "", **more: str) -> Mapping[str, str]:
    """What the browser sends to sign."""
    return {"version": str(version), "password": password, "seen": seen, **more}
