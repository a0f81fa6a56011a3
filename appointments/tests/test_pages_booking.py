"""Booking, moving and cancelling on the pages: three steps, and what happens when the time is gone."""

import re
from datetime import UTC, datetime
from html import unescape
from typing import Any
from urllib.parse import urlencode

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts.models import User
from appointments.models import Appointment
from appointments.services import book_appointment, confirm_appointment
from appointments.tests.conftest import at
from doctors.models import Doctor
from doctors.tests.make import make_block, make_doctor
from hospital.tests.queries import counted
from patients.models import Patient
from patients.tests.make import form_data, make_patient

BOOK = "/appointments/book/"


@pytest.fixture
def desk(client: Client, rita: User) -> Client:
    """Rita's browser."""
    client.force_login(rita)
    client.get(reverse("appointments:week"))
    return client


def wanted(
    patient: Patient, doctor: Doctor, starts_at: str = "2026-11-30T09:00Z", **more: Any
) -> dict[str, Any]:
    """What the form of the last step sends."""
    given = {"patient": str(patient.pk), "doctor": str(doctor.pk), "starts_at": starts_at, "minutes": 30}
    return given | {"reason": "Cough", "nonce": "a" * 32} | more


def text(response: Any) -> str:
    return str(response.content.decode())


def test_the_first_step_finds_the_patient(desk: Client, patient: Patient, doctor: Doctor) -> None:
    page = text(desk.get(BOOK, {"q": "arch", "doctor": str(doctor.pk)}))

    assert "Ann Archer" in page
    assert f"patient={patient.pk}" in page
    assert f"doctor={doctor.pk}" in page  # what was chosen before goes along


def test_htmx_gets_only_who_was_found(desk: Client, patient: Patient) -> None:
    page = text(desk.get(BOOK, {"q": "arch"}, headers={"HX-Request": "true"}))

    assert "Ann Archer" in page
    assert "<html" not in page


def test_the_second_step_offers_the_free_times(
    desk: Client, patient: Patient, doctor: Doctor, visit: Appointment
) -> None:
    page = text(desk.get(BOOK, {"patient": str(patient.pk), "doctor": str(doctor.pk)}))

    assert ">09:00<" in page
    assert ">10:00<" not in page  # Ann's own visit


def test_without_a_doctor_the_next_free_time_of_each_is_offered(
    desk: Client, patient: Patient, doctor: Doctor
) -> None:
    page = text(desk.get(BOOK, {"patient": str(patient.pk)}))

    assert "Dora Dietz" in page
    assert "starts_at=2026-11-30T08%3A00Z" in page


def test_the_third_step_books(desk: Client, patient: Patient, doctor: Doctor, rita: User) -> None:
    form = text(desk.get(BOOK, {k: v for k, v in wanted(patient, doctor).items() if k != "nonce"}))
    assert 'name="nonce"' in form

    with counted(at_most=18):
        response = desk.post(BOOK, wanted(patient, doctor))

    visit = Appointment.objects.get()
    assert response.status_code == 302
    assert response["Location"] == visit.get_absolute_url()
    assert (visit.starts_at, visit.minutes, visit.reason, visit.booked_by) == (at(10), 30, "Cough", rita)
    page = text(desk.get(visit.get_absolute_url()))
    assert "Undo" in page
    assert reverse("appointments:cancel", args=[visit.pk]) in page


def test_a_double_click_books_once(desk: Client, patient: Patient, doctor: Doctor) -> None:
    first, second = (desk.post(BOOK, wanted(patient, doctor)) for _ in range(2))

    assert first["Location"] == second["Location"]
    assert Appointment.objects.count() == 1


def test_a_taken_time_keeps_what_was_typed_and_offers_others(
    desk: Client, visit: Appointment, doctor: Doctor
) -> None:
    ben = make_patient(given_name="Ben", family_name="Bauer")

    response = desk.post(BOOK, wanted(ben, doctor, reason="Sore throat"))

    assert response.status_code == 422
    assert "just been taken" in text(response)
    assert 'value="Sore throat"' in text(response)
    offers = re.findall(r'href="(/appointments/book/\?[^"]*starts_at[^"]*)"', text(response))
    assert any(f"patient={ben.pk}" in one and "reason=Sore" in one for one in offers)
    assert Appointment.objects.count() == 1


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"starts_at": "2026-11-30T09:03"}, "multiple of 5"),
        ({"starts_at": "2026-11-30T07:00"}, "has passed"),
        ({"starts_at": "2026-02-30T09:00"}, "Write the day and the time"),
        ({"starts_at": "tomorrow"}, "Write the day and the time"),
        ({"starts_at": "9999-12-31T23:59"}, "Write the day and the time"),
        ({"minutes": "7"}, "multiple of 5"),
        ({"minutes": "x"}, "whole number"),
        ({"starts_at": "2026-11-30T15:00"}, "no consultation hours"),
    ],
)
def test_a_wrong_time_typed_by_hand_is_explained_and_nothing_is_lost(
    desk: Client, patient: Patient, doctor: Doctor, typed: dict[str, str], said: str
) -> None:
    response = desk.post(
        BOOK, wanted(patient, doctor, **{"starts_at": "2026-11-30T09:00", "other": "1"} | typed)
    )

    assert response.status_code == 422
    assert said in text(response)
    assert 'value="Cough"' in text(response)
    assert not Appointment.objects.exists()


def test_a_time_typed_by_hand_is_that_of_the_wall(desk: Client, patient: Patient, doctor: Doctor) -> None:
    desk.post(BOOK, wanted(patient, doctor, "2026-11-30T09:30", other="1"))

    assert Appointment.objects.get().starts_at == at(9, 30)


