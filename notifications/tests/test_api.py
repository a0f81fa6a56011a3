"""The outbox for other systems: what it shows, how it is filtered, and what it does not do."""

from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import User
from appointments.models import Appointment
from audit.models import Entry
from hospital.models import uuid7
from hospital.tests.problems import is_problem
from hospital.tests.queries import counted
from notifications.models import Message
from notifications.outbox import drain

LIST = "/api/v1/notifications"


@pytest.fixture
def ivos(ivo: User, api: Callable[[User], Any]) -> Any:
    return api(ivo)


def found(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.content
    return [f"{one['kind']} {one['rule']}" for one in answer.json()["results"]]


def test_a_message_of_the_outbox(visit: Appointment, ivos: Any) -> None:
    drain(20)
    row = Message.objects.get(kind="appointment_booked")
    answer = ivos.get(f"{LIST}/{row.pk}")
    assert answer["ETag"] == f'"{row.version}"'
    body = answer.json()
    assert (body["patient"], body["subject"]) == (str(visit.patient_id), str(visit.pk))
    assert (body["status"], body["channel"], body["sent_to"]) == ("sent", "email", "ann@example.com")
    assert not {"body", "claim", "key", "may_know", "url"} & set(body), "not the text, nor how we work"
    entry = Entry.objects.get(verb="notifications.view_message", subject_id=row.pk)
    assert (entry.outcome, entry.patient_id) == ("done", visit.patient_id)


def test_the_newest_first_at_a_steady_price(visit: Appointment, ivos: Any) -> None:
    Message.objects.bulk_create(
        [
            Message(key=str(one), kind="x", rule=str(one), subject_id=visit.pk, recipient_id=visit.pk)
            for one in range(60)
        ]
    )
    with counted(at_most=5):
        rows = found(ivos.get(LIST))
    assert rows[0] == "x 59"
    entry = Entry.objects.get(verb="notifications.view_message")
    assert entry.details == {"filters": {}, "count": len(rows)}


@pytest.mark.parametrize(
    ("question", "number"),
    [
        ({"status": "due"}, 4),
        ({"status": "sent"}, 1),
        ({"channel": "inbox"}, 1),
        ({"kind": "appointment_reminder"}, 3),
        ({"kind": "appointment_reminder", "status": "sent"}, 0),
        ({"kind": "appointment_"}, 0),
        ({"ordering": "id"}, 5),
    ],
    ids=str,
)
def test_messages_are_looked_for(
    visit: Appointment, ivos: Any, question: dict[str, str], number: int
) -> None:
    assert len(found(ivos.get(LIST, question))) == number


def test_by_patient_and_by_what_they_are_about(visit: Appointment, ivos: Any) -> None:
    for name, key in (("patient", visit.patient_id), ("subject", visit.pk)):
        assert len(found(ivos.get(LIST, {name: str(key)}))) == 5
        assert found(ivos.get(LIST, {name: str(uuid7())})) == []


@pytest.mark.parametrize(
    "question",
    [
        {"status": "lost"},
        {"channel": "pigeon"},
        {"patient": "x"},
        {"kind": "x" * 41},
        {"ordering": "-recipient_id"},
        {"ordering": "patient__given_name"},
        {"status[$ne]": "sent"},
        {"kind__startswith": "a"},
        {"recipient_id": "x"},
        {"_connector": "OR", "status": "due"},
        {"page_size": "1e9"},
        {"kind": "\0"},
    ],
    ids=str,
)
def test_what_nobody_may_ask_widens_nothing(visit: Appointment, ivos: Any, question: dict[str, str]) -> None:
    answer = ivos.get(LIST, question)
    assert answer.status_code in {200, 400}
    if answer.status_code == 200:
        assert len(answer.json()["results"]) <= 5


@pytest.mark.parametrize("key", ["x", "00000000-0000-7000-8000-000000000000", "%00"])
def test_what_is_not_there(visit: Appointment, ivos: Any, key: str) -> None:
    assert is_problem(ivos.get(f"{LIST}/{key}"), 404, "not_found")
    for act in ("send-again", "dismiss"):
        assert is_problem(ivos.post(f"{LIST}/{key}/{act}"), 404, "not_found")


def test_nothing_is_written_through_a_message(visit: Appointment, ivos: Any) -> None:
    row = Message.objects.get(kind="appointment_booked")
    Message.objects.filter(pk=row.pk).update(status="failed")
    for method in ("put", "patch", "delete", "post"):
        answer = getattr(ivos, method)(f"{LIST}/{row.pk}", {"status": "sent", "sent_to": "eve@example.com"})
        assert answer.status_code == 405
    body = {"status": "sent", "recipient_id": str(uuid7()), "sent_to": "eve@example.com", "id": str(uuid7())}
    assert ivos.post(f"{LIST}/{row.pk}/send-again", body).status_code == 200
    again = Message.objects.get(pk=row.pk)
    assert (again.status, again.recipient_id, again.sent_to) == ("due", row.recipient_id, "")


@pytest.mark.parametrize("version", ["1", 1.5, True, {"$gt": 0}, [1], 0])
def test_a_version_that_is_none(visit: Appointment, ivos: Any, version: Any) -> None:
    Message.objects.filter(kind="appointment_booked").update(status="failed")
    row = Message.objects.get(kind="appointment_booked")
    answer = ivos.post(f"{LIST}/{row.pk}/dismiss", {"version": version})
    assert is_problem(answer, 400, "invalid")
    assert Message.objects.get(pk=row.pk).status == "failed"
