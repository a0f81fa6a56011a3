"""The editor of a note and its API: what is saved, and what a refusal keeps."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from hospital.tests.queries import counted
from patients.models import Encounter, NoteTemplate, Patient
from patients.services import sign_encounter, write_note
from patients.tests.make import make_patient
from patients.tests.make_notes import WORDS, again, make_draft, make_signed, treats, typed

HTMX = {"HX-Request": "true"}


@pytest.fixture
def desk(amara: Patient, dora: User, nora: User, client: Client) -> Client:
    """Dora at her screen; Amara is in her care, and in Nora's."""
    treats(dora, amara)
    treats(nora, amara)
    client.force_login(dora)
    return client


def at(note: Encounter, page: str = "write_note") -> str:
    return reverse(f"patients:{page}", args=[note.patient_id, note.pk])


def texts_in(page: str) -> dict[str, str]:
    """What stands in the text areas of a page."""
    found = re.findall(r'<textarea name="(\w+)"[^>]*>\n?(.*?)</textarea>', page, re.DOTALL)
    return dict(found)


# ── behind the page ──────────────────────────────────────────────────────────


def test_dora_begins_a_note_on_the_page(desk: Client, amara: Patient) -> None:
    page = reverse("patients:open_encounter", args=[amara.pk])
    assert "Walk-in" in desk.get(page).content.decode()
    sent = {"kind": "phone", "template": "", "nonce": "a" * 32}
    answers = [desk.post(page, sent) for _ in range(2)]

    note = Encounter.objects.get()
    assert [one.headers["Location"] for one in answers] == [at(note)] * 2
    assert note.kind == "phone"
    assert desk.post(page, {"kind": "nonsense", "nonce": "b" * 32}).status_code == 422


def test_saving_by_hand_and_by_itself_write_the_same(desk: Client, amara: Patient, dora: User) -> None:
    note = make_draft(amara, by=dora)
    by_hand = desk.post(at(note), typed(2, plan="Home."))
    by_itself = desk.post(at(note), typed(3, plan="Home. Tea."), headers=HTMX)

    assert by_hand.headers["Location"] == at(note)
    text = by_itself.content.decode()
    assert "Saved" in text
    assert "<html" not in text
    assert 'value="4" id="id_version" hx-swap-oob="true"' in text
    assert again(note).plan == "Home. Tea."


def test_a_stale_form_keeps_what_was_typed_and_shows_the_others_words(
    desk: Client, amara: Patient, dora: User, nora: User
) -> None:
    note = make_draft(amara, by=dora)
    write_note(again(note), seen_version=2, plan="Nora: home.", by=nora)
    answer = desk.post(at(note), typed(2, plan="Dora: ward."))
    page = answer.content.decode()

    assert answer.status_code == 422
    assert texts_in(page)["plan"] == "Dora: ward."
    theirs = dict(re.findall(r'id="theirs-(\w+)">(.*?)</div>\s*</div>', page, re.DOTALL))
    assert "Nora: home." in theirs["plan"]
    assert "Nora Nilsson" in theirs["plan"]
    assert WORDS["complaint"] not in "".join(theirs.values())  # only what differs stands beside it
    assert 'name="over" value="3"' in page
    assert "Take theirs" in page
    assert again(note).plan == "Nora: home."

    assert desk.post(at(note), typed(2, plan="Dora: ward.")).status_code == 422  # not by pressing twice
    assert desk.post(at(note), typed(2, plan="Dora: ward.", over="3")).status_code == 302
    assert again(note).plan == "Dora: ward."


def test_a_stale_form_that_saves_itself_leaves_the_typed_text_alone(
    desk: Client, amara: Patient, dora: User, nora: User
) -> None:
    note = make_draft(amara, by=dora)
    write_note(again(note), seen_version=2, plan="Nora: home.", by=nora)
    answer = desk.post(at(note), typed(2, plan="Dora: ward."), headers=HTMX)
    part = answer.content.decode()

    assert answer.status_code == 422
    assert "Not saved:" in part
    assert "<textarea" not in part
    assert 'id="id_version"' not in part  # the form goes on to say what was seen
    assert 'id="theirs-plan" hx-swap-oob="true"' in part
    assert "Nora: home." in part
    assert 'name="over" value="3"' in part


