"""What is owed by how long it has been, the account of a patient, and how invoices are found."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from accounts import places
from accounts.models import User
from billing.filters import InvoiceFilter, amount_in
from billing.models import Invoice
from billing.proving import prove
from billing.reports import ageing, statement_of
from billing.services import (
    Part,
    credit_invoice,
    pay_invoice,
    pay_refund,
    record_deposit,
    request_refund,
)
from billing.tests.make import item, make_draft, make_issued, make_policy
from hospital import clock
from hospital.tests.queries import counted
from patients.models import Patient
from patients.tests.make import make_patient


def cash(amount: Any) -> Part:
    return Part("cash", Decimal(amount))


def found(**asked: Any) -> list[Invoice]:
    narrowed = InvoiceFilter(asked, queryset=Invoice.objects.latest_first())
    assert narrowed.is_valid(), narrowed.errors
    return list(narrowed.qs)


def in_days(invoice: Invoice, days: int) -> date:
    assert invoice.due_on is not None
    return invoice.due_on + timedelta(days=days)


@pytest.mark.parametrize(
    ("days", "pile"),
    [(-5, 0), (0, 0), (1, 1), (30, 1), (31, 2), (60, 2), (61, 3), (90, 3), (91, 4), (999, 4)],
)
def test_each_day_has_its_pile(invoice: Invoice, days: int, pile: int) -> None:
    report = ageing(in_days(invoice, days))

    assert [bool(one.amount) for one in report.piles] == [at == pile for at in range(5)]
    assert report.overdue_amount == (100 if pile else 0)


def test_what_is_owed_is_what_the_ledger_says(
    patient: Patient, invoice: Invoice, carl: User, mona: User
) -> None:
    insured = make_patient(given_name="Ivy")
    shared = make_issued(insured, item("33.33"), item("0.01"), policy=make_policy(insured), by=carl)
    pay_invoice(invoice, parts=[cash("12.34")], by=carl)
    make_draft(patient, item(77), by=carl)
    pay_invoice(make_issued(patient, item(5), by=carl), parts=[cash(5)], by=carl)

    with counted(at_most=5):
        report = ageing(in_days(shared, 1))

    balances = prove().balances
    assert report.patients_amount == balances["receivable_patient"]
    assert report.payers_amount == balances["receivable_insurer"]
    assert (report.invoices, report.patients) == (2, 2)
    assert [one.patient for one in report.debtors] == [patient, insured]
    assert sum(one.amount for one in report.debtors) == report.amount
    assert [sum(one.amounts[at] for one in report.debtors) for at in range(5)] == [
        pile.amount for pile in report.piles
    ]
    assert ageing(in_days(shared, 1), site=shared.site, most_debtors=1).debtors[0].patient == patient


def test_nothing_owed_is_nothing(site: object) -> None:
    report = ageing(date(2026, 11, 29))
    assert report == ageing(report.on, most_debtors=1)
    assert report.amount == 0
    assert report.debtors == ()
    assert (report.invoices, report.patients) == (0, 0)


def test_the_account_of_a_patient_is_that_of_the_ledger(
    patient: Patient, invoice: Invoice, carl: User, mona: User
) -> None:
    record_deposit(patient, parts=[cash(30)], by=carl)
    pay_invoice(invoice, parts=[cash(40), Part("deposit", Decimal(10))], by=carl)
    receipt: Any = pay_invoice(invoice, parts=[cash(50)], by=carl)
    credit = credit_invoice(
        invoice, reason="Not done", parts=dict.fromkeys([_line(invoice)], Decimal(25)), by=mona
    )
    [paid] = receipt.payments.all()
    pay_refund(request_refund(paid, amount=Decimal(20), reason="Not done", by=carl), by=carl)
    zone = places.first_site().zone
    today = clock.today(str(zone))

    account = statement_of(patient, since=today, until=today, zone=zone)

    assert account.opening == 0
    moved: list[Any] = [
        (str(one.because), one.amount, one.balance, one.on_account) for one in account.movements
    ]
    assert moved == [
        ("issued", 100, 100, 0),
        ("on_account", 0, 100, 30),
        ("paid", -40, 60, 30),
        ("paid", -10, 50, 20),
        ("paid", -50, 0, 20),
        ("credited", -25, -25, 20),
        ("refunded", 20, -5, 20),
    ]
    assert [one.number for one in account.movements if one.because == "credited"] == [credit.number]
    assert account.movements[-1].number == receipt.number
    assert account.closing == -5 == Invoice.objects.get(pk=invoice.pk).due_amount
    assert account.deposit == 20
    assert prove().balances["receivable_patient"] == -5
    tomorrow = today + timedelta(days=1)
    later = statement_of(patient, since=tomorrow, until=tomorrow, zone=zone)
    assert not later.movements
    assert later.opening == -5
    assert later.deposit == 20


def _line(invoice: Invoice) -> Any:
    return invoice.lines.get().pk


def test_they_are_found_by_number_patient_and_amount(patient: Patient, invoice: Invoice, carl: User) -> None:
    bob = make_patient(given_name="Bob", family_name="Baker")
    other = make_issued(bob, item("41.50"), by=carl)
    draft = make_draft(bob, item("99.99"), by=carl)

    assert found(q=invoice.number) == found(number=invoice.number.lower()) == [invoice]
    assert found(q=invoice.number[:-2]) == [other, invoice]
    assert found(q="baker") == found(patient=str(bob.pk)) == [draft, other]
    assert found(q=patient.mrn) == [invoice]
    assert found(q="41,5") == found(q="41.50") == [other]
    assert found(q="100.001") == found(q="nobody") == []
    assert found(amount_from="41.51", amount_to="99.99") == [draft]
    assert found(status="draft") == [draft]


def test_they_are_found_by_their_days(invoice: Invoice, patient: Patient, carl: User) -> None:
    draft = make_draft(patient, by=carl)
    day = invoice.issued_on
    assert day is not None
    before, after = day - timedelta(days=1), day + timedelta(days=1)

    assert found(issued_from=day, issued_to=day) == [invoice]
    assert found(issued_from=after) == found(issued_to=before) == []
    assert found() == [draft, invoice]
    assert found(overdue="false") == [draft, invoice]
    assert found(overdue="true") == []


@pytest.mark.parametrize("wrong", [{"amount_from": "x"}, {"amount_to": "1.001"}, {"issued_to": "9999-12-31"}])
def test_what_is_no_question_is_refused(site: object, wrong: dict[str, str]) -> None:
    assert not InvoiceFilter(wrong, queryset=Invoice.objects.all()).is_valid()


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("12,5", Decimal("12.5")),
        ("NaN", None),
        ("1e400", None),
        ("Infinity", None),
        ("", None),
        ("9" * 40, None),
    ],
)
def test_an_amount_as_it_is_typed(text: str, amount: Decimal | None) -> None:
    assert amount_in(text) == amount
