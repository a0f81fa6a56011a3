"""The second signature: where the gravest was overridden, another doctor agrees, or sends it back."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse
from time_machine import travel

from accounts.models import Site, User
from audit.models import Entry
from conftest import PASSWORD, person
from doctors.models import Doctor
from doctors.tests.make import make_doctor
from hospital.errors import Stale, WrongMove
from patients.models import Chart, Patient
from patients.services import record_death
from patients.tests.make_notes import treats
from prescriptions.models import Prescription, PrescriptionLine, Warned
from prescriptions.services import decline_prescription, write_prescription
from prescriptions.tests.make_prescriptions import again, lines_of, make_line, make_signed
from prescriptions.tests.make_signing import (
    AMOXICILLIN,
    BENEFIT,
    all_overridden,
    awaiting,
    begun,
    code_of,
    countersign,
    past_the_hedge,
    proof_of,
    sign,
)

MORNING = datetime(2026, 11, 30, 8, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def morning() -> Any:
    with travel(MORNING, tick=False) as time:
        yield time


@pytest.fixture
def dayan(dov: User, department: Any) -> Doctor:
    return make_doctor(user=dov, family_name="Dayan")


@pytest.fixture
def waiting(amara: Patient, dora: User, dent: Doctor, dayan: Doctor) -> Prescription:
    return awaiting(amara, by=dora)


# ── the rule ─────────────────────────────────────────────────────────────────


def test_with_the_second_signature_it_is_signed(
    waiting: Prescription, amara: Patient, dora: User, dov: User, dent: Doctor
) -> None:
    found = again(countersign(waiting, by=dov))

    assert (found.status, found.signed_by, found.second_signed_by) == ("signed", dora, dov)
    assert found.is_intact
    assert [one.doctor for one in lines_of(found)] == [dent]
    assert [one["medicine"] for one in Chart.of(amara.pk).medicines] == [AMOXICILLIN.medicine]
    entry = Entry.objects.get(verb="prescriptions.countersign_prescription")
    assert (entry.actor_id, entry.details) == (dov.pk, {"sha256": found.second_hash})


def test_nobody_agrees_with_himself(waiting: Prescription, dora: User) -> None:
    assert code_of(lambda: countersign(waiting, by=dora)) == "same_signer"


def test_it_is_a_doctor_with_a_licence_and_the_password(
    waiting: Prescription, dov: User, dayan: Doctor, dora: User, nora: User
) -> None:
    with pytest.raises(PermissionDenied):
        countersign(waiting, by=nora)
    assert code_of(lambda: countersign(waiting, proof=proof_of(dora), by=dov)) == "not_proven"
    Doctor.objects.filter(pk=dayan.pk).update(licence_until=date(2026, 11, 29))
    assert code_of(lambda: countersign(waiting, by=dov)) == "licence_expired"
    assert again(waiting).status == "awaiting"
    assert not PrescriptionLine.objects.exists()


def test_what_needs_no_second_signature_gets_none(
    amara: Patient, dora: User, dov: User, dent: Doctor, dayan: Doctor
) -> None:
    draft = begun(amara, by=dora)
    assert code_of(lambda: countersign(draft, by=dov)) == "not_awaiting"
    assert code_of(lambda: countersign(sign(draft, by=dora), by=dov)) == "not_awaiting"


def test_of_two_who_agree_at_once_one_does(waiting: Prescription, dov: User, site: Site) -> None:
    dina = person("Dina Dahl", "doctor")
    make_doctor(user=dina)
    second = again(waiting)
    countersign(waiting, by=dov)

    with pytest.raises(WrongMove):
        countersign(second, by=dina)
    assert again(waiting).second_signed_by == dov
    assert PrescriptionLine.objects.count() == 1


def test_nobody_agrees_to_what_he_or_she_has_not_read(waiting: Prescription, dov: User) -> None:
    with pytest.raises(Stale):
        countersign(waiting, seen_version=waiting.version - 1, by=dov)


def takes_methotrexate(patient: Patient, doctor: Doctor) -> None:
    make_signed(patient, doctor, make_line("Methotrexate 10 mg tablet", days=None))


def test_what_was_found_since_sends_it_back(
    waiting: Prescription, amara: Patient, dov: User, dayan: Doctor
) -> None:
    takes_methotrexate(amara, dayan)

    assert code_of(lambda: countersign(waiting, by=dov)) == "new_findings"
    assert again(waiting).status == "awaiting"


def test_for_the_dead_nobody_agrees(waiting: Prescription, amara: Patient, dov: User, adam: User) -> None:
    record_death(Patient.objects.get(pk=amara.pk), died_on=date(2026, 11, 30), by=adam)

    assert code_of(lambda: countersign(waiting, by=dov)) == "patient_deceased"


def test_what_waited_for_longer_than_it_is_valid_is_sent_back(
    waiting: Prescription, dov: User, morning: Any
) -> None:
    morning.move_to(datetime(2026, 12, 28, 12, 0, tzinfo=UTC))
    assert code_of(lambda: countersign(waiting, seen_version=0, by=dov)) == "stale"
    morning.move_to(datetime(2026, 12, 29, 12, 0, tzinfo=UTC))
    assert code_of(lambda: countersign(waiting, by=dov)) == "prescription_expired"


@pytest.mark.parametrize("changes", [{"note": "x"}, {"needs_second": False}, {"overrides": []}], ids=str)
def test_what_was_changed_while_it_waited_is_not_agreed_to(
    waiting: Prescription, dov: User, changes: dict[str, Any]
) -> None:
    past_the_hedge(waiting, **changes)

    assert code_of(lambda: countersign(again(waiting), by=dov)) == "prescription_broken"
    assert code_of(lambda: decline_prescription(again(waiting), reason="No", by=dov)) == "prescription_broken"


def test_while_it_waits_nobody_writes_on(waiting: Prescription, dora: User) -> None:
    def write() -> Any:
        return write_prescription(
            waiting, seen_version=None, lines=[make_line()], indication="", note="", by=dora
        )

    assert code_of(write) == "prescription_awaiting"
    assert code_of(lambda: sign(waiting, by=dora)) == "prescription_awaiting"


# ── sent back ────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("who", ["dora", "dov"])
def test_sent_back_it_is_a_draft_without_any_signature(
    waiting: Prescription, who: str, request: pytest.FixtureRequest
) -> None:
    """By the other doctor, or taken back by the first."""
    user = request.getfixturevalue(who)
    found = again(decline_prescription(waiting, reason=" Give doxycycline ", by=user))

    assert (found.status, found.declined_because) == ("draft", "Give doxycycline")
    assert (found.content_hash, found.signed_at, found.signed_by, found.overrides) == ("", None, None, [])
    assert found.is_intact
    assert not PrescriptionLine.objects.exists()
    assert set(Warned.objects.values_list("outcome", "decided_on")) == {("open", None)}


@pytest.mark.parametrize("reason", ["", "  "])
def test_why_it_is_sent_back_is_said(waiting: Prescription, dov: User, reason: str) -> None:
    with pytest.raises(ValidationError):
        decline_prescription(waiting, reason=reason, by=dov)


def test_what_was_sent_back_is_signed_anew(
    waiting: Prescription, dora: User, dov: User, morning: Any
) -> None:
    first = waiting.content_hash
    morning.shift(60)
    draft = again(decline_prescription(waiting, reason="Why?", by=dov))
    found = again(sign(draft, overrides=all_overridden(draft, BENEFIT), by=dora))

    assert found.status == "awaiting"
    assert found.content_hash != first
    assert found.declined_because == ""
    assert countersign(found, by=dov).is_signed


# ── behind the pages ─────────────────────────────────────────────────────────


@pytest.fixture
def desk(amara: Patient, dov: User, dayan: Doctor, client: Client) -> Client:
    treats(dov, amara)
    client.force_login(dov)
    return client


def page_of(name: str, prescription: Prescription) -> str:
    return reverse(f"prescriptions:{name}", args=[prescription.patient_id, prescription.pk])


def test_dov_reads_why_and_agrees_on_the_page(desk: Client, waiting: Prescription) -> None:
    at = page_of("countersign", waiting)
    page = desk.get(at).content.decode()
    assert "Signed by Dora Dietz" in page
    assert "The benefit outweighs the risk" in page
    assert BENEFIT.reason in page
    assert page.count("btn-primary") == 1

    wrong = desk.post(at, {"version": waiting.version, "password": "wrong"})
    assert wrong.status_code == 422
    assert "This is not your password." in wrong.content.decode()
    answer = desk.post(at, {"version": waiting.version, "password": PASSWORD})
    assert answer.headers["Location"] == waiting.get_absolute_url()
    assert again(waiting).is_signed


def test_on_the_page_the_first_signer_is_told_that_it_is_another_doctors(
    waiting: Prescription, amara: Patient, dora: User, client: Client
) -> None:
    treats(dora, amara)
    client.force_login(dora)
    page = client.get(page_of("countersign", waiting)).content.decode()

    assert "The second signature is that of another doctor." in page
    assert 'type="password"' not in page
    assert "Take it back" in page


def test_on_the_page_what_was_found_since_is_shown(
    desk: Client, waiting: Prescription, amara: Patient, dayan: Doctor
) -> None:
    takes_methotrexate(amara, dayan)
    answer = desk.post(page_of("countersign", waiting), {"version": waiting.version, "password": PASSWORD})

    assert answer.status_code == 422
    assert "Found only now" in answer.content.decode()


def test_dov_sends_it_back_on_the_page(desk: Client, waiting: Prescription) -> None:
    at = page_of("decline", waiting)
    assert "Send this prescription back?" in desk.get(at).content.decode()
    assert desk.post(at, {"version": waiting.version, "reason": " "}).status_code == 422

    answer = desk.post(at, {"version": waiting.version, "reason": "Give doxycycline"})
    assert answer.status_code == 302
    assert again(waiting).is_draft
    assert desk.get(at).status_code == 302  # there is nothing to send back any more


def test_who_does_not_treat_the_patient_does_not_agree(
    waiting: Prescription, dov: User, client: Client
) -> None:
    client.force_login(dov)
    given = {"version": waiting.version, "password": PASSWORD}

    assert client.post(page_of("countersign", waiting), given).status_code == 404
    assert client.post(page_of("decline", waiting), given).status_code == 404
