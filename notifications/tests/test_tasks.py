"""The worker's door: the hint that follows a commit, and the sweep that needs none."""

from typing import Any

import pytest
from django.core import mail

from accounts.models import User
from appointments.models import Appointment
from appointments.services import book_appointment
from appointments.tests.conftest import at
from doctors.models import Doctor
from notifications import tasks
from notifications.models import Message
from notifications.templatetags.messages_look import lead_label
from patients.models import Patient


@pytest.mark.django_db(transaction=True)
def test_a_booking_is_told_as_soon_as_it_is_kept(
    ann: Patient, doctor: Doctor, rita: User, settings: Any
) -> None:
    settings.CELERY_TASK_ALWAYS_EAGER = True
    book_appointment(patient=ann, doctor=doctor, starts_at=at(10, days=7), minutes=30, by=rita)
    assert [one.subject for one in mail.outbox] == ["Your appointment on Monday 7 December 2026 at 10:00"]
    assert Message.objects.get(kind="appointment_booked").status == "sent"
    assert tasks.sweep() == {}, "the reminders are not due yet"


def test_a_hint_that_comes_late_or_twice_sends_nothing_more(visit: Appointment) -> None:
    ids = [str(one) for one in Message.objects.values_list("pk", flat=True)]
    assert tasks.send(*ids) == {"sent": 1}, "the reminders among them are not due yet"
    assert tasks.send(*ids) == {}
    assert len(mail.outbox) == 1


def test_the_sweep_finds_what_no_hint_has_reached(visit: Appointment) -> None:
    assert tasks.sweep() == {"sent": 1}


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("2h", "2 hours before"),
        ("1h", "1 hour before"),
        ("30m", "30 minutes before"),
        ("90m", "90 minutes before"),
        ("1d", "1 day before"),
        ("3d", "3 days before"),
        ("1d 18:00", "1 day before, 18:00"),
        ("now", ""),
        ("inbox", ""),
        ("", ""),
    ],
)
def test_how_long_before_in_words(rule: str, words: str) -> None:
    assert lead_label(rule) == words
