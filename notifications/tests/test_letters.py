"""What a letter says, in text and in HTML, and what nobody can make it say."""

import re
from collections.abc import Callable
from dataclasses import replace
from email.header import decode_header, make_header
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as product
from django.core import mail

from accounts import places
from appointments.models import Appointment
from appointments.services import cancel_appointment, move_appointment
from appointments.telling import for_patient
from appointments.tests.conftest import at
from doctors.models import Doctor
from notifications.channels.files import OutboxFiles
from notifications.channels.ways import _as_mail
from notifications.kinds import Facts
from notifications.letters import Letter, compose, letter_key
from notifications.models import Message
from notifications.outbox import drain
from patients.models import Patient

EVIL = '<img src=x onerror="owned=1"><script>owned=1</script>'
SECRET = "{{ settings.SECRET_KEY }}{% debug %}%(doctor)s"


def letter_of(visit: Appointment, kind: str = "appointment_booked", **changes: Any) -> Letter:
    message = Message(
        kind=kind,
        key=f"{kind}:{visit.pk}",
        rule="1d",
        subject_id=visit.pk,
        subject_version=visit.sequence,
        recipient_type="patient",
        recipient_id=visit.patient_id,
    )
    facts = for_patient(message)
    assert isinstance(facts, Facts), facts
    return compose(message, replace(facts, **changes), "ann@example.com")


OwnLetters = Callable[[str, str], None]


@pytest.fixture
def own_letters(tmp_path: Path, settings: Any) -> OwnLetters:
    """A house that has written letters of its own, in a folder that is looked into first."""
    folders = [tmp_path, *settings.TEMPLATES[0]["DIRS"]]
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": folders}]

    def write(name: str, text: str) -> None:
        file = tmp_path / "notifications" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    return write


