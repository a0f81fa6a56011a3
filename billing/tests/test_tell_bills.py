"""Invoices and payments in the record: what was issued and paid, as it stands now, for those who may see bills."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine

from accounts.models import User
from billing.models import Invoice
from billing.services import (
    Part,
    credit_invoice,
    pass_to_patient,
    pay_invoice,
    pay_refund,
    record_deposit,
    request_refund,
    void_invoice,
)
from billing.tests.make import item, make_draft, make_issued, make_policy
from billing.timeline import INVOICE, PAYMENT
from hospital import clock
from patients import timeline
from patients.models import Patient, TimelineEntry


def cash(amount: Any) -> Part:
    return Part("cash", Decimal(amount))


def kept(patient: Patient) -> list[Any]:
    rows = TimelineEntry.objects.filter(patient_id=patient.pk, kind__in=[INVOICE, PAYMENT])
    return sorted(rows.values_list("key", "at", "facts"), key=str)


def line_of(patient: Patient, kind: str, by: User) -> Any:
    [drawn], _more = timeline.read(patient, by, kinds=[kind])
    return drawn.line


def assert_rebuilt_is_equal(patient: Patient) -> None:
    live = kept(patient)
    timeline.rebuild(patient.pk)
    assert kept(patient) == live


def test_a_draft_is_not_told(patient: Patient, carl: User) -> None:
    draft = make_draft(patient, by=carl)
    void_invoice(draft, reason="Twice", by=carl)
    assert kept(patient) == []
    assert_rebuilt_is_equal(patient)


def test_it_is_told_as_it_stands(invoice: Invoice, patient: Patient, carl: User, mona: User) -> None:
    line = line_of(patient, INVOICE, carl)
    assert (line.title, line.detail) == (
        f"Invoice {invoice.number}: EUR\xa0100.00",
        "Unpaid, EUR\xa0100.00 due",
    )
    assert line.url == f"/billing/{invoice.pk}/"

    receipt: Any = pay_invoice(invoice, parts=[cash(20), Part("card", Decimal(20))], by=carl)
    assert line_of(patient, INVOICE, carl).detail == "Partly paid, EUR\xa060.00 due"
    payment = line_of(patient, PAYMENT, carl)
    assert (payment.title, payment.detail) == (f"Payment {receipt.number}: EUR\xa040.00", "Card, Cash")
    assert_rebuilt_is_equal(patient)

    credit_invoice(invoice, reason="Not done", parts={invoice.lines.get().pk: Decimal(70)}, by=mona)
    assert line_of(patient, INVOICE, carl).detail == "EUR\xa010.00 is owed back"
    paid = receipt.payments.get(method="cash")
    pay_refund(request_refund(paid, amount=Decimal(10), reason="Not done", by=carl), by=carl)
    line = line_of(patient, INVOICE, carl)
    assert (line.detail, line.tone) == ("Paid", "ok")
    assert_rebuilt_is_equal(patient)


def test_what_is_late_is_overdue_without_a_worker(invoice: Invoice, patient: Patient, carl: User) -> None:
    with time_machine.travel(clock.now() + timedelta(days=15)):
        line = line_of(patient, INVOICE, carl)
    assert (line.detail, line.tone) == ("Overdue, EUR\xa0100.00 due", "danger")


def test_what_is_void_is_struck(invoice: Invoice, patient: Patient, carl: User, mona: User) -> None:
    void_invoice(invoice, reason="Twice", by=mona)
    line = line_of(patient, INVOICE, carl)
    assert (line.struck, line.detail) == (True, "Void")
    assert_rebuilt_is_equal(patient)


def test_deposits_shares_and_what_costs_nothing(patient: Patient, carl: User, mona: User) -> None:
    record_deposit(patient, parts=[cash(5)], by=carl)
    assert line_of(patient, PAYMENT, carl).title.startswith("Deposit ")
    shared = make_issued(patient, item(10), policy=make_policy(patient, 50), by=carl)
    pass_to_patient(shared, amount=Decimal(5), reason="Declined", by=mona)
    free = make_issued(patient, item(0), by=carl)
    void_invoice(free, reason="Twice", by=mona)
    assert len(kept(patient)) == 3
    assert_rebuilt_is_equal(patient)


@pytest.mark.parametrize(("who", "sees"), [("carl", 2), ("rita", 2), ("nora", 0), ("dora", 0)])
def test_only_those_who_see_bills(
    invoice: Invoice, patient: Patient, carl: User, who: str, sees: int, request: pytest.FixtureRequest
) -> None:
    pay_invoice(invoice, parts=[cash(20)], by=carl)
    user = request.getfixturevalue(who)
    kinds = {one.key for one in timeline.kinds_for(user)} & {INVOICE, PAYMENT}
    assert len(kinds) == sees
