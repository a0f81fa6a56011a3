"""Builds prescriptions in any status, as they are printed, without an actor and without a safety check."""

from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from accounts.models import User
from doctors.models import Doctor
from hospital import clock
from patients.models import Patient
from prescriptions.dosage import Written
from prescriptions.models import Prescription
from prescriptions.tests.make_prescriptions import again, make_draft, make_line, make_signed

CAPSULES = make_line(
    "Amoxicillin 500 mg capsule",
    unit="capsule",
    frequency="1-1-1",
    times_a_day=Decimal(3),
    quantity=Decimal(21),
    quantity_unit="capsule",
    text="Take 1 capsule by mouth three times a day (morning, noon and evening) for 7 days.",
)


def make_paper(
    patient: Patient, doctor: Doctor, *lines: Written, by: User, status: str = "signed", **fields: Any
) -> Prescription:
    """A prescription in a status, with its seals where it has them. `second_signed_by` signs as well."""
    lines = lines or (CAPSULES,)
    if status in {"draft", "discarded"}:
        one = make_draft(patient, doctor, *lines, by=by)
        forge(one, status=status, **fields)
        return again(one)
    second = fields.pop("second_signed_by", None)
    one = make_signed(patient, doctor, *lines, by=by, status=status, **fields)
    if second:
        one.second_signed_by, one.second_signed_at = second, clock.now()
        forge(
            one,
            second_signed_by=second,
            second_signed_at=one.second_signed_at,
            second_hash=one.second_seal(),
        )
    return one


def forge(one: Prescription, **changes: Any) -> None:
    """Change a signed row, as somebody would who has the database."""
    QuerySet.update(Prescription.objects.filter(pk=one.pk), **changes)