class Tags(HTMLParser):
    """The elements that a browser would make, and the text that a reader would see."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.seen: set[str] = set()
        self.attributes: set[str] = set()
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        self.text += data


def test_a_booking_says_when_with_whom_and_where(visit: Appointment) -> None:
    visit.doctor.site.change(address="1 Mill Lane\n 12345 Northfield\n")
    letter = letter_of(visit)
    assert letter.title == "Your appointment on Monday 7 December 2026 at 10:00"
    for part in (letter.text, Tags(letter.html).text):
        assert "Dear Ann Archer" in part
        assert "Monday 7 December 2026, 10:00–10:30" in part
        assert "Dora Dietz" in part
        assert "General medicine" in part
        assert "Northfield, 1 Mill Lane, 12345 Northfield" in part
    assert letter.short == (
        f"Northfield: appointment on Mon 7 Dec, 10:00, with {visit.doctor}. Can't come? Please call us."
    )


def test_why_the_patient_comes_is_in_no_letter(visit: Appointment, rita: Any) -> None:
    """Not by post, not in the calendar, not for the doctor; nor why a visit is off."""
    drain(20)
    move_appointment(visit, starts_at=at(11, days=7), minutes=30, by=rita)
    drain(20)
    Message.objects.filter(status="due").update(due_at=visit.created_at)
    drain(20)
    cancel_appointment(visit, reason="Told her mother", by=rita)
    drain(20)
    assert len(mail.outbox) == 6
    for one in mail.outbox:
        written = one.message()
        parts = [str(part.get_payload(decode=True)) for part in written.walk() if not part.is_multipart()]
        text = written.as_string() + "".join(parts)
        assert "Pregnancy" not in text
        assert "mother" not in text


def test_the_lines_of_the_text_are_those_of_the_template(visit: Appointment) -> None:
    """No line stands alone in the middle of emptiness, none has grown together with the next."""
    text = letter_of(visit).text
    assert "\n\n\n" not in text
    assert "\nWith:  " in text
    assert "\nWhere: Northfield" in text
    assert "\n-- \n" in text, "what follows is a signature for a mail program"


# ── T18, T20, T45 ────────────────────────────────────────────────────────────


def test_a_script_is_a_name_like_any_other(visit: Appointment, ann: Patient, doctor: Doctor) -> None:
    ann.change(given_name=EVIL)
    doctor.change(given_name=EVIL)
    visit.doctor.site.change(address=EVIL, name=EVIL)
    doctor.department.change(name=EVIL)
    places.forget()
    letter = letter_of(visit)
    page = Tags(letter.html)
    assert not page.seen & {"script", "img", "svg", "iframe"}
    assert not any(name.startswith("on") for name in page.attributes)
    assert page.text.count(EVIL) >= 4
    assert EVIL in letter.text


def test_a_template_in_a_name_stays_what_it_is(visit: Appointment, ann: Patient, doctor: Doctor) -> None:
    ann.change(given_name=SECRET)
    doctor.change(given_name=SECRET)
    letter = letter_of(visit)
    for part in (letter.text, letter.short, Tags(letter.html).text):
        assert SECRET in part
        assert product.SECRET_KEY not in part


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r", "\u2028", "\x85", "\x0b"])
def test_no_name_begins_another_header(visit: Appointment, own_letters: OwnLetters, end: str) -> None:
    """Not even where a house has written letters that begin with a name."""
    own_letters("appointment_booked.txt", "{% autoescape off %}{{ name }}{% endautoescape %}\n\nHello\n")
    letter = letter_of(visit, name=f"Ann{end}Bcc: all@example.com{end}{end}<b>")
    written = _as_mail(letter).message()
    assert written["Bcc"] is None
    assert written["To"] == "ann@example.com"
    assert "\n" not in str(make_header(decode_header(written["Subject"])))
    assert str(make_header(decode_header(written["Subject"]))).startswith("Ann")


def test_a_name_with_breaks_does_not_reach_the_title(visit: Appointment, ann: Patient) -> None:
    visit.doctor.change(family_name="Dietz")
    Doctor.objects.update(family_name="Dietz\r\nBcc: all@example.com")
    letter = letter_of(visit)
    assert "Dietz Bcc" in letter.short
    assert not {"\n", "\r"} & set(letter.title + letter.short)


def test_a_title_has_an_end(visit: Appointment, own_letters: OwnLetters) -> None:
    own_letters("appointment_booked.txt", "x" * 5000 + "\n\nDear all")
    assert len(letter_of(visit).title) == 200


# ── Languages ────────────────────────────────────────────────────────────────


def test_a_house_that_has_written_german_letters(visit: Appointment, own_letters: OwnLetters) -> None:
    own_letters("de/appointment_booked.txt", "Ihr Termin\n\nGuten Tag {{ name }},\n")
    german = letter_of(visit, language="de")
    assert german.title == "Ihr Termin"
    assert "Guten Tag Ann Archer" in german.text
    assert german.short.startswith("Northfield: appointment on")
    assert letter_of(visit, language="fr").title.startswith("Your appointment")


@pytest.mark.parametrize("language", ["", "sq", "../../etc", "de/../..", "xx"])
def test_without_letters_in_a_language_they_are_as_they_are_shipped(
    visit: Appointment, language: str
) -> None:
    assert letter_of(visit, language=language).title.startswith("Your appointment on Monday")


# ── Around the letter ────────────────────────────────────────────────────────


def test_the_headers_that_a_mail_program_reads(visit: Appointment, settings: Any) -> None:
    settings.PUBLIC_URL, settings.PUBLIC_HOST = "https://clinic.example", "clinic.example"
    letter = letter_of(visit)
    written = _as_mail(letter).message()
    assert written["Message-ID"] == f"<{letter.key}@clinic.example>"
    assert written["Auto-Submitted"] == "auto-generated"
    assert re.fullmatch(r"<https://clinic\.example/messages/opt-out/\S+/>", written["List-Unsubscribe"])
    assert written["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert written["List-Unsubscribe"].strip("<>") in letter.text
    kinds = [part.get_content_type() for part in written.walk() if not part.is_multipart()]
    assert kinds == ["text/plain", "text/html", "text/calendar"]


def test_the_key_tells_nobody_whom_it_is_about(visit: Appointment) -> None:
    booked = Message.objects.get(kind="appointment_booked")
    keys = {letter_key(one) for one in Message.objects.all()}
    assert len(keys) == Message.objects.count()
    assert re.fullmatch("[0-9a-f]{40}", letter_key(booked))
    assert visit.pk.hex[:8] not in letter_key(booked)


def test_a_reminder_carries_no_calendar_and_says_how_to_stop_it(visit: Appointment) -> None:
    letter = letter_of(visit, "appointment_reminder")
    assert letter.calendar == ""
    assert "No more reminders:" in letter.text
    assert letter.opt_out_url in letter.short


def test_a_house_without_a_mail_server_keeps_one_file_for_a_letter(visit: Appointment, settings: Any) -> None:
    """However often it is sent: a worker that dies in between leaves no second one."""
    settings.EMAIL_BACKEND = "notifications.channels.files.OutboxFiles"
    assert drain(20) == {"sent": 1}
    booked = Message.objects.get(kind="appointment_booked")
    (file,) = Path(settings.EMAIL_FILE_PATH).iterdir()
    assert file.name == f"{letter_key(booked)}.eml"
    OutboxFiles().send_messages([_as_mail(letter_of(visit)), _as_mail(letter_of(visit))])
    assert len(list(Path(settings.EMAIL_FILE_PATH).iterdir())) == 2


def test_a_folder_that_cannot_be_written_is_tried_again(
    visit: Appointment, settings: Any, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    settings.EMAIL_BACKEND = "notifications.channels.files.OutboxFiles"
    settings.EMAIL_FILE_PATH = str(tmp_path / "file" / "outbox")
    assert drain(20) == {"due": 1}
    assert Message.objects.get(kind="appointment_booked").because == "unreachable"
