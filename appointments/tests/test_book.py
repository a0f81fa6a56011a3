"""Booking: a time is given to one patient, once."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.models import User
from accounts.once import Once, fingerprint
from appointments.models import Appointment, Claim
from appointments.services import book_appointment, cancel_appointment, move_appointment
from appointments.tests.conftest import at
from appointments.tests.make import make_policy
from audit.models import Entry
from doctors.models import Doctor
from doctors.tests.make import make_block, make_doctor, make_room, make_time_off
from hospital.errors import KeyReused, Refusal
from hospital.tests.queries import counted
from patients.models import CareRelation, Patient
from patients.services import deactivate_patient
from patients.tests.make import make_patient


def book(
    patient: Patient, doctor: Doctor, by: User, hour: int = 10, minute: int = 0, **more: Any
) -> Appointment:
    given: dict[str, Any] = {"starts_at": at(hour, minute), "minutes": 30} | more
    return book_appointment(patient=patient, doctor=doctor, by=by, **given)


def refused(code: str) -> Any:
    return pytest.raises(Refusal, check=lambda error: error.code == code)


def test_reception_books_and_every_cell_of_the_time_is_claimed(visit: Appointment, patient: Patient) -> None:
    assert visit.status == "booked"
    assert set(Claim.objects.values_list("key", flat=True)) == visit.claim_keys()
    assert len(visit.claim_keys()) == 2 * 6  # 30 minutes of the doctor and of the patient


def test_the_same_time_is_refused_and_others_are_offered(
    visit: Appointment, doctor: Doctor, rita: User
) -> None:
    with refused("slot_taken") as refusal:
        book(make_patient(), doctor, rita)
    offers = refusal.value.offers
    assert [offer["starts_at"] for offer in offers] == sorted(offer["starts_at"] for offer in offers)
    assert visit.starts_at.isoformat() not in {offer["starts_at"] for offer in offers}
    assert len(offers) == 4
    assert Appointment.objects.count() == 1


@pytest.mark.parametrize(("hour", "minute", "minutes"), [(9, 35, 30), (10, 25, 30), (10, 5, 5), (9, 0, 120)])
def test_visits_of_another_length_that_overlap_are_refused(
    visit: Appointment, doctor: Doctor, rita: User, hour: int, minute: int, minutes: int
) -> None:
    with refused("slot_taken"):
        book(make_patient(), doctor, rita, hour, minute, minutes=minutes)


def test_visits_may_touch(visit: Appointment, doctor: Doctor, rita: User) -> None:
    book(make_patient(), doctor, rita, 9, 30)
    book(make_patient(), doctor, rita, 10, 30)
    assert Appointment.objects.live().count() == 3


def test_a_patient_is_in_one_place_at_a_time(visit: Appointment, patient: Patient, rita: User) -> None:
    other = make_doctor()
    make_block(other)
    with refused("patient_busy"):
        book(patient, other, rita, 10, 15)


def test_capacity_gives_as_many_lanes_and_no_more(doctor: Doctor, rita: User) -> None:
    make_block(doctor, weekday=1, capacity=2)
    tuesday = at(10, days=1)
    lanes = {book(make_patient(), doctor, rita, starts_at=tuesday).lane for _ in range(2)}
    assert lanes == {0, 1}
    with refused("slot_taken"):
        book(make_patient(), doctor, rita, starts_at=tuesday)


def test_two_doctors_cannot_have_the_same_room(rita: User, site: object) -> None:
    room = make_room(places=1)
    first, second = make_doctor(), make_doctor()
    for one in (first, second):
        make_block(one, room=room)
    book(make_patient(), first, rita)
    with refused("room_taken"):
        book(make_patient(), second, rita)


@pytest.mark.parametrize(("hour", "minute"), [(8, 30), (11, 45), (12, 0), (13, 0)])
def test_times_outside_the_schedule_are_refused(
    patient: Patient, doctor: Doctor, rita: User, hour: int, minute: int
) -> None:
    with refused("outside_schedule"):
        book(patient, doctor, rita, hour, minute)


def test_leave_closes_the_schedule(patient: Patient, doctor: Doctor, rita: User) -> None:
    make_time_off(doctor, at(9), at(11))
    with refused("outside_schedule"):
        book(patient, doctor, rita)
    assert book(patient, doctor, rita, 11).starts_at == at(11)


@pytest.mark.parametrize("minutes", [0, -5, 7, 245])
def test_lengths_are_multiples_of_five(patient: Patient, doctor: Doctor, rita: User, minutes: int) -> None:
    with pytest.raises(ValidationError, check=lambda error: "minutes" in error.error_dict):
        book(patient, doctor, rita, minutes=minutes)


def test_starts_are_multiples_of_five_and_lie_ahead(patient: Patient, doctor: Doctor, rita: User) -> None:
    for wrong in (at(10, 3), at(10) + timedelta(seconds=30), at(10, days=-7), at(7)):
        with pytest.raises(ValidationError, check=lambda error: "starts_at" in error.error_dict):
            book(patient, doctor, rita, starts_at=wrong)
    assert not Claim.objects.exists()


def test_a_closed_record_is_not_booked(patient: Patient, doctor: Doctor, rita: User, adam: User) -> None:
    deactivate_patient(patient, reason="Moved", by=adam)
    with refused("patient_inactive"):
        book(patient, doctor, rita)


def test_a_doctor_books_only_the_own_time(patient: Patient, doctor: Doctor, dora: User) -> None:
    other = make_doctor()
    make_block(other)
    with pytest.raises(PermissionDenied):
        book(patient, other, dora)
    assert book(patient, doctor, dora).doctor == doctor
    assert Entry.objects.filter(verb="appointments.book_appointment", outcome="denied").count() == 1


def test_the_doctor_may_open_the_record_from_now_on(visit: Appointment, patient: Patient, dora: User) -> None:
    assert CareRelation.objects.filter(patient=patient, user=dora, is_open=True).count() == 1


def test_the_same_request_twice_books_once(patient: Patient, doctor: Doctor, rita: User) -> None:
    first = book(patient, doctor, rita, once=Once("key-1", fingerprint({"at": 10})))
    again = Once("key-1", fingerprint({"at": 10}))
    assert book(patient, doctor, rita, once=again) == first
    assert again.replayed
    with pytest.raises(KeyReused):
        book(patient, doctor, rita, 11, once=Once("key-1", fingerprint({"at": 11})))
    assert Appointment.objects.count() == 1


def test_a_refused_booking_leaves_a_trace_and_nothing_else(
    visit: Appointment, doctor: Doctor, rita: User
) -> None:
    with refused("slot_taken"):
        book(make_patient(), doctor, rita)
    entry = Entry.objects.get(verb="appointments.book_appointment", outcome="refused")
    assert entry.actor == rita
    assert entry.details == {"code": "slot_taken"}
    assert Claim.objects.count() == len(visit.claim_keys())


def test_a_cancelled_time_can_be_booked_again(visit: Appointment, doctor: Doctor, rita: User) -> None:
    cancel_appointment(visit, reason="Flu", by=rita)
    assert not Claim.objects.exists()
    book(make_patient(), doctor, rita)
    assert Claim.objects.count() == 12


def test_moving_frees_the_old_time_and_claims_the_new_one(
    visit: Appointment, doctor: Doctor, rita: User
) -> None:
    move_appointment(visit, starts_at=at(10, 15), minutes=45, by=rita)
    visit.refresh_from_db()
    assert (visit.starts_at, visit.ends_at, visit.minutes) == (at(10, 15), at(11), 45)
    assert set(Claim.objects.values_list("key", flat=True)) == visit.claim_keys()
    book(make_patient(), doctor, rita, 9, 45)


def test_moving_onto_a_taken_time_changes_nothing(visit: Appointment, doctor: Doctor, rita: User) -> None:
    book(make_patient(), doctor, rita, 11)
    with refused("slot_taken"):
        move_appointment(visit, starts_at=at(11), minutes=30, by=rita)
    visit.refresh_from_db()
    assert visit.starts_at == at(10)
    assert Claim.objects.filter(appointment=visit).count() == 12


def test_a_doctors_day_has_so_many_visits_and_no_more(doctor: Doctor, rita: User) -> None:
    make_policy(doctor, daily_cap=2)
    numbers = [book(make_patient(), doctor, rita, hour).day_number for hour in (9, 11)]
    assert numbers == [0, 1]
    with refused("day_full") as refusal:
        book(make_patient(), doctor, rita)
    assert {offer["starts_at"][:10] for offer in refusal.value.offers} == {"2026-12-07"}  # not that day


def test_a_number_of_the_day_is_free_again_with_the_visit(doctor: Doctor, rita: User) -> None:
    make_policy(doctor, daily_cap=1)
    make_block(doctor, weekday=1)
    first = book(make_patient(), doctor, rita)
    moved = move_appointment(first, starts_at=at(11), by=rita)  # on the same day it keeps the number
    assert moved.day_number == 0
    move_appointment(moved, starts_at=at(9, days=1), by=rita)
    assert book(make_patient(), doctor, rita).day_number == 0


def test_the_room_is_kept_free_with_the_doctor(rita: User, site: object) -> None:
    room = make_room(places=1)
    first, second = make_doctor(), make_doctor()
    for one in (first, second):
        make_block(one, room=room)
    make_policy(first, buffer_minutes=15)
    book(make_patient(), first, rita)
    with refused("room_taken"):
        book(make_patient(), second, rita, 10, 40)
    assert book(make_patient(), second, rita, 10, 45).room == room


# ── the API's door ───────────────────────────────────────────────────────────


@pytest.fixture
def body(patient: Patient, doctor: Doctor) -> dict[str, Any]:
    return {
        "patient": str(patient.pk),
        "doctor": str(doctor.pk),
        "starts_at": at(10).isoformat(),
        "minutes": 30,
        "reason": "Cough",
    }


URL = "/api/v1/appointments"


def test_another_system_books(api: Callable[[User], Any], ivo: User, body: dict[str, Any]) -> None:
    client = api(ivo)
    with counted(at_most=17):
        answer = client.post(URL, body, headers={"Idempotency-Key": "k1"})
    assert answer.status_code == 201, answer.content
    assert answer["Location"] == f"{URL}/{answer.json()['id']}"
    assert answer["ETag"] == '"1"'
    assert answer.json()["status"] == "booked"


def test_a_taken_time_is_a_problem_with_offers(
    api: Callable[[User], Any], ivo: User, visit: Appointment, body: dict[str, Any]
) -> None:
    answer = api(ivo).post(URL, body | {"patient": str(make_patient().pk)})
    assert answer.status_code == 409
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == "slot_taken"
    assert answer.json()["offers"]


def test_a_repeated_key_is_answered_as_before(
    api: Callable[[User], Any], ivo: User, body: dict[str, Any]
) -> None:
    client = api(ivo)
    answers = [client.post(URL, body, headers={"Idempotency-Key": "k1"}) for _ in range(2)]
    assert answers[0].json() == answers[1].json()
    other = client.post(URL, body | {"minutes": 15}, headers={"Idempotency-Key": "k1"})
    assert (other.status_code, other.json()["code"]) == (422, "key_reused")
    assert Appointment.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"starts_at": "2026-02-30T10:00:00Z"}, "starts_at"),
        ({"starts_at": "2020-01-06T09:00:00Z"}, "starts_at"),
        ({"minutes": 7}, "minutes"),
        ({"minutes": {"$ne": None}}, "minutes"),
        ({"patient": "not-an-id"}, "patient"),
        ({"patient": "01927b1c-0000-7000-8000-000000000001"}, "patient"),
        ({"doctor": None}, "doctor"),
        ({"reason": "x" * 10_000}, "reason"),
    ],
)
def test_bad_input_is_named_by_its_field(
    api: Callable[[User], Any], ivo: User, body: dict[str, Any], change: dict[str, Any], field: str
) -> None:
    answer = api(ivo).post(URL, body | change)
    assert answer.status_code == 400
    assert field in {error["field"] for error in answer.json()["errors"]}
    assert not Appointment.objects.exists()
