"""Beginning a note and writing into a draft: alone, and two at once."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse

from accounts.models import Site, User
from accounts.once import Once
from audit.models import Entry
from hospital.errors import Refusal, Stale
from hospital.tests.queries import counted
from patients import timeline
from patients.forms.notes import with_words_of
from patients.models import Chart, Encounter, NoteTemplate, Patient, TimelineEntry
from patients.services import deactivate_patient, open_encounter, sign_encounter, write_note
from patients.tests.make import make_patient
from patients.tests.make_notes import WORDS, again, make_draft, make_signed, treats, typed

HTMX = {"HX-Request": "true"}


@pytest.fixture
def amara(site: Site) -> Patient:
    return make_patient()


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


# ── the rule ─────────────────────────────────────────────────────────────────


def test_a_note_begins_as_a_draft_of_its_author(amara: Patient, dora: User) -> None:
    note = open_encounter(amara, kind="phone", by=dora)

    assert (note.status, note.author, note.kind, note.version) == ("draft", dora, "phone", 1)
    assert note.sections() == dict.fromkeys(WORDS, "")
    assert Entry.objects.get(verb="patients.open_encounter").patient_id == amara.pk


def test_the_same_request_begins_one_note(amara: Patient, dora: User) -> None:
    notes = [open_encounter(amara, kind="phone", once=Once("k" * 32, "same"), by=dora) for _ in range(2)]

    assert notes[0].pk == notes[1].pk
    assert Encounter.objects.count() == 1


def test_a_template_gives_the_first_words(amara: Patient, dora: User) -> None:
    template = NoteTemplate(name="Diabetes review", plan="HbA1c in three months.").add()
    note = open_encounter(amara, kind="walk_in", template=template, by=dora)

    assert note.plan == "HbA1c in three months."


def test_no_note_begins_in_a_closed_record_but_a_draft_is_finished(
    amara: Patient, dora: User, rita: User
) -> None:
    draft = make_draft(amara, by=dora)
    deactivate_patient(amara, reason="Deceased", by=rita)

    with pytest.raises(Refusal) as refused:
        open_encounter(amara, kind="phone", by=dora)
    write_note(draft, seen_version=draft.version, plan="Certificate written.", by=dora)

    assert refused.value.code == "patient_inactive"
    assert again(draft).plan == "Certificate written."


@pytest.mark.parametrize("who", ["rita", "adam", "pia", "mona", "ivo", "una"])
def test_only_clinicians_write(amara: Patient, dora: User, who: str, request: pytest.FixtureRequest) -> None:
    other, note = request.getfixturevalue(who), make_draft(amara, by=dora)
    acts: tuple[Callable[[], Any], ...] = (
        lambda: open_encounter(amara, kind="phone", by=other),
        lambda: write_note(note, seen_version=note.version, plan="x", by=other),
        lambda: sign_encounter(note, seen_version=note.version, by=other),
    )
    for act in acts:
        with pytest.raises(PermissionDenied):
            act()
    assert again(note).plan == WORDS["plan"]


def test_what_is_not_given_stays(amara: Patient, dora: User, nora: User) -> None:
    note = make_draft(amara, by=dora)
    write_note(note, seen_version=note.version, plan="Home.", by=nora)

    found = again(note)
    assert found.sections() == WORDS | {"plan": "Home."}
    assert (found.author, found.written_by) == (dora, nora)


def test_writing_the_same_again_changes_nothing(amara: Patient, dora: User) -> None:
    note = make_draft(amara, by=dora)
    write_note(note, seen_version=1, by=dora, **{name: f"  {text}\r\n" for name, text in WORDS.items()})

    assert again(note).version == note.version


def test_the_slower_of_two_is_told_and_nothing_is_written_over(
    amara: Patient, dora: User, nora: User
) -> None:
    note = make_draft(amara, by=dora)
    seen_by_the_slower = again(note)
    write_note(note, seen_version=note.version, plan="Home.", by=nora)

    with pytest.raises(Stale):
        write_note(seen_by_the_slower, seen_version=seen_by_the_slower.version, plan="Ward.", by=dora)
    assert again(note).plan == "Home."
    assert seen_by_the_slower.plan == WORDS["plan"]  # what was read is as it was read


def test_what_cannot_be_printed_is_named(amara: Patient, dora: User) -> None:
    note = make_draft(amara, by=dora)
    with pytest.raises(ValidationError) as wrong:
        write_note(note, seen_version=note.version, plan="\x00", by=dora)

    assert set(wrong.value.message_dict) == {"plan"}


def test_a_note_has_four_sections_and_no_other(amara: Patient, dora: User) -> None:
    note = make_draft(amara, by=dora)
    with pytest.raises(ValidationError):
        write_note(note, seen_version=note.version, by=dora, status="signed")

    assert again(note).is_draft


def test_the_words_of_a_template_go_into_what_is_empty_and_below_what_is_not() -> None:
    template = NoteTemplate(complaint="Since when?", plan="Come back in a week.")
    mine = {"complaint": "Cough.", "examination": "Clear.", "assessment": "", "plan": ""}
    once = with_words_of(template, mine)

    assert once == mine | {"complaint": "Cough.\n\nSince when?", "plan": "Come back in a week."}
    assert with_words_of(template, once) == once


# ── first page and timeline ──────────────────────────────────────────────────


def test_the_first_page_and_the_timeline_know_the_draft(amara: Patient, dora: User) -> None:
    note = make_draft(amara, by=dora, complaint="Cough.\nSince Monday.", plan="Tea.")
    (kept,) = Chart.of(amara.pk).encounters
    (drawn,), _ = timeline.read(amara, dora)

    assert (kept["id"], kept["author"], kept["by"]) == (str(note.pk), str(dora.pk), "Dora Dietz")
    assert (drawn.line.title, drawn.line.detail) == ("Cough.", "Draft by Dora Dietz")
    assert drawn.line.url == note.get_absolute_url()


def test_lines_that_are_rebuilt_are_those_that_were_told(amara: Patient, dora: User) -> None:
    from patients.services import add_addendum, discard_note  # noqa: PLC0415 only here

    add_addendum(make_signed(amara, by=dora), text="X-ray: clear.", by=dora)
    discard_note(make_draft(amara, by=dora), reason="Wrong patient", by=dora)
    make_draft(amara, by=dora)
    told = set(TimelineEntry.objects.values_list("key", "at", "kind"))
    facts = {one.pk: one.facts for one in TimelineEntry.objects.all()}
    timeline.rebuild(amara.pk)

    assert set(TimelineEntry.objects.values_list("key", "at", "kind")) == told
    assert {one.pk: one.facts for one in TimelineEntry.objects.all()} == facts
    assert len(told) == 4


def test_the_record_says_that_there_is_a_draft(desk: Client, amara: Patient, dora: User, nora: User) -> None:
    make_draft(amara, by=dora)
    make_draft(amara, by=nora)
    page = desk.get(amara.get_absolute_url()).content.decode()

    assert "You have a draft from" in page
    assert "Nora Nilsson has a draft from" in page


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
