"""Sending: every way in which an attempt can end, and what the row says afterwards."""

import socket
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from accounts.models import User
from appointments.models import Appointment
from appointments.services import book_appointment
from appointments.tests.conftest import at
from doctors.models import Doctor
from hospital import clock
from notifications import kinds, outbox
from notifications.channels import Ways
from notifications.kinds import Kind
from notifications.letters import letter_key
from notifications.models import Heartbeat, Message
from notifications.outbox import MOST_ATTEMPTS, deliver, drain, give_up_the_lost, pause_after, sweep
from notifications.services import dismiss_message, send_message_again
from notifications.tests.post import Gateway, Server, free_port, mail_server, send_by
from patients.models import Patient
from patients.services import edit_patient
from patients.tests.make import make_patient

GATEWAYS = "notifications.tests.post"


@pytest.fixture
def server(settings: Any) -> Iterator[Server]:
    with mail_server(settings) as server:
        yield server


@pytest.fixture
def letter(visit: Appointment) -> Message:
    """What tells Ann of her booking."""
    return Message.objects.get(subject_id=visit.pk, kind="appointment_booked")


def send() -> dict[str, int]:
    return dict(drain(20))


def now_is(message: Message) -> Message:
    message.refresh_from_db()
    return message


# ── It goes well ─────────────────────────────────────────────────────────────


def test_a_letter_is_sent_once_and_the_row_says_what_it_said(letter: Message, server: Server) -> None:
    assert send() == {"sent": 1}
    assert send() == {}
    assert [mail["To"] for mail in server.kept] == ["ann@example.com"]
    assert server.recipients == ["ann@example.com"]
    row = now_is(letter)
    assert (row.status, row.because, row.error, row.attempts) == ("sent", "", "", 1)
    assert (row.channel, row.sent_to) == ("email", "ann@example.com")
    assert row.sent_at is not None
    assert row.title == "Your appointment on Monday 7 December 2026 at 10:00"
    assert "Dear Ann Archer" in row.body


def test_many_letters_go_over_one_connection(
    visit: Appointment, doctor: Doctor, rita: User, server: Server
) -> None:
    book_two_more(doctor, rita)
    assert send() == {"sent": 3}
    assert (len(server.kept), server.connections) == (3, 1)


@pytest.mark.parametrize("end", ["cut", "421 idle for too long"])
def test_a_kept_connection_that_the_server_has_ended_is_opened_anew(
    visit: Appointment, doctor: Doctor, rita: User, server: Server, end: str
) -> None:
    book_two_more(doctor, rita)
    server.one_by_one["MAIL"] = ["", end]
    assert send() == {"sent": 3}
    assert (len(server.kept), server.connections) == (3, 2)


def book_two_more(doctor: Doctor, rita: User) -> None:
    for minute in (0, 30):
        ben = make_patient(given_name="Ben", email="ben@example.com")
        starts_at = at(11, minute, days=7)
        book_appointment(patient=ben, doctor=doctor, starts_at=starts_at, minutes=30, by=rita)


def test_a_text_message_goes_to_the_number_with_the_same_key_each_time(
    letter: Message, ann: Patient, rita: User, settings: Any
) -> None:
    edit_patient(ann, email="", seen_version=ann.version, by=rita)
    settings.SMS_GATEWAY = f"{GATEWAYS}.Gateway"
    Gateway.sent.clear()
    assert send() == {"sent": 1}
    ((number, text, key),) = Gateway.sent
    assert number == "+493012345678"
    assert text.startswith("Northfield: appointment on Mon 7 Dec, 10:00")
    assert key == letter_key(letter)
    assert now_is(letter).body == text


# ── It certainly was not taken ───────────────────────────────────────────────


@pytest.mark.parametrize("point", ["MAIL", "RCPT", "DATA"])
def test_what_is_refused_for_good_is_a_dead_letter(letter: Message, server: Server, point: str) -> None:
    server.plan[point] = "550 no such mailbox"
    assert send() == {"failed": 1}
    row = now_is(letter)
    assert (row.status, row.because, row.error) == ("failed", "refused", "550 no such mailbox")
    assert row.sent_to == "ann@example.com"
    assert send() == {}
    assert server.kept == []


@pytest.mark.parametrize("point", ["MAIL", "RCPT", "DATA"])
def test_what_is_refused_for_now_is_tried_again_later(letter: Message, server: Server, point: str) -> None:
    server.plan[point] = "451 come back later"
    assert send() == {"due": 1}
    row = now_is(letter)
    assert (row.status, row.because, row.error) == ("due", "unreachable", "451 come back later")
    assert timedelta(0) < row.due_at - clock.now() <= pause_after(1)
    server.plan.clear()
    with time_machine.travel(row.due_at):
        assert send() == {"sent": 1}
    row = now_is(letter)
    assert (row.status, row.because, row.error, row.attempts) == ("sent", "", "", 2)


def test_a_server_that_forwards_has_taken_it(letter: Message, server: Server) -> None:
    server.plan["RCPT"] = "251 will forward"
    assert send() == {"sent": 1}


