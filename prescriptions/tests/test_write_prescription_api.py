"""`POST /api/v1/prescriptions`, `PUT` and `DELETE` of a draft, and taking one back."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from accounts.models import User
from audit.models import Entry
from doctors.models import Doctor
from doctors.tests.make import make_doctor
from hospital.tests.problems import is_problem
from hospital.tests.queries import counted
from patients.models import Patient
from patients.services import record_allergy
from patients.tests.make import make_patient, make_treated
from prescriptions.models import Prescription, Product, Warned
from prescriptions.tests.make import make_product
from prescriptions.tests.make_prescriptions import again, make_draft, make_line, make_signed

pytestmark = pytest.mark.django_db

AT = "/api/v1/prescriptions"


@pytest.fixture
def doctor(dora: User) -> Doctor:
    return make_doctor(user=dora)


@pytest.fixture
def amara(doctor: Doctor, dora: User) -> Patient:
    return make_treated(dora)


@pytest.fixture
def ibuprofen(doctor: Doctor) -> Product:
    return make_product()


@pytest.fixture
def caller(dora: User, api: Callable[[User], Any]) -> Any:
    return api(dora)


@pytest.fixture
def draft(amara: Patient, doctor: Doctor, ibuprofen: Product) -> Prescription:
    return make_draft(amara, doctor, make_line(ibuprofen))


def typed(product: Product, **more: Any) -> dict[str, Any]:
    """One tablet in the morning and one in the evening, for five days."""
    return {"product": str(product.pk), "dose": 1, "unit": "tablet", "frequency": "1-0-1", "days": 5} | more


def wrong_in(answer: Any) -> dict[str, str]:
    assert is_problem(answer, 400, "invalid")
    return {error["field"]: error["message"] for error in answer.json()["errors"]}


# ── Beginning ───────────────────────────────────────────────────────────────


def test_a_draft_is_begun_and_understood(caller: Any, amara: Patient, ibuprofen: Product) -> None:
    body = {"patient": str(amara.pk), "lines": [typed(ibuprofen)], "indication": "Pain", "note": "Generic"}
    answer = caller.post(AT, body)
    assert answer.status_code == 201, answer.content
    said = answer.json()
    assert answer["Location"] == f"{AT}/{said['id']}"
    assert answer["ETag"] == '"1"'
    (line,) = said["lines"]
    assert (line["medicine"], line["quantity"], line["quantity_unit"]) == (ibuprofen.name, "10", "tablet")
    assert (line["times_a_day"], line["route"], line["life"]) == ("2", "oral", None)
    assert "morning" in line["text"]
    assert (said["status"], said["indication"], said["note"]) == ("draft", "Pain", "Generic")
    assert said["safety"]["ruleset_version"]
    assert Prescription.objects.get().doctor.user_id == said["signed_by"] or said["signed_by"] is None
    assert caller.get(f"{AT}/{said['id']}").json() == said


@pytest.mark.parametrize(
    ("shorthand", "times"),
    [("bd", "2"), ("q8h", "3"), ("1-1-1", "3"), ("once a week", "0.142857"), ("every other day", "0.5")],
)
def test_shorthand_is_understood(
    shorthand: str, times: str, caller: Any, amara: Patient, ibuprofen: Product
) -> None:
    line = typed(ibuprofen, frequency=shorthand)
    said = caller.post(AT, {"patient": str(amara.pk), "lines": [line]}).json()
    assert said["lines"][0]["times_a_day"] == times


def test_as_needed_and_not_in_the_catalogue(caller: Any, amara: Patient) -> None:
    line = {
        "medicine": "Zinc oxide paste",
        "route": "cutaneous",
        "frequency": "tds",
        "as_needed": True,
        "as_needed_for": "itching",
        "quantity": 50,
    }
    answer = caller.post(AT, {"patient": str(amara.pk), "lines": [line]})
    assert answer.status_code == 201, answer.content
    (said,) = answer.json()["lines"]
    assert (said["as_needed"], said["as_needed_for"], said["product"]) == (True, "itching", None)
    assert [one["medicine"] for one in answer.json()["safety"]["not_screened"]] == ["Zinc oxide paste"]


def test_what_is_dangerous_is_said_at_once(
    caller: Any, amara: Patient, dora: User, ibuprofen: Product
) -> None:
    record_allergy(amara, substance="Ibuprofen", category="medication", by=dora)
    answer = caller.post(AT, {"patient": str(amara.pk), "lines": [typed(ibuprofen)]})
    assert answer.status_code == 201, answer.content
    (finding,) = answer.json()["safety"]["findings"]
    assert set(finding) == {"key", "rule", "check", "severity", "medicines", "text", "source", "second"}
    assert finding["check"] == "allergies"
    assert Warned.objects.get().key == finding["key"]


def test_each_line_says_what_is_wrong_with_it(caller: Any, amara: Patient, ibuprofen: Product) -> None:
    lines = [
        typed(ibuprofen),
        typed(ibuprofen, frequency="thrice upon a time"),
        {"medicine": "", "frequency": "bd"},
        typed(ibuprofen, dose=0.3),
        {"product": str(uuid4())},
    ]
    wrong = wrong_in(caller.post(AT, {"patient": str(amara.pk), "lines": lines[:4]}))
    assert set(wrong) == {"lines.1.frequency", "lines.2.medicine", "lines.3.dose"}
    assert "thrice upon a time" in wrong["lines.1.frequency"]
    wrong = wrong_in(caller.post(AT, {"patient": str(amara.pk), "lines": lines[4:]}))
    assert set(wrong) == {"lines.0.product"}
    assert not Prescription.objects.exists()


@pytest.mark.parametrize(
    ("line", "field"),
    [
        ({"id": str(uuid4())}, "lines.0.id"),  # T03: no line has an id of its own here
        ({"text": "Take all of them"}, "lines.0.text"),
        ({"times_a_day": 9}, "lines.0.times_a_day"),
        ({"dose": "NaN"}, "lines.0.dose"),
        ({"dose": {"$gt": 0}}, "lines.0.dose"),
        ({"dose": "1e99999"}, "lines.0.dose"),
        ({"dose": -1}, "lines.0.dose"),
        ({"dose": True}, "lines.0.dose"),
        ({"days": 0}, "lines.0.days"),
        ({"days": 1.5}, "lines.0.days"),
        ({"as_needed": "no"}, "lines.0.as_needed"),
        ({"route": "telepathy"}, "lines.0.route"),
        ({"frequency": "9" * 60}, "lines.0.frequency"),
        ({"frequency": "9" * 40 + "-0-1"}, "lines.0.frequency"),
        ({"frequency": "1/0-0-1"}, "lines.0.frequency"),
        ({"frequency": ["bd"]}, "lines.0.frequency"),
        ({"quantity": "a few"}, "lines.0.quantity"),
        ({"medicine": "Warfarin 5 mg tablet"}, "lines.0.medicine"),
        ({"note": "x" * 301}, "lines.0.note"),
        ({"note": "a\x00b"}, "lines.0.note"),
    ],
)
def test_what_is_not_understood_is_named(
    line: Any, field: str, caller: Any, amara: Patient, ibuprofen: Product
) -> None:
    answer = caller.post(AT, {"patient": str(amara.pk), "lines": [typed(ibuprofen, **line)]})
    assert field in wrong_in(answer)
    assert not Prescription.objects.exists()


def test_between_one_and_twenty_lines(caller: Any, amara: Patient, ibuprofen: Product) -> None:
    for lines in ([], [typed(ibuprofen)] * 21, None, "ibuprofen", {"0": typed(ibuprofen)}):
        assert set(wrong_in(caller.post(AT, {"patient": str(amara.pk), "lines": lines}))) == {"lines"}
    assert set(wrong_in(caller.post(AT, {"patient": str(amara.pk)}))) == {"lines"}


READ_ONLY = {
    "id": str(uuid4()),
    "code": "AAAAAAAAAAAA",
    "status": "signed",
    "doctor": str(uuid4()),
    "signed_by": str(uuid4()),
    "signed_at": "2026-01-01T00:00:00Z",
    "content_hash": "0" * 64,
    "overrides": [],
    "safety": {},
    "renews": str(uuid4()),
    "needs_second": False,
    "expires_on": "2099-01-01",
    "recorded_by": str(uuid4()),
}


@pytest.mark.parametrize("name", READ_ONLY)
def test_nobody_writes_what_is_not_theirs_to_write(
    name: str, caller: Any, amara: Patient, draft: Prescription, ibuprofen: Product
) -> None:
    more = {name: READ_ONLY[name]}
    new = caller.post(AT, {"patient": str(amara.pk), "lines": [typed(ibuprofen)]} | more)
    assert name in wrong_in(new)
    anew = caller.put(f"{AT}/{draft.pk}", {"lines": [typed(ibuprofen)], "version": 1} | more)
    assert name in wrong_in(anew)
    assert again(draft).version == 1
    assert Prescription.objects.count() == 1


def test_the_same_key_begins_one_draft(caller: Any, amara: Patient, ibuprofen: Product) -> None:
    body, key = {"patient": str(amara.pk), "lines": [typed(ibuprofen)]}, {"Idempotency-Key": "visit-7"}
    first, second = (caller.post(AT, body, headers=key) for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    assert Prescription.objects.count() == 1
    assert is_problem(caller.post(AT, body | {"note": "x"}, headers=key), 422, "key_reused")


def test_nothing_is_begun_for_somebody_whom_one_does_not_treat(
    caller: Any, doctor: Doctor, dora: User, ibuprofen: Product
) -> None:
    ben = make_patient(given_name="Ben", family_name="Berg", birth_date="1980-05-05")
    answer = caller.post(AT, {"patient": str(ben.pk), "lines": [typed(ibuprofen)]})
    assert is_problem(answer, 404, "not_found")
    assert not Prescription.objects.exists()
    entry = Entry.objects.get(outcome="denied", actor_id=dora.pk)
    assert (entry.patient_id, entry.details) == (ben.pk, {"code": "not_in_care"})
    for nobody in (str(uuid4()), "x", {"$ne": None}, None):
        assert "patient" in wrong_in(caller.post(AT, {"patient": nobody, "lines": [typed(ibuprofen)]}))


def test_only_doctors_write(
    amara: Patient,
    nora: User,
    pia: User,
    ivo: User,
    rita: User,
    api: Callable[[User], Any],
    draft: Prescription,
) -> None:
    for other in (nora, pia, ivo, rita):
        caller = api(other)
        body = {"patient": str(amara.pk), "lines": []}
        assert is_problem(caller.post(AT, body), 403, "permission_denied")
        assert is_problem(
            caller.put(f"{AT}/{draft.pk}", {"lines": [], "version": 1}), 403, "permission_denied"
        )
        assert is_problem(caller.delete(f"{AT}/{draft.pk}", {"reason": "x"}), 403, "permission_denied")


def test_many_lines_ask_few_questions(caller: Any, amara: Patient) -> None:
    """The products are read together."""
    products = [make_product(f"Ibuprofen {n} mg tablet") for n in (200, 400, 600, 800)]
    few = {"patient": str(amara.pk), "lines": [typed(products[0])]}
    many = {"patient": str(amara.pk), "lines": [typed(one) for one in products]}
    with counted(at_most=40):
        assert caller.post(AT, few).status_code == 201
    with counted(at_most=40):
        assert caller.post(AT, many).status_code == 201


# ── Writing on ──────────────────────────────────────────────────────────────


def test_a_draft_is_written_anew_as_a_whole(caller: Any, draft: Prescription, ibuprofen: Product) -> None:
    body = {"lines": [typed(ibuprofen, frequency="tds")], "indication": "Pain", "version": 1}
    answer = caller.put(f"{AT}/{draft.pk}", body)
    assert answer.status_code == 200, answer.content
    said = answer.json()
    assert (said["version"], answer["ETag"], said["indication"]) == (2, '"2"', "Pain")
    assert said["lines"][0]["quantity"] == "15"
    said = caller.put(f"{AT}/{draft.pk}", {"lines": [typed(ibuprofen)], "version": 2}).json()
    assert (said["lines"][0]["quantity"], said["indication"]) == ("10", "")


def test_the_version_has_to_be_said_and_to_hold(caller: Any, draft: Prescription, ibuprofen: Product) -> None:
    at, body = f"{AT}/{draft.pk}", {"lines": [typed(ibuprofen)]}
    assert is_problem(caller.put(at, body), 428, "precondition_required")
    for version in ("1", 1.0, True, 0, {"$gt": 0}):
        assert is_problem(caller.put(at, body | {"version": version}), 400, "invalid")
    assert is_problem(caller.put(at, body | {"version": 7}), 409, "stale")
    assert is_problem(caller.put(at, body, headers={"If-Match": '"7"'}), 412, "precondition_failed")
    assert caller.put(at, body, headers={"If-Match": '"1"'}).status_code == 200
    assert is_problem(caller.put(at, body, headers={"If-Match": '"1"'}), 412, "precondition_failed")


def test_what_is_signed_is_never_written(
    caller: Any, amara: Patient, doctor: Doctor, ibuprofen: Product
) -> None:
    """T36 through this door."""
    signed = make_signed(amara, doctor, make_line(ibuprofen))
    before = Prescription.objects.filter(pk=signed.pk).values().get()
    body = {"lines": [typed(ibuprofen, dose=4)], "version": signed.version}
    assert is_problem(caller.put(f"{AT}/{signed.pk}", body), 409, "prescription_signed")
    assert is_problem(caller.post(f"{AT}/{signed.pk}/restore", {}), 409, "wrong_move")
    assert is_problem(caller.patch(f"{AT}/{signed.pk}", {"indication": "x"}), 405, "method_not_allowed")
    assert Prescription.objects.filter(pk=signed.pk).values().get() == before
    assert caller.get(f"{AT}/{signed.pk}").json()["verified"] is True


def test_a_stranger_is_told_nothing(
    draft: Prescription, dov: User, ibuprofen: Product, api: Callable[[User], Any]
) -> None:
    make_doctor(user=dov)
    stranger = api(dov)
    at = f"{AT}/{draft.pk}"
    for answer in (
        stranger.put(at, {"lines": [typed(ibuprofen)], "version": 1}),
        stranger.put(at, {"nonsense": 1}),
        stranger.delete(at, {"reason": "x"}),
        stranger.post(f"{at}/restore", {}),
    ):
        assert is_problem(answer, 404, "not_found")
    assert again(draft).version == 1
    assert Entry.objects.filter(outcome="denied", actor_id=dov.pk, patient_id=draft.patient_id).count() == 4


# ── Putting aside ───────────────────────────────────────────────────────────


def test_a_draft_is_put_aside_with_the_reason_and_taken_back(caller: Any, draft: Prescription) -> None:
    at = f"{AT}/{draft.pk}"
    assert set(wrong_in(caller.delete(at, {}))) == {"reason"}
    answer = caller.delete(at, {"reason": "Written for the wrong patient", "version": 1})
    assert (answer.status_code, answer["ETag"]) == (204, '"2"')
    said = caller.get(at).json()
    assert (said["status"], said["discarded_because"]) == ("discarded", "Written for the wrong patient")
    body = {"lines": [{"medicine": "Tea"}], "version": 2}
    assert is_problem(caller.put(at, body), 409, "prescription_discarded")
    assert is_problem(
        caller.post(f"{at}/restore", {}, headers={"If-Match": '"1"'}), 412, "precondition_failed"
    )
    answer = caller.post(f"{at}/restore", {})
    assert (answer.status_code, answer.json()["status"]) == (200, "draft")
