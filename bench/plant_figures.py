"""What figures are made of: `DATABASE_URL=… python -m bench.plant_figures --rows 10000 --times 100`.

Into a hospital that bench.plant has planted. So many visits of two years, of every state, source and lead time, with
rooms and waiting times; so many invoices of three years, as bench.plant_bills makes them; so many prescribed medicines
of one year, as bench.plant_prescriptions does. Then each of them so many times over, in SQL (bench.multiply_bills), with
another patient and a little later. Only what figures read is multiplied: not claims, the timeline, the audit and the
ledger. Does nothing where it has been done. Prints as JSON what there is to ask about.
"""

import argparse
import json
import os
from collections.abc import Iterator
from datetime import timedelta
from random import Random
from typing import Any
from uuid import UUID

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hospital.settings")
os.environ.setdefault("HOSPITAL_DEBUG_DEFAULT", "on")
django.setup()

from django.db import connection  # noqa: E402 Django has to be ready

from accounts.models import User  # noqa: E402
from appointments.models import Appointment  # noqa: E402
from audit.models import Entry  # noqa: E402
from bench import plant_bills, plant_prescriptions  # noqa: E402
from bench.multiply_bills import COPY, copy, prepare  # noqa: E402
from billing.models import Invoice, LedgerEntry  # noqa: E402
from doctors.models import Doctor, Room  # noqa: E402
from hospital import clock  # noqa: E402
from patients.models import Patient, TimelineEntry  # noqa: E402
from prescriptions.models import Prescription, PrescriptionLine, Warned  # noqa: E402

DAYS = 2 * 365
MINUTE = timedelta(minutes=1)
WHY = "Planted for figures"
STATES = {"completed": 82, "no_show": 8, "cancelled": 10}
LATER = "strftime('%Y-%m-%d %H:%M:%f', {0}, '+' || (copies.k * 300) || ' seconds') || '000'"
OTHERS = "t.patient_id NOT IN (SELECT _id FROM patients_patient WHERE family_name = 'Zzmedicines')"
MOVED = dict.fromkeys(("starts_at", "ends_at", "created_at", "arrived_at", "started_at"), LATER)
CODE = "substr({0}, 1, length({0}) - 4) || printf('%04x', copies.k)"
OF_ANOTHER = {"prescription_id": COPY}
TABLES: list[tuple[Any, str, dict[str, str]]] = [
    (Appointment, f"t.reason = '{WHY}'", MOVED),
    (Prescription, OTHERS, {"code": CODE, "renews_id": "NULL"}),
    (PrescriptionLine, OTHERS, OF_ANOTHER),
    (
        Warned,
        f"t.prescription_id IN (SELECT t._id FROM prescriptions_prescription AS t WHERE {OTHERS})",
        OF_ANOTHER,
    ),
]
BOOKERS = ("reception", "reception", "nurse", "doctor", "api")


class Planter:
    """Makes rows; goes around the services, which would take hours."""

    def __init__(self) -> None:
        self.random = Random(8)
        self.doctors = list(Doctor.objects.order_by("id"))
        rooms: dict[UUID, UUID] = dict(Room.objects.values_list("department_id", "pk"))
        self.rooms = [rooms.get(one.department_id) for one in self.doctors]
        self.patients = list(Patient.objects.order_by("id").values_list("pk", flat=True))
        self.by = [User.objects.get(email=f"{who}@example.org") for who in BOOKERS]
        self.begins = clock.now().replace(hour=8, minute=0, second=0, microsecond=0) - timedelta(days=DAYS)

    def visits(self, number: int) -> Iterator[Appointment]:
        """One after another through the years, within ten hours of each day."""
        for at in range(number):
            yield self.visit(self.begins + timedelta(days=DAYS * at // number))

    def visit(self, day: Any) -> Appointment:
        random = self.random
        starts_at = day + random.randrange(120) * 5 * MINUTE
        doctor = random.randrange(len(self.doctors))
        status = random.choices(list(STATES), list(STATES.values()))[0]
        came = status == "completed"
        arrived_at = starts_at - random.randrange(20) * MINUTE
        return Appointment(
            patient_id=random.choice(self.patients),
            doctor_id=self.doctors[doctor].pk,
            room_id=self.rooms[doctor] if random.random() < 0.8 else None,
            starts_at=starts_at,
            ends_at=starts_at + 20 * MINUTE,
            minutes=20,
            status=status,
            reason=WHY,
            is_walk_in=random.random() < 0.1,
            booked_by=random.choice(self.by),
            created_at=starts_at - random.randrange(45 * 1440) * MINUTE,
            arrived_at=arrived_at if came else None,
            started_at=arrived_at + random.randrange(60) * MINUTE if came else None,
        )


def plant(rows: int, times: int) -> None:
    if Appointment.objects.filter(reason=WHY).exists():
        return
    connection.cursor().execute("PRAGMA synchronous=OFF")  # planting may be lost; nothing else may
    connection.features.max_query_params = 30_000  # what SQLite takes by itself
    plant_prescriptions.plant(rows)
    Appointment.objects.bulk_create(Planter().visits(rows))
    plant_bills.plant(rows, times, without=(LedgerEntry, TimelineEntry, Entry))
    if times > 1:
        with connection.cursor() as cursor:
            prepare(cursor, times)
            copy(TABLES, cursor)


def known() -> dict[str, Any]:
    """Somebody to ask the bare view about, a doctor and a department, and how much there is."""
    doctor = User.objects.get(email="doctor@example.org")
    profile = Doctor.objects.get(pk=doctor.profile_id)
    return {
        "mrn": Patient.objects.order_by("id")[0].mrn,
        "doctor": str(profile.pk),
        "department": str(profile.department_id),
        "visits": Appointment.objects.count(),
        "invoices": Invoice.objects.count(),
        "lines": PrescriptionLine.objects.count(),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("rows", "times"):
        parser.add_argument(f"--{name}", type=int, required=True)
    plant(**vars(parser.parse_args()))
    print(json.dumps(known()))


if __name__ == "__main__":
    main()
