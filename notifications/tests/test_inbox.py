"""The bell and the inbox of those who work here: their own lines, and nobody else's."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts.models import User
from appointments.models import Appointment
from audit.models import Entry
from hospital import clock
from hospital.tests.queries import counted
from notifications.models import Message
from notifications.outbox import To, inbox_about

INBOX, BELL = reverse("notifications:inbox"), reverse("notifications:bell")


def plant(visit: Appointment, user: User, number: int) -> list[Message]:
    """So many lines more in the inbox."""
    return [
        inbox_about(
            visit,
            "doctor_appointment_moved",
            To("user", user.pk),
            version=100 + one,
            title=f"Moved {one}",
            url=visit.get_absolute_url(),
        ).add()
        for one in range(number)
    ]


@pytest.fixture
def line(visit: Appointment, dora: User) -> Message:
    """That Rita has booked Ann's visit with Dora."""
    line: Message = Message.objects.in_inbox_of(dora).get()
    return line


@pytest.fixture
def as_dora(dora: User, client: Client) -> Client:
    client.force_login(dora)
    return client


def read_address(line: Message) -> str:
    return reverse("notifications:read", args=[line.pk])


def bell(client: Client) -> str:
    return client.get(BELL).content.decode()


def test_the_bell_counts_what_is_unread(
    as_dora: Client, line: Message, visit: Appointment, dora: User
) -> None:
    assert 'aria-label="Inbox, 1 unread"' in bell(as_dora)
    assert ">1</span>" in bell(as_dora)
    plant(visit, dora, 2)
    assert ">3</span>" in bell(as_dora)
    as_dora.post(read_address(line))
    assert ">2</span>" in bell(as_dora)


def test_the_bell_counts_no_further_than_anybody_reads(
    as_dora: Client, line: Message, dora: User, visit: Appointment
) -> None:
    Message.objects.bulk_create(
        [
            inbox_about(visit, "x", To("user", dora.pk), version=one, title="x", url="/")
            for one in range(100, 200)
        ]
    )
    assert ">99+</span>" in bell(as_dora)
    with counted(at_most=3):  # session, user, lines
        bell(as_dora)


def test_a_bell_without_anything_to_say(rita: User, visit: Appointment, client: Client) -> None:
    client.force_login(rita)
    text = bell(client)
    assert 'aria-label="Inbox"' in text
    assert "count" not in text


def test_a_page_that_asks_for_the_bell_is_nobody_at_work(
    as_dora: Client, line: Message, settings: Any
) -> None:
    """Asking every minute keeps no session alive: after half an hour without a click it is over."""
    assert "Polling" in as_dora.get("/").content.decode()
    start = clock.now()
    for minute in range(1, settings.SESSION_IDLE_MINUTES, 2):
        with time_machine.travel(start + timedelta(minutes=minute)):
            assert as_dora.get(BELL, headers={"Polling": "1"}).status_code == 200
    with time_machine.travel(start + timedelta(minutes=settings.SESSION_IDLE_MINUTES + 1)):
        assert as_dora.get(BELL, headers={"Polling": "1"}).status_code == 302


def test_a_line_is_opened_where_it_leads_and_is_read_then(
    as_dora: Client, line: Message, visit: Appointment
) -> None:
    page = as_dora.get(INBOX).content.decode()
    assert "Booked: Mon 7 Dec, 10:00" in page
    assert "Unread:" in page
    answer = as_dora.post(read_address(line))
    assert (answer.status_code, answer["Location"]) == (302, visit.get_absolute_url())
    read_at = Message.objects.get(pk=line.pk).read_at
    assert read_at is not None
    as_dora.post(read_address(line))
    assert Message.objects.get(pk=line.pk).read_at == read_at, "twice is no harm"
    assert "Unread:" not in as_dora.get(INBOX).content.decode()


def test_a_line_leads_to_no_other_house(as_dora: Client, line: Message) -> None:
    for url in ("https://evil.example/", "//evil.example/", "javascript:alert(1)", ""):
        Message.objects.filter(pk=line.pk).update(url=url)
        assert as_dora.post(read_address(line))["Location"] == INBOX


def test_everything_is_read_at_once(
    as_dora: Client, line: Message, visit: Appointment, dora: User, dov: User
) -> None:
    plant(visit, dora, 3)
    (other,) = plant(visit, dov, 1)
    assert as_dora.post(reverse("notifications:read_all"))["Location"] == INBOX
    assert not Message.objects.in_inbox_of(dora).unread().exists()
    assert Message.objects.get(pk=other.pk).read_at is None
    assert Entry.objects.get(verb="notifications.read_whole_inbox").details == {"count": 4}


def test_strangers_lines_are_not_there(
    line: Message, dov: User, adam: User, client: Client, api: Callable[[User], Any]
) -> None:
    for user in (dov, adam):
        client.force_login(user)
        assert "Booked" not in client.get(INBOX).content.decode()
        assert client.post(read_address(line)).status_code == 404
        assert api(user).post(f"/api/v1/inbox/{line.pk}/read").status_code == 404
        assert api(user).get("/api/v1/inbox").json()["results"] == []
    assert Message.objects.get(pk=line.pk).read_at is None
    assert Entry.objects.filter(verb="notifications.view_message", outcome="denied").count() == 4


def test_a_letter_to_a_patient_is_no_line(as_dora: Client, visit: Appointment) -> None:
    letter = Message.objects.get(kind="appointment_booked")
    assert as_dora.post(read_address(letter)).status_code == 404


def test_an_empty_inbox_says_so(rita: User, client: Client) -> None:
    client.force_login(rita)
    text = client.get(INBOX).content.decode()
    assert "Nothing yet" in text
    assert "Mark all as read" not in text


def test_a_long_inbox_has_pages_and_costs_no_more(
    as_dora: Client, line: Message, visit: Appointment, dora: User
) -> None:
    plant(visit, dora, 60)
    with counted(at_most=3):
        first = as_dora.get(INBOX).content.decode()
    assert first.count("Unread:") == 25
    assert "Moved 59" in first, "the newest first"
    assert "Booked: Mon 7 Dec" in as_dora.get(INBOX, {"page": 3}).content.decode()


# ── For other systems ────────────────────────────────────────────────────────


def test_the_inbox_at_the_api(
    line: Message, dora: User, visit: Appointment, api: Callable[[User], Any]
) -> None:
    client = api(dora)
    (row,) = client.get("/api/v1/inbox").json()["results"]
    assert row == {
        "id": str(line.pk),
        "kind": "doctor_appointment_booked",
        "subject_type": "appointments.appointment",
        "subject": str(visit.pk),
        "title": "Booked: Mon 7 Dec, 10:00",
        "sent_at": row["sent_at"],
        "read_at": None,
        "version": 1,
    }
    answer = client.post(f"/api/v1/inbox/{line.pk}/read", {"read_at": None, "title": "x"})
    assert answer.status_code == 200
    assert answer.json()["read_at"]
    assert answer.json()["title"] == row["title"]
    assert answer["ETag"] == '"2"'
