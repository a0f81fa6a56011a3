"""`POST …/dispense` and `…/dispensings/{id}/return`: another system hands out, the pharmacy takes back."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from accounts.models import Site, User
from audit.models import Entry
from doctors.models import Doctor
from doctors.tests.make import make_doctor
from hospital.tests.problems import is_problem
from hospital.tests.queries import counted
from patients.models import Patient
from patients.tests.make import make_patient, make_treated
from prescriptions.models import Dispensing, Prescription, Product
from prescriptions.services.stock import stock_of
from prescriptions.tests.make import make_product
from prescriptions.tests.make_prescriptions import lines_of, make_line, make_signed
from prescriptions.tests.make_stock import disagreements, make_stock

pytestmark = pytest.mark.django_db

AT = "/api/v1/prescriptions"


@pytest.fixture
def doctor(dora: User) -> Doctor:
    return make_doctor(user=dora)


@pytest.fixture
def amara(doctor: Doctor, dora: User) -> Patient:
    return make_treated(dora)


@pytest.fixture
def ibuprofen(site: Site) -> Product:
    product = make_product()
    make_stock(product, 50)
    return product


@pytest.fixture
def signed(amara: Patient, doctor: Doctor, ibuprofen: Product) -> Prescription:
    """Fourteen tablets of ibuprofen, and a tea that is not in the catalogue."""
    return make_signed(amara, doctor, make_line(ibuprofen), make_line("Herbal tea", quantity=Decimal(2)))


@pytest.fixture
def elsewhere(doctor: Doctor, ibuprofen: Product) -> Prescription:
    """Of another patient."""
    ben = make_patient(given_name="Ben", family_name="Berg", birth_date="1980-05-05")
    return make_signed(ben, doctor, make_line(ibuprofen))


@pytest.fixture
def hand_out(ivo: User, api: Callable[[User], Any]) -> Callable[..., Any]:
    """Ivo, another system, hands out of these lines."""
    caller = api(ivo)

    def act(prescription: Prescription, *items: dict[str, Any], headers: Any = None, **more: Any) -> Any:
        body = {"items": list(items)} | more
        return caller.post(f"{AT}/{prescription.pk}/dispense", body, headers=headers)

    return act


def item(prescription: Prescription, quantity: Any, position: int = 1, **more: Any) -> dict[str, Any]:
    return {"line": str(lines_of(prescription)[position - 1].pk), "quantity": quantity} | more


# ── Handing out ─────────────────────────────────────────────────────────────


def test_another_system_hands_out_a_part(
    signed: Prescription, ibuprofen: Product, site: Site, ivo: User, hand_out: Callable[..., Any]
) -> None:
    answer = hand_out(signed, item(signed, 4, batch="B-1"), item(signed, "1.5", 2))
    assert answer.status_code == 200, answer.content
    body = answer.json()
    assert (body["status"], answer["ETag"]) == ("partly_dispensed", f'"{body["version"]}"')
    assert [one["life"]["to_dispense"] for one in body["lines"]] == ["10", "0.5"]
    first, second = body["dispensings"]
    assert (first["quantity"], first["batch"], first["dispensed_by"]) == ("4", "B-1", str(ivo.pk))
    assert (first["line"], second["product"]) == (body["lines"][0]["life"]["id"], None)
    stock = stock_of(ibuprofen, site)
    assert stock is not None
    assert stock.on_hand == 46
    assert body["verified"] is True
    assert not disagreements()


def test_everything_handed_out_is_dispensed(signed: Prescription, hand_out: Callable[..., Any]) -> None:
    assert hand_out(signed, item(signed, 14), item(signed, 2, 2)).json()["status"] == "dispensed"
    assert is_problem(hand_out(signed, item(signed, 1)), 409, "dispensed")


def test_more_than_is_left_is_refused_and_told(signed: Prescription, hand_out: Callable[..., Any]) -> None:
    answer = hand_out(signed, item(signed, 1, 2), item(signed, 15))
    assert is_problem(answer, 409, "more_than_left")
    assert answer.json()["offers"][0]["quantity"] == "14"
    assert not Dispensing.objects.exists()
    assert not disagreements()


def test_more_than_is_in_stock_is_refused(
    signed: Prescription, ibuprofen: Product, hand_out: Callable[..., Any]
) -> None:
    other = Site(name="Southfield", time_zone="Europe/Berlin", number_prefix="SF").add()
    make_stock(ibuprofen, 3, site=other)
    assert is_problem(hand_out(signed, item(signed, 4), site=str(other.pk)), 409, "not_enough_stock")
    assert hand_out(signed, item(signed, 3), site=str(other.pk)).status_code == 200
    assert not disagreements()


def test_another_product_of_the_same_medicine(
    signed: Prescription, ibuprofen: Product, hand_out: Callable[..., Any]
) -> None:
    twin = Product(
        key="twin", name="Twin 400 mg", ingredients=ibuprofen.ingredients, form="tablet", route="oral"
    ).add()
    make_stock(twin, 20)
    answer = hand_out(signed, item(signed, 4, product=str(twin.pk), because="Out of stock"))
    assert answer.status_code == 200, answer.content
    (given,) = answer.json()["dispensings"]
    assert (given["is_substitute"], given["because"], given["product"]) == (
        True,
        "Out of stock",
        str(twin.pk),
    )
    other = make_product("Paracetamol 500 mg tablet")
    assert is_problem(hand_out(signed, item(signed, 4, product=str(other.pk))), 409, "other_substance")
    unknown = hand_out(signed, item(signed, 1), item(signed, 1, 2, product=str(uuid4())))
    assert is_problem(unknown, 400, "invalid")
    assert unknown.json()["errors"][0]["field"] == "items.1.product"


def test_the_same_key_hands_out_once(signed: Prescription, hand_out: Callable[..., Any]) -> None:
    key = {"Idempotency-Key": "till-7-receipt-1"}
    first, again = (hand_out(signed, item(signed, 4), headers=key) for _ in range(2))
    assert first.status_code == again.status_code == 200
    assert first.json() == again.json()
    assert Dispensing.objects.count() == 1
    assert is_problem(hand_out(signed, item(signed, 5), headers=key), 422, "key_reused")


def test_the_same_key_at_another_prescription_is_another_request(
    signed: Prescription, elsewhere: Prescription, hand_out: Callable[..., Any]
) -> None:
    key = {"Idempotency-Key": "k"}
    assert hand_out(signed, item(signed, 1), headers=key).status_code == 200
    assert is_problem(hand_out(elsewhere, item(elsewhere, 1), headers=key), 422, "key_reused")


def test_a_version_that_is_over_is_told(signed: Prescription, hand_out: Callable[..., Any]) -> None:
    assert hand_out(signed, item(signed, 1), version=1).status_code == 200
    assert is_problem(hand_out(signed, item(signed, 1), version=1), 409, "stale")
    assert is_problem(
        hand_out(signed, item(signed, 1), headers={"If-Match": '"1"'}), 412, "precondition_failed"
    )
    assert Dispensing.objects.count() == 1


def test_a_line_of_another_prescription_is_not_found(
    signed: Prescription, elsewhere: Prescription, ivo: User, hand_out: Callable[..., Any]
) -> None:
    answer = hand_out(signed, item(signed, 1), item(elsewhere, 1))
    assert is_problem(answer, 404, "not_found")
    assert is_problem(hand_out(signed, {"line": str(uuid4()), "quantity": 1}), 404, "not_found")
    assert not Dispensing.objects.exists()
    assert not disagreements()
    entry = Entry.objects.get(outcome="denied")
    assert (entry.patient_id, entry.subject_id) == (elsewhere.patient_id, lines_of(elsewhere)[0].pk)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "items"),
        ({"items": []}, "items"),
        ({"items": [5]}, "items.0"),
        ({"items": [{"line": "x", "quantity": 1}]}, "items.0.line"),
        ({"items": [{"line": {"$ne": ""}, "quantity": 1}]}, "items.0.line"),
        ({"items": [{"line": str(uuid4())}]}, "items.0.quantity"),
        ({"items": [{"line": str(uuid4()), "quantity": "NaN"}]}, "items.0.quantity"),
        ({"items": [{"line": str(uuid4()), "quantity": True}]}, "items.0.quantity"),
        ({"items": [{"line": str(uuid4()), "quantity": 1, "id": str(uuid4())}]}, "items.0.id"),
        ({"items": [{"line": str(uuid4()), "quantity": 1}], "status": "dispensed"}, "status"),
        ({"items": [{"line": str(uuid4()), "quantity": 1}], "dispensed_by": str(uuid4())}, "dispensed_by"),
        ({"items": [{"line": str(uuid4()), "quantity": 1}], "site": str(uuid4())}, "site"),
    ],
)
def test_what_is_not_understood_is_named(
    signed: Prescription, ivo: User, api: Callable[[User], Any], body: Any, field: str
) -> None:
    answer = api(ivo).post(f"{AT}/{signed.pk}/dispense", body)
    assert is_problem(answer, 400, "invalid")
    assert field in {error["field"] for error in answer.json()["errors"]}


def test_nothing_is_handed_out_of_nothing(signed: Prescription, hand_out: Callable[..., Any]) -> None:
    for quantity in (0, -1, "0.001"):
        answer = hand_out(signed, item(signed, quantity))
        assert is_problem(answer, 400, "invalid")
        assert "quantity" in answer.json()["errors"][0]["field"]
    assert not Dispensing.objects.exists()


def test_who_prescribes_hands_nothing_out(
    signed: Prescription, dora: User, nora: User, rita: User, api: Callable[[User], Any]
) -> None:
    for other in (dora, nora, rita):
        answer = api(other).post(f"{AT}/{signed.pk}/dispense", {"items": [item(signed, 1)]})
        assert is_problem(answer, 403, "permission_denied")


def test_dispensing_asks_a_fixed_number_of_questions(
    amara: Patient, doctor: Doctor, ivo: User, api: Callable[[User], Any]
) -> None:
    """Four of each item: the line, what was handed out, the stock, its movement."""
    teas = [make_line(f"Tea {n}") for n in range(10)]
    one, caller = make_signed(amara, doctor, *teas), api(ivo)
    body = {"items": [item(one, 1, n) for n in range(1, 11)]}
    with counted(at_most=50):
        assert caller.post(f"{AT}/{one.pk}/dispense", body).status_code == 200


# ── Taking back ─────────────────────────────────────────────────────────────


def _handed_out(prescription: Prescription, by: User, api: Callable[[User], Any]) -> str:
    answer = api(by).post(f"{AT}/{prescription.pk}/dispense", {"items": [item(prescription, 4)]})
    assert answer.status_code == 200, answer.content
    return str(answer.json()["dispensings"][0]["id"])


def test_the_pharmacy_takes_back_what_was_a_mistake(
    signed: Prescription, pia: User, api: Callable[[User], Any]
) -> None:
    at = f"{AT}/{signed.pk}/dispensings/{_handed_out(signed, pia, api)}/return"
    answer = api(pia).post(at, {"reason": "Another patient"})
    assert answer.status_code == 200, answer.content
    body = answer.json()
    assert (body["status"], body["lines"][0]["life"]["to_dispense"]) == ("signed", "14")
    assert body["dispensings"][0]["returned_because"] == "Another patient"
    assert body["dispensings"][0]["returned_at"]
    assert answer["ETag"] == f'"{body["version"]}"'
    assert is_problem(api(pia).post(at, {"reason": "Again"}), 409, "already_retracted")
    assert not disagreements()


def test_a_return_says_why(signed: Prescription, pia: User, api: Callable[[User], Any]) -> None:
    at = f"{AT}/{signed.pk}/dispensings/{_handed_out(signed, pia, api)}/return"
    for body in ({}, {"reason": ""}, {"reason": "x" * 301}, {"reason": "x", "quantity": 1}):
        assert is_problem(api(pia).post(at, body), 400, "invalid")
    assert Dispensing.objects.standing().count() == 1


def test_a_dispensing_of_another_prescription_is_not_found(
    signed: Prescription, elsewhere: Prescription, pia: User, api: Callable[[User], Any]
) -> None:
    foreign = _handed_out(elsewhere, pia, api)
    for key in (foreign, str(uuid4()), "x"):
        answer = api(pia).post(f"{AT}/{signed.pk}/dispensings/{key}/return", {"reason": "A mistake"})
        assert is_problem(answer, 404, "not_found")
    assert Dispensing.objects.standing().count() == 1


def test_another_system_takes_nothing_back(
    signed: Prescription, ivo: User, dora: User, api: Callable[[User], Any]
) -> None:
    at = f"{AT}/{signed.pk}/dispensings/{_handed_out(signed, ivo, api)}/return"
    for other in (ivo, dora):
        assert is_problem(api(other).post(at, {"reason": "A mistake"}), 403, "permission_denied")
