"""A hospital of any size: `DATABASE_URL=… python -m bench.plant --patients 1000000 --appointments 1000000`.

The demonstration of that many patients, and besides its four weeks as many past visits of ten minutes
as were asked for, each with its four claims and its audit row.
"""

import argparse
import os
import time
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice
from uuid import UUID

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hospital.settings")
os.environ.setdefault("HOSPITAL_DEBUG_DEFAULT", "on")
django.setup()

from django.conf import settings  # noqa: E402 Django has to be ready
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402

from accounts.models import User  # noqa: E402
from appointments.models import Appointment, Claim  # noqa: E402
from appointments.timeline import VISIT, told  # noqa: E402
from audit.models import Entry  # noqa: E402
from doctors.models import Doctor  # noqa: E402
from hospital import clock  # noqa: E402
from hospital.db import atomic  # noqa: E402
from patients.models import Patient, TimelineEntry  # noqa: E402
from patients.timeline import tell_first  # noqa: E402

PER_DAY = 48  # visits of one doctor, ten minutes each, from 08:00 UTC
LENGTH = timedelta(minutes=10)
CHUNK = 20_000


def past_visits(
    doctors: Sequence[UUID], patients: Sequence[UUID], by: User, number: int
) -> Iterator[Appointment]:
    """Completed visits, one after another into the past; no patient is in two places at once."""
    first_day = clock.now().replace(hour=8, minute=0, second=0, microsecond=0) - timedelta(days=30)
    for index in range(number):
        day, of_day = divmod(index, PER_DAY * len(doctors))
        starts_at = first_day - timedelta(days=day) + LENGTH * (of_day // len(doctors))
        yield _visit(starts_at, doctors[of_day % len(doctors)], patients[index % len(patients)], by)


def _visit(starts_at: datetime, doctor: UUID, patient: UUID, by: User) -> Appointment:
    return Appointment(
        doctor_id=doctor,
        patient_id=patient,
        starts_at=starts_at,
        ends_at=starts_at + LENGTH,
        minutes=10,
        status=Appointment.Status.COMPLETED,
        reason="Check-up",
        booked_by=by,
    )


def _entry(visit: Appointment, by: User) -> Entry:
    return Entry(
        actor=by,
        verb="appointments.book_appointment",
        subject_type="appointments.appointment",
        subject_id=visit.pk,
        patient_id=visit.patient_id,
        door="api",
        outcome=Entry.Outcome.DONE,
    )


def _line(visit: Appointment, known: dict[UUID, Doctor]) -> TimelineEntry:
    visit.doctor = known[visit.doctor_id]
    return tell_first(VISIT, told(visit), patient_id=visit.patient_id)


def plant(patients: int, appointments: int) -> None:
    started = time.monotonic()
    if connection.vendor == "sqlite":
        connection.cursor().execute("PRAGMA synchronous=OFF")  # planting may be lost; nothing else may
    call_command("migrate", verbosity=0)
    call_command("seed_demo", patients=patients, if_empty=True)
    by = User.objects.get(email="api@example.org")
    known = {doctor.pk: doctor for doctor in Doctor.objects.order_by("id")}
    doctors = list(known)
    ids = list(Patient.objects.order_by("id").values_list("pk", flat=True))
    visits = past_visits(doctors, ids, by, appointments)
    done = 0
    while chunk := list(islice(visits, CHUNK)):
        with atomic():
            Appointment.objects.bulk_create(chunk)
            Claim.objects.bulk_create(
                [Claim(key=key, appointment_id=visit.pk) for visit in chunk for key in visit.claim_keys()]
            )
            Entry.objects.bulk_create([_entry(visit, by) for visit in chunk])
            TimelineEntry.objects.bulk_create([_line(visit, known) for visit in chunk])
        done += len(chunk)
        print(f"    {done} past visits, {time.monotonic() - started:.0f} s", flush=True)
    print(
        f"    planted in {time.monotonic() - started:.0f} s: {settings.DATABASES['default']['NAME']}",
        flush=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--patients", type=int, required=True)
    parser.add_argument("--appointments", type=int, required=True)
    asked = parser.parse_args()
    plant(asked.patients, asked.appointments)


if __name__ == "__main__":
    main()
