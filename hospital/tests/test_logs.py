"""The log: one JSON line for each request, with its id; ids only, never a name."""

import io
import json
import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import structlog
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse

from accounts.models import User
from patients.models import Patient
from patients.tests.make import form_data, make_patient

pytestmark = pytest.mark.django_db

Lines = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What the handler of this installation would have written to stderr."""
    root, text = logging.getLogger(), io.StringIO()
    handler = logging.StreamHandler(text)
    ours = next(one for one in root.handlers if "structlog" in repr(one.formatter))
    handler.setFormatter(ours.formatter)
    handler.filters = ours.filters
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield text
    root.removeHandler(handler)
    root.setLevel(level)


@pytest.fixture
def lines(written: io.StringIO) -> Lines:
    return lambda: [json.loads(line) for line in written.getvalue().splitlines()]


def test_the_timetable_does_not_tell_of_every_task(lines: Lines) -> None:
    timetable = logging.getLogger("celery.beat")
    timetable.info("Scheduler: Sending due task tick (analytics.tasks.tick)")
    timetable.warning("The clock went back.")
    assert [line["event"] for line in lines()] == ["The clock went back."]


def of_requests(lines: Lines) -> list[dict[str, Any]]:
    return [line for line in lines() if line["event"] == "request"]


@pytest.fixture
def amara(site: object) -> Patient:
    return make_patient(given_name="Amara", family_name="Nwosu", email="amara.n@example.org")


def test_a_request_leaves_one_line(lines: Lines, rita: User, client: Client) -> None:
    client.force_login(rita)
    answer = client.get(reverse("patients:list"))
    (line,) = of_requests(lines)
    assert line["method"] == "GET"
    assert line["route"] == "patients/"
    assert line["status"] == 200
    assert line["user"] == str(rita.pk)
    assert line["request_id"] == answer["X-Request-ID"]
    assert line["level"] == "info"
    assert line["milliseconds"] > 0


def test_the_api_says_who_asked(lines: Lines, rita: User, api: Callable[[User], Any]) -> None:
    api(rita).get("/api/v1/patients")
    assert of_requests(lines)[0]["user"] == str(rita.pk)


def test_nobody_is_nobody(lines: Lines, client: Client) -> None:
    client.get(reverse("account_login"))
    assert of_requests(lines)[0]["user"] is None


def test_a_proxys_id_is_kept_and_a_strange_one_is_not(client: Client) -> None:
    page = reverse("account_login")
    assert client.get(page, headers={"X-Request-ID": "edge-12345678"})["X-Request-ID"] == "edge-12345678"
    for strange in ("short", "a" * 65, 'quo"te-12345678', "with space 12345678"):
        assert client.get(page, headers={"X-Request-ID": strange})["X-Request-ID"] != strange


def test_no_name_is_written_wherever_it_was_typed(
    written: io.StringIO, amara: Patient, rita: User, client: Client, api: Callable[[User], Any]
) -> None:
    client.force_login(rita)
    caller = api(rita)
    assert b"Nwosu" in client.get(reverse("patients:list"), {"q": "nwosu amara"}).content
    client.get(reverse("patients:detail", args=[amara.pk]), {"from": "Nwosu"})
    client.post(reverse("patients:register"), form_data(given_name="Amara", birth_date="never"))
    client.post(reverse("patients:edit", args=[amara.pk]), form_data(given_name="Amara", version="0"))
    client.get("/no-such-page/", {"q": "Nwosu"})
    client.get("/patients/Amara Nwosu/")
    client.delete(reverse("patients:list") + "?q=Nwosu")
    caller.get("/api/v1/patients", {"q": "Nwosu"})
    caller.get("/api/v1/patients", {"name": "Nwosu"})
    caller.get(f"/api/v1/patients/{amara.pk}")
    caller.post("/api/v1/patients", {"given_name": "Amara", "family_name": "Nwosu"})
    text = written.getvalue().lower()
    assert text.count('"event": "request"') == 11
    assert "amara" not in text
    assert "nwosu" not in text


def test_a_log_in_writes_neither_address_nor_password(
    written: io.StringIO, rita: User, client: Client
) -> None:
    for password in ("wrong-password-1", "correct-horse-battery"):
        client.post(reverse("account_login"), {"login": rita.email, "password": password})
    text = written.getvalue()
    assert rita.email not in text
    assert "wrong-password" not in text
    assert "correct-horse" not in text


def test_line_ends_in_what_was_typed_make_no_line(
    written: io.StringIO, lines: Lines, rita: User, client: Client, api: Callable[[User], Any]
) -> None:
    client.force_login(rita)
    forged = 'Ann\r\n{"event": "request", "user": "forged"}'
    client.post(reverse("patients:register"), form_data(given_name=forged))
    client.get("/patients/%0d%0aforged/")
    client.get(reverse("patients:list"), {"q": forged}, headers={"X-Request-ID": "12345678\r\nforged"})
    api(rita).post("/api/v1/patients", {"given_name": forged})
    assert len(of_requests(lines)) == 4
    assert "forged" not in written.getvalue()


# ── When something breaks ───────────────────────────────────────────────────


def breaks(amara: Patient) -> Any:
    """A view's helper that fails with a patient in its hands, in its locals and in its message."""

    def broken(*args: Any, **kwargs: Any) -> None:
        patient_name = f"{amara.given_name} {amara.family_name}"
        raise IntegrityError(f"duplicate key: {{ name: {patient_name!r} }}")

    return broken


