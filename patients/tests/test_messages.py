"""How a patient wants to be told: on the page of the messages, on the record, at the API."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from accounts.models import User
from audit.models import Entry
from hospital.errors import Refusal, Stale
from hospital.models import uuid7
from hospital.tests.queries import counted
from notifications.models import ContactPreference, Message
from notifications.services import set_contact_preference
from patients.models import Patient
from patients.tests.make import make_patient

SET = "notifications.set_contact_preference"


@pytest.fixture
def ann(site: object) -> Patient:
    return make_patient(given_name="Ann", family_name="Archer", email="ann@example.com")


@pytest.fixture
def letters(ann: Patient) -> list[Message]:
    """Thirty messages of several fates."""
    fates = [("sent", ""), ("withdrawn", "opted_out"), ("failed", "refused"), ("due", "unreachable")]
    return [
        Message(
            key=str(one),
            kind="appointment_reminder",
            rule="1d",
            subject_type="appointments.appointment",
            subject_id=uuid7(),
            patient_id=ann.pk,
            recipient_type="patient",
            recipient_id=ann.pk,
            status=fates[one % 4][0],
            because=fates[one % 4][1],
        ).add()
        for one in range(30)
    ]


def page(patient: Patient) -> str:
    return reverse("patients:messages", args=[patient.pk])


def prefer(patient: Patient, by: User, **wanted: Any) -> ContactPreference:
    given: dict[str, Any] = {"channel": "sms", "muted": ""} | wanted
    return set_contact_preference(person_type="patient", person_id=patient.pk, by=by, **given)


# ── The rule ─────────────────────────────────────────────────────────────────


def test_reception_writes_down_what_the_patient_says(ann: Patient, rita: User) -> None:
    row = prefer(ann, rita, muted="reminders")
    assert (row.channel, row.muted, row.muted_at is None) == ("sms", "reminders", False)
    since = row.muted_at
    assert prefer(ann, rita, channel="email", muted="reminders").muted_at == since, (
        "another way, the same wish"
    )
    assert prefer(ann, rita, muted="").muted_at is None
    assert ContactPreference.objects.count() == 1
    entries = Entry.objects.filter(verb=SET)
    assert {one.patient_id for one in entries} == {ann.pk}
    assert entries.earliest("at").details == {"channel": "sms", "muted": "reminders"}


def test_what_cannot_be_wanted_is_refused(ann: Patient, rita: User) -> None:
    with pytest.raises(Refusal, check=lambda error: error.code == "unknown_choice"):
        prefer(ann, rita, muted="everything")
    with pytest.raises(Exception, match="pigeon"):
        prefer(ann, rita, channel="pigeon")
    assert not ContactPreference.objects.exists()


def test_the_slower_of_two_is_refused(ann: Patient, rita: User) -> None:
    seen = prefer(ann, rita).version
    prefer(ann, rita, muted="all", seen_version=seen)
    with pytest.raises(Stale):
        prefer(ann, rita, seen_version=seen)
    assert ContactPreference.objects.get().muted == "all"


def test_a_doctor_does_not_decide_it(ann: Patient, dora: User) -> None:
    with pytest.raises(PermissionDenied):
        prefer(ann, dora)


# ── The page ─────────────────────────────────────────────────────────────────


def test_the_page_says_what_became_of_each(
    ann: Patient, letters: list[Message], rita: User, client: Client
) -> None:
    client.force_login(rita)
    with counted(at_most=7):
        text = client.get(page(ann)).content.decode()
    assert text.count("Reminder</span>") == 25
    for words in (
        "The recipient wants no such messages",
        "The other side refused it for good",
        "ann@example.com",
    ):
        assert words in text
    assert reverse("notifications:detail", args=[letters[-1].pk]) in text


def test_the_record_shows_the_last_ones(
    ann: Patient, letters: list[Message], rita: User, client: Client
) -> None:
    client.force_login(rita)
    text = client.get(ann.get_absolute_url()).content.decode()
    assert text.count("Reminder</span>") == 4
    assert page(ann) in text


def test_who_may_not_see_messages_sees_none_on_the_record(
    ann: Patient, letters: list[Message], dora: User, pia: User, client: Client
) -> None:
    for user in (dora, pia):
        client.force_login(user)
        assert "Reminder</span>" not in client.get(ann.get_absolute_url()).content.decode()
        assert client.get(page(ann)).status_code == 403
        assert client.post(page(ann), {"channel": "sms"}).status_code == 403
    assert not ContactPreference.objects.exists()


def test_the_form_keeps_what_was_chosen(ann: Patient, rita: User, client: Client) -> None:
    client.force_login(rita)
    answer = client.post(page(ann), {"channel": "sms", "muted": "reminders", "version": "0"})
    assert (answer.status_code, answer["Location"]) == (302, page(ann))
    text = client.get(page(ann)).content.decode()
    assert '<option value="sms" selected>' in text
    assert '<option value="reminders" selected>' in text
    assert "The patient has wanted it so since" in text


def test_a_form_that_is_over_keeps_what_was_typed_and_changes_nothing(
    ann: Patient, rita: User, client: Client
) -> None:
    client.force_login(rita)
    seen = prefer(ann, rita, muted="all").version
    prefer(ann, rita, muted="reminders")
    answer = client.post(page(ann), {"channel": "email", "muted": "", "version": seen})
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "Somebody else has just changed this contact preference" in text
    assert '<option value="email" selected>' in text
    assert ContactPreference.objects.get().muted == "reminders"


def test_a_form_from_before_there_was_anything_to_change(ann: Patient, rita: User, client: Client) -> None:
    """The patient has used the link of a letter while reception looked at the page."""
    client.force_login(rita)
    assert 'name="version" value="0"' in client.get(page(ann)).content.decode()
    prefer(ann, rita, muted="all")
    answer = client.post(page(ann), {"channel": "email", "muted": "", "version": "0"})
    assert answer.status_code == 422
    assert ContactPreference.objects.get().muted == "all"


@pytest.mark.parametrize(
    "wrong", [{"channel": "pigeon"}, {"channel": "inbox"}, {"muted": "x"}, {"version": "x"}]
)
def test_what_is_no_choice(ann: Patient, rita: User, client: Client, wrong: dict[str, str]) -> None:
    client.force_login(rita)
    assert client.post(page(ann), {"channel": "sms", "muted": ""} | wrong).status_code == 422
    assert not ContactPreference.objects.exists()


# ── For other systems ────────────────────────────────────────────────────────


def test_the_preference_at_the_api(ann: Patient, rita: User, api: Callable[[User], Any]) -> None:
    client, address = api(rita), f"/api/v1/patients/{ann.pk}/contact-preference"
    assert client.get(address).json() == {"channel": "", "muted": ""}
    assert client.put(address, {"channel": "sms", "muted": "all"}).json() == {
        "channel": "sms",
        "muted": "all",
    }
    assert client.get(address).json() == {"channel": "sms", "muted": "all"}
    for wrong in ({"channel": "inbox"}, {"muted": {"$ne": ""}}, {"muted": ["all"]}, {"channel": None}):
        assert client.put(address, wrong).status_code == 400, wrong
    gone = f"/api/v1/patients/{uuid7()}/contact-preference"
    assert client.get(gone).status_code == client.put(gone, {}).status_code == 404
    row = ContactPreference.objects.get()
    assert (row.channel, row.person_id) == ("sms", ann.pk)
