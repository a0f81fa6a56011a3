"""A chart of ten thousand entries, in a hospital of any size: `DATABASE_URL=… python -m bench.chart`.

4 500 sets of vital signs, 4 500 laboratory results and 1 000 signed notes of one patient of
the demonstration's doctor, each with its line on the timeline; the first page is written by the product itself.
Prints the patient's id. Does nothing where it has been done.
"""

import os
from datetime import timedelta
from decimal import Decimal
from random import Random
from uuid import UUID

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hospital.settings")
os.environ.setdefault("HOSPITAL_DEBUG_DEFAULT", "on")
django.setup()

from accounts.models import User  # noqa: E402 Django has to be ready
from hospital import clock  # noqa: E402
from hospital.db import atomic  # noqa: E402
from patients import front, timeline  # noqa: E402
from patients.models import Encounter, LabResult, Patient, Vitals  # noqa: E402
from patients.services import begin_care, register_patient  # noqa: E402

NAME = "Zzchart"
SETS, RESULTS, NOTES = 4_500, 4_500, 1_000
TESTS = (
    ("2823-3", "Potassium", "mmol/L", 4.2),
    ("1988-5", "CRP", "mg/L", 9),
    ("718-7", "Haemoglobin", "g/dL", 13),
)


def _somebody(doctor: User, by: User) -> Patient:
    patient = register_patient(
        given_name="Long",
        family_name=NAME,
        birth_date=clock.today("UTC") - timedelta(days=24_000),
        sex="female",
        by=by,
    )
    begin_care(patient, user=doctor, because="booked", by=by)
    return patient


def fill(patient: Patient, doctor: User) -> None:
    """Goes around the services: they would take minutes."""
    random, now = Random(10), clock.now()
    entry = {"patient_id": patient.pk, "recorded_by": doctor}
    sets = [
        Vitals(
            **entry,
            taken_at=now - timedelta(hours=4 * number),
            systolic=random.randint(105, 165),
            diastolic=random.randint(60, 95),
            pulse=random.randint(55, 105),
            temperature=Decimal(random.randint(361, 385)) / 10,
            respiration=random.randint(12, 22),
            spo2=random.randint(93, 100),
            on_oxygen=False,
            consciousness="A",
        )
        for number in range(SETS)
    ]
    results = [
        LabResult(
            **entry,
            loinc=loinc,
            name=name,
            unit=unit,
            value=Decimal(f"{usual * random.uniform(0.7, 1.4):.1f}"),
            taken_at=now - timedelta(days=number // 3),
        )
        for number in range(RESULTS)
        for loinc, name, unit, usual in [TESTS[number % 3]]
    ]
    notes = [
        Encounter(
            **entry,
            author=doctor,
            kind="visit",
            status="signed",
            began_at=now - timedelta(days=3 * number),
            signed_at=now - timedelta(days=3 * number),
            signed_by=doctor,
            assessment="Stable.",
        )
        for number in range(NOTES)
    ]
    with atomic():
        Vitals.objects.bulk_create(sets, batch_size=500)
        LabResult.objects.bulk_create(results, batch_size=500)
        Encounter.objects.bulk_create(notes, batch_size=500)
        timeline.rebuild(patient.pk)
        front.rebuild(patient.pk)


def plant() -> UUID:
    found: Patient | None = Patient.objects.filter(family_name=NAME).first()
    if found:
        return found.pk
    doctor, by = (User.objects.get(email=f"{who}@example.org") for who in ("doctor", "reception"))
    patient = _somebody(doctor, by)
    fill(patient, doctor)
    return patient.pk


if __name__ == "__main__":
    print(plant())
