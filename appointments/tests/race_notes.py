"""The processes of test_open_visit_note: they open the notes of the same visits at once, and sign them at once.

Run as `python -m appointments.tests.race_notes ACT …`; prints one JSON value.
"""

import argparse
import json
import os
import sys
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hospital.settings")
django.setup()

from accounts.models import Department, Site, User  # noqa: E402 Django has to be ready
from accounts.roles import Role  # noqa: E402
from appointments.models import CELL, Appointment  # noqa: E402
from appointments.services import open_visit_note  # noqa: E402
from appointments.tests.race import PASSWORD, meet  # noqa: E402
from appointments.tests.race_queue import at_once  # noqa: E402
from doctors.tests.make import make_doctor  # noqa: E402
from hospital import clock  # noqa: E402
from hospital.errors import Refusal  # noqa: E402
from patients.models import Encounter  # noqa: E402
from patients.services import open_encounter, register_patient, sign_encounter  # noqa: E402


def plant(visits: int) -> list[str]:
    """Patients who wait for one doctor."""
    department = Department(site=Site.objects.get(), name="Emergency", code="ER").add()
    dora = User.objects.create_user("dora@example.org", PASSWORD, full_name="Dora", role=Role.DOCTOR)
    rita = User.objects.create_user("rita@example.org", PASSWORD, full_name="Rita", role=Role.RECEPTIONIST)
    doctor = make_doctor(user=dora, department=department)
    born: Any = {"birth_date": "1980-01-01", "sex": "female"}
    patient = register_patient(given_name="Ann", family_name="Archer", **born, by=rita)
    now = clock.now()
    starts_at = now - (now - clock.EPOCH) % CELL
    rows = [
        # No time is contested here, so nothing is claimed.
        Appointment(
            patient=patient,
            doctor=doctor,
            starts_at=starts_at,
            ends_at=starts_at + timedelta(minutes=5),
            minutes=5,
            status=Appointment.Status.ARRIVED,
            arrived_at=now,
            queued_at=now,
            booked_by=rita,
        )
        for _ in range(visits)
    ]
    for row in rows:
        row.save(force_insert=True)
    return [str(row.pk) for row in rows]


def naive(visit: Appointment, by: User) -> Encounter:
    """Look whether there is a note, then begin one and link it."""
    if visit.encounter is not None:
        return visit.encounter
    note = open_encounter(visit.patient, kind=Encounter.Kind.VISIT, by=by)
    Appointment.objects.filter(pk=visit.pk).update(encounter=note)
    return note


def compete(asked: argparse.Namespace) -> dict[str, Any]:
    """Open the note of each visit with all others, then sign each with all others."""
    dora = User.objects.get(email="dora@example.org")

    def opened(turn: int) -> str:
        visit = Appointment.objects.with_names().get(pk=asked.planted[turn])
        note = naive(visit, dora) if asked.door == "naive" else open_visit_note(visit, by=dora)
        return str(note.pk)

    notes = at_once(meet(asked, "open"), len(asked.planted), opened)
    read = [Encounter.objects.get(pk=pk) for pk in notes]

    def signed(turn: int) -> bool:
        try:
            sign_encounter(read[turn], seen_version=read[turn].version, plan=f"{asked.worker}", by=dora)
        except Refusal:
            return False
        return True

    return {"notes": notes, "signed": sum(at_once(meet(asked, "sign"), len(read), signed))}


def look() -> dict[str, Any]:
    """What is in the database."""
    notes = list(Encounter.objects.all())
    visits = list(Appointment.objects.all())
    return {
        "notes": len(notes),
        "signed": sum(note.is_signed for note in notes),
        "intact": all(note.is_intact for note in notes),
        "linked": len({visit.encounter_id for visit in visits if visit.encounter_id}),
        "status": dict(Counter(visit.status for visit in visits)),
    }


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("act", choices=("plant", "compete", "look"))
    parser.add_argument("--door", default="services")
    parser.add_argument("--planted", type=json.loads, default=[])
    parser.add_argument("--visits", type=int, default=6)
    parser.add_argument("--worker", type=int, default=0)
    parser.add_argument("--workers", type=int, default=8)
    parser.add_argument("--ready", type=Path)
    asked = parser.parse_args()
    acts = {"plant": lambda: plant(asked.visits), "compete": lambda: compete(asked), "look": look}
    json.dump(acts[asked.act](), sys.stdout)


if __name__ == "__main__":
    main()
