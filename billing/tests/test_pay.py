"""Payments: never more than is due, in several ways at once, from a deposit, once."""

from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.models import User
from accounts.once import Once, fingerprint
from billing.models import Invoice, LedgerEntry, Payment, Receipt
from billing.proving import prove
from billing.services import Part, apply_deposit, deposit_of, pass_to_patient, pay_invoice, record_deposit
from billing.tests.conftest import code_of
from billing.tests.make import item, make_draft, make_issued, make_policy
from hospital.errors import KeyReused, Refusal, Stale
from patients.models import Patient


def pay(invoice: Invoice, amount: Any, by: User, way: str = "cash", **more: Any) -> Receipt:
    return pay_invoice(invoice, parts=[Part(way, Decimal(amount))], by=by, **more)


def now(invoice: Invoice) -> Any:
    return Invoice.objects.get(pk=invoice.pk)


def test_bit_by_bit_until_it_is_paid(invoice: Invoice, carl: User) -> None:
    pay(invoice, 40, carl)
    assert (now(invoice).status, now(invoice).due_amount) == (Invoice.Status.PARTLY_PAID, 60)
    receipt = pay(invoice, 60, carl, "card")
    assert (now(invoice).status, now(invoice).paid_amount) == (Invoice.Status.PAID, 100)
    assert receipt.number.endswith("-R-" + f"{receipt.received_on.year}-000002")
    assert prove().balances["receivable_patient"] == 0


def test_in_several_ways_at_once_with_change(invoice: Invoice, carl: User) -> None:
    record_deposit(invoice.patient, parts=[Part("bank_transfer", Decimal(30))], by=carl)
    parts = [
        Part("cash", Decimal(20), tendered_amount=Decimal(50)),
        Part("card", Decimal("49.50"), reference="4711"),
        Part("mobile", Decimal("0.50")),
        Part("deposit", Decimal(30)),
    ]
    receipt: Any = pay_invoice(invoice, parts=parts, by=carl)
    ways = {one.method: one for one in receipt.payments.all()}
    assert (receipt.amount, len(ways), ways["cash"].change_amount) == (100, 4, 30)
    assert now(invoice).status == Invoice.Status.PAID
    balances = prove().balances
    assert {name: balances[name] for name in ("cash", "card", "mobile", "bank", "deposits")} == {
        "cash": 20,
        "card": Decimal("49.50"),
        "mobile": Decimal("0.50"),
        "bank": 30,
        "deposits": 0,
    }


def test_more_than_is_due_is_refused_and_what_is_due_is_offered(invoice: Invoice, carl: User) -> None:
    with pytest.raises(Refusal) as refused:
        pay(invoice, "100.01", carl)
    assert (refused.value.code, refused.value.offers) == ("beyond_due", [{"amount": "100.00"}])
    assert code_of(lambda: pay(invoice, 1, carl, "insurance")) == "beyond_due"
    assert code_of(lambda: pay(invoice, 1, carl, "deposit")) == "not_on_account"
    assert (Payment.objects.count(), LedgerEntry.objects.count(), Receipt.objects.count()) == (0, 1, 0)


def test_one_part_that_is_wrong_undoes_all(invoice: Invoice, carl: User) -> None:
    parts = [Part("card", Decimal(10)), Part("deposit", Decimal(10))]
    assert code_of(lambda: pay_invoice(invoice, parts=parts, by=carl)) == "not_on_account"
    assert now(invoice).paid_amount == 0
    assert prove().entries == 1


@pytest.mark.parametrize(
    "part",
    [
        Part("cash", Decimal(0)),
        Part("cash", Decimal(-1)),
        Part("cash", Decimal("1.001")),
        Part("cash", Decimal("NaN")),
        Part("gold", Decimal(1)),
        Part("cash", Decimal(10), tendered_amount=Decimal(9)),
        Part("card", Decimal(10), tendered_amount=Decimal(20)),
    ],
)
def test_what_is_no_payment_is_invalid(invoice: Invoice, carl: User, part: Part) -> None:
    with pytest.raises(ValidationError):
        pay_invoice(invoice, parts=[part], by=carl)
    assert now(invoice).version == invoice.version


def test_a_draft_cannot_be_paid(patient: Patient, carl: User) -> None:
    draft = make_draft(patient, by=carl)
    assert code_of(lambda: pay(draft, 1, carl)) == "not_issued"


def test_the_same_payment_sent_twice_is_one(invoice: Invoice, carl: User) -> None:
    first = pay(invoice, 10, carl, once=Once("key", fingerprint({"amount": 10})))
    again = pay(invoice, 10, carl, once=Once("key", fingerprint({"amount": 10})))
    assert (first.pk, now(invoice).paid_amount) == (again.pk, 10)
    with pytest.raises(KeyReused):
        pay(invoice, 20, carl, once=Once("key", fingerprint({"amount": 20})))


def test_who_saw_another_sum_is_told(invoice: Invoice, carl: User) -> None:
    pay(invoice, 10, carl, seen_version=invoice.version)
    with pytest.raises(Stale):
        pay(invoice, 90, carl, seen_version=invoice.version)


def test_payer_and_patient_each_pay_their_own(patient: Patient, carl: User) -> None:
    invoice = make_issued(patient, item(100), policy=make_policy(patient, 80), by=carl)
    assert code_of(lambda: pay(invoice, 21, carl)) == "beyond_due"
    pay(invoice, 20, carl)
    assert now(invoice).status == Invoice.Status.PARTLY_PAID
    pay(invoice, 50, carl, "insurance")
    pass_to_patient(now(invoice), amount=Decimal(30), reason="Not covered", by=carl)
    assert code_of(lambda: pay(invoice, 1, carl, "insurance")) == "beyond_due"
    pay(invoice, 30, carl)
    assert now(invoice).status == Invoice.Status.PAID
    prove()


def test_a_deposit_is_used_as_far_as_it_goes(patient: Patient, carl: User) -> None:
    invoice = make_issued(patient, item(100), by=carl)
    assert code_of(lambda: apply_deposit(invoice, by=carl)) == "not_on_account"
    record_deposit(patient, parts=[Part("cash", Decimal(130))], by=carl)
    assert apply_deposit(invoice, amount=Decimal(40), by=carl).amount == 40
    assert apply_deposit(invoice, by=carl).amount == 60
    assert deposit_of(patient.pk).amount == 30
    for way in ("insurance", "deposit"):
        with pytest.raises(ValidationError):
            record_deposit(patient, parts=[Part(way, Decimal(1))], by=carl)


@pytest.mark.parametrize("who", ["dora", "nora", "pia", "ivo", "una"])
def test_those_who_take_no_money_are_refused(
    who: str, request: pytest.FixtureRequest, invoice: Invoice
) -> None:
    with pytest.raises(PermissionDenied):
        pay(invoice, 1, request.getfixturevalue(who))
