"""Putting a draft of a prescription aside, and taking it back."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.models import Department, User
from doctors.models import Doctor
from doctors.tests.make import make_doctor
from hospital.errors import Refusal, Stale, WrongMove
from patients.models import Patient, TimelineEntry
from patients.tests.make import make_patient
from prescriptions.models import Prescription
from prescriptions.services import begin_prescription, discard_prescription, restore_prescription
from prescriptions.tests.make_prescriptions import again, make_draft, make_signed

Status = Prescription.Status


@pytest.fixture
def doctor(department: Department, dora: User) -> Doctor:
    return make_doctor(user=dora, department=department)


@pytest.fixture
def draft(doctor: Doctor) -> Prescription:
    return make_draft(make_patient(), doctor)


def patient_of(draft: Prescription) -> Patient:
    return draft.patient


def test_a_draft_is_put_aside_with_the_reason_and_is_kept(draft: Prescription, dora: User) -> None:
    discard_prescription(draft, reason="  Wrong   patient ", by=dora)
    kept = again(draft)
    assert (kept.status, kept.retracted_because, kept.retracted_by) == (
        Status.DISCARDED,
        "Wrong patient",
        dora,
    )
    assert kept.lines == draft.lines
    assert TimelineEntry.objects.get(subject_id=draft.pk).facts["status"] == "discarded"


@pytest.mark.parametrize("reason", ["", "  ", "\x00"])
def test_it_needs_a_reason(draft: Prescription, dora: User, reason: str) -> None:
    with pytest.raises(ValidationError, match="Say why"):
        discard_prescription(draft, reason=reason, by=dora)


def test_it_can_be_taken_back(draft: Prescription, dora: User) -> None:
    discard_prescription(draft, reason="Mistake", by=dora)
    restore_prescription(draft, by=dora)
    kept = again(draft)
    assert (kept.status, kept.retracted_at, kept.retracted_because) == (Status.DRAFT, None, "")


def test_what_is_signed_is_stopped_and_never_discarded(
    draft: Prescription, doctor: Doctor, dora: User
) -> None:
    signed = make_signed(patient_of(draft), doctor)
    with pytest.raises(Refusal, match="never changes"):
        discard_prescription(signed, reason="Mistake", by=dora)
    with pytest.raises(WrongMove):
        restore_prescription(signed, by=dora)
    assert again(signed).status == Status.SIGNED


def test_it_is_discarded_once(draft: Prescription, dora: User) -> None:
    seen_by_the_slower = again(draft)
    discard_prescription(draft, reason="Mistake", by=dora)
    with pytest.raises(Refusal, match="was discarded"):
        discard_prescription(draft, reason="Mistake", by=dora)
    with pytest.raises(WrongMove, match="Somebody else"):
        discard_prescription(seen_by_the_slower, reason="Another", by=dora)
    assert again(draft).retracted_because == "Mistake"


def test_who_has_not_seen_the_latest_is_told(draft: Prescription, dora: User) -> None:
    with pytest.raises(Stale):
        discard_prescription(draft, reason="Mistake", seen_version=draft.version + 1, by=dora)


def test_only_who_writes_prescriptions_discards_them(draft: Prescription, nora: User, pia: User) -> None:
    for person in (nora, pia):
        with pytest.raises(PermissionDenied):
            discard_prescription(draft, reason="Mistake", by=person)
        with pytest.raises(PermissionDenied):
            restore_prescription(draft, by=person)


def test_a_renewal_is_not_taken_back_beside_another_one(
    draft: Prescription, doctor: Doctor, dora: User
) -> None:
    patient = patient_of(draft)
    old = make_signed(patient, doctor)
    first = begin_prescription(patient, renews=old, by=dora)
    discard_prescription(first, reason="Mistake", by=dora)
    begin_prescription(patient, renews=old, by=dora)
    with pytest.raises(Refusal, match="renewed already"):
        restore_prescription(first, by=dora)
