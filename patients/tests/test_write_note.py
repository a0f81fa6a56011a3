"""Beginning a note and writing into a draft: alone, and two at once."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.once import Once
from audit.models import Entry
from hospital.errors import Refusal, Stale
from patients import timeline
from patients.forms.notes import with_words_of
from patients.models import Chart, Encounter, NoteTemplate, Patient, TimelineEntry
from patients.services import deactivate_patient, open_encounter, sign_encounter, write_note
from patients.tests.make_notes import WORDS, again, make_draft, make_signed, treats


@pytest.fixture
def desk(amara: Patient, dora: User, nora: User, client: Client) -> Client:
    """Dora at her screen; Amara is in her care, and in Nora's."""
    treats(dora, amara)
    treats(nora, amara)
    client.force_login(dora)
    return client


def at(note: Encounter, page: str = "write_note") -> str:
    return reverse(f"patients:{page}", args=[note.patient_id, note.pk])


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
