"""Builds signed prescriptions for tests, without a signer's password."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from doctors.models import Doctor
from doctors.tests.make import make_doctor
from hospital.clock import now
from patients.models import Patient
from patients.tests.make import clerk, make_patient
from prescriptions.dosage import Written
from prescriptions.models import Prescription, PrescriptionLine, Product


def a_line(product: Product | None = None, quantity: int = 20, **fields: Any) -> Written:
    named: dict[str, Any] = (
        {"medicine": str(product), "product": str(product.pk)} if product else {"medicine": "Herbal tea"}
    )
    named |= {"quantity": Decimal(quantity), "quantity_unit": "tablet", "text": "1 tablet in the morning"}
    return Written(**named | fields)


def make_signed(
    *lines: Written, patient: Patient | None = None, doctor: Doctor | None = None
) -> Prescription:
    doctor = doctor or Doctor.objects.first() or make_doctor()
    patient = patient or make_patient()
    signer = doctor.user or clerk()
    today = now().date()
    made = Prescription(
        patient=patient,
        doctor=doctor,
        department=doctor.department,
        recorded_by=signer,
        lines=[one.as_json() for one in lines],
        status="signed",
        signed_at=now(),
        signed_by=signer,
        expires_on=today + timedelta(days=30),
    )
    made.content_hash = made.seal()
    made.add()
    for position, one in enumerate(lines, 1):
        product = Product.objects.get(pk=one.product) if one.product else None
        PrescriptionLine(
            prescription=made,
            patient=patient,
            doctor=doctor,
            department=doctor.department,
            position=position,
            product=product,
            medicine=one.medicine,
            substances=product.composition if product else "",
            facts=one.as_json(),
            quantity=one.quantity or 0,
            quantity_unit=one.quantity_unit,
            signed_on=today,
            taken_until=today + timedelta(days=20),
        ).save(force_insert=True)
    return made
