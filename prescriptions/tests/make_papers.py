"""Builds prescriptions as they are printed, without an actor and without a safety check."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from accounts.models import User
from doctors.models import Doctor
from hospital import clock
from patients.models import Patient
from prescriptions.dosage import Written
from prescriptions.models import Prescription, PrescriptionLine
from prescriptions.models.lines import NO_END

CAPSULES = Written(
    medicine="Amoxicillin 500 mg capsule",
    dose=Decimal(1),
    unit="capsule",
    route="oral",
    frequency="1-1-1",
    times_a_day=Decimal(3),
    days=7,
    quantity=Decimal(21),
    quantity_unit="capsules",
    text="Take 1 capsule by mouth three times a day (morning, noon and evening) for 7 days.",
)


def make_paper(
    patient: Patient, doctor: Doctor, *lines: Written, by: User, status: str = "signed", **fields: Any
) -> Prescription:
    """A prescription in a status, with its seal where it has one, and with a row for each line then."""
    now = clock.now()
    lines = lines or (CAPSULES,)
    one = Prescription(
        patient=patient,
        doctor=doctor,
        department_id=doctor.department_id,
        recorded_by=by,
        status=status,
        lines=[line.as_json() for line in lines],
        **fields,
    )
    if status not in {"draft", "discarded"}:
        one.signed_by, one.signed_at = by, now
        one.expires_on = fields.get("expires_on", now.date() + timedelta(days=90))
        one.content_hash = one.seal()
        if one.needs_second and one.second_signed_by:
            one.second_signed_at = now
            one.second_hash = one.second_seal()
    one.save()
    if one.is_signed:
        PrescriptionLine.objects.bulk_create(_lives(one, lines, now.date()))
    return one


def _lives(one: Prescription, lines: tuple[Written, ...], today: date) -> list[PrescriptionLine]:
    return [
        PrescriptionLine(
            prescription=one,
            patient_id=one.patient_id,
            doctor_id=one.doctor_id,
            department_id=one.department_id,
            position=position,
            medicine=line.medicine,
            facts=line.as_json(),
            quantity=line.quantity or Decimal(0),
            quantity_unit=line.quantity_unit,
            signed_on=today,
            taken_until=today + timedelta(days=line.days) if line.days else NO_END,
        )
        for position, line in enumerate(lines)
    ]


def forge(one: Prescription, **changes: Any) -> None:
    """Change a signed row, as somebody would who has the database."""
    QuerySet.update(Prescription.objects.filter(pk=one.pk), **changes)
