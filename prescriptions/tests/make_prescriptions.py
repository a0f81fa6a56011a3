"""Prescriptions for tests: lines, drafts, and signed ones as they stand after the signature, without an actor."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from accounts.models import User
from doctors.models import Doctor
from hospital import clock
from patients.models import Patient
from prescriptions.asking.medicines import substances_of
from prescriptions.dosage import Written
from prescriptions.models import Prescription, PrescriptionLine, Product
from prescriptions.models.lines import NO_END
from prescriptions.timeline import tell

VALID_FOR = timedelta(days=90)


def make_line(product: Product | str = "Ibuprofen 400 mg tablet", **facts: Any) -> Written:
    """One tablet twice a day for a week, of a product or of what is not in the catalogue."""
    known = {"medicine": product} if isinstance(product, str) else _of(product)
    usual: dict[str, Any] = {
        "dose": Decimal(1),
        "unit": "tablet",
        "route": "oral",
        "frequency": "bd",
        "times_a_day": Decimal(2),
        "days": 7,
        "quantity": Decimal(14),
        "quantity_unit": "tablet",
        "text": "Take 1 tablet by mouth twice a day for 7 days.",
    }
    return Written(**known | usual | facts)


def make_draft(patient: Patient, doctor: Doctor, *lines: Written, by: User | None = None) -> Prescription:
    """A draft with these lines, or with ibuprofen; nothing was checked about it."""
    prescription = _begun(patient, doctor, lines or (make_line(),), by)
    prescription.add()
    tell(prescription)
    return prescription


def make_signed(
    patient: Patient,
    doctor: Doctor,
    *lines: Written,
    signed_at: datetime | None = None,
    by: User | None = None,
    **facts: Any,
) -> Prescription:
    """A signed prescription with a row for each of its lines. `facts` are columns of it."""
    at = signed_at or clock.now()
    prescription = _begun(patient, doctor, lines or (make_line(),), by)
    signed = {
        "status": Prescription.Status.SIGNED,
        "signed_at": at,
        "signed_by": by or doctor.user,
        "expires_on": at.astimezone(doctor.zone).date() + VALID_FOR,
    }
    for name, value in (signed | facts).items():
        setattr(prescription, name, value)
    prescription.content_hash = prescription.seal()
    prescription.add()
    PrescriptionLine.objects.bulk_create(
        _row(prescription, number, line) for number, line in enumerate(prescription.written, start=1)
    )
    tell(prescription)
    return prescription


def lines_of(prescription: Prescription) -> list[PrescriptionLine]:
    return list(PrescriptionLine.objects.filter(prescription_id=prescription.pk).in_order())


def again(prescription: Prescription) -> Prescription:
    """As somebody else reads it now."""
    found: Prescription = Prescription.objects.get(pk=prescription.pk)
    return found


def _of(product: Product) -> dict[str, Any]:
    return {"medicine": product.name, "product": str(product.pk)}


def _begun(patient: Patient, doctor: Doctor, lines: tuple[Written, ...], by: User | None) -> Prescription:
    return Prescription(
        patient=patient,
        doctor=doctor,
        department_id=doctor.department_id,
        recorded_by=by or doctor.user,
        lines=[line.as_json() for line in lines],
    )


def _row(prescription: Prescription, number: int, line: Written) -> PrescriptionLine:
    product = Product.objects.get(pk=line.product) if line.product else None
    signed_on = (prescription.signed_at or clock.now()).astimezone(prescription.doctor.zone).date()
    return PrescriptionLine(
        prescription=prescription,
        patient_id=prescription.patient_id,
        doctor_id=prescription.doctor_id,
        department_id=prescription.department_id,
        position=number,
        product=product,
        medicine=line.medicine,
        substances=_between(substances_of(line, {line.product: product} if product else {})),
        facts=line.as_json(),
        quantity=line.quantity or Decimal(0),
        quantity_unit=line.quantity_unit,
        signed_on=signed_on,
        taken_until=signed_on + timedelta(days=line.days - 1) if line.days else NO_END,
    )


def _between(keys: frozenset[str]) -> str:
    """As the catalogue writes them: |key|key|, or nothing."""
    return f"|{'|'.join(sorted(keys))}|" if keys else ""
