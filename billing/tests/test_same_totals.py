"""Awkward invoices have the same totals in their models, on paper, in the file, in the report and in the ledger."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from billing.models import Invoice, InvoiceLine
from billing.papers import credit_note_paper, invoice_paper, statement_paper, statement_says
from billing.papers.words import money, with_currency
from billing.proving import prove
from billing.reports import ageing, statement_of
from billing.services import NO_DISCOUNT, Discount, Item, Part, credit_invoice, pay_invoice
from billing.tests.make import item, make_issued, make_policy, make_rates, off
from billing.tests.test_print import text_of
from hospital.money import NOTHING, exact_minor, from_minor
from patients.models import Patient

pytestmark = pytest.mark.mongo_slow("what is printed does not depend on the engine")

STANDARD, REDUCED = {"tax_class": "standard"}, {"tax_class": "reduced"}


@dataclass(frozen=True)
class Awkward:
    """Amounts in minor units, so that each is an amount in every currency."""

    lines: Sequence[tuple[int, str, dict[str, Any]]]
    discount: Discount = NO_DISCOUNT
    coverage: int = 0
    co_payment: int = 0
    pays: int = 0  # of a hundred, of what the patient owes
    credits: bool = False


CORPUS = {
    "half a unit of tax on each of three": Awkward([(10, "0.333", STANDARD)] * 3),
    "a third of everything off": Awkward(
        [(1000, "1", STANDARD), (1000, "1", REDUCED), (1, "1", {})], off(percent="33.333")
    ),
    "a share of one unit among seven": Awkward([(333, "1", REDUCED)] * 7, off(percent="0.05")),
    "everything off": Awkward([(999, "3", STANDARD)], off(percent=100)),
    "the smallest amounts there are": Awkward([(1, "1", STANDARD)] * 9, coverage=50),
    "a quantity of thousandths": Awkward([(98765, "0.001", REDUCED), (12345, "2.675", STANDARD)]),
    "millions": Awkward([(987_654_321, "9.999", STANDARD), (1, "1", {})], off(percent="0.001"), coverage=33),
    "a split that does not come out even": Awkward(
        [(10001, "1", STANDARD)], coverage=33, co_payment=7, pays=50
    ),
    "discounts on lines and on the whole": Awkward(
        [
            (4999, "3", STANDARD | {"discount": off(percent="12.5")}),
            (101, "7", REDUCED | {"discount": off(percent=1)}),
        ],
        off(percent="7.77"),
        coverage=80,
        pays=33,
        credits=True,
    ),
    "credited in part after it was paid": Awkward(
        [(3333, "1", STANDARD), (6667, "1", REDUCED)], pays=100, credits=True
    ),
    "many small lines": Awkward(
        [(7, "1", STANDARD), (3, "3", REDUCED)] * 20, off(percent="9.999"), coverage=67
    ),
}


@pytest.mark.parametrize("currency", ["EUR", "JPY", "KWD"])
@pytest.mark.parametrize("includes_tax", [True, False], ids=["inclusive", "exclusive"])
def test_the_same_totals_everywhere(
    patient: Patient, adam: User, client: Client, settings: Any, currency: str, includes_tax: bool
) -> None:
    settings.CURRENCY, settings.PRICES_INCLUDE_TAX = currency, includes_tax
    make_rates()
    invoices = {name: _made(one, patient, adam) for name, one in CORPUS.items()}
    client.force_login(adam)
    rows = _file(client)

    for name, invoice in invoices.items():
        one = Invoice.objects.get(pk=invoice.pk)
        lines = list(InvoiceLine.objects.filter(invoice_id=one.pk).in_order())
        assert _sum(lines, "total") == one.total_amount == one.net_amount + one.tax_amount, name
        assert _sum(lines, "net") == one.net_amount, name
        assert one.patient_amount + one.insurer_amount == one.total_amount, name
        _paper_says_so(name, one, lines, adam)
        _file_says_so(name, one, rows[one.number])
    _report_and_ledger_say_so(patient, adam)


def _made(one: Awkward, patient: Patient, by: User) -> Invoice:
    asked: list[Item] = [item(from_minor(amount), quantity, **more) for amount, quantity, more in one.lines]
    more: dict[str, Any] = {"discount": one.discount}
    if one.coverage:
        terms = {"co_payment_amount": from_minor(one.co_payment)}
        more["policy"] = make_policy(patient, one.coverage, **terms)
    invoice = make_issued(patient, *asked, by=by, **more)
    part = from_minor(exact_minor(invoice.patient_amount) * one.pays // 100)
    if part:
        pay_invoice(invoice, parts=[Part("cash", part)], by=by)
    if one.credits:
        line = InvoiceLine.objects.filter(invoice_id=invoice.pk).in_order()[0]
        credit = credit_invoice(invoice, reason="Not done", parts={line.pk: from_minor(101)}, by=by)
        said = text_of(credit_note_paper(credit, patient, by=by))
        assert f"Credited {said_with_currency(-credit.total_amount)}" in said
        assert f"Net {money(-credit.net_amount)} Tax {money(-credit.tax_amount)}" in said
    return invoice


def said_with_currency(amount: Decimal) -> str:
    return with_currency(amount).replace("\xa0", " ")


def _sum(lines: Sequence[InvoiceLine], name: str) -> Decimal:
    return sum((getattr(line, f"{name}_amount") for line in lines), NOTHING)


def _paper_says_so(name: str, one: Invoice, lines: Sequence[InvoiceLine], by: User) -> None:
    said = text_of(invoice_paper(one, one.patient, by=by))
    words = [
        f"{money(one.gross_amount)} ",
        f"Total {said_with_currency(one.total_amount)}",
        *(money(line.total_amount) for line in lines),
    ]
    if one.tax_amount:
        words.append(f"Net {money(one.net_amount)}")
    if one.discounts_amount:
        words.append(f"Discounts {money(-one.discounts_amount)}")
    if one.policy_id:
        words.append(f"Your share {money(one.patient_amount)}")
    if one.paid_amount:
        words.append(f"Paid {money(-one.paid_amount)}")
    if one.patient_due_amount < 0:
        words.append(f"Owed to you {said_with_currency(-one.patient_due_amount)}")
    else:
        words.append(f"To be paid by you {said_with_currency(one.patient_due_amount)}")
    for text in words:
        assert text in said, (name, text)


def _file(client: Client) -> dict[str, dict[str, str]]:
    text = client.get(reverse("billing:list_file")).content.decode("utf-8-sig")
    return {row["number"]: row for row in csv.DictReader(io.StringIO(text, newline=""))}


def _file_says_so(name: str, one: Invoice, row: dict[str, str]) -> None:
    for column, value in row.items():
        if column.endswith("_amount"):
            assert Decimal(value) == getattr(one, column), (name, column)


def _report_and_ledger_say_so(patient: Patient, by: User) -> None:
    today = Invoice.objects.exclude(number="").latest("issued_at").issued_on
    assert today is not None
    balances = prove().balances
    rows = list(Invoice.objects.all())
    report = ageing(today)
    owing = [one for one in rows if one.status in Invoice.OWING]
    assert report.patients_amount == sum((one.patient_due_amount for one in owing), NOTHING)
    assert report.payers_amount == sum((one.insurer_due_amount for one in owing), NOTHING)
    account = statement_of(patient, since=today, until=today, zone=rows[0].site.zone)
    due = sum((one.patient_due_amount for one in rows), NOTHING)
    assert account.closing == due == balances["receivable_patient"]
    said = text_of(statement_paper(statement_says(account, patient), patient, by=by))
    assert said_with_currency(abs(account.closing)) in said
