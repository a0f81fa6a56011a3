"""How fast due reminders leave: `python -m bench.drain --messages 100000`.

Plants so many visits with one due reminder each into an empty SQLite file, starts a broker, a mail server that takes
everything, and one worker process, hands it one sweep, and looks until nothing is due. The worker's peak memory is
read from its line in /proc.
"""

import argparse
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CHUNK = 5_000
PATIENTS = 1_000
LOOK_EVERY = 1.0


def plant(number: int) -> None:
    """Visits a month ahead, each with a reminder that is due since a minute."""
    from accounts import places  # noqa: PLC0415 the models have to wait for django.setup
    from accounts.models import User  # noqa: PLC0415
    from appointments import telling  # noqa: PLC0415
    from appointments.models import Appointment  # noqa: PLC0415
    from doctors.models import Doctor  # noqa: PLC0415
    from hospital import clock  # noqa: PLC0415
    from hospital.db import atomic  # noqa: PLC0415
    from notifications.models import Message  # noqa: PLC0415
    from notifications.outbox import To, message_about  # noqa: PLC0415
    from patients.models import Patient  # noqa: PLC0415

    places.first_site().change(quiet_from="00:00", quiet_until="00:00")
    by = User.objects.get(email="api@example.org")
    doctors = list(Doctor.objects.order_by("id"))
    patients = list(Patient.objects.order_by("id"))
    Patient.objects.update(email="ann.archer@example.org")
    first = clock.now().replace(minute=0, second=0) + timedelta(days=30)
    due_at = clock.now() - timedelta(minutes=1)
    Message.objects.all().delete()
    for begin in range(0, number, CHUNK):
        visits, letters = [], []
        for index in range(begin, min(begin + CHUNK, number)):
            starts_at = first + timedelta(minutes=5 * (index % 2000))
            visit = Appointment(
                doctor=doctors[index % len(doctors)],
                patient=patients[index % len(patients)],
                starts_at=starts_at,
                ends_at=starts_at + timedelta(minutes=10),
                minutes=10,
                booked_by=by,
            )
            to = To("patient", visit.patient_id)
            visits.append(visit)
            letters.append(message_about(visit, telling.REMINDER, to, version=0, rule="2h", due_at=due_at))
        with atomic():
            Appointment.objects.bulk_create(visits)
            Message.objects.bulk_create(letters)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def memory_of(pid: int) -> dict[str, int]:
    """Of the only child of a worker, in MB: the peak of all that was resident, and its own part of it at the end."""
    (child,) = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    status = Path(f"/proc/{child}/status").read_text()
    return {name: int(re.findall(rf"{name}:\s+(\d+)", status)[0]) // 1024 for name in ("VmHWM", "RssAnon")}


def run(number: int, folder: Path) -> None:
    port = free_port()
    os.environ |= {
        "DATABASE_URL": f"sqlite:///{folder / 'drain.sqlite3'}",
        "MONGO_URI": "",
        "REDIS_URL": f"unix://{folder}/valkey.sock",
        "VALKEY_SOCKET": f"{folder}/valkey.sock",
        "VALKEY_DATA": f"{folder}/valkey",
        "EMAIL_URL": f"smtp://127.0.0.1:{port}",
        "LOG_LEVEL": "ERROR",
        "HOSPITAL_DEBUG_DEFAULT": "on",
        "DJANGO_SETTINGS_MODULE": "hospital.settings",
    }
    import django  # noqa: PLC0415 after the settings' environment

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415

    from hospital import clock  # noqa: PLC0415
    from hospital.queue import enqueue  # noqa: PLC0415
    from notifications.models import Message  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    call_command("seed_demo", patients=PATIENTS, verbosity=0)
    plant(number)
    (folder / "calm").touch()
    as_served = {**os.environ, "DEBUG": "false", "SECRET_KEY": "bench-" * 12, "JWT_SECRET_KEY": "drain-" * 12}
    sink = ["-m", "notifications.tests.sink", "--port", str(port)]
    started = [
        subprocess.Popen([sys.executable, *command], cwd=ROOT, env=as_served, start_new_session=True)
        for command in (
            ["tools/broker.py"],
            [*sink, "--file", str(folder / "sink"), "--calm", str(folder / "calm")],
            [
                "-m",
                "celery",
                "--quiet",
                "--app",
                "hospital.celery",
                "worker",
                "--loglevel",
                "ERROR",
                "-c",
                "1",
            ],
        )
    ]
    try:
        pause = threading.Event()
        while not (folder / "valkey.sock").exists():
            pause.wait(0.1)
        enqueue("notifications.tasks.sweep")
        due = Message.objects.filter(status=Message.Status.DUE)
        while due.count() == number:
            pause.wait(0.1)
        begun = time.monotonic()
        while due.exists():
            pause.wait(LOOK_EVERY)
        took = time.monotonic() - begun
        memory = memory_of(started[2].pid)
        ends = Counter(Message.objects.values_list("status", "because"))
        print(f"{clock.now():%Y-%m-%d}: {number} in {took:.0f} s, {number / took:.0f} a second: {dict(ends)}")
        print(f"the sink kept {kept(folder / 'sink')}; memory of the worker process in MB: {memory}")
    finally:
        for one in reversed(started):
            os.killpg(one.pid, signal.SIGKILL)
            one.wait()


def kept(file: Path) -> int:
    return sum('"kept"' in line for line in file.open())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=100_000)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="drain-") as folder:
        run(asked.messages, Path(folder))


if __name__ == "__main__":
    main()
