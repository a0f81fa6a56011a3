"""`POST …/sign`, `countersign` and `decline`: the password, the findings, and the second name."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from rest_framework.test import APIClient

from accounts.models import Department, User
from audit.models import Entry
from conftest import PASSWORD
from doctors.tests.make import make_doctor
from hospital.tests.problems import is_problem
from hospital.tests.queries import counted
from patients.models import Patient
from patients.services import record_allergy
from patients.tests.make import make_treated
from prescriptions.models import Prescription, PrescriptionLine, Warned
from prescriptions.tests.make_prescriptions import again, make_line
from prescriptions.tests.make_signing import allergic, awaiting, begun, past_the_hedge, sign

pytestmark = pytest.mark.django_db

AT = "/api/v1/prescriptions"
SIMVASTATIN = make_line("Simvastatin 40 mg tablet")
CLARITHROMYCIN = make_line("Clarithromycin 500 mg tablet")


@pytest.fixture
def amara(department: Department, dora: User, dov: User) -> Patient:
    """Both doctors treat Amara."""
    for one in (dora, dov):
        make_doctor(user=one)
    return make_treated(dora, dov)


@pytest.fixture
def draft(amara: Patient, dora: User) -> Prescription:
    return begun(amara, by=dora)


@pytest.fixture
def risky(amara: Patient, dora: User) -> Prescription:
    """Contraindicated, and none of the gravest."""
    return begun(amara, SIMVASTATIN, CLARITHROMYCIN, by=dora)


@pytest.fixture
def caller(dora: User, api: Callable[[User], Any]) -> Any:
    return api(dora)


@pytest.fixture
def dovs(dov: User, api: Callable[[User], Any]) -> Any:
    return api(dov)


def typed(prescription: Prescription, **more: Any) -> dict[str, Any]:
    return {"password": PASSWORD, "version": prescription.version} | more


def reasons(findings: list[dict[str, Any]], **more: Any) -> list[dict[str, Any]]:
    return [
        {"finding": one["key"], "because": "benefit", "reason": "It is watched"} | more for one in findings
    ]


# ── Signing ─────────────────────────────────────────────────────────────────


def test_a_draft_is_signed_with_the_password(
    caller: Any, draft: Prescription, dora: User, amara: Patient
) -> None:
    answer = caller.post(f"{AT}/{draft.pk}/sign", typed(draft))
    assert answer.status_code == 200, answer.content
    said = answer.json()
    assert (said["status"], said["signed_by"], said["verified"]) == ("signed", str(dora.pk), True)
    assert (said["signed_by_name"], said["version"], answer["ETag"]) == ("Dora Dietz", 2, '"2"')
    assert said["lines"][0]["life"]["to_dispense"] == "14"
    assert said["content_hash"] == again(draft).content_hash
    assert PASSWORD not in answer.content.decode()
    assert PASSWORD not in str(list(Entry.objects.values_list("details", flat=True)))


def test_signing_asks_a_bounded_number_of_questions(caller: Any, amara: Patient, dora: User) -> None:
    one = begun(amara, *[make_line(f"Tea {n}") for n in range(10)], by=dora)
    with counted(at_most=45):
        assert caller.post(f"{AT}/{one.pk}/sign", typed(one)).status_code == 200


def test_the_version_has_to_be_said_and_to_hold(caller: Any, draft: Prescription) -> None:
    at, body = f"{AT}/{draft.pk}/sign", {"password": PASSWORD}
    assert is_problem(caller.post(at, body), 428, "precondition_required")
    assert is_problem(caller.post(at, body | {"version": 9}), 409, "stale")
    assert is_problem(caller.post(at, body, headers={"If-Match": '"9"'}), 412, "precondition_failed")
    assert caller.post(at, body, headers={"If-Match": '"1"'}).status_code == 200
    assert is_problem(caller.post(at, body | {"version": 2}), 409, "prescription_signed")
    assert PrescriptionLine.objects.count() == 1


def test_a_wrong_password_signs_nothing(caller: Any, draft: Prescription) -> None:
    answer = caller.post(f"{AT}/{draft.pk}/sign", typed(draft, password="wrong"))
    assert is_problem(answer, 400, "invalid")
    assert [error["field"] for error in answer.json()["errors"]] == ["password"]
    for missing in ({"version": 1}, {"version": 1, "password": ""}, {"version": 1, "password": None}):
        assert is_problem(caller.post(f"{AT}/{draft.pk}/sign", missing), 400, "invalid")
    assert again(draft).is_draft


def test_wrong_passwords_here_and_at_the_log_in_are_counted_together(
    caller: Any, draft: Prescription, dora: User, settings: Any
) -> None:
    """Whoever holds a session and no password finds the same closed door, whatever address is pretended."""
    settings.SIGN_IN_FAILURES_PER_MINUTE = 4
    for number in range(2):
        wrong = typed(draft, password=f"wrong {number}")
        assert caller.post(f"{AT}/{draft.pk}/sign", wrong).status_code == 400
        APIClient().post("/api/v1/auth/login", {"email": dora.email, "password": "wrong"})
    for forged in ("203.0.113.1", "203.0.113.2"):
        answer = caller.post(f"{AT}/{draft.pk}/sign", typed(draft), headers={"X-Forwarded-For": forged})
        assert is_problem(answer, 429, "too_many_attempts")
        assert 1 <= int(answer["Retry-After"]) <= 61
    answer = APIClient().post("/api/v1/auth/login", {"email": dora.email, "password": PASSWORD})
    assert answer.status_code == 429
    assert again(draft).is_draft


def test_what_is_contraindicated_is_named_and_answered(caller: Any, risky: Prescription) -> None:
    at = f"{AT}/{risky.pk}/sign"
    refused = caller.post(at, typed(risky))
    assert is_problem(refused, 409, "unanswered_findings")
    findings = refused.json()["offers"]
    assert [(one["rule"], one["severity"]) for one in findings] == [("statin-3a4-strong", "contraindicated")]
    assert findings[0] in caller.get(f"{AT}/{risky.pk}").json()["safety"]["findings"]
    answer = caller.post(at, typed(risky, overrides=reasons(findings)))
    assert answer.status_code == 200, answer.content
    said = answer.json()
    assert said["status"] == "signed"
    assert [(one["key"], one["because"], one["reason"]) for one in said["overrides"]] == [
        (findings[0]["key"], "benefit", "It is watched")
    ]
    assert Warned.objects.get(rule="statin-3a4-strong").outcome == "overridden"


def test_what_was_found_since_has_to_be_seen(
    caller: Any, draft: Prescription, amara: Patient, dora: User
) -> None:
    record_allergy(amara, substance="Ibuprofen", category="medication", criticality="low", by=dora)
    refused = caller.post(f"{AT}/{draft.pk}/sign", typed(draft))
    assert is_problem(refused, 409, "new_findings")
    (finding,) = refused.json()["offers"]
    assert finding["check"] == "allergies"
    more = {"seen": [finding["key"]], "overrides": reasons([finding])}
    assert caller.post(f"{AT}/{draft.pk}/sign", typed(draft, **more)).status_code == 200


@pytest.mark.parametrize(
    ("overrides", "field"),
    [
        ("all", "overrides"),
        ([5], "overrides.0"),
        ([{"finding": "k"}], "overrides.0.because"),
        ([{"finding": "k", "because": "it-pleases-me"}], "overrides.0.because"),
        ([{"finding": "k", "because": "benefit", "second": False}], "overrides.0.second"),
        ([{"finding": "k" * 65, "because": "benefit"}], "overrides.0.finding"),
        ([{"finding": "k", "because": "benefit", "reason": "x" * 301}], "overrides.0.reason"),
        ([{"finding": "k", "because": "benefit"}] * 2, "overrides"),
    ],
)
def test_what_is_not_understood_is_named(
    overrides: Any, field: str, caller: Any, risky: Prescription
) -> None:
    answer = caller.post(f"{AT}/{risky.pk}/sign", typed(risky, overrides=overrides))
    assert is_problem(answer, 400, "invalid")
    assert field in {error["field"] for error in answer.json()["errors"]}
    assert again(risky).is_draft


@pytest.mark.parametrize(
    "name",
    ["signed_by", "signed_at", "doctor", "needs_second", "content_hash", "expires_on", "lines", "proof"],
)
def test_nobody_signs_as_somebody_else(name: str, caller: Any, draft: Prescription, dov: User) -> None:
    answer = caller.post(f"{AT}/{draft.pk}/sign", typed(draft, **{name: str(dov.pk)}))
    assert is_problem(answer, 400, "invalid")
    assert [error["field"] for error in answer.json()["errors"]] == [name]
    assert again(draft).is_draft


def test_an_expired_licence_signs_nothing(caller: Any, draft: Prescription, dora: User) -> None:
    dora.doctor.change(licence_until=date(2020, 1, 1))
    assert is_problem(caller.post(f"{AT}/{draft.pk}/sign", typed(draft)), 409, "licence_expired")


def test_only_doctors_sign(
    draft: Prescription, nora: User, pia: User, ivo: User, rita: User, api: Callable[[User], Any]
) -> None:
    for other in (nora, pia, ivo, rita):
        for act in ("sign", "countersign", "decline"):
            answer = api(other).post(f"{AT}/{draft.pk}/{act}", typed(draft))
            assert is_problem(answer, 403, "permission_denied")


def test_a_stranger_is_told_nothing_and_no_password_is_compared(
    draft: Prescription, department: Department, api: Callable[[User], Any]
) -> None:
    stranger = User.objects.create_user("s@example.org", PASSWORD, full_name="Sam Stranger", role="doctor")
    make_doctor(user=stranger)
    for act in ("sign", "countersign", "decline", "stop", "renew"):
        for pk in (draft.pk, uuid4()):
            answer = api(stranger).post(f"{AT}/{pk}/{act}", typed(draft, password="wrong"))
            assert is_problem(answer, 404, "not_found"), act
    denied = Entry.objects.filter(actor_id=stranger.pk, outcome="denied", patient_id=draft.patient_id)
    assert set(denied.values_list("verb", flat=True)) == {
        f"prescriptions.{act}_prescription" for act in ("sign", "countersign", "decline", "stop", "renew")
    }
    assert not Entry.objects.filter(actor_id=stranger.pk, verb="accounts.sign_in", outcome="denied").exists()


def test_what_was_changed_around_the_program_is_not_signed(
    caller: Any, dovs: Any, amara: Patient, dora: User
) -> None:
    waits = awaiting(amara, by=dora)
    past_the_hedge(waits, indication="Something else")
    answer = dovs.post(f"{AT}/{waits.pk}/countersign", typed(waits))
    assert is_problem(answer, 409, "prescription_broken")
    assert caller.get(f"{AT}/{waits.pk}").json()["verified"] is False


# ── The second signature ────────────────────────────────────────────────────


def test_the_gravest_waits_for_another_doctor(
    caller: Any, dovs: Any, amara: Patient, dora: User, dov: User
) -> None:
    allergic(amara, by=dora)
    line = {
        "medicine": "Amoxicillin 500 mg capsule",
        "dose": 1,
        "unit": "capsule",
        "frequency": "tds",
        "days": 5,
    }
    said = caller.post(AT, {"patient": str(amara.pk), "lines": [line]}).json()
    at = f"{AT}/{said['id']}"
    grave = [one for one in said["safety"]["findings"] if one["severity"] == "contraindicated"]
    assert [one["second"] for one in grave] == [True]
    body = {"password": PASSWORD, "version": 1, "overrides": reasons(grave)}
    said = caller.post(f"{at}/sign", body).json()
    assert (said["status"], said["needs_second"], said["lines"][0]["life"]) == ("awaiting", True, None)
    assert said["verified"] is True
    own = caller.post(f"{at}/countersign", {"password": PASSWORD, "version": 2})
    assert is_problem(own, 409, "same_signer")
    wrong = dovs.post(f"{at}/countersign", {"password": "wrong", "version": 2})
    assert is_problem(wrong, 400, "invalid")
    answer = dovs.post(f"{at}/countersign", {"password": PASSWORD, "version": 2})
    assert answer.status_code == 200, answer.content
    said = answer.json()
    assert (said["status"], said["second_signed_by"], said["verified"]) == ("signed", str(dov.pk), True)
    assert said["lines"][0]["life"]["dispensed"] == "0"


def test_what_waits_can_be_sent_back_with_the_reason(dovs: Any, amara: Patient, dora: User) -> None:
    waits = awaiting(amara, by=dora)
    at = f"{AT}/{waits.pk}/decline"
    for body in ({}, {"reason": " "}, {"reason": "x", "status": "draft"}):
        assert is_problem(dovs.post(at, body), 400, "invalid")
    assert is_problem(dovs.post(at, {"reason": "x", "version": 1}), 409, "stale")
    said = dovs.post(at, {"reason": "Give azithromycin", "version": waits.version}).json()
    assert (said["status"], said["declined_because"]) == ("draft", "Give azithromycin")
    assert (said["signed_at"], said["content_hash"], said["overrides"]) == (None, "", [])
    assert is_problem(dovs.post(at, {"reason": "Again"}), 409, "not_awaiting")


def test_what_waits_is_neither_written_nor_discarded(caller: Any, amara: Patient, dora: User) -> None:
    waits = awaiting(amara, by=dora)
    body = {"lines": [{"medicine": "Tea"}], "version": waits.version}
    assert is_problem(caller.put(f"{AT}/{waits.pk}", body), 409, "prescription_awaiting")
    gone = caller.delete(f"{AT}/{waits.pk}", {"because": "error"})
    assert is_problem(gone, 409, "not_signed")
    assert again(waits).status == "awaiting"


def test_a_signature_is_given_once(caller: Any, dovs: Any, amara: Patient, dora: User) -> None:
    signed = sign(begun(amara, by=dora), by=dora)
    for client in (caller, dovs):
        answer = client.post(f"{AT}/{signed.pk}/sign", typed(signed))
        assert is_problem(answer, 409, "prescription_signed")
        assert is_problem(client.post(f"{AT}/{signed.pk}/countersign", typed(signed)), 409, "not_awaiting")
