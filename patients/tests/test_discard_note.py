"""Putting a draft aside, and taking it back."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from accounts.models import User
from hospital.errors import Refusal
from patients import timeline
from patients.models import Chart, Encounter, Patient
from patients.services import discard_note, restore_note, write_note
from patients.tests.make_notes import WORDS, again, make_draft, treats


@pytest.fixture
def draft(amara: Patient, dora: User) -> Encounter:
    return make_draft(amara, by=dora)


def test_a_discarded_draft_is_kept_with_the_reason(amara: Patient, draft: Encounter, dora: User) -> None:
    discard_note(draft, reason="Wrong  patient", by=dora)
    found = again(draft)
    (drawn,), _ = timeline.read(amara, dora)

    assert (found.status, found.retracted_because, found.retracted_by) == ("discarded", "Wrong patient", dora)
    assert found.sections() == WORDS
    assert drawn.line.struck
    assert Chart.of(amara.pk).encounters == []


def test_a_reason_is_needed(draft: Encounter, dora: User) -> None:
    with pytest.raises(ValidationError):
        discard_note(draft, reason=" ", by=dora)

    assert again(draft).is_draft


def test_what_was_discarded_is_not_written_on_until_it_is_taken_back(
    amara: Patient, draft: Encounter, dora: User, nora: User
) -> None:
    discard_note(draft, reason="Wrong patient", by=dora)
    with pytest.raises(Refusal) as refused:
        write_note(draft, seen_version=draft.version, plan="x", by=dora)
    restore_note(draft, by=nora)

    assert refused.value.code == "note_discarded"
    assert (again(draft).status, again(draft).is_retracted) == ("draft", False)
    assert [one["id"] for one in Chart.of(amara.pk).encounters] == [str(draft.pk)]
    write_note(draft, seen_version=draft.version, plan="Home.", by=dora)


def test_a_draft_is_taken_back_once(draft: Encounter, dora: User) -> None:
    with pytest.raises(Refusal):
        restore_note(draft, by=dora)


def test_on_the_page(amara: Patient, draft: Encounter, dora: User, client: Client) -> None:
    treats(dora, amara)
    client.force_login(dora)
    address = reverse("patients:discard_note", args=[amara.pk, draft.pk])
    empty = client.post(address, {"reason": "", "version": "2"})
    stale = client.post(address, {"reason": "Wrong patient", "version": "1"})
    assert (empty.status_code, stale.status_code) == (422, 422)
    assert client.post(address, {"reason": "Wrong patient", "version": "2"}).status_code == 302

    page = client.get(draft.get_absolute_url()).content.decode()
    assert "This draft was discarded." in page
    assert "Wrong patient" in page
    restoring = reverse("patients:restore_note", args=[amara.pk, draft.pk])
    assert client.post(restoring, {"version": "3"}).status_code == 302
    assert again(draft).is_draft
    assert client.post(restoring, {"version": "4"}).status_code in {302, 422}


def test_at_the_api(amara: Patient, draft: Encounter, dora: User, api: Any) -> None:
    treats(dora, amara)
    client, one = api(dora), f"/api/v1/patients/{amara.pk}/encounters/{draft.pk}"

    assert client.post(f"{one}/discard", {}, format="json").status_code == 400
    body = client.post(f"{one}/discard", {"reason": "Wrong patient"}, format="json").json()
    assert (body["status"], body["discarded_because"]) == ("discarded", "Wrong patient")
    assert client.post(f"{one}/discard", {"reason": "x"}, format="json").json()["code"] == "note_discarded"
    assert client.post(f"{one}/restore", {}, format="json").json()["status"] == "draft"