@pytest.mark.parametrize("what", ["hang", "cut"])
@pytest.mark.parametrize("point", ["MAIL", "RCPT"])
def test_a_line_that_ends_before_the_text_is_no_doubt(
    letter: Message, server: Server, point: str, what: str
) -> None:
    server.plan[point] = what
    assert send() == {"due": 1}
    assert now_is(letter).because == "unreachable"


def test_nobody_listens(letter: Message, settings: Any) -> None:
    send_by(settings, free_port())
    assert send() == {"due": 1}
    row = now_is(letter)
    assert (row.because, row.error) == ("unreachable", "ConnectionRefusedError")


def test_somebody_listens_and_says_nothing(letter: Message, settings: Any) -> None:
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen()
        send_by(settings, deaf.getsockname()[1])
        assert send() == {"due": 1}
    assert now_is(letter).because == "unreachable"


def test_the_pauses_double_to_an_hour(settings: Any) -> None:
    settings.RETRY_FIRST_SECONDS = 30
    minutes = [pause_after(number) / timedelta(minutes=1) for number in (1, 2, 3, 7, 8, 12, 5000)]
    assert minutes == [0.5, 1, 2, 32, 60, 60, 60]


def test_after_so_many_attempts_it_is_a_dead_letter(letter: Message, settings: Any) -> None:
    send_by(settings, free_port())
    with time_machine.travel(clock.now(), tick=False) as travel:
        for number in range(1, MOST_ATTEMPTS):
            assert send() == {"due": 1}, number
            travel.move_to(max(now_is(letter).due_at, clock.now()))
        assert send() == {"failed": 1}
    row = now_is(letter)
    assert (row.status, row.because, row.attempts) == ("failed", "unreachable", MOST_ATTEMPTS)


def test_a_number_that_the_gateway_refuses(letter: Message, ann: Patient, settings: Any) -> None:
    ann.change(email="")
    settings.SMS_GATEWAY = f"{GATEWAYS}.Refusing"
    assert send() == {"failed": 1}
    assert now_is(letter).error == "no such number"


# ── Nobody knows ─────────────────────────────────────────────────────────────


@pytest.mark.parametrize("what", ["hang", "cut"])
@pytest.mark.parametrize("point", ["DATA", "KEPT"])
def test_an_answer_that_never_comes_leaves_a_doubt_that_only_staff_can_end(
    letter: Message, server: Server, rita: User, point: str, what: str
) -> None:
    server.plan[point] = what
    assert send() == {"uncertain": 1}
    row = now_is(letter)
    assert (row.status, row.because, row.sent_to) == ("uncertain", "interrupted", "ann@example.com")
    with time_machine.travel(clock.now() + timedelta(days=1)):
        assert sweep(20) == {}, "not by itself"
    server.plan.clear()
    send_message_again(now_is(letter), by=rita)
    assert send() == {"sent": 1}


def test_where_the_server_knows_the_letter_it_is_sent_again_under_the_same_id(
    letter: Message, server: Server, settings: Any
) -> None:
    settings.EMAIL_DEDUPLICATES = True
    server.plan["KEPT"] = "cut"
    assert send() == {"due": 1}
    server.plan.clear()
    with time_machine.travel(now_is(letter).due_at):
        assert send() == {"sent": 1}
    first, second = server.kept
    assert first["Message-ID"] == second["Message-ID"] == f"<{letter_key(letter)}@localhost>"


@pytest.mark.parametrize(
    ("gateway", "end"), [("Silent", "uncertain"), ("Broken", "uncertain"), ("Knowing", "due")]
)
def test_a_gateway_that_does_not_answer(
    letter: Message, ann: Patient, settings: Any, gateway: str, end: str
) -> None:
    """What a gateway raises beyond its two words says nothing about whether the text has left."""
    ann.change(email="")
    settings.SMS_GATEWAY = f"{GATEWAYS}.{gateway}"
    assert send() == {end: 1}
    assert now_is(letter).because == "interrupted"


def test_a_doubt_is_not_repeated_for_ever_either(letter: Message, ann: Patient, settings: Any) -> None:
    ann.change(email="")
    settings.SMS_GATEWAY = f"{GATEWAYS}.Knowing"
    Message.objects.filter(pk=letter.pk).update(attempts=MOST_ATTEMPTS - 1)
    assert send() == {"uncertain": 1}


# ── A worker dies, or is late ────────────────────────────────────────────────


def in_hand(letter: Message) -> Message:
    """The worker has taken it; then, nothing."""
    prepared = outbox._prepare(letter)  # noqa: SLF001
    assert isinstance(prepared, outbox._Ready)  # noqa: SLF001
    assert outbox._take_in_hand(letter, prepared.channel, prepared.letter)  # noqa: SLF001
    return letter


def later(settings: Any) -> Any:
    return time_machine.travel(clock.now() + timedelta(seconds=settings.SENDING_LEASE_SECONDS + 1))


