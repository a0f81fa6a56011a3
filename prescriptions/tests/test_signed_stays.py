"""What was signed is changed through no door; where somebody went around the program, it is found (T36)."""

from collections.abc import Callable
from datetime import date
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
from doctors.models import Doctor
from doctors.tests.make import make_doctor
from hospital import db
from hospital.errors import Refusal
from patients.models import Patient
from patients.tests.make import make_patient
from patients.tests.make_notes import treats
from prescriptions.models import Prescription, PrescriptionLine, Warned
from prescriptions.services import (
    decline_prescription,
    discard_prescription,
    restore_prescription,
    stop_prescription,
    write_prescription,
)
from prescriptions.tests.make_prescriptions import again, lines_of, make_line
from prescriptions.tests.make_signing import (
    awaiting,
    begun,
    code_of,
    countersign,
    past_the_hedge,
    sign,
)


@pytest.fixture
def signed(amara: Patient, dora: User, dent: Doctor) -> Prescription:
    return sign(begun(amara, make_line(), make_line("Metformin 500 mg tablet"), by=dora), by=dora)


@pytest.fixture
def agreed(amara: Patient, dora: User, dent: Doctor, dov: User) -> Prescription:
    make_doctor(user=dov)
    return countersign(awaiting(amara, by=dora), by=dov)


def verify() -> str:
    said = StringIO()
    call_command("verify_prescriptions", stdout=said)
    return said.getvalue()


def is_whole(prescription: Prescription) -> bool:
    found = again(prescription)
    return found.is_intact and found.agrees_with(lines_of(found))


# ── no door leads to what was signed ─────────────────────────────────────────


def test_no_service_changes_it(signed: Prescription, dora: User) -> None:
    def write() -> Any:
        return write_prescription(
            again(signed), seen_version=None, lines=[make_line()], indication="", note="", by=dora
        )

    assert code_of(write) == "prescription_signed"
    assert code_of(lambda: discard_prescription(again(signed), reason="x", by=dora)) == "prescription_signed"
    assert code_of(lambda: restore_prescription(again(signed), by=dora)) == "wrong_move"
    assert code_of(lambda: decline_prescription(again(signed), reason="x", by=dora)) == "not_awaiting"
    assert code_of(lambda: sign(again(signed), by=dora)) == "prescription_signed"
    assert is_whole(signed)


def test_stopping_changes_nothing_of_what_was_signed(signed: Prescription, dora: User) -> None:
    stop_prescription(signed, because="ended", by=dora)

    assert is_whole(signed)
    assert "1 signed prescriptions with 2 medicines" in verify()


def _doors(signed: Prescription) -> dict[str, Callable[[], Any]]:
    mine = Prescription.objects.filter(pk=signed.pk)

    def saved() -> None:
        signed.note = "x"
        signed.save()

    def bulk() -> None:
        signed.note = "x"
        Prescription.objects.bulk_update([signed], ["note"])

    return {
        "save": saved,
        "save some fields": lambda: signed.save(update_fields=["note"]),
        "change": lambda: signed.change(note="x"),
        "update": lambda: mine.update(note="x"),
        "update in passing": lambda: Prescription.objects.update(note="x", version=9),
        "make it a draft": lambda: mine.update(status="draft"),
        "take the hash": lambda: mine.update(content_hash=""),
        "bulk_update": bulk,
        "bulk_create": lambda: Prescription.objects.bulk_create(
            [signed], update_conflicts=True, update_fields=["note"], unique_fields=["id"]
        ),
        "update_or_create": lambda: Prescription.objects.update_or_create(
            pk=signed.pk, defaults={"note": "x"}
        ),
        "delete": signed.delete,
        "delete all": mine.delete,
    }


@pytest.mark.parametrize("door", list(_doors(Prescription())))
def test_no_way_through_the_models_changes_a_prescription(signed: Prescription, door: str) -> None:
    with pytest.raises(Refusal), db.atomic():
        _doors(again(signed))[door]()

    assert is_whole(signed)
    assert again(signed).note == ""


def test_a_signed_prescription_is_not_written_over_by_inserting_it_again(signed: Prescription) -> None:
    found = again(signed)
    found.note = "x"
    found._state.adding = True
    with pytest.raises(IntegrityError), db.atomic():
        found.save()

    assert again(signed).note == ""


def _doors_of_a_line(line: PrescriptionLine) -> dict[str, Callable[[], Any]]:
    mine = PrescriptionLine.objects.filter(pk=line.pk)

    def saved() -> None:
        line.medicine = "Morphine"
        line.save()

    def bulk() -> None:
        line.quantity = 900
        PrescriptionLine.objects.bulk_update([line], ["quantity"])

    return {
        "save": saved,
        "change": lambda: line.change(quantity=900),
        "update": lambda: mine.update(quantity=900),
        "update the facts": lambda: mine.update(facts={}),
        "bulk_update": bulk,
        "bulk_create": lambda: PrescriptionLine.objects.bulk_create(
            [line], update_conflicts=True, update_fields=["quantity"], unique_fields=["id"]
        ),
        "delete": line.delete,
        "delete all": mine.delete,
    }


@pytest.mark.parametrize("door", list(_doors_of_a_line(PrescriptionLine())))
def test_no_way_through_the_models_changes_a_line(signed: Prescription, door: str) -> None:
    with pytest.raises(Refusal), db.atomic():
        _doors_of_a_line(lines_of(signed)[0])[door]()

    assert is_whole(signed)


def test_the_administration_has_no_door_to_prescriptions() -> None:
    assert not {Prescription, PrescriptionLine, Warned} & set(admin.site._registry)  # noqa: SLF001


# ── and where somebody went around the program ───────────────────────────────


