"""Renewing: a draft with the same medicines, once, in a chain."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.once import Once
from doctors.models import Doctor
from doctors.tests.make import make_doctor
from hospital.errors import Refusal
from patients.models import Chart, Patient
from patients.services import record_death
from patients.tests.make_notes import treats
from prescriptions.models import NO_END, Prescription
from prescriptions.services import (
    discard_prescription,
    renew_prescription,
    restore_prescription,
    stop_prescription,
    write_prescription,
)
from prescriptions.tests.make_prescriptions import again, lines_of, make_draft, make_line, make_signed
from prescriptions.tests.make_signing import begun, code_of, past_the_hedge, sign

pytestmark = pytest.mark.usefixtures("morning")


@pytest.fixture
def signed(amara: Patient, dora: User, dent: Doctor) -> Prescription:
    line = make_line("Metformin 500 mg tablet", days=None)
    return sign(begun(amara, line, indication="Diabetes", by=dora), by=dora)


# ── the rule ─────────────────────────────────────────────────────────────────


def test_a_renewal_is_a_draft_with_the_same_medicines(signed: Prescription, dora: User) -> None:
    draft = again(renew_prescription(signed, by=dora))

    assert (draft.status, draft.renews, draft.indication) == ("draft", signed, "Diabetes")
    assert [one.medicine for one in draft.written] == ["Metformin 500 mg tablet"]
    assert (draft.signed_at, draft.content_hash) == (None, "")
    assert draft.code != signed.code


def test_what_it_renews_is_no_duplicate_of_it(signed: Prescription, dora: User) -> None:
    assert renew_prescription(signed, by=dora).safety["findings"] == []


def test_it_is_renewed_once(signed: Prescription, dora: User) -> None:
    draft = renew_prescription(signed, by=dora)

    with pytest.raises(Refusal) as refused:
        renew_prescription(signed, by=dora)
    assert refused.value.code == "already_renewed"
    assert refused.value.offers == [{"id": str(draft.pk)}]
    sign(draft, by=dora)
    assert code_of(lambda: renew_prescription(signed, by=dora)) == "already_renewed"


def test_a_renewal_that_was_discarded_does_not_count(signed: Prescription, dora: User) -> None:
    first = renew_prescription(signed, by=dora)
    discard_prescription(first, reason="Not yet", by=dora)
    second = renew_prescription(signed, by=dora)

    assert second.pk != first.pk
    assert code_of(lambda: restore_prescription(again(first), by=dora)) == "already_renewed"


def test_the_same_request_twice_makes_one_renewal(signed: Prescription, dora: User) -> None:
    drafts = [renew_prescription(signed, once=Once("key", "same"), by=dora) for _ in range(2)]

    assert drafts[0] == drafts[1]


def test_renewals_form_a_chain(signed: Prescription, dora: User) -> None:
    second = sign(renew_prescription(signed, by=dora), by=dora)
    third = renew_prescription(second, by=dora)

    assert third.renews is not None
    assert (third.renews, third.renews.renews) == (second, signed)


def test_what_was_stopped_is_not_renewed(amara: Patient, dora: User, dent: Doctor) -> None:
    both = sign(begun(amara, make_line(), make_line("Metformin 500 mg tablet"), by=dora), by=dora)
    stop_prescription(both, because="ended", lines=[lines_of(both)[0].pk], by=dora)
    assert [one.medicine for one in renew_prescription(both, by=dora).written] == ["Metformin 500 mg tablet"]

    whole = sign(begun(amara, by=dora), by=dora)
    stop_prescription(whole, because="ended", by=dora)
    assert code_of(lambda: renew_prescription(whole, by=dora)) == "prescription_stopped"


@pytest.mark.parametrize("status", ["partly_dispensed", "dispensed", "expired"])
def test_what_was_handed_out_or_has_expired_can_be_renewed(
    amara: Patient, dent: Doctor, dora: User, status: str
) -> None:
    assert renew_prescription(make_signed(amara, dent, status=status), by=dora).is_draft


def test_a_draft_is_not_renewed(amara: Patient, dent: Doctor, dora: User) -> None:
    assert code_of(lambda: renew_prescription(make_draft(amara, dent), by=dora)) == "not_signed"


def test_what_is_broken_is_not_renewed(signed: Prescription, dora: User) -> None:
    past_the_hedge(signed, note="x")

    assert code_of(lambda: renew_prescription(again(signed), by=dora)) == "prescription_broken"


def test_nothing_is_renewed_for_the_dead(
    signed: Prescription, amara: Patient, dora: User, adam: User
) -> None:
    record_death(Patient.objects.get(pk=amara.pk), died_on=date(2026, 11, 30), by=adam)

    assert code_of(lambda: renew_prescription(again(signed), by=dora)) == "prescription_stopped"


def test_only_doctors_renew(signed: Prescription, nora: User, pia: User) -> None:
    for user in (nora, pia):
        with pytest.raises(PermissionDenied):
            renew_prescription(signed, by=user)


# ── what is renewed ends where the new one begins ────────────────────────────


def test_what_is_renewed_is_not_taken_twice(
    signed: Prescription, amara: Patient, dora: User, morning: Any
) -> None:
    draft = renew_prescription(signed, by=dora)
    assert lines_of(signed)[0].taken_until == NO_END
    morning.move_to(datetime(2026, 12, 20, 8, 0, tzinfo=UTC))
    sign(draft, by=dora)

    assert lines_of(signed)[0].taken_until == date(2026, 12, 19)
    assert lines_of(signed)[0].to_dispense == 14
    assert [one["since"] for one in Chart.of(amara.pk).medicines] == ["2026-12-20"]
    assert again(signed).agrees_with(lines_of(signed))


def test_what_the_new_one_leaves_out_goes_on(amara: Patient, dora: User, dent: Doctor) -> None:
    """That it is no longer needed is said by stopping it."""
    lines = make_line("Simvastatin 20 mg tablet", days=None), make_line("Metformin 500 mg tablet", days=None)
    old = sign(begun(amara, *lines, by=dora), by=dora)
    draft = renew_prescription(old, by=dora)
    write_prescription(draft, seen_version=draft.version, lines=[lines[1]], indication="", note="", by=dora)
    sign(draft, by=dora)

    assert [one.taken_until for one in lines_of(old)] == [NO_END, date(2026, 11, 29)]


def test_another_strength_of_the_same_substance_takes_over(
    signed: Prescription, amara: Patient, dora: User
) -> None:
    draft = renew_prescription(signed, by=dora)
    more = make_line("Metformin 1000 mg tablet", days=None)
    write_prescription(draft, seen_version=draft.version, lines=[more], indication="", note="", by=dora)
    sign(draft, by=dora)

    assert [one["medicine"] for one in Chart.of(amara.pk).medicines] == ["Metformin 1000 mg tablet"]


# ── behind the page ──────────────────────────────────────────────────────────


def test_a_dose_that_was_changed_around_the_program_is_not_renewed(signed: Prescription, dora: User) -> None:
    row = lines_of(signed)[0]
    past_the_hedge(row, facts=row.facts | {"dose": "10"})

    assert code_of(lambda: renew_prescription(signed, by=dora)) == "prescription_broken"
    assert not Prescription.objects.filter(renews=signed).exists()


@pytest.fixture
def desk(amara: Patient, dora: User, dent: Doctor, client: Client) -> Client:
    treats(dora, amara)
    client.force_login(dora)
    return client


def page_of(prescription: Prescription) -> str:
    return reverse("prescriptions:renew", args=[prescription.patient_id, prescription.pk])


def test_dora_renews_on_the_page_and_goes_on_writing(desk: Client, signed: Prescription) -> None:
    assert "Metformin 500 mg tablet" in desk.get(page_of(signed)).content.decode()
    given = {"nonce": "a" * 32}
    first, second = desk.post(page_of(signed), given), desk.post(page_of(signed), given)
    draft = Prescription.objects.get(renews=signed)

    at = reverse("prescriptions:write", args=[signed.patient_id, draft.pk])
    assert (first.headers["Location"], second.headers["Location"]) == (at, at)


def test_the_page_leads_to_the_renewal_that_there_is(desk: Client, signed: Prescription, dora: User) -> None:
    draft = renew_prescription(signed, by=dora)
    answer = desk.post(page_of(signed), {"nonce": "b" * 32})

    assert answer.status_code == 422
    assert "has been renewed already" in answer.content.decode()
    assert draft.get_absolute_url() in answer.content.decode()


def test_who_does_not_treat_the_patient_renews_nothing(
    signed: Prescription, dov: User, client: Client
) -> None:
    make_doctor(user=dov)
    client.force_login(dov)

    assert client.post(page_of(signed), {"nonce": "c" * 32}).status_code == 404
    assert not Prescription.objects.filter(renews=signed).exists()
