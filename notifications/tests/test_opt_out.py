"""The way out for patients: the link of a letter says who asks; looking changes nothing."""

import re
from typing import Any

import pytest
from django.core import mail, signing
from django.test import Client
from django.urls import reverse

from accounts.models import User
from appointments.models import Appointment
from audit.models import Entry
from hospital.models import uuid7
from notifications.letters import opt_out_token, read_opt_out
from notifications.models import ContactPreference, Message
from notifications.outbox import drain
from notifications.services import set_contact_preference
from patients.models import Patient
from patients.tests.make import make_patient

Muted = ContactPreference.Muted
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


def address(patient: Patient) -> str:
    return reverse("notifications:opt_out", args=[opt_out_token("patient", patient.pk)])


def strict() -> Client:
    """A mail program or a browser without any cookie of ours."""
    return Client(enforce_csrf_checks=True)


def wants(patient: Patient) -> str | None:
    row = ContactPreference.objects.filter(person_id=patient.pk).first()
    return row.muted if row else None


def test_the_link_of_the_letter_leads_here(visit: Appointment, ann: Patient, settings: Any) -> None:
    settings.PUBLIC_URL = "https://clinic.example"
    drain(20)
    link = re.search(r"https://clinic\.example(/messages/opt-out/\S+)", str(mail.outbox[0].body))
    assert link is not None
    assert strict().get(link[1]).status_code == 200
    assert strict().post(link[1], {"muted": "reminders"}).status_code == 200
    assert wants(ann) == Muted.REMINDERS


def test_looking_changes_nothing(ann: Patient) -> None:
    entries = Entry.objects.count()
    for _ in range(2):
        assert strict().get(address(ann)).status_code == 200
    assert strict().get(address(ann), ONE_CLICK).status_code == 200
    assert strict().head(address(ann)).status_code == 200
    assert wants(ann) is None
    assert Entry.objects.count() == entries


@pytest.mark.parametrize("choice", ["reminders", "all", ""])
def test_a_choice_is_kept_and_can_be_changed(ann: Patient, choice: str) -> None:
    for before in ("all", choice):
        answer = strict().post(address(ann), {"muted": before})
        assert answer.status_code == 200
        assert b"Saved" in answer.content
    assert wants(ann) == choice
    checked = re.findall(r'value="(\w*)"[^>]*checked', strict().get(address(ann)).content.decode())
    assert checked == [choice]
    entry = Entry.objects.filter(verb="notifications.opt_out").latest("at")
    assert (entry.patient_id, entry.actor_id) == (ann.pk, None)


@pytest.mark.parametrize("choice", ["ALL", "nothing", "x" * 5000, "\0"])
def test_what_is_no_choice_is_not_kept(ann: Patient, choice: str) -> None:
    assert strict().post(address(ann), {"muted": choice}).status_code == 422
    assert wants(ann) is None


def test_one_click_of_a_mail_program(ann: Patient) -> None:
    """RFC 8058: one POST, no cookie, no page."""
    answer = strict().post(address(ann), ONE_CLICK)
    assert (answer.status_code, answer.content) == (200, b"")
    assert wants(ann) == Muted.ALL
    assert not answer.cookies


def test_nobody_else_is_touched(ann: Patient) -> None:
    ben = make_patient(given_name="Ben")
    strict().post(address(ann), ONE_CLICK)
    assert wants(ben) is None
    assert ContactPreference.objects.count() == 1


def test_a_token_that_we_have_not_made(ann: Patient, settings: Any) -> None:
    good = opt_out_token("patient", ann.pk)
    other = signing.dumps(["patient", ann.pk.hex], salt="something else")
    settings.SECRET_KEY = "another house"
    foreign = opt_out_token("patient", ann.pk)
    settings.SECRET_KEY = "the first house again"
    for token in (good[:-1], good[1:], good + "x", good.upper(), other, foreign, "x", ":::", "é", "a" * 5000):
        assert read_opt_out(token) is None
        path = reverse("notifications:opt_out", args=[token])
        assert strict().get(path).status_code == 404
        assert strict().post(path, ONE_CLICK).status_code == 404
    assert wants(ann) is None


def test_nobody_is_named(ann: Patient) -> None:
    for answer in (strict().get(address(ann)), strict().post(address(ann), {"muted": "all"})):
        text = answer.content.decode()
        assert not any(word in text for word in ("Ann", "Archer", ann.mrn, "ann@example.com", ann.pk.hex))


def test_staff_who_follow_a_patients_link_speak_for_the_patient(
    ann: Patient, rita: User, client: Client
) -> None:
    client.force_login(rita)
    assert client.post(address(ann), {"muted": "reminders"}).status_code == 200
    assert wants(ann) == Muted.REMINDERS
    assert Entry.objects.get(verb="notifications.opt_out").actor_id is None


def test_the_preferred_way_stays(ann: Patient, rita: User) -> None:
    set_contact_preference(person_type="patient", person_id=ann.pk, channel="sms", muted="", by=rita)
    strict().post(address(ann), ONE_CLICK)
    row = ContactPreference.objects.get()
    assert (row.channel, row.muted) == ("sms", Muted.ALL)


def test_what_waits_already_is_asked_again_before_it_leaves(visit: Appointment, ann: Patient) -> None:
    strict().post(address(ann), ONE_CLICK)
    assert drain(20) == {"withdrawn": 1}
    letter = Message.objects.get(kind="appointment_booked")
    assert (letter.status, letter.because) == ("withdrawn", "opted_out")
    assert mail.outbox == []


def test_a_link_of_somebody_who_is_not_in_the_house(site: object) -> None:
    """It is ours, and harmless: there is nobody to tell anything."""
    path = reverse("notifications:opt_out", args=[opt_out_token("patient", uuid7())])
    assert strict().get(path).status_code == 200
