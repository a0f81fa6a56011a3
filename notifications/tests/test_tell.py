"""Telling: what is written down when a visit is booked, moved or cancelled, and whether it is still true later."""

from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser
from django.core import mail
from django.db import IntegrityError

from accounts.models import User
from appointments.models import Appointment
from appointments.services import book_appointment, cancel_appointment, move_appointment
from appointments.services.steps import check_in_appointment
from appointments.tests.conftest import at
from doctors.models import Doctor
from doctors.tests.make import make_block, make_doctor
from hospital import clock
from hospital.db import atomic
from hospital.errors import LostRace, Refusal
from notifications import outbox
from notifications.letters import Person
from notifications.models import Message
from notifications.outbox import To, drain, message_about
from notifications.services import dismiss_message, opt_out, send_message_again
from notifications.tests.test_deliver import in_hand
from patients.models import Patient
from patients.services import deactivate_patient
from patients.tests.make import make_patient

NEXT_MONDAY = at(11, days=7)


def told(**which: Any) -> set[tuple[str, str, str]]:
    """Kind, rule and status of each message."""
    return set(Message.objects.filter(**which).values_list("kind", "rule", "status"))


def why(kind: str, **which: Any) -> tuple[str, str]:
    row = Message.objects.get(kind=kind, **which)
    return row.status, row.because


def sent() -> list[str]:
    drain(20)
    subjects = [str(one.subject) for one in mail.outbox]
    mail.outbox.clear()
    return subjects


def move(visit: Appointment, by: User, **more: Any) -> Appointment:
    given: dict[str, Any] = {"starts_at": NEXT_MONDAY, "minutes": 30} | more
    return move_appointment(visit, by=by, **given)


@pytest.fixture
def eve(department: object) -> Doctor:
    """Eve has hours on Mondays and an address, but no account."""
    doctor = make_doctor(given_name="Eve", family_name="Ebner", email="eve@example.com")
    make_block(doctor, weekday=0, starts="09:00", ends="12:00")
    return doctor


# ── Written with the event ───────────────────────────────────────────────────


def test_a_booking_writes_what_is_to_be_said_of_it(visit: Appointment) -> None:
    assert told() == {
        ("appointment_booked", "now", "due"),
        ("doctor_appointment_booked", "inbox", "sent"),
        ("appointment_reminder", "3d", "due"),
        ("appointment_reminder", "1d", "due"),
        ("appointment_reminder", "2h", "due"),
    }
    assert set(Message.objects.values_list("patient_id", flat=True)) == {visit.patient_id}


def test_what_did_not_happen_is_not_told(visit: Appointment, doctor: Doctor, rita: User) -> None:
    before = told()
    with suppress(Refusal):  # the time is taken
        book_appointment(patient=make_patient(), doctor=doctor, starts_at=at(10, days=7), minutes=30, by=rita)
    with suppress(ZeroDivisionError), atomic():
        cancel_appointment(visit, reason="Flu", by=rita)
        raise ZeroDivisionError
    assert told() == before


def test_the_database_refuses_the_same_message_twice(visit: Appointment) -> None:
    first = Message.objects.get(kind="appointment_booked")
    again = message_about(visit, first.kind, To("patient", visit.patient_id), version=visit.sequence)
    assert again.key == first.key
    with pytest.raises(LostRace) as lost, atomic():
        outbox.write([again])
    assert isinstance(lost.value.__cause__, IntegrityError)


