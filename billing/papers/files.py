"""Lists of billing as files for a spreadsheet: amounts as plain numbers, and nothing in them is a formula."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from billing.models import Invoice, Till
from billing.reports import Ageing, AgeingOfPayers, labels_of_piles
from hospital.money import minor_digits
from prescriptions.lists import guarded

MOST_ROWS = 20_000
AMOUNTS = (
    "gross",
    "discounts",
    "net",
    "tax",
    "total",
    "patient",
    "insurer",
    "paid",
    "credited",
    "patient_due",
    "insurer_due",
)
INVOICES = (
    "number",
    "issued_on",
    "due_on",
    "status",
    "patient",
    "mrn",
    "payer",
    "currency",
    *(f"{name}_amount" for name in AMOUNTS),
)


def of_invoices(invoices: Sequence[Invoice], *, today: date) -> str:
    """A line for each, at most MOST_ROWS; where there are more, the last line says so. Needs `with_names`."""
    rows = [_invoice(one, today) for one in invoices[:MOST_ROWS]]
    if len(invoices) > MOST_ROWS:
        rows.append([_("There are more than %(number)d. Narrow the list.") % {"number": MOST_ROWS}])
    return written(INVOICES, rows)


def _invoice(one: Invoice, today: date) -> list[Any]:
    return [
        one.number,
        one.issued_on or "",
        one.due_on or "",
        "overdue" if one.is_overdue(today) else str(one.status),
        one.patient.full_name,
        one.patient.mrn,
        one.policy.payer if one.policy else "",
        one.currency,
        *(getattr(one, f"{name}_amount") for name in AMOUNTS),
    ]


def of_ageing(report: Ageing) -> str:
    """A line for each patient who owes something, the sums by age in columns; the last line is all that is owed."""
    head = ("patient", "mrn", "due_since", "currency", *(pile.label for pile in report.piles), "total")
    rows: list[list[Any]] = [
        [one.patient.full_name, one.patient.mrn, one.due_since, report.currency, *one.amounts, one.amount]
        for one in report.debtors
    ]
    sums = [_("All"), "", "", report.currency, *(pile.amount for pile in report.piles), report.amount]
    return written(head, [*rows, sums])


def of_payers(report: AgeingOfPayers) -> str:
    """A line for each payer that owes something; the last line is all that payers owe."""
    head = ("payer", "code", "invoices", "due_since", "currency", *labels_of_piles(), "total")
    rows: list[list[Any]] = [
        [
            one.payer.name,
            one.payer.code,
            one.invoices,
            one.due_since,
            report.currency,
            *one.amounts,
            one.amount,
        ]
        for one in report.payers
    ]
    sums = [_("All"), "", "", "", report.currency, *report.amounts, report.amount]
    return written(head, [*rows, sums])


TILLS = (
    *("number", "cashier", "opened_on", "status", "currency", "float", "taken", "given_back"),
    *("expected", "counted", "difference", "difference_because"),
)


def of_tills(tills: Sequence[Till]) -> str:
    """A line for each. Needs the cashier."""
    return written(TILLS, [_till(one) for one in tills])


def _till(one: Till) -> list[Any]:
    return [
        *(one.number, str(one.cashier), one.opened_on, str(one.status), settings.CURRENCY),
        *(one.float_amount, one.taken_amount, one.given_amount, one.expected_amount),
        "" if one.counted_amount is None else one.counted_amount,
        "" if one.counted_amount is None else one.difference_amount,
        one.difference_because,
    ]


def written(head: Iterable[str], rows: Iterable[Iterable[Any]]) -> str:
    """A file with a byte order mark, without which spreadsheets read names wrongly."""
    file = io.StringIO(newline="")
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow(head)
    writer.writerows([cell(value) for value in row] for row in rows)
    return f"\ufeff{file.getvalue()}"


def cell(value: Any) -> str:
    """An amount with as many places as the currency has; a text that would be a formula has an apostrophe before it."""
    if isinstance(value, Decimal):
        return f"{value:.{minor_digits()}f}"
    return guarded(value)