@pytest.fixture
def broken(amara: Patient, monkeypatch: pytest.MonkeyPatch, client: Client, rita: User) -> Client:
    """A page that fails after it has read the patient."""
    monkeypatch.setattr("patients.views.people.render_page", breaks(amara))
    client.raise_request_exception = False
    client.force_login(rita)
    return client


def test_an_error_in_a_page_is_a_plain_page_and_one_line(
    broken: Client, amara: Patient, lines: Lines
) -> None:
    answer = broken.get(reverse("patients:detail", args=[amara.pk]), {"q": "Nwosu"})
    assert answer.status_code == 500
    page = answer.content.decode()
    assert "Amara" not in page
    assert "Traceback" not in page
    assert "IntegrityError" not in page
    (line,) = [line for line in lines() if line["level"] == "error"]
    assert line["request_id"] == answer["X-Request-ID"]
    assert "IntegrityError" in json.dumps(line)
    assert "broken" in json.dumps(line)  # the function that failed
    (request,) = of_requests(lines)
    assert request["status"] == 500


def test_an_error_leaves_no_name_in_the_log(broken: Client, amara: Patient, written: io.StringIO) -> None:
    broken.get(reverse("patients:detail", args=[amara.pk]), {"q": "Nwosu"})
    assert "IntegrityError" in written.getvalue()
    assert "Amara" not in written.getvalue()
    assert "Nwosu" not in written.getvalue()


def test_an_error_in_an_endpoint_is_a_problem_and_one_line(
    amara: Patient, rita: User, api: Callable[[User], Any], lines: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    caller = api(rita)
    caller.raise_request_exception = False
    monkeypatch.setattr("patients.api.PatientViewSet.get_serializer", breaks(amara))
    answer = caller.get(f"/api/v1/patients/{amara.pk}")
    assert answer.status_code == 500
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == "server_error"
    assert b"Amara" not in answer.content
    assert len([line for line in lines() if line["level"] == "error"]) == 1
    assert "Amara" not in json.dumps(lines())


def test_our_own_lines_carry_the_id_of_the_request(lines: Lines, client: Client) -> None:
    client.get(reverse("account_login"), headers={"X-Request-ID": "edge-12345678"})
    structlog.get_logger("hospital.queue").warning("queue_unreachable", task="x")
    line = next(line for line in lines() if line["event"] == "queue_unreachable")
    assert line["request_id"] == "edge-12345678"
    assert line["logger"] == "hospital.queue"
