"""The processes of test_races: they plant, compete for the same times, and look at what became of it.

Run as `python -m appointments.tests.race ACT …`; prints one JSON value.
"""

import argparse
import json
import os
import sys
import time
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hospital.settings")
django.setup()

from accounts.models import Department, Site, User  # noqa: E402 Django has to be ready
from accounts.roles import Role  # noqa: E402
from appointments.models import HOLDING, Appointment, Claim  # noqa: E402
from appointments.services import book_appointment, cancel_appointment, move_appointment  # noqa: E402
from appointments.tests.make import make_policy  # noqa: E402
from doctors.models import Doctor  # noqa: E402
from doctors.tests.make import make_block, make_doctor, make_room  # noqa: E402
from hospital import clock  # noqa: E402
from hospital.errors import Refusal  # noqa: E402
from hospital.tests.scratch import Talk  # noqa: E402
from patients.models import Patient  # noqa: E402
from patients.services import register_patient  # noqa: E402

PASSWORD = "correct-horse-battery"
FIRST, LAST = 8, 13  # hours of the day, UTC
TIMES = 2 * (LAST - FIRST)  # contested: every half hour
CAPACITIES = (1, 2, 1)  # of three doctors; the first and the last share a room with one place
BUFFER = 10  # minutes kept free after each visit of the first
CAP = 7  # visits a day of the second
GAP = 0.05  # seconds between two contested times


def a_monday() -> datetime:
    """Months away, and within the horizon of booking."""
    today = clock.now().replace(hour=0, minute=0, second=0, microsecond=0)
    return today + timedelta(days=100 + (7 - (today.weekday() + 100) % 7) % 7)


def slots(planted: dict[str, Any]) -> list[datetime]:
    """The contested times of the day that was planted."""
    first = datetime.fromisoformat(planted["day"]) + timedelta(hours=FIRST)
    return [first + number * timedelta(minutes=30) for number in range(TIMES)]


def plant(workers: int) -> dict[str, Any]:
    """People, hours, and one patient for each worker and doctor's lane."""
    site = Site.objects.get()
    site.change(time_zone="UTC")
    department = Department(site=site, name="Emergency", code="ER").add()
    room = make_room(department, places=1)
    doctors = []
    for capacity in CAPACITIES:
        doctor = make_doctor(department=department)
        shared = room if capacity == 1 else None
        starts, ends = f"{FIRST:02}:00", f"{LAST:02}:00"
        make_block(doctor, 0, starts, ends, 30, capacity=capacity, room=shared)
        doctors.append(str(doctor.pk))
    rita = User.objects.create_user("rita@example.org", PASSWORD, full_name="Rita", role=Role.RECEPTIONIST)
    patients = [
        str(
            register_patient(
                given_name="Ann",
                family_name=f"Archer {number}",
                birth_date="1980-01-01",
                sex="female",
                by=rita,
            ).pk
        )
        for number in range(workers * 3)
    ]
    make_policy(Doctor.objects.get(pk=doctors[0]), buffer_minutes=BUFFER)
    make_policy(Doctor.objects.get(pk=doctors[1]), daily_cap=CAP)
    return {"doctors": doctors, "patients": patients, "day": a_monday().isoformat()}


class Naive:
    """What is seen in other systems: look whether the time is free, then insert."""

    def book(self, patient: str, doctor: str, starts_at: datetime, minutes: int) -> str:
        ends_at = starts_at + timedelta(minutes=minutes)
        overlapping = Appointment.objects.live().filter(starts_at__lt=ends_at, ends_at__gt=starts_at)
        if overlapping.filter(doctor_id=doctor).exists():
            return ""
        visit = Appointment(
            patient_id=patient,
            doctor_id=doctor,
            starts_at=starts_at,
            ends_at=ends_at,
            minutes=minutes,
            booked_by=User.objects.get(email="rita@example.org"),
        )
        visit.save(force_insert=True)
        return str(visit.pk)


