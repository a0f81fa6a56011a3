"""`POST …/stop`, `DELETE` and `POST …/renew`: what goes on after the signature."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from accounts.models import Department, User
from audit.models import Entry
from doctors.tests.make import make_doctor
from hospital.tests.problems import is_problem
from patients.models import Patient
from patients.tests.make import make_treated
from prescriptions.models import Prescription, PrescriptionLine
from prescriptions.tests.make_prescriptions import again, lines_of, make_line
from prescriptions.tests.make_signing import begun, sign

pytestmark = pytest.mark.django_db

AT = "/api/v1/prescriptions"


@pytest.fixture
def amara(department: Department, dora: User) -> Patient:
    make_doctor(user=dora)
    return make_treated(dora)


@pytest.fixture
def signed(amara: Patient, dora: User) -> Prescription:
    return sign(begun(amara, make_line(), make_line("Herbal tea"), by=dora), by=dora)


@pytest.fixture
def caller(dora: User, api: Callable[[User], Any]) -> Any:
    return api(dora)


def test_everything_is_stopped_with_the_reason(caller: Any, signed: Prescription, dora: User) -> None:
    answer = caller.post(f"{AT}/{signed.pk}/stop", {"because": "adverse-effect", "note": "Stomach pain"})
    assert answer.status_code == 200, answer.content
    said = answer.json()
    assert (said["status"], said["stopped_because"], said["stopped_by"]) == (
        "stopped",
        "adverse-effect",
        str(dora.pk),
    )
    assert said["stopped_note"] == "Stomach pain"
    assert {one["life"]["to_dispense"] for one in said["lines"]} == {"0"}
    assert said["verified"] is True
    assert is_problem(caller.post(f"{AT}/{signed.pk}/stop", {"because": "ended"}), 409, "already_stopped")


def test_one_line_is_stopped_and_the_others_go_on(caller: Any, signed: Prescription) -> None:
    first, second = (str(one.pk) for one in lines_of(signed))
    said = caller.post(f"{AT}/{signed.pk}/stop", {"because": "ended", "lines": [first]}).json()
    assert said["status"] == "signed"
    assert [one["life"]["stopped_because"] for one in said["lines"]] == ["ended", ""]
    assert said["version"] == signed.version + 1
    said = caller.post(f"{AT}/{signed.pk}/stop", {"because": "wish", "lines": [second]}).json()
    assert said["status"] == "stopped"


def test_a_line_of_another_prescription_is_not_found(
    caller: Any, signed: Prescription, amara: Patient, dora: User
) -> None:
    other = sign(begun(amara, by=dora), by=dora)
    for foreign in (str(lines_of(other)[0].pk), str(uuid4())):
        body = {"because": "ended", "lines": [str(lines_of(signed)[0].pk), foreign]}
        assert is_problem(caller.post(f"{AT}/{signed.pk}/stop", body), 404, "not_found")
    assert not PrescriptionLine.objects.exclude(stopped_at=None).exists()
    assert Entry.objects.filter(outcome="denied", subject_id=lines_of(other)[0].pk).count() == 1


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "because"),
        ({"because": "boredom"}, "because"),
        ({"because": "other"}, "note"),
        ({"because": "ended", "note": "x" * 301}, "note"),
        ({"because": "ended", "lines": []}, "lines"),
        ({"because": "ended", "lines": ["x"]}, "lines.0"),
        ({"because": "ended", "stopped_by": str(uuid4())}, "stopped_by"),
        ({"because": "ended", "stopped_at": "2020-01-01T00:00:00Z"}, "stopped_at"),
    ],
)
def test_what_is_not_understood_is_named(body: Any, field: str, caller: Any, signed: Prescription) -> None:
    answers = [caller.post(f"{AT}/{signed.pk}/stop", body)]
    if "lines" not in body:
        answers.append(caller.delete(f"{AT}/{signed.pk}", body))
    for answer in answers:
        assert is_problem(answer, 400, "invalid")
        assert field in {error["field"] for error in answer.json()["errors"]}
    assert again(signed).status == "signed"


def test_delete_stops_what_is_signed(caller: Any, signed: Prescription) -> None:
    at = f"{AT}/{signed.pk}"
    assert is_problem(caller.delete(at, {"because": "ended", "version": 7}), 409, "stale")
    stale = caller.delete(at, {"because": "ended"}, headers={"If-Match": '"7"'})
    assert is_problem(stale, 412, "precondition_failed")
    answer = caller.delete(at, {"because": "replaced", "note": "By paracetamol"})
    assert (answer.status_code, answer.content, answer["ETag"]) == (204, b"", '"3"')
    said = caller.get(at).json()
    assert (said["status"], said["stopped_because"]) == ("stopped", "replaced")
    assert is_problem(caller.delete(at, {"because": "ended"}), 409, "already_stopped")


def test_only_doctors_stop_and_renew(
    signed: Prescription, nora: User, pia: User, ivo: User, rita: User, api: Callable[[User], Any]
) -> None:
    for other in (nora, pia, ivo, rita):
        client = api(other)
        for answer in (
            client.post(f"{AT}/{signed.pk}/stop", {"because": "ended"}),
            client.delete(f"{AT}/{signed.pk}", {"because": "ended"}),
            client.post(f"{AT}/{signed.pk}/renew", {}),
        ):
            assert is_problem(answer, 403, "permission_denied")


# ── Renewing ────────────────────────────────────────────────────────────────


def test_a_renewal_is_a_draft_with_the_same_lines(caller: Any, signed: Prescription) -> None:
    answer = caller.post(f"{AT}/{signed.pk}/renew", {})
    assert answer.status_code == 201, answer.content
    said = answer.json()
    assert answer["Location"] == f"{AT}/{said['id']}"
    assert (said["status"], said["renews"]) == ("draft", str(signed.pk))
    assert [one["medicine"] for one in said["lines"]] == [one.medicine for one in signed.written]
    assert caller.get(answer["Location"]).json()["id"] == said["id"]
    again_ = caller.post(f"{AT}/{signed.pk}/renew", {})
    assert is_problem(again_, 409, "already_renewed")


def test_the_same_key_renews_once(caller: Any, signed: Prescription, amara: Patient, dora: User) -> None:
    key = {"Idempotency-Key": "renew-1"}
    first, second = (caller.post(f"{AT}/{signed.pk}/renew", {}, headers=key) for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 201), second.content
    assert first.json() == second.json()
    other = sign(begun(amara, make_line("Another tea"), by=dora), by=dora)
    assert is_problem(caller.post(f"{AT}/{other.pk}/renew", {}, headers=key), 422, "key_reused")
    assert Prescription.objects.filter(status="draft").count() == 1


def test_what_was_stopped_or_never_signed_is_not_renewed(
    caller: Any, signed: Prescription, amara: Patient, dora: User
) -> None:
    draft = begun(amara, by=dora)
    assert is_problem(caller.post(f"{AT}/{draft.pk}/renew", {}), 409, "not_signed")
    caller.post(f"{AT}/{signed.pk}/stop", {"because": "ended"})
    assert is_problem(caller.post(f"{AT}/{signed.pk}/renew", {}), 409, "prescription_stopped")
