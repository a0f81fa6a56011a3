"""The .ics of a visit, read back by a library that had no part in writing it."""

from datetime import datetime, timedelta
from email.message import Message
from typing import Any

import pytest
import vobject
from django.core import mail

from accounts import places
from accounts.models import User
from appointments.calendars import calendar_of
from appointments.models import Appointment
from appointments.services import book_appointment, cancel_appointment, move_appointment
from appointments.tests.conftest import at
from doctors.models import Doctor
from doctors.tests.make import make_block
from notifications.outbox import drain
from patients.models import Patient


@pytest.fixture
def ann(patient: Patient) -> Patient:
    return patient.change(email="ann@example.com")


def read(text: str) -> Any:
    return vobject.readOne(text)


def attached(mails: list[Any]) -> list[Message]:
    parts = [part for one in mails for part in one.message().walk()]
    return [part for part in parts if part.get_content_type() == "text/calendar"]


def told() -> Any:
    """The calendar of the one letter that is due now."""
    mail.outbox.clear()
    drain(20)
    (part,) = attached(mail.outbox)
    content = part.get_payload(decode=True)
    assert isinstance(content, bytes)
    calendar = read(content.decode())
    assert part.get_param("method") == calendar.method.value
    assert part.get_filename() == "appointment.ics"
    return calendar


def test_a_calendar_moves_and_strikes_what_it_has(ann: Patient, doctor: Doctor, rita: User) -> None:
    visit = book_appointment(patient=ann, doctor=doctor, starts_at=at(10, days=7), minutes=30, by=rita)
    calendars = [told()]
    for minute in (0, 30):
        move_appointment(visit, starts_at=at(11, minute, days=7), minutes=30, by=rita)
        calendars.append(told())
    move_appointment(visit, starts_at=visit.starts_at, minutes=30, reason="Rash", by=rita)
    cancel_appointment(visit, reason="Flu", by=rita)
    calendars.append(told())
    events = [one.vevent for one in calendars]
    assert {event.uid.value for event in events} == {f"{visit.pk}@localhost"}
    assert [int(event.sequence.value) for event in events] == [0, 1, 2, 3]
    assert [one.method.value for one in calendars] == ["REQUEST", "REQUEST", "REQUEST", "CANCEL"]
    assert [event.status.value for event in events] == ["CONFIRMED"] * 3 + ["CANCELLED"]
    assert [event.dtstart.value for event in events] == [
        at(10, days=7),
        at(11, days=7),
        at(11, 30, days=7),
        at(11, 30, days=7),
    ]
    assert {event.dtend.value - event.dtstart.value for event in events} == {timedelta(minutes=30)}
    assert all(event.attendee.value == "MAILTO:ann@example.com" for event in events)


@pytest.mark.parametrize(
    ("day", "utc_hour"), [("2027-01-15", 9), ("2027-07-15", 8)], ids=["winter", "summer"]
)
def test_ten_o_clock_is_ten_o_clock_all_year(
    ann: Patient, doctor: Doctor, rita: User, day: str, utc_hour: int
) -> None:
    starts_at = datetime.fromisoformat(f"{day}T{utc_hour:02}:00Z")
    make_block(doctor, weekday=starts_at.weekday())
    visit = book_appointment(patient=ann, doctor=doctor, starts_at=starts_at, minutes=30, by=rita)
    event = read(calendar_of(visit, stamp=visit.updated_at)).vevent
    assert event.dtstart.value == starts_at
    assert event.dtstart.value.astimezone(doctor.zone).hour == 10
    assert event.dtstamp.value == visit.updated_at.replace(microsecond=0)


def test_long_lines_are_folded_and_signs_keep_their_meaning(visit: Appointment, doctor: Doctor) -> None:
    address = "Haus „Zur Mühle“, Gebäude 7; 2. Stock,\nMühlenstraße 12, 12345 Nördlingen \\ Ries, " + "ö" * 90
    doctor.site.change(address=address)
    doctor.change(family_name="Dietz, M.D.; Ph.D.")
    places.forget()
    visit.doctor = Doctor.objects.get()
    text = calendar_of(visit, stamp=visit.updated_at)
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    assert "\n" not in text.replace("\r\n", "")
    event = read(text).vevent
    assert event.location.value == f"{doctor.site.name}, {' '.join(address.split())}"
    assert event.summary.value == f"Appointment with {visit.doctor}"


def test_the_house_is_the_organizer_whatever_it_calls_itself(visit: Appointment, settings: Any) -> None:
    settings.DEFAULT_FROM_EMAIL = "Northfield Reception <desk@clinic.example>"
    event = read(calendar_of(visit, stamp=visit.updated_at)).vevent
    assert event.organizer.value == "MAILTO:desk@clinic.example"
    assert not hasattr(event, "attendee"), "Ann has no address"


def test_why_is_not_in_the_calendar(visit: Appointment) -> None:
    assert "Cough" not in calendar_of(visit, stamp=visit.updated_at)
