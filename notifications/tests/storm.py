"""What the processes of a storm do: `python -m notifications.tests.storm plant|desk|open|look …`. Prints JSON.

The visits are days ahead; their reminders are pulled near, to seconds from now, so that the storm need not wait.
"""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from http.client import HTTPException
from pathlib import Path
from random import Random
from typing import Any, cast
from uuid import UUID

import django

django.setup()

from accounts.models import Department, Site, User  # noqa: E402 Django has to be ready
from accounts.roles import Role  # noqa: E402
from appointments import telling  # noqa: E402
from appointments.models import Appointment  # noqa: E402
from appointments.services import book_appointment  # noqa: E402
from audit.models import Entry  # noqa: E402
from doctors.tests.make import make_block, make_doctor  # noqa: E402
from hospital import clock  # noqa: E402
from hospital.tests.scratch import Talk  # noqa: E402
from notifications.letters import letter_key  # noqa: E402
from notifications.models import Message  # noqa: E402
from patients.services import register_patient  # noqa: E402

PASSWORD = "correct-horse-battery"
ACTS = {"appointments.book_appointment", "appointments.move_appointment", "appointments.cancel_appointment"}
IN_FLIGHT = 3.0  # seconds that a letter may be on its way when the visit is changed
NEAR = 6.0  # seconds within which a reminder that was pulled near is due
Status = Message.Status
A_DAY = 120  # visits, ten minutes each
SAID = {Status.SENT, Status.UNCERTAIN}


