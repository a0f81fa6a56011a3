"""The processes of test_queue_races: they check patients in and call them, all at once, and look at what became of it.

Run as `python -m appointments.tests.race_queue ACT …`; prints one JSON value.
"""

import argparse
import json
import os
import sys
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, timedelta
from pathlib import Path
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hospital.settings")
django.setup()

from django.db.models import Max  # noqa: E402 Django has to be ready

from accounts.models import Department, NumberSeries, Site, User  # noqa: E402
from accounts.roles import Role  # noqa: E402
from appointments.models import CELL, Appointment  # noqa: E402
from appointments.services import call_next, check_in_appointment  # noqa: E402
from appointments.tests.race import GAP, PASSWORD, meet  # noqa: E402
from doctors.models import Doctor  # noqa: E402
from doctors.tests.make import make_doctor  # noqa: E402
from hospital import clock  # noqa: E402
from hospital.errors import Refusal  # noqa: E402
from hospital.tests.scratch import Talk  # noqa: E402
from patients.services import register_patient  # noqa: E402

Status = Appointment.Status


def plant(workers: int, own: int, shared: int) -> dict[str, Any]:
    """Visits of now: some for each desk to check in, and some that all desks want to check in."""
    now = clock.now()
    # Wherever it is noon now, so that no midnight comes between.
    Site.objects.get().change(time_zone=f"Etc/GMT{now.astimezone(UTC).hour - 12:+d}")
    department = Department(site=Site.objects.get(), name="Emergency", code="ER").add()
    doctor = make_doctor(department=department)
    rita = User.objects.create_user("rita@example.org", PASSWORD, full_name="Rita", role=Role.RECEPTIONIST)
    born: Any = {"birth_date": "1980-01-01", "sex": "female"}
    patient = register_patient(given_name="Ann", family_name="Archer", **born, by=rita)
    starts_at = now - (now - clock.EPOCH) % CELL
    visits = []
    for _ in range(workers * own + shared):
        # No time is contested here, so one patient stands for all and nothing is claimed.
        visit = Appointment(
            patient=patient,
            doctor=doctor,
            starts_at=starts_at,
            ends_at=starts_at + timedelta(minutes=5),
            minutes=5,
            booked_by=rita,
        )
        visit.save(force_insert=True)
        visits.append(str(visit.pk))
    return {
        "doctor": str(doctor.pk),
        "own": [visits[worker * own : (worker + 1) * own] for worker in range(workers)],
        "shared": visits[workers * own :],
    }


class Naive:
    """What is seen in other systems: look for the highest number, or for who is next, and then write."""

    def __init__(self, doctor: str) -> None:
        self.doctor = doctor

    def check_in(self, pk: str) -> bool:
        visit = Appointment.objects.get(pk=pk)
        if visit.status != Status.BOOKED:
            return False
        visit.token = (Appointment.objects.aggregate(Max("token"))["token__max"] or 0) + 1
        visit.status, visit.queued_at = Status.ARRIVED, clock.now()
        visit.save()
        return True

    def call(self) -> str:
        head = Appointment.objects.waiting().filter(doctor_id=self.doctor, called_at=None).first()
        if head is None:
            return ""
        head.called_at, head.calls = clock.now(), head.calls + 1
        head.save()
        return str(head.pk)


class Services:
    """The services, called in this process."""

    def __init__(self, doctor: str) -> None:
        self.rita = User.objects.get(email="rita@example.org")
        self.doctor = Doctor.objects.get(pk=doctor)

    def check_in(self, pk: str) -> bool:
        try:
            check_in_appointment(Appointment.objects.with_names().get(pk=pk), by=self.rita)
        except Refusal:
            return False
        return True

    def call(self) -> str:
        try:
            return str(call_next(doctor=self.doctor, by=self.rita).pk)
        except Refusal as refused:
            if refused.code != "nobody_waits":
                raise
            return ""


class Http:
    """The API of a running server."""

    def __init__(self, doctor: str, port: int) -> None:
        self.talk = Talk(port, "rita@example.org", PASSWORD)
        self.doctor = doctor

    def check_in(self, pk: str) -> bool:
        status, answer = self.talk.post(f"/api/v1/appointments/{pk}/check-in", {})
        assert status in {200, 409}, (status, answer)
        return bool(status == 200)

    def call(self) -> str:
        status, answer = self.talk.post("/api/v1/queue/call-next", {"doctor": self.doctor})
        assert status in {200, 409}, (status, answer)
        return str(answer["id"]) if status == 200 else ""


def at_once(start: float, number: int, act: Callable[[int], Any]) -> list[Any]:
    """Do something so many times, each time at the same instant as all other workers."""
    answers = []
    for turn in range(number):
        while time.time() < start + turn * GAP:
            pass  # all workers leave this line at the same instant; sleeping is too coarse
        answers.append(act(turn))
    return answers


def compete(asked: argparse.Namespace) -> dict[str, Any]:
    """Check in what is one's own and what everybody wants; then call until nobody waits."""
    planted, doctor = asked.planted, asked.planted["doctor"]
    door: Any = {"naive": Naive, "services": Services}.get(asked.door)
    door = door(doctor) if door else Http(doctor, asked.port)
    visits = [*planted["own"][asked.worker], *planted["shared"]]
    arrived = at_once(meet(asked, "arrive"), len(visits), lambda turn: door.check_in(visits[turn]))
    enough = sum(len(one) for one in planted["own"]) + len(planted["shared"])
    most = -(-enough // asked.workers) + 2
    called = at_once(meet(asked, "call"), most, lambda _turn: door.call())
    while visit := door.call():
        called.append(visit)
    return {"arrived": sum(arrived), "called": [one for one in called if one]}


def look() -> dict[str, Any]:
    """What is in the database."""
    visits = Appointment.objects.all()
    return {
        "numbers": sorted(visit.token for visit in visits if visit.token),
        "status": dict(Counter(visit.status for visit in visits)),
        "calls": dict(Counter(str(visit.calls) for visit in visits)),
        "last": list(NumberSeries.objects.filter(name__startswith="token:").values_list("last", flat=True)),
    }


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("act", choices=("plant", "compete", "look"))
    parser.add_argument("--door", default="services")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--planted", type=json.loads, default={})
    parser.add_argument("--worker", type=int, default=0)
    parser.add_argument("--workers", type=int, default=8)
    parser.add_argument("--own", type=int, default=4)
    parser.add_argument("--shared", type=int, default=4)
    parser.add_argument("--ready", type=Path)
    asked = parser.parse_args()
    acts = {
        "plant": lambda: plant(asked.workers, asked.own, asked.shared),
        "compete": lambda: compete(asked),
        "look": look,
    }
    json.dump(acts[asked.act](), sys.stdout)


if __name__ == "__main__":
    main()
