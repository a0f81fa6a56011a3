"""A process of test_broker: looks at pages and books, with the broker that REDIS_URL names.

Run as `python -m hospital.tests.page NUMBER`; prints for each request its status and its milliseconds.
"""

import json
import logging
import os
import sys
import time
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import uuid4

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hospital.settings")
django.setup()

from django.test import Client  # noqa: E402 Django has to be ready
from rest_framework.test import APIClient  # noqa: E402

from accounts.models import Department, Site, User  # noqa: E402
from accounts.roles import Role  # noqa: E402
from accounts.services import open_api_session  # noqa: E402
from doctors.tests.make import make_block, make_doctor  # noqa: E402
from hospital import clock, queue  # noqa: E402
from notifications.models import Message  # noqa: E402
from patients.tests.make import make_patient  # noqa: E402


def a_monday() -> datetime:
    """Nine o'clock on a Monday, two to three weeks ahead."""
    today = clock.now().replace(hour=9, minute=0, second=0, microsecond=0)
    return today + timedelta(days=21 - today.weekday())


def book(client: Any, patient: Any, doctor: Any, number: int) -> Any:
    starts_at = a_monday() + number * timedelta(minutes=30)
    body = {"patient": str(patient.pk), "doctor": str(doctor.pk), "starts_at": starts_at.isoformat()}
    return client.post("/api/v1/appointments", body | {"minutes": 30})


def timed(act: Any) -> tuple[int, float]:
    before = time.perf_counter()
    answer = act()
    return answer.status_code, (time.perf_counter() - before) * 1000


def main(number: int) -> None:
    logging.disable()
    site = Site.objects.get()
    site.change(time_zone="UTC", quiet_from="08:00", quiet_until="08:00")
    here = Department(site=site, name="Emergency", code=uuid4().hex[:8]).add()
    doctor = make_doctor(department=here)
    make_block(doctor, 0, "09:00", "18:00")
    rita = User.objects.create_user(
        f"{uuid4().hex}@example.org", "correct-horse", full_name="Rita", role=Role.RECEPTIONIST
    )
    patient, pages, api = make_patient(email="ann@example.com", by=rita), Client(), APIClient()
    pages.force_login(rita)
    _, tokens = open_api_session(rita, client="tests", by=rita)
    api.credentials(HTTP_AUTHORIZATION=f"Bearer {tokens.access_token}")
    looks = [timed(partial(pages.get, address)) for address in ("/", "/", "/messages/", "/messages/bell/")]
    bookings = [timed(partial(book, api, patient, doctor, one)) for one in range(number)]
    queue.forget_trouble()
    again = timed(partial(book, api, patient, doctor, number))
    letters = list(
        Message.objects.filter(kind="appointment_booked", patient_id=patient.pk).values_list(
            "status", flat=True
        )
    )
    json.dump({"looks": looks[1:], "bookings": bookings, "again": again, "letters": letters}, sys.stdout)


if __name__ == "__main__":
    main(int(sys.argv[1]))