def plant(visits: int, seconds: float) -> list[str]:
    """People, a doctor with long hours far ahead, and visits with their reminders."""
    site = Site.objects.get()
    site.change(time_zone="UTC", quiet_from="00:00", quiet_until="00:00", reminders="3d, 1d, 2h")
    department = Department(site=site, name="Emergency", code="ER").add()
    doctor = make_doctor(department=department)
    for weekday in range(7):
        make_block(doctor, weekday, "00:00", "23:55", 5, capacity=8)
    rita = User.objects.create_user("rita@example.org", PASSWORD, full_name="Rita", role=Role.RECEPTIONIST)
    tomorrow = clock.now().date() + timedelta(days=10)
    booked = []
    for number in range(visits):
        patient = register_patient(
            given_name="Ann",
            family_name=f"Archer {number}",
            birth_date="1980-01-01",
            sex="female",
            email=f"ann.{number}@example.org",
            by=rita,
        )
        day = datetime(tomorrow.year, tomorrow.month, tomorrow.day, tzinfo=UTC)
        starts_at = day + timedelta(days=number // A_DAY, minutes=10 * (number % A_DAY))
        visit = book_appointment(patient=patient, doctor=doctor, starts_at=starts_at, minutes=10, by=rita)
        booked.append(str(visit.pk))
    pull_near(booked, Random(len(booked)), seconds=seconds)
    return booked


def pull_near(visits: list[str], random: Random, *, seconds: float = NEAR) -> None:
    """Let the reminders of these visits be due within seconds."""
    far = Message.objects.filter(
        subject_id__in=visits,
        kind=telling.REMINDER,
        status=Status.DUE,
        due_at__gt=clock.now() + timedelta(days=1),
    )
    for pk in list(far.values_list("pk", flat=True)):
        due_at = clock.now() + timedelta(seconds=random.uniform(0, seconds))
        Message.objects.filter(pk=pk, status=Status.DUE).update(due_at=due_at)


def desk(asked: argparse.Namespace) -> dict[str, int]:
    """Move and cancel visits through the real server, which is killed now and then, until all is calm."""
    random = Random(asked.seed)
    done: Counter[str] = Counter()
    waiting = list(asked.visits)
    random.shuffle(waiting)
    while waiting and not asked.calm.exists():
        visit = waiting.pop()
        for act in random.choice((("move",), ("move", "move"), ("move", "cancel"), ("cancel",))):
            with suppress(OSError, HTTPException):  # the server was killed: what it did, the audit knows
                done[_through_the_server(asked.port, visit, act, random)] += 1
            pull_near([visit], random)
    return dict(done)


def _through_the_server(port: int, visit: str, act: str, random: Random) -> str:
    talk = Talk(port, "rita@example.org", PASSWORD)
    try:
        if act == "cancel":
            status, answer = talk.post(f"/api/v1/appointments/{visit}/cancel", {"reason": "Storm"})
        else:
            day = Appointment.objects.get(pk=visit).starts_at + timedelta(
                days=1, minutes=5 * random.randrange(9)
            )
            body = {"starts_at": day.isoformat(), "minutes": 10}
            status, answer = talk.post(f"/api/v1/appointments/{visit}", body, "PATCH", If_Match="*")
    finally:
        talk.connection.close()
    assert status in {200, 409}, (status, answer)
    return act if status == 200 else "refused"


# ── Judging, from the audit, the visits and the sink's own file ──────────────


Kept = dict[str, list[float]]
Rows = dict[str, Message]


def look(asked: argparse.Namespace) -> dict[str, Any]:
    """What should have been said, counted without the outbox, against what the outbox and the sink know."""
    kept, sink = read_sink(asked.file)
    rows = {one.key: one for one in Message.objects.filter(recipient_type="patient")}
    wanted = expected()
    ends: Counter[str] = Counter(one.status for one in rows.values())
    missing, silent = immediate(rows)
    known = {letter_key(row) for row in rows.values()}
    return {
        "ends": dict(ends),
        "wanted": sum(over is None for over in wanted.values()),
        "missing": missing + [key for key in wanted if key not in rows],
        "lost": silent + unsent(rows, wanted, kept),
        "twice": [key for key, row in rows.items() if len(kept.get(letter_key(row), [])) > 1],
        "wrong": too_late(rows, wanted, kept),
        "unsaid": [key for key, row in rows.items() if letter_key(row) in kept and not was_said(row)],
        "strangers": [key for key in kept if key not in known],
        "uncertain": ends[Status.UNCERTAIN],
        "shown": Message.objects.stuck().count(),
        "sink": dict(sink),
    }


def still_open() -> int:
    """How many messages are due or being sent."""
    return int(Message.objects.filter(status__in=[Status.DUE, Status.SENDING]).count())


def read_sink(file: Path) -> tuple[Kept, Counter[str]]:
    """When the sink kept which letter, and how often it did what."""
    kept: Kept = {}
    sink: Counter[str] = Counter()
    for line in map(json.loads, file.read_text().splitlines()):
        sink[line["what"]] += 1
        if line["what"] == "kept":
            kept.setdefault(line["id"].strip("<>").partition("@")[0], []).append(line["at"])
    return kept, sink


def was_said(row: Message) -> bool:
    """The outbox says that the letter left, or may have."""
    return row.status in SAID or row.may_know


def immediate(rows: Rows) -> tuple[list[str], list[str]]:
    """Acts without exactly one letter, and letters of the last act that were not said."""
    missing, silent = [], []
    letters: dict[tuple[UUID, int], list[Message]] = {}
    for row in rows.values():
        if row.rule == "now":
            letters.setdefault((row.subject_id, row.subject_version), []).append(row)
    for visit, version, over in acts_told():
        told = letters.get((visit, version), [])
        if len(told) != 1:
            missing.append(f"{visit} {version}: {len(told)} letters")
        elif not over and not was_said(told[0]) and told[0].because != Message.Because.NEVER_TOLD:
            silent.append(f"{told[0].key} {told[0].status} {told[0].because}")
    return missing, silent


def unsent(rows: Rows, wanted: dict[str, float | None], kept: Kept) -> list[str]:
    """What the outbox says was sent and the sink does not have; reminders that are true and were not said."""
    sent = [key for key, row in rows.items() if row.status == Status.SENT and letter_key(row) not in kept]
    owed = [
        key for key, over in wanted.items() if over is None and key in rows and rows[key].status not in SAID
    ]
    return [*sent, *owed]


def too_late(rows: Rows, wanted: dict[str, float | None], kept: Kept) -> list[str]:
    """Reminders that came although the visit had been moved or cancelled before."""
    return [
        key
        for key, over in wanted.items()
        if over is not None and key in rows and max(kept.get(letter_key(rows[key]), [0.0])) > over + IN_FLIGHT
    ]


def history() -> dict[UUID, list[tuple[str, float]]]:
    """What was done with each visit, and when, as the audit has it."""
    acts: dict[UUID, list[tuple[str, float]]] = {}
    entries = Entry.objects.filter(verb__in=ACTS, outcome=Entry.Outcome.DONE).order_by("id")
    for verb, subject, at in entries.values_list("verb", "subject_id", "at"):
        acts.setdefault(cast("UUID", subject), []).append((verb, at.timestamp()))
    return acts


def acts_told() -> list[tuple[UUID, int, bool]]:
    """Each act of which the patient is told at once: visit, version, and whether another act followed."""
    return [
        (visit, version, version + 1 < len(happened))
        for visit, happened in history().items()
        for version in range(len(happened))
    ]


def expected() -> dict[str, float | None]:
    """The key of everything that patients should be told, with the moment since which it is no longer true."""
    wanted: dict[str, float | None] = {}
    acts = history()
    for visit in Appointment.objects.all():
        happened = acts[visit.pk]
        to = f"patient:{visit.patient_id.hex}"
        for version, (verb, _at) in enumerate(happened):
            after = happened[version + 1][1] if version + 1 < len(happened) else None
            if verb.endswith("cancel_appointment"):
                continue  # told if anything was told before: judged by the row itself
            for rule in ("3d", "1d", "2h"):
                wanted[f"{telling.REMINDER}:{visit.pk.hex}:{version}:{rule}:{to}"] = after
    return wanted


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("act", choices=("plant", "desk", "open", "look"))
    parser.add_argument("--number", type=int, default=10)
    parser.add_argument("--seconds", type=float, default=3 * NEAR)
    parser.add_argument("--visits", type=json.loads, default=[])
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--calm", type=Path)
    parser.add_argument("--file", type=Path)
    asked = parser.parse_args()
    acts: dict[str, Callable[[], Any]] = {
        "plant": lambda: plant(asked.number, asked.seconds),
        "desk": lambda: desk(asked),
        "open": still_open,
        "look": lambda: look(asked),
    }
    json.dump(acts[asked.act](), sys.stdout)


if __name__ == "__main__":
    main()