def test_the_sweep_gives_up_what_a_dead_worker_had_in_hand(
    letter: Message, server: Server, settings: Any
) -> None:
    in_hand(letter)
    assert give_up_the_lost() == 0, "it may still be at work"
    with later(settings):
        sweep(20)
    row = now_is(letter)
    assert (row.status, row.because, row.error) == ("uncertain", "interrupted", "the worker ended")
    assert row.sent_to == "ann@example.com"
    assert "Dear Ann Archer" in row.body, "whoever decides can read what may have been said"
    assert server.kept == []
    assert Heartbeat.objects.get(name="sweep").details == {"given_up": 1}


def test_what_was_due_when_a_backup_is_restored_waits_for_somebody_to_decide(letter: Message) -> None:
    assert outbox.doubt_what_was_due() == 1
    row = now_is(letter)
    assert (row.status, row.because, row.may_know) == ("uncertain", "interrupted", True)
    assert outbox.doubt_what_was_due() == 0


def test_the_sweep_sends_it_again_where_that_is_harmless(
    letter: Message, server: Server, settings: Any
) -> None:
    settings.EMAIL_DEDUPLICATES = True
    in_hand(letter)
    with later(settings):
        assert give_up_the_lost() == 1
        assert now_is(letter).status == "due"


def test_a_worker_that_was_only_late_still_says_how_it_ended(letter: Message, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    late = in_hand(letter)
    with later(settings):
        give_up_the_lost()
        assert now_is(Message.objects.get(pk=letter.pk)).status == "uncertain"
        assert outbox._finish(late, status="sent", sent_at=clock.now()) == "sent"  # noqa: SLF001
    assert now_is(letter).status == "sent"


def test_a_late_worker_does_not_undo_what_staff_has_decided(
    letter: Message, rita: User, settings: Any
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    late = in_hand(letter)
    with later(settings):
        give_up_the_lost()
        dismiss_message(Message.objects.get(pk=letter.pk), by=rita)
        assert outbox._finish(late, status="sent", sent_at=clock.now()) == "lost"  # noqa: SLF001
    assert now_is(letter).status == "dismissed"


def test_two_workers_and_one_letter(letter: Message, server: Server) -> None:
    seen_by_the_slower = Message.objects.get(pk=letter.pk)
    with Ways() as ways:
        assert deliver(letter, ways) == "sent"
        assert deliver(seen_by_the_slower, ways) == "lost"
    assert len(server.kept) == 1


def test_two_sweeps_at_once_do_no_harm(letter: Message, server: Server) -> None:
    assert sweep(20) == {"sent": 1}
    assert sweep(20) == {}
    assert Heartbeat.objects.filter(name="sweep").count() == 1


@pytest.fixture
def slow() -> Iterator[str]:
    """A kind whose subject takes so long to read that another worker has the message in hand by then."""

    def load(message: Message) -> Any:
        Message.objects.filter(pk=message.pk).update(status="sending", version=2)
        return kinds._kinds["appointment_booked"].load(message)  # noqa: SLF001

    kinds.register(Kind("slow", "Slow", load))
    yield "slow"
    kinds._kinds.pop("slow")  # noqa: SLF001


def test_a_sweep_that_comes_second_sends_nothing_and_says_so(
    letter: Message, server: Server, slow: str
) -> None:
    Message.objects.filter(pk=letter.pk).update(kind=slow)
    assert sweep(20) == {"lost": 1}
    assert server.kept == []
    assert now_is(letter).status == "sending", "in the hand of the other"
    assert Heartbeat.objects.get(name="sweep").details == {"given_up": 0, "lost": 1}


# ── One that cannot be written ───────────────────────────────────────────────


@pytest.fixture
def poison() -> Iterator[str]:
    """A kind whose subject cannot be read."""

    def load(message: Message) -> Any:
        raise ZeroDivisionError

    kinds.register(Kind("poison", "Poison", load))
    yield "poison"
    kinds._kinds.pop("poison")  # noqa: SLF001


@pytest.mark.parametrize("kind", ["poison", "unknown"])
def test_a_message_that_cannot_be_written_stops_only_itself(
    letter: Message, server: Server, poison: str, kind: str
) -> None:
    Message.objects.filter(pk=letter.pk).update(due_at=clock.now() - timedelta(seconds=1))
    bad = Message.objects.create(
        key=kind,
        kind=kind,
        subject_id=letter.subject_id,
        recipient_type="patient",
        recipient_id=letter.recipient_id,
        due_at=clock.now() - timedelta(hours=1),
    )
    assert send() == {"failed": 1, "sent": 1}
    row = now_is(bad)
    assert (row.status, row.because) == ("failed", "unwritable")
    assert row.error == ("ZeroDivisionError" if kind == "poison" else "KeyError")


@pytest.mark.parametrize("address", ["ann@bücher.example", "änn@example.com"])
def test_an_address_of_other_letters_stops_only_itself(
    letter: Message, ann: Patient, server: Server, address: str
) -> None:
    """A domain of any script has a form in ASCII (RFC 5891); a name before the @ needs more than servers offer."""
    Patient.objects.filter(pk=ann.pk).update(email=address)
    ends = send()
    if address.startswith("ann"):
        assert ends == {"sent": 1}
        assert server.recipients == ["ann@xn--bcher-kva.example"]
    else:
        assert ends == {"failed": 1}
        assert server.kept == []
