"""Signing a note; and that what was signed is changed through no door, or found out where one was broken in."""

import json
from collections.abc import Callable
from hashlib import sha256
from io import StringIO
from typing import Any

import pytest
from django.contrib import admin
from django.core.management import CommandError, call_command
from django.db import IntegrityError
from django.db.models import QuerySet
from django.test import Client
from django.urls import reverse

from accounts.models import User
from audit.models import Entry
from hospital import db
from hospital.errors import Refusal, Stale, WrongMove
from patients import timeline
from patients.models import Addendum, Chart, Encounter, Patient
from patients.services import add_addendum, discard_note, restore_note, sign_encounter, write_note
from patients.signals import encounter_signed
from patients.tests.make_notes import WORDS, again, make_draft, make_signed, treats, typed


@pytest.fixture
def signed(amara: Patient, dora: User) -> Encounter:
    return make_signed(amara, by=dora)


@pytest.fixture
def desk(amara: Patient, dora: User, client: Client) -> Client:
    treats(dora, amara)
    client.force_login(dora)
    return client


def code_of(act: Callable[[], Any]) -> str:
    with pytest.raises(Refusal) as refused:
        act()
    return refused.value.code


def past_the_hedge(row: Encounter | Addendum, **changes: Any) -> None:
    """What somebody does who goes around this program, as with SQL."""
    QuerySet(type(row)).filter(pk=row.pk).update(**changes)


def verify() -> str:
    said = StringIO()
    call_command("verify_notes", stdout=said)
    return said.getvalue()


# ── the rule ─────────────────────────────────────────────────────────────────


def test_a_signed_note_has_signer_time_and_hash(amara: Patient, dora: User) -> None:
    note = sign_encounter(make_draft(amara, by=dora), seen_version=2, by=dora)
    found = again(note)

    assert (found.status, found.signed_by, found.is_intact) == ("signed", dora, True)
    assert found.signed_at is not None
    assert found.sections() == WORDS
    assert Entry.objects.get(verb="patients.sign_note").details == {"sha256": found.content_hash}


def test_the_hash_is_that_of_the_canonical_json(signed: Encounter) -> None:
    """Anybody can reckon it anew from what the API answers: sorted keys, no spaces, UTF-8."""
    assert signed.signed_at is not None
    said = {
        **signed.sections(),
        "id": str(signed.pk),
        "patient": str(signed.patient_id),
        "kind": signed.kind,
        "author": str(signed.author_id),
        "signed_by": str(signed.signed_by_id),
        "began_at": signed.began_at.isoformat(timespec="milliseconds"),
        "signed_at": signed.signed_at.isoformat(timespec="milliseconds"),
    }
    text = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False)

    assert "°C" in text
    assert signed.content_hash == sha256(text.encode("utf-8")).hexdigest()


@pytest.mark.parametrize("section", ["examination", "assessment", "plan"])
def test_one_of_three_sections_makes_a_note(amara: Patient, dora: User, section: str) -> None:
    note = make_draft(amara, by=dora, **{section: "Nothing unusual."})

    assert sign_encounter(note, seen_version=2, by=dora).is_signed


def test_a_complaint_alone_is_no_note(amara: Patient, dora: User) -> None:
    note = make_draft(amara, by=dora, complaint="Cough.")

    assert code_of(lambda: sign_encounter(note, seen_version=2, by=dora)) == "empty_note"
    assert again(note).is_draft


def test_who_signs_the_draft_of_somebody_else_is_its_signer(amara: Patient, dora: User, nora: User) -> None:
    note = again(sign_encounter(make_draft(amara, by=nora), seen_version=2, by=dora))

    assert (note.author, note.signed_by) == (nora, dora)


def test_what_is_signed_can_be_written_in_the_same_step(amara: Patient, dora: User) -> None:
    note = make_draft(amara, by=dora)
    sign_encounter(note, seen_version=2, plan="Home.  ", by=dora)

    assert (again(note).plan, again(note).is_intact) == ("Home.", True)


def test_nobody_signs_what_he_or_she_has_not_read(amara: Patient, dora: User, nora: User) -> None:
    note = make_draft(amara, by=dora)
    as_read = again(note)
    write_note(note, seen_version=2, plan="Nora: home.", by=nora)

    with pytest.raises(Stale):
        sign_encounter(again(note), seen_version=2, by=dora)
    with pytest.raises(WrongMove):
        sign_encounter(as_read, seen_version=2, by=dora)
    assert again(note).is_draft


def test_of_two_who_sign_at_once_one_does(amara: Patient, dora: User, nora: User) -> None:
    first = make_draft(amara, by=dora)
    second = again(first)
    sign_encounter(first, seen_version=2, by=dora)

    with pytest.raises(WrongMove):
        sign_encounter(second, seen_version=2, by=nora)
    assert again(first).signed_by == dora
    assert Entry.objects.filter(verb="patients.sign_note", outcome="done").count() == 1


