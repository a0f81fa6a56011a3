"""Somebody comes without an appointment: a visit of this moment, with a number at once."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from accounts.models import Department, NumberSeries, User
from accounts.once import Once
from appointments import services
from appointments.models import Appointment, Claim
from appointments.services import admit_walk_in
from appointments.services.claiming import EXTRA_LANES
from appointments.tests.conftest import at
from doctors.models import Doctor
from doctors.tests.make import make_block, make_doctor, make_room
from hospital.errors import Refusal
from patients.models import CareRelation, Patient
from patients.tests.make import make_patient

HTMX = {"HX-Request": "true"}


def code_of(act: Callable[[], Any]) -> str:
    with pytest.raises(Refusal) as refused:
        act()
    return refused.value.code


@pytest.fixture
def half_past_nine(doctor: Doctor) -> Any:
    with time_machine.travel(at(9, 33), tick=False):
        yield


def test_it_begins_now_on_the_grid_and_waits(
    half_past_nine: None, patient: Patient, doctor: Doctor, rita: User
) -> None:
    visit = admit_walk_in(patient=patient, doctor=doctor, reason="  Cut  finger ", priority=2, by=rita)
    visit.refresh_from_db()
    assert (visit.starts_at, visit.minutes, visit.lane) == (at(9, 30), 30, 0)
    assert (visit.status, visit.is_walk_in, visit.number) == ("arrived", True, "001")
    assert (visit.arrived_at, visit.queued_at, visit.priority) == (at(9, 33), at(9, 33), 2)
    assert visit.reason == "Cut finger"
    assert set(Claim.objects.values_list("key", flat=True)) == visit.claim_keys()
    assert CareRelation.objects.get().user_id == doctor.user_id


def test_where_the_hours_are_full_it_is_squeezed_in_beside_them(
    half_past_nine: None, patient: Patient, doctor: Doctor, rita: User
) -> None:
    lanes = [admit_walk_in(patient=make_patient(), doctor=doctor, by=rita).lane for _ in range(3)]
    assert lanes == [0, 1, 2]


def test_a_desk_that_is_full_says_so(half_past_nine: None, doctor: Doctor, rita: User) -> None:
    for _ in range(EXTRA_LANES + 1):
        admit_walk_in(patient=make_patient(), doctor=doctor, by=rita)
    assert code_of(lambda: admit_walk_in(patient=make_patient(), doctor=doctor, by=rita)) == "desk_full"
    assert [one.last for one in NumberSeries.objects.filter(name__startswith="token:")] == [EXTRA_LANES + 1]


def test_before_the_hours_it_is_as_long_as_the_first_of_them(
    patient: Patient, doctor: Doctor, rita: User
) -> None:
    visit = admit_walk_in(patient=patient, doctor=doctor, by=rita)  # at eight
    assert (visit.starts_at, visit.minutes, visit.lane) == (at(8), 30, 1)


def test_after_the_hours_and_on_another_day_nobody_is_admitted(
    patient: Patient, doctor: Doctor, rita: User
) -> None:
    for moment in (at(12), at(9, days=1)):
        with time_machine.travel(moment, tick=False):
            assert code_of(lambda: admit_walk_in(patient=patient, doctor=doctor, by=rita)) == "not_here_today"


def test_who_has_an_appointment_now_is_checked_in_instead(
    visit: Appointment, patient: Patient, doctor: Doctor, rita: User
) -> None:
    with time_machine.travel(at(9, 45), tick=False), pytest.raises(Refusal, match="Check that one in") as no:
        admit_walk_in(patient=patient, doctor=doctor, by=rita)
    assert (no.value.code, no.value.offers) == ("patient_busy", [{"appointment": str(visit.pk)}])


def test_the_room_of_the_hours_is_told_even_if_it_is_full(department: Department, rita: User) -> None:
    doctor = make_doctor(department=department)
    room = make_room(department, places=1)
    make_block(doctor, weekday=0, starts="08:00", ends="12:00", visit_minutes=20, room=room)
    visits = [admit_walk_in(patient=make_patient(), doctor=doctor, by=rita) for _ in range(2)]
    assert [(one.room_id, one.place, one.minutes) for one in visits] == [(room.pk, 0, 20), (room.pk, 1, 20)]


def test_a_closed_record_and_a_doctor_who_left(
    half_past_nine: None, patient: Patient, doctor: Doctor, rita: User
) -> None:
    patient.change(is_active=False, deactivated_because="Moved")
    assert code_of(lambda: admit_walk_in(patient=patient, doctor=doctor, by=rita)) == "patient_inactive"
    doctor.change(is_active=False)
    other = make_patient()
    assert code_of(lambda: admit_walk_in(patient=other, doctor=doctor, by=rita)) == "doctor_inactive"


def test_a_doctor_admits_to_the_own_queue_only(
    half_past_nine: None, patient: Patient, doctor: Doctor, dora: User, dov: User, carl: User
) -> None:
    make_doctor(user=dov)
    for stranger in (dov, carl):
        with pytest.raises(PermissionDenied):
            admit_walk_in(patient=patient, doctor=doctor, by=stranger)
    assert admit_walk_in(patient=patient, doctor=doctor, by=dora).number == "001"


def test_the_same_request_admits_once(
    half_past_nine: None, patient: Patient, doctor: Doctor, rita: User
) -> None:
    first, again = (
        admit_walk_in(patient=patient, doctor=doctor, once=Once("key", "same"), by=rita) for _ in range(2)
    )
    assert first.pk == again.pk
    assert Appointment.objects.count() == 1


def test_a_walk_in_takes_an_ordinary_time_from_those_who_book(
    half_past_nine: None, patient: Patient, doctor: Doctor, rita: User
) -> None:
    admit_walk_in(patient=patient, doctor=doctor, by=rita)
    other = make_patient()

    def book(starts_at: datetime) -> Appointment:
        return services.book_appointment(
            patient=other, doctor=doctor, starts_at=starts_at, minutes=30, by=rita
        )

    assert code_of(lambda: book(at(9, 45))) == "slot_taken"
    assert book(at(10)).lane == 0


# ── the API's door ───────────────────────────────────────────────────────────


def test_the_api_admits(
    half_past_nine: None, api: Callable[[User], Any], ivo: User, patient: Patient, doctor: Doctor
) -> None:
    body = {"patient": str(patient.pk), "doctor": str(doctor.pk), "reason": "Cut finger", "priority": 1}
    client = api(ivo)
    answer = client.post("/api/v1/queue/walk-ins", body, headers={"Idempotency-Key": "one"})
    assert answer.status_code == 201
    made = answer.json()
    assert (made["status"], made["token"], made["is_walk_in"], made["priority"]) == ("arrived", 1, True, 1)
    assert answer["Location"] == f"/api/v1/appointments/{made['id']}"
    again = client.post("/api/v1/queue/walk-ins", body, headers={"Idempotency-Key": "one"})
    assert (again.status_code, again.json()) == (201, made)
    busy = client.post("/api/v1/queue/walk-ins", body)
    assert (busy.status_code, busy.json()["code"]) == (409, "patient_busy")
    assert client.post("/api/v1/queue/walk-ins", {"patient": str(patient.pk)}).status_code == 400


# ── the page's door ──────────────────────────────────────────────────────────


@pytest.fixture
def desk(client: Client, rita: User) -> Client:
    client.force_login(rita)
    return client


def test_the_page_asks_for_the_patient_first(half_past_nine: None, desk: Client, patient: Patient) -> None:
    url = reverse("appointments:walk_in")
    assert "Who has come?" in desk.get(url).content.decode()
    found = desk.get(url, {"q": "archer"}, headers=HTMX).content.decode()
    assert f"{url}?patient={patient.pk}" in found
    assert "<html" not in found


def test_the_page_admits_and_says_the_number(
    half_past_nine: None, desk: Client, patient: Patient, doctor: Doctor
) -> None:
    url = reverse("appointments:walk_in")
    page = desk.get(url, {"patient": str(patient.pk)}).content.decode()
    assert "Ann Archer" in page
    assert str(doctor) in page
    sent = {"patient": patient.pk, "doctor": doctor.pk, "reason": "Cut", "priority": 3, "nonce": "n1"}
    answer = desk.post(url, sent, follow=True)
    assert "Ann Archer has number 001." in answer.content.decode()
    assert answer.redirect_chain[-1][0] == reverse("appointments:desk")
    desk.post(url, sent)
    assert Appointment.objects.count() == 1


def test_the_page_leads_to_the_appointment_that_is_there(
    desk: Client, visit: Appointment, patient: Patient, doctor: Doctor
) -> None:
    url = reverse("appointments:walk_in")
    with time_machine.travel(at(9, 45), tick=False):
        desk.force_login(User.objects.get(email="rita@example.org"))
        sent = {"patient": patient.pk, "doctor": doctor.pk, "priority": 3, "reason": "Kept", "nonce": "n"}
        answer = desk.post(url, sent)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert text.count("Check that one in instead.") == 1
    assert "Nothing was changed" in text
    assert f'href="{visit.get_absolute_url()}"' in text
    assert 'value="Kept"' in text


def test_only_doctors_who_are_here_can_be_chosen(
    half_past_nine: None, desk: Client, patient: Patient, doctor: Doctor, department: Department
) -> None:
    away = make_doctor(department=department, given_name="Away", family_name="Today")
    page = desk.get(reverse("appointments:walk_in"), {"patient": str(patient.pk)}).content.decode()
    assert str(away.pk) not in page
    with time_machine.travel(at(13), tick=False):
        desk.force_login(User.objects.get(email="rita@example.org"))
        page = desk.get(reverse("appointments:walk_in"), {"patient": str(patient.pk)}).content.decode()
    assert "No doctor sees patients any more today" in page
