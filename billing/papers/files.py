"""Lists of billing as files for a spreadsheet: amounts as plain numbers, and nothing in them is a formula."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from billing.models import Invoice
from billing.reports import Ageing
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