def test_signing_is_announced_in_its_transaction(amara: Patient, dora: User) -> None:
    """If somebody who hears of it fails, nothing is signed."""
    note = make_draft(amara, by=dora)

    def fails(sender: type, **heard: Any) -> None:
        assert heard["encounter"].is_signed
        assert heard["by"] == dora
        raise Refusal("No.", code="no")

    encounter_signed.connect(fails)
    try:
        assert code_of(lambda: sign_encounter(note, seen_version=2, by=dora)) == "no"
    finally:
        encounter_signed.disconnect(fails)
    assert note.is_draft
    assert again(note).is_draft


def test_the_first_page_forgets_the_draft_and_the_timeline_says_who_signed(
    amara: Patient, dora: User, signed: Encounter
) -> None:
    (drawn,), _ = timeline.read(amara, dora)

    assert Chart.of(amara.pk).encounters == []
    assert drawn.line.detail == "Signed by Dora Dietz"


# ── no door leads to what was signed ─────────────────────────────────────────


def test_no_service_changes_it(signed: Encounter, dora: User) -> None:
    seen = signed.version
    assert code_of(lambda: write_note(signed, seen_version=seen, plan="x", by=dora)) == "note_signed"
    assert code_of(lambda: sign_encounter(signed, seen_version=seen, plan="x", by=dora)) == "note_signed"
    assert code_of(lambda: discard_note(signed, reason="x", by=dora)) == "note_signed"
    assert code_of(lambda: restore_note(signed, by=dora)) == "wrong_move"
    assert again(signed).is_intact


def test_no_instance_that_was_read_before_changes_it(amara: Patient, dora: User) -> None:
    note = make_draft(amara, by=dora)
    as_read = again(note)
    sign_encounter(note, seen_version=2, by=dora)

    for act in (
        lambda: write_note(as_read, seen_version=2, plan="x", by=dora),
        lambda: discard_note(as_read, reason="x", by=dora),
        lambda: as_read.change(plan="x"),
        lambda: as_read.retract(because="x", by=dora),
    ):
        with pytest.raises(Refusal):
            act()
    assert again(note).sections() == WORDS
    assert not again(note).is_retracted


@pytest.mark.django_db(transaction=True)
def test_the_orm_does_not_change_it(amara: Patient, signed: Encounter, dora: User) -> None:
    draft = make_draft(amara, by=dora)
    all_of_them = Encounter.objects.filter(patient=amara)
    signed.plan = draft.plan = "x"
    for act in (
        lambda: all_of_them.update(plan="x"),
        lambda: Encounter.objects.bulk_update([draft, signed], ["plan"]),
        lambda: Encounter.objects.bulk_create([signed], update_conflicts=True),
        lambda: Encounter.objects.update_or_create(pk=signed.pk, defaults={"plan": "x"}),
        all_of_them.delete,
        signed.save,
        lambda: signed.save(force_update=True),
        signed.delete,
    ):
        with pytest.raises(Refusal):
            act()
    assert again(signed).plan == again(draft).plan == WORDS["plan"]


def test_what_is_signed_between_looking_and_writing_is_left_out(amara: Patient, dora: User) -> None:
    """The UPDATE itself says which rows it may touch; the question before it only gives the reason."""
    signed = make_signed(amara, by=dora)
    assert Encounter.objects.filter(pk=signed.pk).open_ones().update(plan="x") == 0
    assert again(signed).plan == WORDS["plan"]


@pytest.mark.django_db(transaction=True)
def test_a_new_row_does_not_take_its_place(amara: Patient, signed: Encounter, dora: User) -> None:
    forged = Encounter(pk=signed.pk, patient=amara, author=dora, recorded_by=dora, plan="x")
    with pytest.raises(IntegrityError), db.atomic():
        forged.save()
    assert again(signed).plan == WORDS["plan"]


def test_the_orm_does_not_change_what_was_added(signed: Encounter, dora: User) -> None:
    addendum = add_addendum(signed, text="X-ray: clear.", by=dora)
    for act in (
        lambda: Addendum.objects.filter(pk=addendum.pk).update(text="x"),
        lambda: Addendum.objects.all().delete(),
        lambda: addendum.change(text="x"),
        addendum.save,
        addendum.delete,
    ):
        with pytest.raises(Refusal):
            act()
    assert Addendum.objects.get().text == "X-ray: clear."


def test_no_page_changes_it(desk: Client, signed: Encounter) -> None:
    seen = str(signed.version)
    for page in ("write_note", "sign_note", "discard_note", "restore_note"):
        address = reverse(f"patients:{page}", args=[signed.patient_id, signed.pk])
        for version in (seen, "2", "1"):
            answer = desk.post(address, typed(int(version), plan="x", reason="x", over=seen))
            assert answer.status_code == 422, page
    assert desk.get(reverse("patients:write_note", args=[signed.patient_id, signed.pk])).status_code == 302
    assert again(signed).sections() == WORDS


