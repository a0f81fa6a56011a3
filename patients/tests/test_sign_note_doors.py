"""Signing a note on the page and through the API."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from patients.models import Encounter, Patient
from patients.services import sign_encounter, write_note
from patients.tests.make_notes import WORDS, again, make_draft, make_signed, treats, typed


@pytest.fixture
def signed(amara: Patient, dora: User) -> Encounter:
    return make_signed(amara, by=dora)


@pytest.fixture
def desk(amara: Patient, dora: User, client: Client) -> Client:
    treats(dora, amara)
    client.force_login(dora)
    return client


def test_dora_reads_and_signs_on_the_page(desk: Client, amara: Patient, dora: User) -> None:
    note = make_draft(amara, by=dora)
    signing = reverse("patients:sign_note", args=[amara.pk, note.pk])
    sent = desk.post(
        reverse("patients:write_note", args=[amara.pk, note.pk]), typed(2, plan="Home.", sign="1")
    )
    page = desk.get(signing).content.decode()

    assert sent.headers["Location"] == signing
    assert "Home." in page
    assert page.count("btn-primary") == 1
    assert desk.post(signing, {"version": "3"}).headers["Location"] == note.get_absolute_url()
    read = desk.get(note.get_absolute_url()).content.decode()
    assert "Signed by <strong>Dora Dietz</strong>" in read
    assert again(note).content_hash in read


def test_on_the_page_a_note_that_changed_is_shown_before_it_is_signed(
    desk: Client, amara: Patient, dora: User, nora: User
) -> None:
    note = make_draft(amara, by=dora)
    signing = reverse("patients:sign_note", args=[amara.pk, note.pk])
    write_note(again(note), seen_version=2, plan="Nora: home.", by=nora)
    answer = desk.post(signing, {"version": "2"})
    page = answer.content.decode()

    assert answer.status_code == 422
    assert "Somebody else has just changed this note" in page
    assert "Nora: home." in page
    assert 'name="version" value="3"' in page
    assert desk.post(signing, {"version": "3"}).status_code == 302


def test_on_the_page_an_empty_note_is_not_signed(desk: Client, amara: Patient, dora: User) -> None:
    note = make_draft(amara, by=dora, complaint="Cough.")
    answer = desk.post(reverse("patients:sign_note", args=[amara.pk, note.pk]), {"version": "2"})

    assert answer.status_code == 422
    assert "There is nothing to sign yet." in answer.content.decode()


def test_dora_signs_through_the_api(amara: Patient, dora: User, api: Any) -> None:
    treats(dora, amara)
    note = make_draft(amara, by=dora)
    client, one = api(dora), f"/api/v1/patients/{amara.pk}/encounters/{note.pk}"

    assert client.post(f"{one}/sign", {}, format="json").status_code == 428
    stale = client.post(f"{one}/sign", {"version": 1}, format="json")
    assert (stale.status_code, stale.json()["code"]) == (409, "stale")
    body = client.post(f"{one}/sign", {"version": 2, "plan": "Home."}, format="json").json()
    assert (body["status"], body["signed_by_name"], body["plan"]) == ("signed", "Dora Dietz", "Home.")
    assert (body["verified"], len(body["content_hash"])) == (True, 64)


def test_a_script_in_a_note_is_only_text(desk: Client, amara: Patient, dora: User) -> None:
    evil = "<script>alert(1)</script><img src=x onerror=alert(1)>"
    note = make_draft(amara, by=dora, **dict.fromkeys(WORDS, evil))
    pages = [reverse(f"patients:{name}", args=[amara.pk, note.pk]) for name in ("write_note", "sign_note")]
    pages += [reverse("patients:notes_to_sign"), reverse("patients:note_list", args=[amara.pk])]
    texts = [desk.get(page).content.decode() for page in pages]
    sign_encounter(note, seen_version=2, by=dora)
    texts.append(desk.get(note.get_absolute_url()).content.decode())
    for text in texts:
        assert "<script>alert" not in text
        assert "<img src=x" not in text
