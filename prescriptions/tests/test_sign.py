"""Signing a prescription: who may, what must be so, and what is there afterwards."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.models import User
from accounts.proof import prove
from audit.models import Entry
from conftest import PASSWORD
from doctors.models import Doctor
from doctors.tests.make import make_doctor
from hospital.errors import Stale, WrongMove
from patients import timeline
from patients.models import Chart, Patient
from patients.services import deactivate_patient, record_death
from prescriptions.models import NO_END, Prescription, PrescriptionLine, Warned
from prescriptions.services import Override
from prescriptions.tests.make import make_product
from prescriptions.tests.make_prescriptions import again, lines_of, make_draft, make_line
from prescriptions.tests.make_signing import (
    AMOXICILLIN,
    BENEFIT,
    all_overridden,
    allergic,
    begun,
    code_of,
    keys_of,
    past_the_hedge,
    proof_of,
    sign,
)

TODAY = date(2026, 11, 30)


pytestmark = pytest.mark.usefixtures("morning")


@pytest.fixture
def dent(dora: User, department: Any) -> Doctor:
    """Dora's profile."""
    return make_doctor(user=dora, licence_until=date(2027, 12, 31))


@pytest.fixture
def draft(amara: Patient, dora: User, dent: Doctor) -> Prescription:
    return begun(amara, by=dora)


# ── what is there afterwards ─────────────────────────────────────────────────


def test_a_signed_prescription_has_signer_day_and_hash(draft: Prescription, dora: User, dent: Doctor) -> None:
    found = again(sign(draft, by=dora))

    assert (found.status, found.signed_by, found.doctor) == ("signed", dora, dent)
    assert found.is_intact
    assert found.expires_on == date(2026, 12, 28)
    assert Entry.objects.get(verb="prescriptions.sign_prescription").details == {
        "sha256": found.content_hash,
        "overridden": [],
    }


def test_each_line_has_become_a_medicine(amara: Patient, dora: User, dent: Doctor) -> None:
    product = make_product()
    lines = make_line(product), make_line("Metformin 500 mg tablet", days=None, note="With food")
    found = again(sign(begun(amara, *lines, by=dora), by=dora))
    first, second = lines_of(found)

    assert (first.position, first.product, first.substances) == (1, product, "|ibuprofen|")
    assert (second.position, second.product, second.substances) == (2, None, "|metformin|")
    assert (first.signed_on, first.taken_until) == (TODAY, date(2026, 12, 6))
    assert second.taken_until == NO_END
    assert (first.quantity, first.dispensed, first.patient_id) == (Decimal(14), Decimal(0), amara.pk)
    assert found.agrees_with([second, first])


def test_what_nobody_knows_has_no_substances(amara: Patient, dora: User, dent: Doctor) -> None:
    (row,) = lines_of(sign(begun(amara, make_line("Xyzzyplughine 5 mg"), by=dora), by=dora))

    assert (row.medicine, row.substances) == ("Xyzzyplughine 5 mg", "")


def test_the_hash_is_that_of_the_canonical_json(draft: Prescription, dora: User) -> None:
    """Anybody can reckon it anew: sorted keys, no spaces, UTF-8."""
    found = again(sign(draft, by=dora))
    assert found.signed_at is not None
    assert found.expires_on is not None
    said = {
        "id": str(found.pk),
        "code": found.code,
        "patient": str(found.patient_id),
        "doctor": str(found.doctor_id),
        "department": str(found.department_id),
        "indication": found.indication,
        "note": found.note,
        "lines": found.lines,
        "safety": found.safety,
        "overrides": [],
        "renews": "",
        "needs_second": False,
        "expires_on": found.expires_on.isoformat(),
        "signed_by": str(dora.pk),
        "signed_at": found.signed_at.isoformat(timespec="milliseconds"),
        "meaning": "prescribes",
    }
    text = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False)

    assert found.content_hash == sha256(text.encode("utf-8")).hexdigest()


def test_the_chart_says_what_is_taken_and_the_timeline_that_it_was_signed(
    draft: Prescription, amara: Patient, dora: User
) -> None:
    assert Chart.of(amara.pk).medicines == []
    sign(draft, by=dora)
    (drawn,), _ = timeline.read(amara, dora)

    assert [one["medicine"] for one in Chart.of(amara.pk).medicines] == ["Ibuprofen 400 mg tablet"]
    assert drawn.line.detail.startswith("Signed")


def test_who_signs_the_draft_of_another_doctor_is_its_doctor(
    draft: Prescription, dov: User, dayan: Doctor
) -> None:
    found = again(sign(draft, by=dov))

    assert (found.doctor, found.signed_by) == (dayan, dov)
    assert lines_of(found)[0].doctor_id == dayan.pk