@pytest.mark.parametrize(
    "changes",
    [
        {"lines": []},
        {"note": "x"},
        {"indication": "x"},
        {"safety": {}},
        {"overrides": [{"key": "x"}]},
        {"expires_on": date(2099, 1, 1)},
        {"status": "draft"},
        {"status": "discarded"},
        {"status": "awaiting"},
        {"content_hash": ""},
        {"code": "0" * 12},
        {"needs_second": True},
    ],
    ids=str,
)
def test_a_row_that_was_changed_is_found(signed: Prescription, changes: dict[str, Any]) -> None:
    assert "1 signed prescriptions with 2 medicines are what was signed" in verify()
    past_the_hedge(signed, **changes)

    assert not is_whole(signed)
    with pytest.raises(CommandError, match=str(signed.pk)):
        verify()


@pytest.mark.parametrize(
    "break_in",
    [
        lambda signed: past_the_hedge(signed, note="x"),
        lambda signed: past_the_hedge(signed, status="draft"),
        lambda signed: past_the_hedge(lines_of(signed)[0], quantity=900),
    ],
    ids=["the prescription", "made a draft again", "one of its lines"],
)
def test_the_page_says_that_it_is_not_what_was_signed(
    signed: Prescription, amara: Patient, dora: User, client: Client, break_in: Callable[[Prescription], None]
) -> None:
    treats(dora, amara)
    client.force_login(dora)
    warning = "This prescription is not what was signed"
    assert warning not in client.get(signed.get_absolute_url()).content.decode()
    break_in(signed)

    for name in ("detail", "write", "sign", "discard"):
        address = reverse(f"prescriptions:{name}", args=[amara.pk, signed.pk])
        assert warning in client.get(address, follow=True).content.decode()


@pytest.mark.parametrize("role", ["signed_by", "second_signed_by"])
def test_a_signer_who_was_exchanged_is_found(agreed: Prescription, nora: User, role: str) -> None:
    assert is_whole(agreed)
    past_the_hedge(agreed, **{role: nora})

    with pytest.raises(CommandError, match=str(agreed.pk)):
        verify()


@pytest.mark.parametrize(
    "changes", [{"second_hash": ""}, {"needs_second": False}, {"status": "draft"}], ids=str
)
def test_a_second_signature_that_was_taken_away_is_found(
    agreed: Prescription, changes: dict[str, Any]
) -> None:
    past_the_hedge(agreed, **changes)

    with pytest.raises(CommandError, match=str(agreed.pk)):
        verify()


@pytest.mark.parametrize(
    "changes",
    [
        {"quantity": 900},
        {"quantity_unit": "bottle"},
        {"medicine": "Morphine 30 mg tablet"},
        {"facts": {"medicine": "Morphine 30 mg tablet"}},
        {"position": 7},
    ],
    ids=str,
)
def test_a_line_that_was_changed_is_found(signed: Prescription, changes: dict[str, Any]) -> None:
    past_the_hedge(lines_of(signed)[0], **changes)

    assert not is_whole(signed)
    with pytest.raises(CommandError, match=str(signed.pk)):
        verify()


def test_a_line_that_was_moved_to_another_patient_is_found(signed: Prescription, nora: User) -> None:
    past_the_hedge(lines_of(signed)[0], patient=make_patient(family_name="Other"))

    with pytest.raises(CommandError, match=str(signed.pk)):
        verify()


def test_a_line_that_was_removed_is_found(signed: Prescription) -> None:
    line = lines_of(signed)[0]
    QuerySet(PrescriptionLine).filter(pk=line.pk)._raw_delete("default")  # noqa: SLF001

    with pytest.raises(CommandError, match=str(signed.pk)):
        verify()


def test_a_line_that_was_added_is_found(signed: Prescription) -> None:
    extra = lines_of(signed)[0]
    extra.pk, extra.position, extra._state.adding = None, 3, True
    extra.pk = PrescriptionLine().pk
    extra.save()

    with pytest.raises(CommandError, match=str(signed.pk)):
        verify()


def test_the_audit_knows_a_hash_that_was_reckoned_anew(signed: Prescription) -> None:
    forged = again(signed)
    forged.note = "Give twice as much."
    past_the_hedge(signed, note=forged.note, content_hash=forged.seal())

    assert is_whole(signed)
    with pytest.raises(CommandError, match=f"audit.*{signed.pk}"):
        verify()


def test_the_audit_knows_of_a_signature_that_was_wiped(signed: Prescription) -> None:
    """Back to a clean draft, line by line."""
    QuerySet(PrescriptionLine).filter(prescription_id=signed.pk)._raw_delete("default")  # noqa: SLF001
    past_the_hedge(
        signed, status="draft", content_hash="", signed_at=None, signed_by=None, needs_second=False
    )

    assert is_whole(signed)
    with pytest.raises(CommandError, match=f"audit.*{signed.pk}"):
        verify()


def test_what_was_sent_back_is_no_signature_that_is_missing(amara: Patient, dora: User, dent: Doctor) -> None:
    decline_prescription(awaiting(amara, by=dora), reason="Changed my mind", by=dora)

    assert "0 signed prescriptions" in verify()


def test_one_that_was_agreed_to_is_verified_with_both_signatures(agreed: Prescription) -> None:
    assert "1 signed prescriptions with 1 medicines" in verify()


def test_one_that_waits_is_verified_too(amara: Patient, dora: User, dent: Doctor) -> None:
    waiting = awaiting(amara, by=dora)
    assert "0 signed prescriptions" in verify()
    past_the_hedge(waiting, note="x")

    with pytest.raises(CommandError, match=str(waiting.pk)):
        verify()