@pytest.fixture
def night_doctor(doctor: Doctor) -> Doctor:
    """Sees patients on Sunday nights, when the clocks change."""
    night = make_doctor(given_name="Nils", family_name="Nacht")
    make_block(night, weekday=6, starts="01:00", ends="05:00", visit_minutes=30)
    return night


def test_a_time_that_the_spring_skips_is_refused(
    desk: Client, patient: Patient, night_doctor: Doctor
) -> None:
    with time_machine.travel(datetime(2026, 3, 2, 9, tzinfo=UTC), tick=True):
        desk.force_login(User.objects.get(email="rita@example.org"))
        response = desk.post(BOOK, wanted(patient, night_doctor, "2026-03-29T02:30", other="1"))

    assert response.status_code == 422
    assert "does not exist" in text(response)


def test_a_time_that_comes_twice_in_autumn_asks_which(
    desk: Client, patient: Patient, night_doctor: Doctor
) -> None:
    with time_machine.travel(datetime(2026, 10, 5, 9, tzinfo=UTC), tick=True):
        desk.force_login(User.objects.get(email="rita@example.org"))
        typed = wanted(patient, night_doctor, "2026-10-25T02:30", other="1")
        asked = desk.post(BOOK, typed)
        assert asked.status_code == 422
        assert 'name="which"' in text(asked)

        answered = desk.post(BOOK, typed | {"which": "later", "nonce": "b" * 32})

    assert answered.status_code == 302
    assert Appointment.objects.get().starts_at == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


def test_moving_shows_both_times_and_frees_the_old_one(
    desk: Client, visit: Appointment, doctor: Doctor
) -> None:
    where = reverse("appointments:move", args=[visit.pk])
    assert "10:00" in text(desk.get(where))
    chosen = {
        "doctor": str(doctor.pk),
        "starts_at": "2026-11-30T10:00Z",
        "minutes": 30,
        "version": visit.version,
    }
    assert 'name="version" value="1"' in text(desk.get(f"{where}?{urlencode(chosen)}"))

    assert desk.post(where, chosen | {"reason": "Cough"}).status_code == 302

    visit.refresh_from_db()
    assert visit.starts_at == at(11)


def test_who_moves_what_somebody_else_has_changed_is_told_so(
    desk: Client, visit: Appointment, doctor: Doctor, rita: User
) -> None:
    confirm_appointment(Appointment.objects.with_names().get(pk=visit.pk), by=rita)
    chosen = {
        "doctor": str(doctor.pk),
        "starts_at": "2026-11-30T10:00Z",
        "minutes": 30,
        "version": 1,
        "reason": "",
    }

    response = desk.post(reverse("appointments:move", args=[visit.pk]), chosen)

    assert response.status_code == 422
    assert "Somebody else" in text(response)


def test_cancelling_asks_why(desk: Client, visit: Appointment) -> None:
    where = reverse("appointments:cancel", args=[visit.pk])
    assert desk.post(where, {"version": 1, "reason": " "}).status_code == 422

    assert desk.post(where, {"version": 1, "reason": "Flu"}).status_code == 302

    visit.refresh_from_db()
    assert (visit.status, visit.cancelled_because) == ("cancelled", "Flu")


def test_a_doctor_books_only_the_own_time(
    client: Client, dora: User, doctor: Doctor, patient: Patient, rita: User
) -> None:
    other = make_doctor(given_name="Otto", family_name="Other")
    make_block(other, weekday=0)
    dora.refresh_from_db()
    client.force_login(dora)

    assert "Otto Other" not in text(client.get(BOOK, {"patient": str(patient.pk)}))
    assert client.post(BOOK, wanted(patient, other)).status_code == 403
    assert client.post(BOOK, wanted(patient, doctor)).status_code == 302


def test_those_who_may_not_book_are_sent_away(
    client: Client, carl: User, patient: Patient, doctor: Doctor
) -> None:
    client.force_login(carl)

    assert client.get(BOOK).status_code == 403
    assert client.post(BOOK, wanted(patient, doctor)).status_code == 403


def test_nobody_is_booked_for_an_unknown_patient(desk: Client, patient: Patient, doctor: Doctor) -> None:
    sent = wanted(patient, doctor) | {"patient": "01900000-0000-7000-8000-000000000000"}
    assert desk.post(BOOK, sent).status_code == 404
    assert desk.get(BOOK, {"patient": "nonsense"}).status_code == 200


def test_the_booking_of_somebody_else_at_once_is_the_only_one(
    desk: Client, patient: Patient, doctor: Doctor, rita: User
) -> None:
    book_appointment(patient=patient, doctor=doctor, starts_at=at(9), minutes=30, by=rita)

    response = desk.post(BOOK, wanted(patient, doctor, "2026-11-30T08:00Z"))

    assert response.status_code == 422
    assert "another visit at this time" in text(response)


def test_a_new_patient_is_registered_on_the_way_and_the_time_is_kept(desk: Client, doctor: Doctor) -> None:
    chosen = {"doctor": str(doctor.pk), "starts_at": at(10).isoformat(), "minutes": "30"}
    page = text(desk.get(BOOK, chosen))
    link = re.search(r'href="(/patients/register/\?[^"]+)"', page)
    assert link
    answer = desk.post(unescape(link[1]), form_data(given_name="Nils", family_name="Neumann"))
    assert answer.status_code == 302
    assert answer["Location"].startswith(BOOK)
    assert "10:00" in text(desk.get(answer["Location"]))
    assert "Nils Neumann" in text(desk.get(answer["Location"]))


def test_a_registration_never_leads_to_another_site(desk: Client, site: object) -> None:
    answer = desk.post("/patients/register/?then=https://elsewhere.example/", form_data())
    assert answer["Location"].startswith("/patients/")