def test_the_worker_hears_of_what_is_due_at_once_and_of_nothing_else(
    visit: Appointment, doctor: Doctor, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[tuple[str, ...]] = []
    monkeypatch.setattr(outbox, "enqueue", lambda task, *ids: heard.append((task, *map(str, ids))))
    to = To("patient", visit.patient_id)
    now = message_about(visit, "appointment_moved", to, version=8)
    later = message_about(visit, "appointment_moved", to, version=9, due_at=clock.now() + timedelta(days=1))
    line = outbox.inbox_about(visit, "doctor_appointment_moved", to, version=8, title="", url="/")
    outbox.write([line, later])
    assert heard == []
    outbox.write([now])
    assert heard == [("notifications.tasks.send", str(now.pk))]


def test_a_reminder_whose_time_is_over_is_not_written(ann: Patient, doctor: Doctor, rita: User) -> None:
    book_appointment(patient=ann, doctor=doctor, starts_at=at(11), minutes=30, by=rita)
    assert {rule for kind, rule, _ in told() if kind == "appointment_reminder"} == {"2h"}


# ── The doctor ───────────────────────────────────────────────────────────────


def test_a_doctor_with_an_account_has_a_line_in_the_inbox_at_once(visit: Appointment, dora: User) -> None:
    line = Message.objects.in_inbox_of(dora).get()
    assert (line.title, line.status, line.read_at) == ("Booked: Mon 7 Dec, 10:00", "sent", None)
    assert line.url == visit.get_absolute_url()


def test_a_doctor_is_not_told_of_the_own_doing(ann: Patient, doctor: Doctor, dora: User) -> None:
    visit = book_appointment(patient=ann, doctor=doctor, starts_at=at(10, days=7), minutes=30, by=dora)
    move(visit, dora)
    cancel_appointment(visit, reason="Flu", by=dora)
    assert not Message.objects.in_inbox_of(dora).exists()


def test_a_doctor_without_an_account_is_written_to_and_no_patient_is_named(
    ann: Patient, eve: Doctor, rita: User
) -> None:
    book_appointment(patient=ann, doctor=eve, starts_at=at(10, days=7), minutes=30, reason="Rash", by=rita)
    drain(20)
    letter = next(one for one in mail.outbox if one.to == ["eve@example.com"])
    text = letter.message().as_string()
    assert letter.subject == "A visit was booked with you for Mon 7 Dec, 10:00"
    assert not any(word in text for word in ("Ann", "Archer", "Rash", ann.mrn, "opt-out"))


def test_a_doctor_who_can_be_reached_by_nothing_is_not_told(ann: Patient, rita: User) -> None:
    silent = make_doctor()
    make_block(silent)
    book_appointment(patient=ann, doctor=silent, starts_at=at(10, days=7), minutes=30, by=rita)
    assert not Message.objects.exclude(recipient_type="patient").exists()


def test_the_doctor_who_has_a_visit_now_and_the_one_who_had_it(
    visit: Appointment, dora: User, dov: User, rita: User
) -> None:
    other = make_doctor(user=dov, given_name="Dov")
    make_block(other)
    move(visit, rita, doctor=other)
    titles = [line.title for line in Message.objects.in_inbox_of(dora).order_by("id")]
    assert titles == ["Booked: Mon 7 Dec, 10:00", "No longer with you: Mon 7 Dec, 10:00"]
    assert [line.title for line in Message.objects.in_inbox_of(dov)] == ["Booked: Mon 7 Dec, 11:00"]


def test_a_doctor_is_told_of_the_move_whether_or_not_the_patient_was(
    visit: Appointment, dora: User, rita: User
) -> None:
    move(visit, rita)
    titles = [line.title for line in Message.objects.in_inbox_of(dora).order_by("id")]
    assert titles == ["Booked: Mon 7 Dec, 10:00", "Moved to Mon 7 Dec, 11:00"]


def test_a_doctor_to_whom_nothing_was_written_is_not_told_that_it_is_off(
    ann: Patient, eve: Doctor, rita: User
) -> None:
    visit = book_appointment(patient=ann, doctor=eve, starts_at=at(10, days=7), minutes=30, by=rita)
    move(visit, rita)
    assert not Message.objects.filter(kind="doctor_appointment_moved").exists()
    cancel_appointment(visit, reason="Flu", by=rita)
    assert sent() == []
    assert why("doctor_appointment_cancelled") == ("withdrawn", "never_told")


def test_a_doctor_without_an_account_is_told_that_a_visit_has_gone_to_another(
    ann: Patient, eve: Doctor, doctor: Doctor, rita: User
) -> None:
    visit = book_appointment(patient=ann, doctor=eve, starts_at=at(10, days=7), minutes=30, by=rita)
    drain(20)
    mail.outbox.clear()
    move(visit, rita, doctor=doctor)
    drain(20)
    letter = next(one for one in mail.outbox if one.to == ["eve@example.com"])
    assert letter.subject == "No longer with you: Mon 7 Dec, 10:00"


# ── Moved ────────────────────────────────────────────────────────────────────


def test_a_patient_who_was_told_is_told_of_the_move(visit: Appointment, rita: User) -> None:
    assert sent() == ["Your appointment on Monday 7 December 2026 at 10:00"]
    move(visit, rita)
    assert sent() == ["Your appointment was moved to Monday 7 December 2026 at 11:00"]
    waiting = Message.objects.filter(status="due")
    assert {(one.rule, one.subject_version) for one in waiting} == {("3d", 1), ("1d", 1), ("2h", 1)}


def test_moved_before_anything_was_sent_it_is_told_as_a_booking(visit: Appointment, rita: User) -> None:
    move(visit, rita)
    assert sent() == ["Your appointment on Monday 7 December 2026 at 11:00"]


def test_moved_by_somebody_between_the_queue_and_the_letter(
    visit: Appointment, rita: User, settings: Any
) -> None:
    """The row that a worker holds already says nothing of the old time."""
    seen = list(Message.objects.filter(kind="appointment_booked"))
    Message.objects.filter(pk=seen[0].pk).update(status="due")
    Appointment.objects.filter(pk=visit.pk).update(sequence=5)
    assert sent() == []
    assert why("appointment_booked") == ("withdrawn", "superseded")


def test_another_reason_is_nobodys_business(visit: Appointment, rita: User) -> None:
    before = told()
    move(visit, rita, starts_at=at(10, days=7), reason="Cough")
    assert told() == before


@pytest.mark.parametrize("end", ["uncertain", "dismissed", "sending", "later refused"])
def test_a_patient_who_may_know_is_told_of_the_move(
    visit: Appointment, rita: User, settings: Any, end: str
) -> None:
    """The letter may have arrived, or reception has rung up instead of it."""
    letter = Message.objects.get(kind="appointment_booked")
    in_hand(letter)
    if end != "sending":
        outbox._finish(letter, **outbox._unknown(letter, "no answer"))  # noqa: SLF001
        letter.refresh_from_db()
    if end == "dismissed":
        dismiss_message(letter, by=rita)
    if end == "later refused":
        send_message_again(letter, by=rita)
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_PORT = 1
        drain(20)
        settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    move(visit, rita)
    assert sent() == ["Your appointment was moved to Monday 7 December 2026 at 11:00"]


def test_an_attempt_that_certainly_failed_tells_nobody_anything(
    visit: Appointment, rita: User, settings: Any
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_PORT = 1
    drain(20)
    assert why("appointment_booked") == ("due", "unreachable")
    cancel_appointment(visit, reason="Flu", by=rita)
    assert why("appointment_cancelled") == ("withdrawn", "never_told")


# ── Cancelled ────────────────────────────────────────────────────────────────


def test_a_patient_who_was_told_is_told_that_it_is_off(visit: Appointment, rita: User) -> None:
    sent()
    cancel_appointment(visit, reason="Flu", by=rita)
    assert sent() == ["Cancelled: your appointment on Monday 7 December 2026 at 10:00"]
    assert not Message.objects.filter(status="due").exists()


def test_cancelled_before_anything_was_sent_the_patient_hears_nothing(visit: Appointment, rita: User) -> None:
    cancel_appointment(visit, reason="Flu", by=rita)
    assert sent() == []
    assert why("appointment_cancelled") == ("withdrawn", "never_told")
    assert why("appointment_booked") == ("withdrawn", "superseded")


def test_a_cancelled_visit_reminds_nobody(visit: Appointment, rita: User) -> None:
    sent()
    cancel_appointment(visit, reason="Flu", by=rita)
    sent()
    with time_machine.travel(at(10, days=7) - timedelta(minutes=1)):
        assert sent() == []


@pytest.mark.parametrize("moment", [at(12), at(10, days=7)], ids=["before", "at its beginning"])
def test_who_is_there_already_is_not_reminded(visit: Appointment, rita: User, moment: Any) -> None:
    sent()
    with time_machine.travel(at(9, 50, days=7)):
        check_in_appointment(visit, by=rita)
    Message.objects.filter(rule="2h").update(due_at=moment)
    with time_machine.travel(at(10, days=7)):
        assert sent() == []
    assert why("appointment_reminder", rule="2h") == ("withdrawn", "superseded")


def test_a_reminder_that_the_site_no_longer_gives_is_not_sent(visit: Appointment) -> None:
    site = visit.doctor.site
    site.change(reminders="1d")
    with time_machine.travel(at(10, days=5)):
        sent()
    assert why("appointment_reminder", rule="3d") == ("withdrawn", "superseded")


# ── Why not ──────────────────────────────────────────────────────────────────


def test_a_closed_record_is_not_written_to(visit: Appointment, ann: Patient, rita: User) -> None:
    """Not even that the visit is off: nobody writes to somebody who has died."""
    sent()
    deactivate_patient(ann, reason="Died", by=rita)
    with time_machine.travel(at(10, days=4)):
        assert sent() == []
    cancel_appointment(visit, reason="Died", by=rita)
    assert sent() == []
    assert why("appointment_reminder", rule="3d") == ("withdrawn", "inactive")
    assert why("appointment_cancelled") == ("withdrawn", "inactive")


def test_without_an_address_nothing_is_sent(doctor: Doctor, rita: User) -> None:
    book_appointment(patient=make_patient(), doctor=doctor, starts_at=at(10, days=7), minutes=30, by=rita)
    assert sent() == []
    assert why("appointment_booked") == ("withdrawn", "no_address")


def test_who_wants_no_reminders_has_none(visit: Appointment, ann: Patient, rita: User) -> None:
    opt_out(Person("patient", ann.pk), muted="reminders", by=AnonymousUser())
    assert sent() == ["Your appointment on Monday 7 December 2026 at 10:00"]
    with time_machine.travel(at(10, days=4)):
        assert sent() == []
    assert why("appointment_reminder", rule="3d") == ("withdrawn", "opted_out")


def test_who_wants_nothing_has_nothing(visit: Appointment, ann: Patient, rita: User) -> None:
    opt_out(Person("patient", ann.pk), muted="all", by=AnonymousUser())
    assert sent() == []
    assert why("appointment_booked") == ("withdrawn", "opted_out")


def test_at_night_nobody_is_disturbed(ann: Patient, doctor: Doctor, rita: User) -> None:
    with time_machine.travel(at(22)):
        book_appointment(patient=ann, doctor=doctor, starts_at=at(10, days=7), minutes=30, by=rita)
        assert sent() == []
        assert Message.objects.get(kind="appointment_booked").due_at == at(8, days=1)
    with time_machine.travel(at(8, days=1)):
        assert sent() == ["Your appointment on Monday 7 December 2026 at 10:00"]


def test_what_the_pause_after_a_failure_has_carried_into_the_night_waits_for_the_morning(
    visit: Appointment,
) -> None:
    Message.objects.filter(kind="appointment_booked").update(due_at=at(23), attempts=3)
    with time_machine.travel(at(23)):
        assert sent() == []
        row = Message.objects.get(kind="appointment_booked")
        assert (row.status, row.due_at, row.attempts) == ("due", at(8, days=1), 3)