def test_days_are_those_of_the_patients_site(draft: Prescription, dora: User, morning: Any) -> None:
    morning.move_to(datetime(2026, 11, 30, 23, 30, tzinfo=UTC))  # half past midnight in Berlin
    found = sign(draft, by=dora)

    assert lines_of(found)[0].signed_on == date(2026, 12, 1)
    assert found.expires_on == date(2026, 12, 29)


def test_the_hospital_says_for_how_long_it_is_valid(draft: Prescription, dora: User, settings: Any) -> None:
    settings.PRESCRIPTION_VALID_DAYS = 90

    assert sign(draft, by=dora).expires_on == date(2027, 2, 28)


# ── the rule ─────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"licence_until": date(2026, 11, 29)}, "licence_expired"),
        ({"licence_until": None}, "no_licence"),
        ({"licence_number": ""}, "no_licence"),
    ],
    ids=str,
)
def test_without_a_valid_licence_nothing_is_signed(
    draft: Prescription, dora: User, dent: Doctor, changes: dict[str, Any], code: str
) -> None:
    Doctor.objects.filter(pk=dent.pk).update(**changes)

    assert code_of(lambda: sign(draft, by=dora)) == code
    assert again(draft).is_draft
    assert not PrescriptionLine.objects.exists()


def test_a_licence_holds_on_its_last_day(draft: Prescription, dora: User, dent: Doctor) -> None:
    Doctor.objects.filter(pk=dent.pk).update(licence_until=TODAY)

    assert sign(draft, by=dora).is_signed


def test_who_is_linked_to_no_doctor_has_no_licence(draft: Prescription, dov: User) -> None:
    assert code_of(lambda: sign(draft, by=dov)) == "no_licence"


def test_only_doctors_sign(draft: Prescription, nora: User, pia: User, adam: User) -> None:
    for user in (nora, pia, adam):
        with pytest.raises(PermissionDenied):
            sign(draft, by=user)


def test_the_password_is_needed_each_time(draft: Prescription, dora: User, dov: User, morning: Any) -> None:
    old = prove(dora, PASSWORD)
    assert code_of(lambda: sign(draft, proof=proof_of(dov), by=dora)) == "not_proven"
    morning.shift(61)
    assert code_of(lambda: sign(draft, proof=old, by=dora)) == "not_proven"
    assert again(draft).is_draft


@pytest.mark.parametrize(
    ("missing", "facts"),
    [
        ("dose", {"dose": None}),
        ("frequency", {"frequency": ""}),
        ("quantity", {"quantity": None}),
        ("quantity", {"quantity": Decimal(0)}),
    ],
    ids=str,
)
def test_a_line_must_be_complete(
    amara: Patient, dora: User, dent: Doctor, missing: str, facts: dict[str, Any]
) -> None:
    draft = make_draft(amara, dent, make_line(), make_line("Metformin 500 mg tablet", **facts))

    with pytest.raises(Exception, match="line 2") as refused:
        sign(draft, by=dora)
    refusal: Any = refused.value
    assert refusal.code == "incomplete"
    assert refusal.offers == [{"line": 2, "medicine": "Metformin 500 mg tablet", "missing": [missing]}]


def test_words_may_stand_in_place_of_a_dose(amara: Patient, dora: User, dent: Doctor) -> None:
    line = make_line("Hydrocortisone 1% cream", dose=None, unit="", note="Thinly on the elbow")

    assert sign(begun(amara, line, by=dora), by=dora).is_signed


def test_an_empty_prescription_is_not_signed(amara: Patient, dora: User, dent: Doctor) -> None:
    draft = make_draft(amara, dent)
    past_the_hedge(draft, lines=[])

    assert code_of(lambda: sign(again(draft), by=dora)) == "incomplete"


def test_nothing_is_signed_for_the_dead_or_the_inactive(
    draft: Prescription, amara: Patient, dora: User, rita: User, adam: User
) -> None:
    """Nor where the signer has read the patient before."""
    deactivate_patient(Patient.objects.get(pk=amara.pk), reason="Moved away", by=rita)
    assert code_of(lambda: sign(draft, by=dora)) == "patient_inactive"
    Patient.objects.filter(pk=amara.pk).update(is_active=True)
    record_death(Patient.objects.get(pk=amara.pk), died_on=TODAY, by=adam)
    assert code_of(lambda: sign(draft, by=dora)) == "patient_deceased"


def test_of_two_who_sign_at_once_one_does(draft: Prescription, dora: User, dov: User, dayan: Doctor) -> None:
    second = again(draft)
    sign(draft, by=dora)

    with pytest.raises(WrongMove):
        sign(second, by=dov)
    assert again(draft).signed_by == dora
    assert PrescriptionLine.objects.count() == 1
    assert Entry.objects.filter(verb="prescriptions.sign_prescription", outcome="done").count() == 1


