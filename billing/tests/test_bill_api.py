"""`/api/v1/billing`: a bill from its draft to a credit note, exact amounts, and what belongs to something else."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from accounts.models import User
from audit.models import Entry
from billing.models import Charge, Invoice, InvoiceLine, LedgerEntry
from billing.proving import prove
from billing.services import add_charge, pay_invoice
from billing.services.paying import Part
from billing.tests.make import (
    item,
    make_draft,
    make_issued,
    make_policy,
    make_price,
    make_rates,
    make_service,
)
from hospital.money import from_minor
from hospital.tests.problems import is_problem
from hospital.tests.queries import counted
from patients.models import Patient
from patients.tests.make import make_patient

pytestmark = pytest.mark.django_db

AT = "/api/v1/billing"
Caller = Any


@pytest.fixture
def caller(carl: User, api: Callable[[User], Any]) -> Caller:
    return api(carl)


@pytest.fixture
def manager(mona: User, api: Callable[[User], Any]) -> Caller:
    return api(mona)


def wrong_in(answer: Any) -> dict[str, str]:
    assert is_problem(answer, 400, "invalid")
    return {error["field"]: error["code"] for error in answer.json()["errors"]}


def payment_of(invoice: Invoice, by: User, amount: Any = 60) -> Any:
    return pay_invoice(invoice, parts=[Part("cash", Decimal(amount))], by=by).payments.get()


# ── A bill and its life ─────────────────────────────────────────────────────


def test_a_bill_from_the_draft_to_the_credit_note(patient: Patient, caller: Any, manager: Any) -> None:
    make_rates()
    make_service("XRAY", price="119.00", tax_class="standard", name="X-ray")
    lines = [{"code": "xray"}, {"description": "Dressing", "quantity": 2, "unit_amount": 4.5}]

    drafted = caller.post(AT, {"patient": str(patient.pk), "lines": lines})
    assert drafted.status_code == 201, drafted.json()
    bill = drafted.json()
    at = drafted["Location"]
    assert (bill["status"], bill["number"], drafted["ETag"]) == ("draft", "", '"1"')
    assert (bill["net_amount"], bill["tax_amount"], bill["total_amount"]) == ("109.00", "19.00", "128.00")
    assert [(one["code"], one["description"], one["quantity"]) for one in bill["lines"]] == [
        ("XRAY", "X-ray", "1"),
        ("", "Dressing", "2"),
    ]

    issued = caller.post(f"{at}/issue", {"version": 1}).json()
    assert (issued["status"], issued["due_amount"], issued["verified"]) == ("issued", "128.00", True)
    paid = caller.post(f"{at}/payments", {"amount": "28.00", "method": "cash", "tendered": 30})
    assert paid.status_code == 201
    assert paid.json()["payments"][0]["change_amount"] == "2.00"
    parts = [{"amount": "50", "method": "card", "reference": "4711"}, {"amount": 50, "method": "mobile"}]
    assert caller.post(f"{at}/payments", {"parts": parts}).json()["amount"] == "100.00"

    part = {"line": bill["lines"][1]["id"], "amount": "4.50"}
    credit = manager.post(f"{at}/credit-notes", {"reason": "One only", "lines": [part]})
    assert (credit.status_code, credit.json()["total_amount"]) == (201, "4.50")
    whole = caller.get(at).json()
    assert (whole["status"], whole["due_amount"], whole["credited_amount"]) == ("paid", "-4.50", "4.50")
    assert (len(whole["payments"]), len(whole["credit_notes"])) == (3, 1)
    prove()


def test_a_draft_is_written_anew_as_a_whole(patient: Patient, carl: User, caller: Any) -> None:
    charge = add_charge(patient, service=make_service(price=40), by=carl)
    draft = make_draft(patient, by=carl)
    at = f"{AT}/{draft.pk}"
    body = {"lines": [{"charge": str(charge.pk)}], "note": "By post"}
    assert is_problem(caller.put(at, body), 428, "precondition_required")
    assert is_problem(caller.put(at, body | {"version": 7}), 409, "stale")
    assert is_problem(caller.put(at, body, headers={"If-Match": '"7"'}), 412, "precondition_failed")
    edited = caller.put(at, body, headers={"If-Match": '"1"'})
    assert (edited.status_code, edited.json()["total_amount"], edited["ETag"]) == (200, "40.00", '"2"')
    charge.refresh_from_db()
    assert (charge.status, charge.invoice_id) == (Charge.Status.INVOICED, draft.pk)

    assert caller.post(f"{at}/issue", {}).status_code == 200
    assert is_problem(caller.put(at, body | {"version": 3}), 409, "invoice_issued")


def test_delete_makes_void_with_a_reason(patient: Patient, carl: User, caller: Any, manager: Any) -> None:
    draft, issued = make_draft(patient, by=carl), make_issued(patient, by=carl)
    assert wrong_in(caller.delete(f"{AT}/{draft.pk}", {})) == {"reason": "required"}
    assert caller.delete(f"{AT}/{draft.pk}", {"reason": "Mistake"}).status_code == 204
    assert caller.delete(f"{AT}/{issued.pk}", {"reason": "Mistake"}).status_code == 204
    assert {one.status for one in Invoice.objects.all()} == {"void"}
    assert manager.get(f"{AT}/{issued.pk}").json()["number"] == issued.number


def test_reception_voids_drafts_and_nothing_that_is_issued(
    patient: Patient, rita: User, api: Callable[[User], Any]
) -> None:
    draft, issued = make_draft(patient, by=rita), make_issued(patient, by=rita)
    reception = api(rita)
    assert reception.delete(f"{AT}/{draft.pk}", {"reason": "Mistake"}).status_code == 204
    answer = reception.delete(f"{AT}/{issued.pk}", {"reason": "Mistake"})
    assert is_problem(answer, 403, "permission_denied")
    issued.refresh_from_db()
    assert issued.status == "issued"


def test_money_goes_back_with_the_consent_of_somebody_else(
    patient: Patient, carl: User, caller: Any, manager: Any, settings: Any
) -> None:
    settings.REFUND_LIMIT = "20"
    invoice = make_issued(patient, by=carl)
    payment = payment_of(invoice, carl)
    asked = {"payment": str(payment.pk), "amount": "30", "reason": "Paid twice"}
    answer = caller.post(f"{AT}/{invoice.pk}/refunds", asked)
    assert (answer.status_code, answer.json()["status"]) == (201, "requested")
    at = answer["Location"]
    assert is_problem(caller.post(f"{at}/pay", {}), 409, "wrong_move")
    assert [one["id"] for one in caller.get(f"{AT}/refunds?status=requested").json()["results"]] == [
        answer.json()["id"]
    ]
    assert manager.post(f"{at}/approve", {}).json()["status"] == "approved"
    assert caller.post(f"{at}/pay", {"version": 2}).json()["status"] == "paid"
    assert caller.get(f"{AT}/{invoice.pk}").json()["due_amount"] == "70.00"
    again = caller.post(f"{AT}/{invoice.pk}/refunds", asked | {"amount": "1"}).json()
    assert caller.post(f"{AT}/refunds/{again['id']}/decline", {"reason": "No"}).json()["status"] == "declined"
    prove()


def test_money_on_account_pays_a_bill(patient: Patient, carl: User, caller: Any) -> None:
    body = {"patient": str(patient.pk), "amount": "80", "method": "bank_transfer"}
    receipt = caller.post(f"{AT}/deposits", body)
    assert (receipt.status_code, receipt.json()["invoice"]) == (201, None)
    invoice = make_issued(patient, by=carl)
    from_deposit = {"amount": "50", "method": "deposit"}
    assert caller.post(f"{AT}/{invoice.pk}/payments", from_deposit).status_code == 201
    (row,) = caller.get(f"{AT}/deposits?patient={patient.pk}").json()["results"]
    assert row["amount"] == "30.00"
    back = {"payment": receipt.json()["payments"][0]["id"], "amount": "30", "reason": "Leaves"}
    assert caller.post(f"{AT}/refunds", back).status_code == 201


def test_the_payer_has_a_share_that_can_be_passed_on(patient: Patient, carl: User, caller: Any) -> None:
    policy = make_policy(patient, 80)
    (listed,) = caller.get(f"{AT}/policies?patient={patient.pk}").json()["results"]
    assert (listed["id"], listed["coverage_percent"]) == (str(policy.pk), "80")
    assert caller.get(f"{AT}/payers").json()["results"][0]["id"] == listed["payer"]
    lines = [{"description": "Stay", "unit_amount": "100"}]
    body = {"patient": str(patient.pk), "policy": listed["id"], "lines": lines}
    at = caller.post(AT, body)["Location"]
    issued = caller.post(f"{at}/issue", {}).json()
    assert (issued["patient_due_amount"], issued["insurer_due_amount"]) == ("20.00", "80.00")
    passed = caller.post(f"{at}/pass-to-patient", {"amount": "30", "reason": "Declined"}).json()
    assert (passed["patient_due_amount"], passed["insurer_due_amount"]) == ("50.00", "50.00")
    more = caller.post(f"{at}/payments", {"amount": "60", "method": "insurance"})
    assert is_problem(more, 409, "beyond_due")
    assert more.json()["offers"] == [{"amount": "50.00"}]


def test_what_waits_is_charged_waived_and_invoiced(
    patient: Patient, caller: Any, manager: Any, carl: User
) -> None:
    make_service("DRESS", price="4.50")
    added = caller.post(f"{AT}/charges", {"patient": str(patient.pk), "code": "dress", "quantity": "3"})
    assert (added.status_code, added.json()["unit_amount"]) == (201, "4.50")
    other = add_charge(patient, service=make_service(price=40), by=carl)
    assert is_problem(
        caller.post(f"{AT}/charges/{other.pk}/waive", {"reason": "x"}), 403, "permission_denied"
    )
    assert manager.post(f"{AT}/charges/{other.pk}/waive", {"reason": "Ours"}).json()["status"] == "waived"
    listed = caller.get(f"{AT}/charges?patient={patient.pk}&status=unbilled").json()["results"]
    assert [one["id"] for one in listed] == [added.json()["id"]]
    invoice = caller.post(f"{AT}/charges/invoice", {"patient": str(patient.pk)}).json()
    assert (invoice["total_amount"], invoice["lines"][0]["charge"]) == ("13.50", added.json()["id"])
    again = caller.post(
        f"{AT}/charges/invoice", {"patient": str(patient.pk), "charges": [added.json()["id"]]}
    )
    assert is_problem(again, 409, "charge_taken")
    assert wrong_in(caller.post(f"{AT}/charges/invoice", {"patient": str(patient.pk)})) == {
        "items": "invalid"
    }


def test_the_price_list_is_read_and_kept(site: object, caller: Any, manager: Any) -> None:
    body = {"code": "ecg", "name": "Electrocardiogram", "unit_amount": "35.00"}
    assert is_problem(caller.post(f"{AT}/price-list", body), 403, "permission_denied")
    added = manager.post(f"{AT}/price-list", body)
    assert (added.status_code, added.json()["unit_amount"]) == (201, "35.00")
    at = added["Location"]
    assert wrong_in(manager.post(f"{AT}/price-list", body)) == {"code": "invalid"}
    price = {"unit_amount": "30", "valid_from": "2020-01-01", "valid_until": "2020-12-31"}
    assert manager.post(f"{at}/prices", price).status_code == 201
    changed = {"name": "ECG", "tax_class": "exempt", "is_active": False, "version": 1}
    assert manager.put(at, changed).json()["name"] == "ECG"
    make_price(make_service("EEG", name="Brain"), 90)
    with counted(at_most=5):
        listed = caller.get(f"{AT}/price-list?q=e&page_size=10").json()["results"]
    assert [(one["code"], one["unit_amount"]) for one in listed] == [("ECG", "35.00"), ("EEG", "90.00")]
    assert caller.get(f"{AT}/price-list?is_active=true").json()["results"] == [listed[1]]
    assert is_problem(caller.post(AT, {"patient": str(uuid4()), "lines": [{"code": "ECG"}]}), 400, "invalid")


# ── Lists ───────────────────────────────────────────────────────────────────


def test_the_list_is_narrowed_and_asks_little(patient: Patient, carl: User, caller: Any) -> None:
    bea = make_patient(given_name="Bea")
    draft, open_one, paid = (
        make_draft(patient, by=carl),
        make_issued(patient, by=carl),
        make_issued(bea, by=carl),
    )
    payment_of(paid, carl, 100)
    late = make_issued(patient, by=carl)
    day = late.issued_on.isoformat() if late.issued_on else ""

    def found(question: str) -> list[str]:
        with counted(at_most=5):
            answer = caller.get(f"{AT}?{question}")
        assert answer.status_code == 200, answer.json()
        return [one["id"] for one in answer.json()["results"]]

    everything = [str(one.pk) for one in (late, paid, open_one, draft)]
    assert found("") == everything
    assert found(f"patient={patient.pk}") == [everything[0], *everything[2:]]
    assert found("status=draft") == [everything[3]]
    assert found("status=issued") == [everything[0], everything[2]]
    assert found(f"number={open_one.number}") == [everything[2]]
    assert found(f"number={open_one.number[:7].lower()}") == [everything[2], everything[1], everything[0]]
    assert found(f"issued_from={day}&issued_to={day}") == everything[:3]
    assert found("issued_to=2001-01-01") == []
    assert found("overdue=true") == []
    assert is_problem(caller.get(f"{AT}?colour=red"), 400, "invalid")
    assert is_problem(caller.get(f"{AT}?issued_from=yesterday"), 400, "invalid")


def test_what_is_overdue_comes_longest_first(
    patient: Patient, carl: User, caller: Any, settings: Any
) -> None:
    settings.PAYMENT_DAYS = -3
    three = make_issued(patient, by=carl)
    settings.PAYMENT_DAYS = -9
    nine = make_issued(patient, by=carl)
    settings.PAYMENT_DAYS = 14
    make_issued(patient, by=carl)
    answer = caller.get(f"{AT}?overdue=true&page_size=1").json()
    second = caller.get(answer["next"]).json()
    assert [one["results"][0]["id"] for one in (answer, second)] == [str(nine.pk), str(three.pk)]
    assert answer["results"][0]["is_overdue"]
    assert second["next"] is None


def test_opening_one_asks_little_and_is_written_down(patient: Patient, carl: User, caller: Any) -> None:
    invoice = make_issued(patient, item(50), item(50), by=carl)
    payment_of(invoice, carl)
    with counted(at_most=9):
        assert caller.get(f"{AT}/{invoice.pk}").status_code == 200
    opened = Entry.objects.get(verb="billing.view_invoice", subject_id=invoice.pk)
    assert opened.patient_id == patient.pk


# ── Exact amounts, strict bodies ────────────────────────────────────────────


@pytest.mark.parametrize(
    ("amount", "code"),
    [
        ("12.345", "too_fine"),
        (12.345, "too_fine"),
        ("12.500", "too_fine"),
        (0, "too_small"),
        ("0.00", "too_small"),
        (-5, "too_small"),
        (True, "invalid"),
        ("1e3", "invalid"),
        ("1,50", "invalid"),
        (" 1", "invalid"),
        ("\u0661", "invalid"),
        ("", "invalid"),
        ("NaN", "invalid"),
        ([], "invalid"),
        ("99999999999999", "too_large"),
        (1e15, "too_large"),
        (None, "null"),
    ],
)
def test_an_amount_is_exact_or_refused(
    patient: Patient, carl: User, caller: Any, amount: Any, code: str
) -> None:
    invoice = make_issued(patient, by=carl)
    answer = caller.post(f"{AT}/{invoice.pk}/payments", {"amount": amount, "method": "cash"})
    assert wrong_in(answer) == {"amount": code}
    parts = {"parts": [{"amount": "1", "method": "cash"}, {"amount": amount, "method": "card"}]}
    assert wrong_in(caller.post(f"{AT}/{invoice.pk}/payments", parts)) == {"parts.1.amount": code}
    assert LedgerEntry.objects.filter(because="paid").count() == 0


def test_a_number_is_never_a_binary_fraction(patient: Patient, caller: Any) -> None:
    """1.005 in doubles is a bit less; sixteen digits are more than a double holds."""
    text = (
        f'{{"patient": "{patient.pk}", "lines": [{{"description": "Vial", "quantity": 1.005, '
        '"unit_amount": 1000.00}]}'
    )
    answer = caller.post(AT, text, content_type="application/json")
    assert answer.json()["total_amount"] == "1005.00"
    for wild in ("1e999999999999999999999", "1e400", "1" * 5000, "12.50000000000000000000001"):
        answer = caller.post(AT, text.replace("1000.00", wild), content_type="application/json")
        assert answer.status_code == 400, wild


@pytest.mark.parametrize(
    ("currency", "good", "shown", "too_fine"),
    [("JPY", "1500", "1500", "15.5"), ("KWD", "1.234", "1.234", "1.2345"), ("EUR", "1.2", "1.20", "1.234")],
)
def test_the_places_are_those_of_the_currency(
    patient: Patient, caller: Any, settings: Any, currency: str, good: str, shown: str, too_fine: str
) -> None:
    settings.CURRENCY = currency
    line = {"description": "Vial", "unit_amount": good}
    bill = caller.post(AT, {"patient": str(patient.pk), "lines": [line]}).json()
    assert (bill["total_amount"], bill["due_amount"]) == (shown, str(from_minor(0)))
    answer = caller.post(AT, {"patient": str(patient.pk), "lines": [line | {"unit_amount": too_fine}]})
    assert wrong_in(answer) == {"lines.0.unit_amount": "too_fine"}
    assert currency in answer.json()["errors"][0]["message"]


def test_a_body_is_taken_at_its_word(patient: Patient, carl: User, caller: Any) -> None:
    line = {"description": "Vial", "unit_amount": "1"}
    body = {"patient": str(patient.pk), "lines": [line]}
    assert "colour" in wrong_in(caller.post(AT, body | {"colour": "red"}))
    assert "lines.0.price" in wrong_in(caller.post(AT, body | {"lines": [line | {"price": 1}]}))
    assert "lines" in wrong_in(caller.post(AT, body | {"lines": []}))
    assert "lines.0.code" in wrong_in(caller.post(AT, body | {"lines": [{"code": "NONE"}]}))
    assert "lines.0.description" in wrong_in(caller.post(AT, body | {"lines": [{"unit_amount": 1}]}))
    assert "lines.0.quantity" in wrong_in(caller.post(AT, body | {"lines": [line | {"quantity": "1.0001"}]}))
    assert "discount.percent" in wrong_in(
        caller.post(AT, body | {"discount": {"percent": 101, "because": "x"}})
    )
    invoice = make_issued(patient, by=carl)
    at = f"{AT}/{invoice.pk}/payments"
    assert wrong_in(caller.post(at, {})) == {"amount": "required", "method": "required"}
    both = {"amount": 1, "method": "cash", "parts": [{"amount": 1, "method": "cash"}]}
    assert "parts" in wrong_in(caller.post(at, both))
    assert "tendered" in wrong_in(caller.post(at, {"amount": 5, "method": "cash", "tendered": 4}))
    assert "tendered" in wrong_in(caller.post(at, {"amount": 5, "method": "card", "tendered": 5}))
    assert "method" in wrong_in(caller.post(at, {"amount": 5, "method": "gold"}))


# ── Of something else (T04) ─────────────────────────────────────────────────


def test_what_belongs_to_another_bill_is_not_found_and_nothing_moves(
    patient: Patient, carl: User, caller: Any, manager: Any
) -> None:
    bea = make_patient(given_name="Bea")
    mine, others = make_issued(patient, by=carl), make_issued(bea, by=carl)
    payment = payment_of(others, carl)
    line = InvoiceLine.objects.get(invoice=others)
    charge = add_charge(bea, service=make_service(price=40), by=carl)
    policy = make_policy(bea)
    rows = LedgerEntry.objects.count()
    line_of = {"reason": "x", "lines": [{"line": str(line.pk), "amount": "1"}]}
    refund = {"payment": str(payment.pk), "amount": "1", "reason": "x"}
    whose = {"patient": str(patient.pk)}
    charged = {"lines": [{"charge": str(charge.pk)}]}
    insured = {"lines": [{"description": "x", "unit_amount": 1}], "policy": str(policy.pk)}
    draft = make_draft(patient, by=carl)
    for answer, code in (
        (manager.post(f"{AT}/{mine.pk}/credit-notes", line_of), "not_of_this"),
        (caller.post(f"{AT}/{mine.pk}/refunds", refund), "not_found"),
        (caller.post(AT, whose | charged), "not_found"),
        (caller.post(f"{AT}/charges/invoice", whose | {"charges": [str(charge.pk)]}), "not_found"),
        (caller.put(f"{AT}/{draft.pk}", charged | {"version": 1}), "not_found"),
        (caller.post(AT, whose | insured), "not_of_this"),
        (caller.put(f"{AT}/{draft.pk}", insured | {"version": 1}), "not_of_this"),
    ):
        assert is_problem(answer, 404, code)
    assert LedgerEntry.objects.count() == rows
    assert Invoice.objects.count() == 3
    charge.refresh_from_db()
    assert charge.status == Charge.Status.UNBILLED
    assert Entry.objects.filter(
        verb="billing.view_payment", outcome=Entry.Outcome.DENIED, subject_id=payment.pk
    ).exists()
