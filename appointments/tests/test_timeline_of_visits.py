"""A visit is one line of its patient's timeline, and the line says what became of it."""

import pytest

from accounts.models import User
from appointments.models import Appointment
from appointments.services import (
    admit_walk_in,
    cancel_appointment,
    check_in_appointment,
    move_appointment,
    start_appointment,
    undo_step,
)
from appointments.tests.conftest import at
from doctors.models import Doctor
from patients import timeline
from patients.models import Patient, TimelineEntry
from patients.timeline import Line

pytestmark = pytest.mark.django_db(transaction=True)


def lines_of(patient: Patient, user: User) -> list[Line]:
    return [one.line for one in timeline.read(patient, user)[0]]


def test_a_booking_is_a_line_at_its_time(visit: Appointment, patient: Patient, rita: User) -> None:
    [line] = lines_of(patient, rita)
    assert (line.title, line.detail) == ("Appointment with Dr. Dora Dietz", "Booked · Cough")
    assert line.url == visit.get_absolute_url()
    assert TimelineEntry.objects.get().at == at(10)


def test_moved_it_stands_at_the_other_time(visit: Appointment, patient: Patient, rita: User) -> None:
    move_appointment(visit, starts_at=at(11), reason="Cough and fever", by=rita)
    assert TimelineEntry.objects.get().at == at(11)
    assert lines_of(patient, rita)[0].detail == "Booked · Cough and fever"


def test_each_step_and_each_step_back_changes_it(visit: Appointment, patient: Patient, rita: User) -> None:
    check_in_appointment(visit, by=rita)
    start_appointment(visit, by=rita)
    assert lines_of(patient, rita)[0].detail == "In consultation · Cough"
    undo_step(visit, by=rita)
    assert lines_of(patient, rita)[0].detail.startswith("Arrived")


def test_cancelled_it_is_struck(visit: Appointment, patient: Patient, rita: User) -> None:
    cancel_appointment(visit, reason="Flu", by=rita)
    [line] = lines_of(patient, rita)
    assert line.struck


def test_who_walked_in_has_a_line_too(hours: Doctor, patient: Patient, rita: User) -> None:
    admit_walk_in(patient=patient, doctor=hours, reason="Fever", by=rita)
    assert [line.detail for line in lines_of(patient, rita)] == ["Arrived · Fever"]


def test_a_visit_with_another_doctor_is_known_but_does_not_open(
    visit: Appointment, patient: Patient, dora: User, dov: User
) -> None:
    assert lines_of(patient, dora)[0].url
    assert not lines_of(patient, dov)[0].url


def test_rebuilt_the_line_is_the_same(visit: Appointment, patient: Patient, rita: User) -> None:
    check_in_appointment(visit, by=rita)
    live = list(TimelineEntry.objects.values())
    timeline.rebuild(patient.pk)
    assert list(TimelineEntry.objects.values()) == live
