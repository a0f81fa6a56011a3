"""Kinds of visits: how long a visit is, what is kept free after it, and its colour in the calendar."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client

from accounts.models import Site, User
from appointments.availability import free_slots, next_free
from appointments.models import Appointment, VisitType
from appointments.services import add_visit_type, book_appointment, edit_visit_type, move_appointment
from appointments.tests.conftest import at
from appointments.tests.make import make_visit_type
from audit.models import Entry
from doctors.models import Doctor
from hospital.tests.queries import counted
from patients.models import Patient
from patients.tests.make import make_patient

BOOK = "/appointments/book/"
URL = "/api/v1/appointments"


@pytest.fixture
def first_visit(site: Site) -> VisitType:
    """Three quarters of an hour, and five minutes to write the letter."""
    return make_visit_type("First consultation", minutes=45, buffer_minutes=5, colour="info")


@pytest.fixture
def desk(client: Client, rita: User) -> Client:
    client.force_login(rita)
    return client


def book(doctor: Doctor, by: User, kind: VisitType | None, **more: Any) -> Appointment:
    given: dict[str, Any] = {"patient": make_patient(), "starts_at": at(9), "visit_type": kind}
    return book_appointment(**given | {"doctor": doctor, "by": by} | more)


def text(response: Any) -> str:
    return str(response.content.decode())


# ── The rule ─────────────────────────────────────────────────────────────────


def test_the_kind_says_how_long_and_what_is_kept_free(
    doctor: Doctor, first_visit: VisitType, rita: User
) -> None:
    visit = book(doctor, rita, first_visit)
    assert (visit.minutes, visit.buffer_minutes, visit.ends_at) == (45, 5, at(9, 45))
    assert visit.free_again_at == at(9, 50)


def test_minutes_that_are_said_win(doctor: Doctor, first_visit: VisitType, rita: User) -> None:
    visit = book(doctor, rita, first_visit, minutes=20)
    assert (visit.minutes, visit.buffer_minutes) == (20, 5)


def test_without_a_kind_somebody_has_to_say_how_long(doctor: Doctor, rita: User) -> None:
    with pytest.raises(ValidationError, check=lambda error: "minutes" in error.error_dict):
        book(doctor, rita, None)


def test_a_kind_that_was_given_up_is_not_booked(doctor: Doctor, first_visit: VisitType, rita: User) -> None:
    visit = book(doctor, rita, first_visit)
    first_visit.change(is_active=False)
    with pytest.raises(ValidationError, match="no longer be booked"):
        book(doctor, rita, first_visit, starts_at=at(10))
    moved = move_appointment(visit, starts_at=at(10), by=rita)  # whoever has one keeps it
    assert moved.visit_type == first_visit


def test_free_times_step_by_length_and_buffer(doctor: Doctor, first_visit: VisitType) -> None:
    day = at(9).date()
    slots = free_slots([doctor], day, day, visit_type=first_visit)[doctor.pk]
    assert [slot.starts_at for slot in slots] == [at(9), at(9, 50), at(10, 40)]
    assert {slot.minutes for slot in slots} == {45}
    assert next_free([doctor], day, visit_type=first_visit)[0].minutes == 45


def test_another_kind_changes_the_length_of_a_visit(
    visit: Appointment, first_visit: VisitType, rita: User
) -> None:
    moved = move_appointment(visit, starts_at=visit.starts_at, visit_type=first_visit, by=rita)
    assert (moved.visit_type, moved.minutes, moved.buffer_minutes) == (first_visit, 45, 5)
    assert move_appointment(moved, starts_at=at(9), by=rita).minutes == 45


def test_a_change_of_the_kind_leaves_booked_visits_alone(
    doctor: Doctor, first_visit: VisitType, rita: User, adam: User
) -> None:
    visit = book(doctor, rita, first_visit)
    edit_visit_type(first_visit, minutes=60, buffer_minutes=30, by=adam)
    visit.refresh_from_db()
    assert (visit.minutes, visit.buffer_minutes) == (45, 5)


# ── Who keeps them ───────────────────────────────────────────────────────────


def test_the_administrator_keeps_them_and_nobody_else(adam: User, rita: User) -> None:
    with pytest.raises(PermissionDenied):
        add_visit_type(name="Check-up", code="check-up", by=rita)
    kind = add_visit_type(name=" Check-up ", code="Check-up", minutes=20, by=adam)
    assert (kind.name, kind.code) == ("Check-up", "check-up")
    edit_visit_type(kind, name="Big check-up", by=adam)
    assert Entry.objects.filter(verb="appointments.keep_visit_types", outcome="done").count() == 2


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"minutes": 7}, "minutes"),
        ({"buffer_minutes": 3}, "buffer_minutes"),
        ({"minutes": 500}, "minutes"),
        ({"name": "First consultation"}, "name"),
        ({"code": "first-consultation"}, "code"),
        ({"colour": "pink"}, "colour"),
    ],
)
def test_what_a_kind_cannot_be(
    adam: User, first_visit: VisitType, values: dict[str, Any], field: str
) -> None:
    given: dict[str, Any] = {"name": "Vaccination", "code": "vaccination", "minutes": 10}
    with pytest.raises(ValidationError, check=lambda error: field in error.error_dict):
        add_visit_type(**given | values, by=adam)


def test_the_administrators_window(client: Client, adam: User, first_visit: VisitType) -> None:
    client.force_login(adam)
    typed: dict[str, Any] = {"name": "Vaccination", "code": "vaccination", "minutes": 10, "buffer_minutes": 0}
    where = "/admin/appointments/visittype/"
    assert client.post(f"{where}add/", typed | {"colour": "ok", "is_active": "on"}).status_code == 302
    kind = VisitType.objects.get(code="vaccination")
    typed |= {"minutes": 15, "colour": "ok", "seen_version": kind.version}
    assert client.post(f"{where}{kind.pk}/change/", typed).status_code == 302
    kind.refresh_from_db()
    assert (kind.minutes, kind.is_active) == (15, False)


# ── The pages ────────────────────────────────────────────────────────────────


def test_the_kind_is_chosen_with_the_time(
    desk: Client, patient: Patient, doctor: Doctor, first_visit: VisitType
) -> None:
    asked = {"patient": str(patient.pk), "doctor": str(doctor.pk), "visit_type": str(first_visit.pk)}
    times = text(desk.get(BOOK, asked))
    assert "First consultation, 45 min" in times
    assert ">09:50<" in times
    assert f"visit_type={first_visit.pk}" in times

    last = text(desk.get(BOOK, asked | {"starts_at": "2026-11-30T08:50Z", "minutes": "45"}))
    assert f'value="{first_visit.pk}"' in last

    sent = asked | {"starts_at": "2026-11-30T08:50Z", "minutes": "45", "nonce": "b" * 32}
    assert desk.post(BOOK, sent).status_code == 302
    visit = Appointment.objects.get()
    assert (visit.visit_type, visit.minutes, visit.buffer_minutes) == (first_visit, 45, 5)
    assert "First consultation" in text(desk.get(visit.get_absolute_url()))


def test_a_kind_is_enough_where_the_time_is_typed(
    desk: Client, patient: Patient, doctor: Doctor, first_visit: VisitType
) -> None:
    asked = {"patient": str(patient.pk), "doctor": str(doctor.pk), "other": "1"}
    assert "First consultation" in text(desk.get(BOOK, asked))
    typed = {"visit_type": str(first_visit.pk), "starts_at": "2026-11-30T10:00", "minutes": ""}
    assert desk.post(BOOK, asked | typed | {"nonce": "c" * 32}).status_code == 302
    assert Appointment.objects.get().minutes == 45


@pytest.mark.parametrize("nonsense", ["x", "01927b1c-0000-7000-8000-000000000001"])
def test_a_kind_that_is_none_is_not_chosen(
    desk: Client, patient: Patient, doctor: Doctor, nonsense: str
) -> None:
    asked = {"patient": str(patient.pk), "doctor": str(doctor.pk), "visit_type": nonsense}
    assert ">09:00<" in text(desk.get(BOOK, asked))
    sent = asked | {"starts_at": "2026-11-30T08:00Z", "minutes": "30", "nonce": "d" * 32}
    assert desk.post(BOOK, sent).status_code == 422


def test_the_day_shows_the_kind_in_words_and_colour(
    desk: Client, doctor: Doctor, first_visit: VisitType, rita: User
) -> None:
    for hour in (9, 10, 11):
        book(doctor, rita, first_visit, starts_at=at(hour))
    with counted(at_most=10):
        page = text(desk.get("/appointments/day/?on=2026-11-30"))
    assert page.count("of-info") > 3
    assert "Booked · First consultation" in page


# ── The API ──────────────────────────────────────────────────────────────────


def test_another_system_reads_the_kinds_and_books_one(
    api: Callable[[User], Any], ivo: User, patient: Patient, doctor: Doctor, first_visit: VisitType
) -> None:
    client = api(ivo)
    (kind,) = client.get("/api/v1/visit-types").json()["results"]
    assert (kind["code"], kind["minutes"], kind["buffer_minutes"]) == ("first-consultation", 45, 5)

    where = f"/api/v1/doctors/{doctor.pk}/availability?from=2026-11-30&to=2026-11-30"
    slots = client.get(f"{where}&visit_type={kind['id']}").json()["slots"]
    assert len(slots) == 3
    body = {"patient": str(patient.pk), "doctor": str(doctor.pk), "visit_type": kind["id"]}
    answer = client.post(URL, body | {"starts_at": slots[0]["starts_at"]})
    assert answer.status_code == 201, answer.content
    assert (answer.json()["visit_type"], answer.json()["minutes"]) == (kind["id"], 45)

    assert client.get(f"{where}&visit_type=x").status_code == 400
    nothing_said = client.post(
        URL, {k: v for k, v in body.items() if k != "visit_type"} | slots[1] | {"minutes": None}
    )
    assert nothing_said.status_code == 400