def test_a_form_that_was_open_while_the_note_was_signed_writes_nothing(
    desk: Client, amara: Patient, dora: User, nora: User
) -> None:
    note = make_draft(amara, by=dora)
    sign_encounter(again(note), seen_version=2, by=nora)
    for sent in (typed(2, plan="Late."), typed(3, plan="Late."), typed(2, plan="Late.", over="3")):
        answer = desk.post(at(note), sent)
        assert answer.status_code == 422
        assert texts_in(answer.content.decode())["plan"] == "Late."
        assert "signed" in answer.content.decode()
    assert again(note).plan == WORDS["plan"]


def test_a_template_is_inserted_by_the_same_form(desk: Client, amara: Patient, dora: User) -> None:
    note = make_draft(amara, by=dora, plan="Tea.")
    template = NoteTemplate(name="Follow-up", assessment="Better.", plan="Come back in a week.").add()
    sent = {"plan": "Tea.", "version": "2", "template": str(template.pk), "insert": "1"}
    answer = desk.post(at(note), sent, headers=HTMX)

    assert answer.headers["HX-Retarget"] == "#editor"
    assert texts_in(answer.content.decode())["plan"] == "Tea.\n\nCome back in a week."
    assert again(note).assessment == "Better."
    assert desk.post(at(note), sent | {"version": "3"}).status_code == 302


def test_a_template_that_is_not_offered_any_more_cannot_be_chosen(
    desk: Client, amara: Patient, dora: User
) -> None:
    note = make_draft(amara, by=dora)
    template = NoteTemplate(name="Old", plan="Bleed him.", is_active=False).add()
    answer = desk.post(at(note), typed(2, template=str(template.pk), insert="1"))

    assert answer.status_code == 422
    assert again(note).plan == WORDS["plan"]


def test_a_note_of_somebody_else_is_not_found_here(desk: Client, amara: Patient, dora: User) -> None:
    """T02: a note of B addressed under patient A."""
    other = make_patient(given_name="Bea")
    treats(dora, other)
    note = make_draft(other, by=dora)
    for page in ("note", "write_note", "sign_note", "discard_note"):
        assert desk.get(reverse(f"patients:{page}", args=[amara.pk, note.pk])).status_code == 404
    for page in ("write_note", "sign_note", "discard_note", "restore_note", "add_addendum"):
        address = reverse(f"patients:{page}", args=[amara.pk, note.pk])
        assert desk.post(address, typed(2, plan="x", text="x", reason="x")).status_code == 404
    assert again(note).sections() == WORDS


def test_who_does_not_treat_the_patient_sees_no_word(
    amara: Patient, dora: User, dov: User, client: Client
) -> None:
    note = make_draft(amara, by=dora)
    client.force_login(dov)
    for page in ("note", "write_note", "sign_note"):
        assert client.get(at(note, page)).headers["Location"].endswith("#declare")
    assert client.post(at(note), typed(2, plan="x")).status_code == 404
    assert again(note).plan == WORDS["plan"]


def test_notes_to_sign_are_ones_own_the_oldest_first(
    desk: Client, amara: Patient, dora: User, nora: User
) -> None:
    make_draft(amara, by=dora, complaint="First", plan="x")
    make_draft(amara, by=nora, complaint="Of Nora", plan="x")
    make_signed(amara, by=dora)
    make_draft(amara, by=dora, complaint="Second", plan="x")
    page = desk.get(reverse("patients:notes_to_sign")).content.decode()

    assert page.index("First") < page.index("Second")
    assert "Of Nora" not in page
    assert WORDS["complaint"] not in page


def test_pages_of_notes_cost_a_fixed_number_of_queries(desk: Client, amara: Patient, dora: User) -> None:
    draft = make_draft(amara, by=dora)
    signed = make_signed(amara, by=dora)
    for _ in range(3):
        make_draft(amara, by=dora)
    for address, at_most in (
        (reverse("patients:notes_to_sign"), 4),  # session, user, drafts, audit
        (reverse("patients:note_list", args=[amara.pk]), 7),
        (reverse("patients:open_encounter", args=[amara.pk]), 8),
        (at(draft), 9),
        (at(draft, "sign_note"), 8),
        (at(signed, "note"), 10),
    ):
        with counted(at_most=at_most):
            assert desk.get(address).status_code == 200