def test_nobody_signs_what_he_or_she_has_not_read(draft: Prescription, dora: User) -> None:
    with pytest.raises(Stale):
        sign(draft, seen_version=draft.version + 1, by=dora)
    assert again(draft).is_draft


def test_a_broken_draft_is_not_signed(draft: Prescription, dora: User) -> None:
    sign(draft, by=dora)
    past_the_hedge(draft, status="draft")

    assert code_of(lambda: sign(again(draft), by=dora)) == "prescription_broken"


# ── findings ─────────────────────────────────────────────────────────────────


def test_a_contraindicated_finding_needs_a_reason(amara: Patient, dora: User, dent: Doctor) -> None:
    taken = sign(begun(amara, make_line("Simvastatin 20 mg tablet", days=None), by=dora), by=dora)
    assert taken.is_signed
    draft = begun(amara, make_line("Clarithromycin 500 mg tablet"), by=dora)
    (key,) = keys_of(draft)

    with pytest.raises(Exception, match="contraindicated") as refused:
        sign(draft, by=dora)
    refusal: Any = refused.value
    assert (refusal.code, [one["key"] for one in refusal.offers]) == ("unanswered_findings", [key])
    found = again(sign(draft, overrides={key: BENEFIT}, by=dora))
    assert found.is_signed
    assert [(one["key"], one["because"], one["reason"]) for one in found.overrides] == [
        (key, "benefit", BENEFIT.reason)
    ]
    row = Warned.objects.get(prescription=found, key=key)
    assert (row.outcome, row.because, row.reason) == ("overridden", "benefit", BENEFIT.reason)
    assert (row.decided_on, row.doctor) == (TODAY, dent)


@pytest.mark.parametrize(
    "override", [Override("other"), Override("other", "  "), Override("nonsense"), Override("")], ids=str
)
def test_a_reason_is_one_of_the_list_and_another_one_is_said_in_words(
    amara: Patient, dora: User, dent: Doctor, override: Override
) -> None:
    allergic(amara, by=dora)
    draft = begun(amara, AMOXICILLIN, by=dora)

    with pytest.raises(ValidationError):
        sign(draft, overrides=all_overridden(draft, override), by=dora)
    assert again(draft).is_draft


def test_what_was_not_shown_is_not_signed_over(amara: Patient, dora: User, dent: Doctor) -> None:
    """Another doctor has recorded an allergy since the draft was checked."""
    draft = begun(amara, AMOXICILLIN, by=dora)
    allergic(amara, by=dora)

    with pytest.raises(Exception, match="have not seen") as refused:
        sign(draft, by=dora)
    refusal: Any = refused.value
    assert refusal.code == "new_findings"
    new = [one["key"] for one in refusal.offers]
    assert code_of(lambda: sign(draft, seen=new, by=dora)) == "unanswered_findings"
    assert sign(draft, overrides=dict.fromkeys(new, BENEFIT), by=dora).status == "awaiting"


def test_what_no_longer_stands_was_heeded(amara: Patient, dora: User, dent: Doctor) -> None:
    """The draft was warned of clarithromycin with simvastatin; the simvastatin has ended by the signature."""
    taken = sign(begun(amara, make_line("Simvastatin 20 mg tablet", days=None), by=dora), by=dora)
    draft = begun(amara, make_line("Clarithromycin 500 mg tablet"), by=dora)
    (key,) = keys_of(draft)
    PrescriptionLine.objects.filter(prescription=taken).update(taken_until=date(2026, 11, 1))
    found = sign(draft, overrides={key: BENEFIT}, by=dora)

    assert found.overrides == []
    row = Warned.objects.get(prescription=found, key=key)
    assert (row.outcome, row.because, row.decided_on) == ("heeded", "", TODAY)


def test_a_lesser_warning_is_kept(amara: Patient, dora: User, dent: Doctor) -> None:
    draft = begun(amara, make_line("Ibuprofen 400 mg tablet"), make_line("Sertraline 50 mg tablet"), by=dora)
    assert keys_of(draft) == []
    assert draft.safety["findings"]
    found = sign(draft, by=dora)

    assert found.is_signed
    assert set(Warned.objects.values_list("outcome", flat=True)) == {"kept"}


def test_the_gravest_waits_for_a_second_signature(amara: Patient, dora: User, dent: Doctor) -> None:
    allergic(amara, by=dora)
    draft = begun(amara, AMOXICILLIN, by=dora)
    found = again(sign(draft, overrides=all_overridden(draft), by=dora))

    assert (found.status, found.needs_second, found.is_intact) == ("awaiting", True, True)
    assert not PrescriptionLine.objects.exists()
    assert Chart.of(amara.pk).medicines == []