class Services:
    """The services, called in this process."""

    def __init__(self) -> None:
        self.rita = User.objects.get(email="rita@example.org")

    def book(self, patient: str, doctor: str, starts_at: datetime, minutes: int) -> str:
        try:
            visit = book_appointment(
                patient=Patient.objects.get(pk=patient),
                doctor=Doctor.objects.get(pk=doctor),
                starts_at=starts_at,
                minutes=minutes,
                by=self.rita,
            )
        except Refusal:
            return ""
        return str(visit.pk)

    def move(self, visit: str, starts_at: datetime, minutes: int) -> bool:
        try:
            move_appointment(
                Appointment.objects.get(pk=visit), starts_at=starts_at, minutes=minutes, by=self.rita
            )
        except Refusal:
            return False
        return True

    def cancel(self, visit: str) -> None:
        cancel_appointment(Appointment.objects.get(pk=visit), reason="Race", by=self.rita)


class Http:
    """The API of a running server."""

    def __init__(self, port: int) -> None:
        self.talk = Talk(port, "rita@example.org", PASSWORD)

    def book(self, patient: str, doctor: str, starts_at: datetime, minutes: int) -> str:
        body = {"patient": patient, "doctor": doctor, "starts_at": starts_at.isoformat(), "minutes": minutes}
        status, answer = self.talk.post("/api/v1/appointments", body)
        assert status in {201, 409}, (status, answer)
        return answer["id"] if status == 201 else ""

    def move(self, visit: str, starts_at: datetime, minutes: int) -> bool:
        body = {"starts_at": starts_at.isoformat(), "minutes": minutes}
        status, answer = self.talk.post(f"/api/v1/appointments/{visit}", body, "PATCH", If_Match="*")
        assert status in {200, 409}, (status, answer)
        return bool(status == 200)

    def cancel(self, visit: str) -> None:
        status, answer = self.talk.post(f"/api/v1/appointments/{visit}/cancel", {"reason": "Race"})
        assert status == 200, (status, answer)


def meet(asked: Any, what: str) -> float:
    """Wait until all workers are here; the instant at which all of them begin."""
    (asked.ready / f"{what}-{asked.worker}").touch()
    while len(here := list(asked.ready.glob(f"{what}-*"))) < asked.workers:
        time.sleep(0.01)
    return float(max(one.stat().st_mtime for one in here)) + GAP


def contest(door: Any, planted: dict[str, Any], worker: int, start: float) -> dict[str, list[Any]]:
    """Ask for every time of every doctor, each at the same instant as all other workers: the visits that were won."""
    won: dict[str, list[Any]] = {}
    instant = start
    mine = planted["patients"][worker * 3 : worker * 3 + 3]
    for starts_at in slots(planted):
        for doctor, patient in zip(planted["doctors"], mine, strict=True):
            while time.time() < instant:
                pass  # all workers leave this line at the same instant; sleeping is too coarse
            if visit := door.book(patient, doctor, starts_at, 30):
                won[visit] = [starts_at.isoformat(), 30]
            instant += GAP
    return won


def mix(
    door: Any,
    planted: dict[str, Any],
    worker: int,
    seed: int,
    attempts: int,
    acknowledged: dict[str, list[Any]],
) -> Counter[str]:
    """Book, move and cancel at random, visits of 10 to 60 minutes. Writes down what was acknowledged of each visit."""
    random = Random(seed * 1000 + worker)
    mine = planted["patients"][worker * 3 : worker * 3 + 3]
    day = datetime.fromisoformat(planted["day"])
    done: Counter[str] = Counter()
    for _ in range(attempts):
        minutes = random.choice((10, 15, 25, 30, 45, 60))
        cell = random.randrange(12 * (LAST - FIRST))
        starts_at = day + timedelta(days=7 * random.randrange(3), hours=FIRST, minutes=5 * cell)
        live = sorted(visit for visit, state in acknowledged.items() if state)
        act = random.choice(("book", "book", "move", "cancel")) if live else "book"
        if act == "book":
            visit = door.book(random.choice(mine), random.choice(planted["doctors"]), starts_at, minutes)
            if visit:
                acknowledged[visit] = [starts_at.isoformat(), minutes]
            done["booked" if visit else "refused"] += 1
        elif act == "move":
            visit = random.choice(live)
            moved = door.move(visit, starts_at, minutes)
            if moved:
                acknowledged[visit] = [starts_at.isoformat(), minutes]
            done["moved" if moved else "refused"] += 1
        else:
            visit = random.choice(live)
            door.cancel(visit)
            acknowledged[visit] = []
            done["cancelled"] += 1
    return done


