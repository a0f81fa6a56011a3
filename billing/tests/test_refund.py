"""Money goes back the way it came, never more than came in, and above a limit only with a second person."""

from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.models import User
from billing.models import CreditNote, Invoice, InvoiceLine, Payment, Refund
from billing.proving import prove
from billing.services import (
    Part,
    approve_refund,
    credit_invoice,
    decline_refund,
    deposit_of,
    pay_invoice,
    pay_refund,
    record_deposit,
    request_refund,
    void_invoice,
)
from billing.tests.conftest import code_of
from billing.tests.make import item, make_draft, make_issued, make_rates
from hospital.errors import Refusal
from patients.models import Patient


@pytest.fixture
def bill(patient: Patient, carl: User) -> Invoice:
    """Ann owes a thousand."""
    return make_issued(patient, item(600), item(400), by=carl)


@pytest.fixture
def paid(bill: Invoice, carl: User) -> Payment:
    """Ann has paid all of it by card."""
    pay_invoice(bill, parts=[Part("card", Decimal(1000))], by=carl)
    return Payment.objects.get(invoice=bill)


def ask(payment: Payment, amount: Any, by: User) -> Refund:
    return request_refund(payment, amount=Decimal(amount), reason="Paid twice", by=by)


def now(invoice: Invoice) -> Any:
    return Invoice.objects.get(pk=invoice.pk)


def test_up_to_the_limit_it_is_paid_out_at_once(paid: Payment, bill: Invoice, carl: User) -> None:
    refund = ask(paid, 100, carl)
    assert (refund.status, refund.needs_approval) == (Refund.Status.APPROVED, False)
    pay_refund(refund, by=carl)
    assert (now(bill).status, now(bill).due_amount) == (Invoice.Status.PARTLY_PAID, 100)
    assert prove().balances["card"] == 900
    assert code_of(lambda: pay_refund(refund, by=carl)) == "wrong_move"


def test_above_the_limit_somebody_else_agrees(paid: Payment, mona: User, adam: User, carl: User) -> None:
    refund = ask(paid, "100.01", mona)
    assert refund.status == Refund.Status.REQUESTED
    assert code_of(lambda: pay_refund(refund, by=carl)) == "wrong_move"
    assert code_of(lambda: approve_refund(refund, by=mona)) == "own_refund"
    with pytest.raises(PermissionDenied):
        approve_refund(refund, by=carl)
    pay_refund(approve_refund(refund, by=adam), by=carl)
    assert prove().balances["card"] == Decimal("899.99")


def test_small_steps_lead_around_no_limit(paid: Payment, carl: User) -> None:
    assert not ask(paid, 60, carl).needs_approval
    assert ask(paid, 60, carl).needs_approval


def test_never_more_than_was_paid(paid: Payment, carl: User, mona: User) -> None:
    refund = ask(paid, 999, carl)
    assert code_of(lambda: ask(paid, 2, carl)) == "beyond_payment"
    decline_refund(refund, reason="No", by=mona)
    assert ask(paid, 1000, carl).amount == 1000
    for wrong in (0, -5, "0.001"):
        with pytest.raises(ValidationError):
            ask(paid, wrong, carl)
    prove()


def test_a_deposit_goes_back_as_far_as_it_is_there(patient: Patient, bill: Invoice, carl: User) -> None:
    record_deposit(patient, parts=[Part("cash", Decimal(80))], by=carl)
    refund = ask(Payment.objects.get(method="cash"), 80, carl)
    pay_invoice(bill, parts=[Part("deposit", Decimal(50))], by=carl)
    assert code_of(lambda: pay_refund(refund, by=carl)) == "not_on_account"
    pay_refund(ask(Payment.objects.get(method="deposit"), 50, carl), by=carl)
    assert (now(bill).paid_amount, deposit_of(patient.pk).amount) == (0, Decimal(80))
    pay_refund(refund, by=carl)
    assert deposit_of(patient.pk).amount == 0
    assert prove().balances["cash"] == 0


# ── Credit notes and void ───────────────────────────────────────────────────


def test_a_credit_note_takes_back_a_part_and_its_tax(patient: Patient, carl: User, mona: User) -> None:
    make_rates()
    invoice = make_issued(patient, item("10.01", tax_class="standard"), item(50), by=carl)
    line = InvoiceLine.objects.get(invoice=invoice, position=1)
    notes = [
        credit_invoice(invoice, parts={line.pk: Decimal(amount)}, reason="Too much", by=mona)
        for amount in ("3.33", "3.33", "3.35")
    ]
    assert sum(one.tax_amount for one in notes) == line.tax_amount
    assert sum(one.net_amount for one in notes) == line.net_amount
    assert (now(invoice).due_amount, now(invoice).status) == (50, Invoice.Status.ISSUED)
    assert [one.number[-9:] for one in notes] == [
        f"{one.issued_on:%y}-00000{n}" for n, one in enumerate(notes, 1)
    ]
    assert code_of(
        lambda: credit_invoice(invoice, parts={line.pk: Decimal("0.01")}, reason="More", by=mona)
    ) == ("beyond_line")
    prove()


def test_what_was_paid_beyond_the_rest_is_owed_to_the_patient(
    paid: Payment, bill: Invoice, mona: User, adam: User
) -> None:
    credit_invoice(bill, reason="Never done", by=mona)
    assert (now(bill).due_amount, now(bill).status) == (-1000, Invoice.Status.PAID)
    pay_refund(approve_refund(ask(paid, 1000, mona), by=adam), by=mona)
    assert (now(bill).due_amount, now(bill).status) == (0, Invoice.Status.PAID)
    assert prove().balances["revenue"] == 0


def test_a_line_of_another_invoice_is_not_found(bill: Invoice, patient: Patient, mona: User) -> None:
    other = InvoiceLine.objects.filter(invoice=make_issued(patient, item(5), by=mona)).get()
    with pytest.raises(Refusal) as refused:
        credit_invoice(bill, parts={other.pk: Decimal(1)}, reason="Wrong", by=mona)
    assert (refused.value.code, refused.value.status) == ("not_of_this", 404)
    assert CreditNote.objects.count() == 0


def test_void_takes_back_all_of_it_and_keeps_the_number(bill: Invoice, carl: User) -> None:
    void: Any = void_invoice(bill, reason="Wrong patient", by=carl)
    assert (void.status, void.number, void.due_amount) == (Invoice.Status.VOID, bill.number, 0)
    assert CreditNote.objects.get(invoice=bill).total_amount == 1000
    assert prove().balances["revenue"] == 0
    paid = [Part("cash", Decimal(1))]
    assert code_of(lambda: pay_invoice(bill, parts=paid, by=carl)) == "not_issued"
    assert code_of(lambda: void_invoice(bill, reason="Again", by=carl)) == "wrong_move"


def test_what_is_paid_is_not_void(paid: Payment, bill: Invoice, carl: User) -> None:
    assert code_of(lambda: void_invoice(bill, reason="Wrong", by=carl)) == "has_payments"


def test_reception_makes_drafts_void_and_nothing_else(bill: Invoice, patient: Patient, rita: User) -> None:
    assert void_invoice(make_draft(patient, by=rita), reason="Typo", by=rita).status == Invoice.Status.VOID
    for act in (
        lambda: void_invoice(bill, reason="Friend", by=rita),
        lambda: credit_invoice(bill, reason="Friend", by=rita),
    ):
        with pytest.raises(PermissionDenied):
            act()
    assert now(bill).due_amount == 1000
