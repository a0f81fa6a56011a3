"""A patient has died or the record is closed: nothing new is begun on any path, and nobody writes to the dead."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts.models import User
from appointments.models import Appointment, Claim
from appointments.services import admit_walk_in, book_appointment, check_in_appointment, move_appointment
from appointments.tests.conftest import at, code_of
from appointments.tests.make import make_policy
from doctors.models import Doctor
from doctors.tests.make import make_doctor
from notifications.models import Message
from notifications.outbox import drain
from notifications.services import send_message_again
from patients.models import Patient
from patients.services import deactivate_patient, record_death
from patients.tests.make import make_patient

DIED = date(2026, 11, 29)
Status = Appointment.Status


@pytest.fixture
def patient(site: object) -> Patient:
    return make_patient(given_name="Ann", family_name="Archer", email="ann@example.com")


@pytest.fixture
def dead(patient: Patient, nora: User) -> Patient:
    return record_death(patient, died_on=DIED, by=nora)


@pytest.fixture
def closed(patient: Patient, rita: User) -> Patient:
    return deactivate_patient(patient, reason="Moved away", by=rita)


Ends = tuple[str, Patient]


@pytest.fixture(params=["dead", "closed"])
def ended(request: pytest.FixtureRequest) -> Ends:
    """The code of the refusal, and who has died or whose record is closed."""
    return (
        {"dead": "patient_deceased", "closed": "patient_inactive"}[request.param],
        request.getfixturevalue(request.param),
    )


# ── Nothing new, on any path ─────────────────────────────────────────────────
def test_nobody_is_booked_or_admitted(ended: Ends, doctor: Doctor, rita: User) -> None:
    code, patient = ended
    acts: list[Callable[[], Any]] = [
        lambda: book_appointment(patient=patient, doctor=doctor, starts_at=at(10), minutes=30, by=rita),
        lambda: admit_walk_in(patient=patient, doctor=doctor, by=rita),
    ]
    assert [code_of(act) for act in acts] == [code, code]


def test_the_pages_refuse(ended: Ends, doctor: Doctor, rita: User, client: Client) -> None:
    code, patient = ended
    words = {"patient_deceased": "This patient has died.", "patient_inactive": "record is closed"}[code]
    client.force_login(rita)
    booked = client.post(
        reverse("appointments:book"),
        {
            "patient": str(patient.pk),
            "doctor": str(doctor.pk),
            "starts_at": at(10).isoformat(),
            "minutes": "30",
            "nonce": "n" * 32,
        },
    )
    admitted = client.post(
        reverse("appointments:walk_in"),
        {"patient": str(patient.pk), "doctor": str(doctor.pk), "priority": "3", "nonce": "m" * 32},
    )
    for answer in (booked, admitted):
        assert answer.status_code == 422
        assert words in answer.content.decode()
    assert not Appointment.objects.exists()


def test_the_api_refuses_with_the_code(ended: Ends, doctor: Doctor, ivo: User, api: Any) -> None:
    code, patient = ended
    client, who = api(ivo), {"patient": str(patient.pk), "doctor": str(doctor.pk)}
    booked = client.post("/api/v1/appointments", who | {"starts_at": at(10).isoformat(), "minutes": 30})
    admitted = client.post("/api/v1/queue/walk-ins", who)

    assert [(one.status_code, one.json()["code"]) for one in (booked, admitted)] == [(409, code)] * 2
    assert not Appointment.objects.exists()


def test_a_visit_of_a_closed_record_is_neither_moved_nor_checked_in(
    visit: Appointment, patient: Patient, rita: User, api: Any
) -> None:
    deactivate_patient(patient, reason="Moved away", by=rita)
    mine = Appointment.objects.get(pk=visit.pk)

    assert code_of(lambda: move_appointment(mine, starts_at=at(11), by=rita)) == "patient_inactive"
    assert code_of(lambda: check_in_appointment(mine, by=rita)) == "patient_inactive"
    moved = api(rita).patch(
        f"/api/v1/appointments/{visit.pk}", {"starts_at": at(11).isoformat(), "version": 1}
    )
    assert (moved.status_code, moved.json()["code"]) == (409, "patient_inactive")


def test_a_visit_whose_time_has_come_is_neither_moved_nor_checked_in_after_a_death(
    visit: Appointment, patient: Patient, rita: User, nora: User
) -> None:
    with time_machine.travel(at(10, 5), tick=False):
        record_death(patient, died_on=DIED, by=nora)
        mine = Appointment.objects.get(pk=visit.pk)
        assert mine.status == Status.BOOKED
        assert code_of(lambda: move_appointment(mine, starts_at=at(11), by=rita)) == "patient_deceased"
        assert code_of(lambda: check_in_appointment(mine, by=rita)) == "patient_deceased"


# ── What lies ahead is called off ────────────────────────────────────────────
def test_visits_ahead_are_cancelled_and_their_time_is_free(
    visit: Appointment, patient: Patient, nora: User
) -> None:
    record_death(patient, died_on=DIED, by=nora)

    after = Appointment.objects.get(pk=visit.pk)
    assert (after.status, after.cancelled_because) == (Status.CANCELLED, "The patient has died.")
    assert not Claim.objects.exists()


def test_no_rule_of_booking_stands_against_it(visit: Appointment, patient: Patient, nora: User) -> None:
    make_policy(visit.doctor, cancellation_cutoff_minutes=10_000)
    record_death(patient, died_on=DIED, by=nora)

    assert Appointment.objects.get(pk=visit.pk).status == Status.CANCELLED


def test_a_doctor_calls_off_the_visits_with_others_too(
    visit: Appointment, patient: Patient, dov: User
) -> None:
    make_doctor(user=dov)
    record_death(patient, died_on=DIED, by=dov)

    assert Appointment.objects.get(pk=visit.pk).status == Status.CANCELLED


def test_what_is_refused_cancels_nothing(visit: Appointment, patient: Patient, nora: User) -> None:
    assert code_of(lambda: record_death(patient, died_on=DIED, seen_version=9, by=nora)) == "stale"

    assert Appointment.objects.get(pk=visit.pk).status == Status.BOOKED
    assert not Patient.objects.get().is_deceased


def test_the_page_says_what_will_be_called_off(
    visit: Appointment, patient: Patient, nora: User, dov: User, client: Client
) -> None:
    address = reverse("patients:record_death", args=[patient.pk])
    client.force_login(nora)
    page = client.get(address).content.decode()
    assert "One appointment lies ahead and will be cancelled" in page
    assert "Mon 30 Nov, 10:00" in page

    make_doctor(user=dov)
    client.force_login(dov)
    page = client.get(address).content.decode()
    assert "An appointment with somebody else" in page
    assert "10:00" not in page


# ── Nobody writes to the dead ────────────────────────────────────────────────
def test_no_letter_and_no_reminder_leaves_and_the_doctor_is_told(
    visit: Appointment, patient: Patient, nora: User, dora: User
) -> None:
    drain(20)
    told_before = len(mail.outbox)
    record_death(patient, died_on=DIED, by=nora)

    with time_machine.travel(at(10, days=2), tick=True):
        drain(20)
    assert len(mail.outbox) == told_before
    to_patient = Message.objects.filter(subject_id=visit.pk, recipient_id=patient.pk)
    assert not to_patient.filter(kind="appointment_cancelled").exists()
    assert not to_patient.filter(status="due").exists()
    assert Message.objects.in_inbox_of(dora).filter(kind="doctor_appointment_cancelled").exists()


def test_a_doctor_without_an_account_gets_a_letter(
    patient: Patient, department: Any, rita: User, nora: User
) -> None:
    doctor = make_doctor(department=department, email="doctor@example.com")
    book_appointment(
        patient=patient, doctor=doctor, starts_at=at(10), minutes=30, override_because="Asked", by=nora
    )
    drain(20)
    record_death(patient, died_on=DIED, by=nora)
    drain(20)

    assert [one.to for one in mail.outbox if one.to == ["doctor@example.com"]]
    assert Message.objects.get(kind="doctor_appointment_cancelled").status == "sent"


def test_a_letter_that_failed_is_not_sent_again(
    visit: Appointment, patient: Patient, rita: User, nora: User
) -> None:
    letter = Message.objects.get(subject_id=visit.pk, kind="appointment_booked")
    Message.objects.filter(pk=letter.pk).update(status="failed", because="refused")
    letter.refresh_from_db()
    record_death(patient, died_on=DIED, by=nora)
    send_message_again(letter, by=rita)
    drain(20)

    letter.refresh_from_db()
    assert (letter.status, mail.outbox) == ("withdrawn", [])


@pytest.mark.parametrize("changes", [{"is_deceased": True, "deceased_on": DIED}, {"is_active": False}])
def test_a_reminder_that_is_due_is_withdrawn(
    patient: Patient, doctor: Doctor, changes: dict[str, Any], rita: User
) -> None:
    """Written straight into the row, as if the two had crossed: the last look before sending decides."""
    book_appointment(patient=patient, doctor=doctor, starts_at=at(10, days=7), minutes=30, by=rita)
    drain(20)
    sent_before = len(mail.outbox)
    reminder = Message.objects.filter(kind="appointment_reminder").earliest("due_at")
    patient.change(**changes)
    with time_machine.travel(reminder.due_at + timedelta(minutes=1), tick=True):
        drain(20)

    reminder.refresh_from_db()
    assert (reminder.status, reminder.because) == ("withdrawn", "inactive")
    assert len(mail.outbox) == sent_before