def test_no_act_of_the_api_changes_it(amara: Patient, signed: Encounter, dora: User, api: Any) -> None:
    treats(dora, amara)
    client, one = api(dora), f"/api/v1/patients/{amara.pk}/encounters/{signed.pk}"
    sent = {"plan": "x", "version": signed.version, "reason": "x"}

    written = client.put(one, sent, format="json")
    assert (written.status_code, written.json()["code"]) == (409, "note_signed")
    assert client.put(one, sent, format="json", headers={"If-Match": "*"}).status_code == 409
    assert client.patch(one, sent, format="json").status_code == 405
    assert client.delete(one).status_code == 405
    for act in ("sign", "discard", "restore"):
        assert client.post(f"{one}/{act}", sent, format="json").status_code == 409
    assert again(signed).sections() == WORDS


def test_the_administration_has_no_door_to_notes() -> None:
    assert not {Encounter, Addendum} & set(admin.site._registry)  # noqa: SLF001


# ── and where one was broken in ──────────────────────────────────────────────


@pytest.mark.parametrize(
    "changes",
    [
        {"plan": "Home."},
        {"complaint": WORDS["complaint"] + " "},
        {"status": "draft"},
        {"status": "discarded"},
        {"content_hash": ""},
        {"kind": "phone"},
    ],
    ids=str,
)
def test_a_row_that_was_changed_is_found(signed: Encounter, changes: dict[str, str]) -> None:
    assert "1 signed notes" in verify()
    past_the_hedge(signed, **changes)

    assert not again(signed).is_intact
    with pytest.raises(CommandError, match=str(signed.pk)):
        verify()


def test_a_signer_who_was_exchanged_is_found(signed: Encounter, nora: User) -> None:
    past_the_hedge(signed, signed_by=nora)

    with pytest.raises(CommandError, match=str(signed.pk)):
        verify()


def test_the_audit_knows_a_hash_that_was_reckoned_anew(signed: Encounter) -> None:
    forged = again(signed)
    forged.plan = "Home."
    past_the_hedge(signed, plan="Home.", content_hash=forged.seal())

    assert again(signed).is_intact
    with pytest.raises(CommandError, match=str(signed.pk)):
        verify()


def test_a_note_that_was_removed_is_found(signed: Encounter, amara: Patient, dora: User) -> None:
    make_signed(amara, by=dora)
    QuerySet(Encounter).filter(pk=signed.pk)._raw_delete("default")  # noqa: SLF001

    with pytest.raises(CommandError, match=str(signed.pk)):
        verify()


def test_an_addendum_that_was_changed_is_found(signed: Encounter, dora: User) -> None:
    addendum = add_addendum(signed, text="X-ray: clear.", by=dora)
    assert "1 addenda" in verify()
    past_the_hedge(addendum, text="X-ray: pneumonia.")

    with pytest.raises(CommandError, match=str(addendum.pk)):
        verify()


def test_pages_and_api_say_that_it_is_not_what_was_signed(
    desk: Client, amara: Patient, signed: Encounter, dora: User, api: Any
) -> None:
    one, warning = signed.get_absolute_url(), "This note is not what was signed"
    whole = desk.get(one).content.decode()
    past_the_hedge(signed, plan="Home.")
    broken = desk.get(one).content.decode()
    listed = desk.get(reverse("patients:note_list", args=[amara.pk])).content.decode()
    at_the_api = f"/api/v1/patients/{amara.pk}/encounters"

    assert warning not in whole
    assert "Checked: this is what was signed." in whole
    assert warning in broken
    assert "Not what was signed" in listed
    assert api(dora).get(f"{at_the_api}/{signed.pk}").json()["verified"] is False
    assert api(dora).get(at_the_api).json()["results"][0]["verified"] is False


def test_a_page_says_that_an_addendum_is_not_what_was_signed(
    desk: Client, amara: Patient, signed: Encounter, dora: User, api: Any
) -> None:
    addendum = add_addendum(signed, text="X-ray: clear.", by=dora)
    past_the_hedge(addendum, text="X-ray: pneumonia.")

    assert "This addendum is not what was signed." in desk.get(signed.get_absolute_url()).content.decode()
    body = api(dora).get(f"/api/v1/patients/{amara.pk}/encounters/{signed.pk}").json()
    assert (body["verified"], body["addenda"][0]["verified"]) == (True, False)


def test_a_note_that_was_made_a_draft_again_is_not_opened_as_one(desk: Client, signed: Encounter) -> None:
    past_the_hedge(signed, status="draft")
    for name in ("note", "write_note", "sign_note", "discard_note"):
        address = reverse(f"patients:{name}", args=[signed.patient_id, signed.pk])
        assert "This note is not what was signed" in desk.get(address, follow=True).content.decode()


@pytest.mark.parametrize("status", ["draft", "discarded"])
def test_a_note_that_was_made_a_draft_again_is_not_written_on(
    signed: Encounter, dora: User, status: str
) -> None:
    past_the_hedge(signed, status=status)
    found = again(signed)
    wanted = "note_broken" if status == "draft" else "note_discarded"

    assert code_of(lambda: write_note(found, seen_version=found.version, plan="x", by=dora)) == wanted
    assert code_of(lambda: sign_encounter(found, seen_version=found.version, by=dora)) == wanted
    assert code_of(lambda: restore_note(found, by=dora)) == "note_broken"