def test_saving_by_itself_costs_a_fixed_number_of_queries(desk: Client, amara: Patient, dora: User) -> None:
    note = make_draft(amara, by=dora)
    with counted(at_most=16):
        assert desk.post(at(note), typed(2, plan="Home."), headers=HTMX).status_code == 200


# ── behind the API ───────────────────────────────────────────────────────────


@pytest.fixture
def notes(amara: Patient, dora: User) -> str:
    treats(dora, amara)
    return f"/api/v1/patients/{amara.pk}/encounters"


def test_dora_writes_through_the_api(notes: str, dora: User, api: Any) -> None:
    client = api(dora)
    made = client.post(notes, {"kind": "phone"}, format="json", headers={"Idempotency-Key": "k1"})
    same = client.post(notes, {"kind": "phone"}, format="json", headers={"Idempotency-Key": "k1"})
    body = made.json()

    assert (made.status_code, same.json()) == (201, body)
    assert (body["status"], body["verified"], body["author_name"]) == ("draft", True, "Dora Dietz")
    one = f"{notes}/{body['id']}"
    assert made.headers["Location"] == one
    written = client.put(one, {"plan": "Home.", "version": 1}, format="json")
    assert (written.status_code, written.json()["plan"], written.headers["ETag"]) == (200, "Home.", '"2"')
    assert client.get(one).json() == written.json()
    assert [row["id"] for row in client.get(notes).json()["results"]] == [body["id"]]


def test_a_stale_version_at_the_api(notes: str, amara: Patient, dora: User, api: Any) -> None:
    client, note = api(dora), make_draft(amara, by=dora)
    one = f"{notes}/{note.pk}"

    stale = client.put(one, {"plan": "x", "version": 1}, format="json")
    assert (stale.status_code, stale.json()["code"]) == (409, "stale")
    assert client.put(one, {"plan": "x"}, format="json", headers={"If-Match": '"1"'}).status_code == 412
    assert client.put(one, {"plan": "x"}, format="json").status_code == 428
    assert again(note).plan == WORDS["plan"]


def test_an_id_in_the_body_is_nobodys(notes: str, amara: Patient, dora: User, api: Any) -> None:
    """T03: create under A with an id of B's note, or with what is not the asker's to say."""
    other = make_draft(make_patient(given_name="Bea"), by=dora)
    sent = {"kind": "phone", "id": str(other.pk), "status": "signed", "author": str(amara.pk), "plan": "x"}
    body = api(dora).post(notes, sent, format="json").json()

    assert body["id"] != str(other.pk)
    assert (body["status"], body["author"], body["plan"]) == ("draft", str(dora.pk), "")
    assert again(other).sections() == WORDS


def test_the_api_finds_no_note_of_somebody_else(
    notes: str, amara: Patient, dora: User, dov: User, api: Any
) -> None:
    other = make_draft(make_patient(given_name="Bea"), by=dora)
    mine = make_draft(amara, by=dora)
    assert api(dora).put(f"{notes}/{other.pk}", {"plan": "x", "version": 2}, format="json").status_code == 404
    for act in ("sign", "discard", "restore", "addenda"):
        sent = {"version": 2, "reason": "x", "text": "x"}
        assert api(dora).post(f"{notes}/{other.pk}/{act}", sent, format="json").status_code == 404
        assert api(dov).post(f"{notes}/{mine.pk}/{act}", sent, format="json").status_code == 404
    assert api(dov).get(f"{notes}/{mine.pk}").status_code == 404
    assert again(other).sections() == WORDS


def test_lists_at_the_api_cost_a_fixed_number_of_queries(
    notes: str, amara: Patient, dora: User, api: Any
) -> None:
    client = api(dora)
    for _ in range(4):
        make_signed(amara, by=dora)
    with counted(at_most=6):
        assert len(client.get(notes).json()["results"]) == 4