def look() -> dict[str, Any]:
    """What is in the database, and how often something holds more than it may."""
    visits = list(Appointment.objects.all())
    live = [visit for visit in visits if visit.status in HOLDING]
    claimed: dict[str, set[str]] = {}
    for key, visit in Claim.objects.values_list("key", "appointment_id"):
        claimed.setdefault(str(visit), set()).add(key)
    owed = {str(visit.pk): visit.claim_keys() for visit in live}
    return {
        "live": {str(visit.pk): [visit.starts_at.isoformat(), visit.minutes] for visit in live},
        "all": len(visits),
        "claims_are_those_of_the_live_visits": claimed == owed,
        "overlaps": overlaps(live),
        "overfull_days": overfull_days(live),
        "version": sys.version_info[:2],
    }


def overlaps(live: list[Appointment]) -> int:
    """Counted from the visits alone, without the claims: pairs that should not be together, or too close."""
    capacity = {doctor.pk: CAPACITIES[place] for place, doctor in enumerate(Doctor.objects.order_by("id"))}
    buffer = {doctor.pk: BUFFER for doctor in Doctor.objects.order_by("id")[:1]}
    holders: Counter[Any] = Counter()
    limits: dict[Any, int] = {}
    for visit in live:
        kept = visit.minutes + buffer.get(visit.doctor_id, 0)
        for minute in range(0, kept, 5):
            moment = visit.starts_at + timedelta(minutes=minute)
            for who, limit in (
                (visit.doctor_id, capacity[visit.doctor_id]),
                (visit.patient_id if minute < visit.minutes else None, 1),
                (visit.room_id, 1),
            ):
                if who:
                    holders[who, moment] += 1
                    limits[who, moment] = limit
    return sum(number > limits[key] for key, number in holders.items())


def overfull_days(live: list[Appointment]) -> int:
    """Days on which the second doctor, in UTC, has more visits than the limit."""
    limited = Doctor.objects.order_by("id")[1].pk
    days = Counter(visit.starts_at.date() for visit in live if visit.doctor_id == limited)
    return sum(number > CAP for number in days.values())


def same_key(talk: Talk, planted: dict[str, Any]) -> Any:
    """One booking with one key, a week later, sent by everybody."""
    body = {
        "patient": planted["patients"][0],
        "doctor": planted["doctors"][1],
        "starts_at": (slots(planted)[0] + timedelta(days=7)).isoformat(),
        "minutes": 30,
    }
    return talk.post("/api/v1/appointments", body, Idempotency_Key="one-key")


def compete(asked: argparse.Namespace) -> dict[str, Any]:
    """All that one worker does, and what it was told."""
    door: Any = (
        Http(asked.port) if asked.door == "http" else {"naive": Naive, "services": Services}[asked.door]()
    )
    start = meet(asked, "contest")
    keyed = same_key(door.talk, asked.planted) if asked.door == "http" else None
    acknowledged = contest(door, asked.planted, asked.worker, start)
    won = len(acknowledged)
    meet(asked, "mix")
    done = (
        mix(door, asked.planted, asked.worker, asked.seed, asked.attempts, acknowledged)
        if asked.attempts
        else {}
    )
    return {"won": won, "acknowledged": acknowledged, "done": done, "keyed": keyed}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("act", choices=("plant", "compete", "look"))
    parser.add_argument("--door", default="services")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--planted", type=json.loads, default={})
    parser.add_argument("--worker", type=int, default=0)
    parser.add_argument("--workers", type=int, default=8)
    parser.add_argument("--ready", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--attempts", type=int, default=0)
    asked = parser.parse_args()
    acts = {"plant": lambda: plant(asked.workers), "compete": lambda: compete(asked), "look": look}
    json.dump(acts[asked.act](), sys.stdout)


if __name__ == "__main__":
    main()
