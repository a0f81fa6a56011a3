"""Receipts, and the account of a patient, on paper."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from accounts import places
from accounts.models import User
from billing.models import Invoice, Payment, Receipt
from billing.papers.words import (
    RIGHT,
    column,
    day,
    facts,
    money,
    printed,
    set_in_type,
    table,
    total,
    with_currency,
)
from billing.reports import Movement, Statement
from hospital import paper
from patients.models import Patient


def receipt_preview(receipt: Receipt, patient: Patient, *, by: User) -> bytes:
    """The first page as an SVG, across which it says that it is nothing but a preview."""
    return _receipt(receipt, patient, stamp=_("PREVIEW"), draw=paper.picture, by=by)


def receipt_paper(receipt: Receipt, patient: Patient, *, times: int = 1, by: User) -> bytes:
    """The PDF of a receipt: what was paid, in which ways, for what."""
    return _receipt(receipt, patient, times=times, by=by)


def _receipt(
    receipt: Receipt, patient: Patient, *, times: int = 1, stamp: str = "", by: User, **options: Any
) -> bytes:
    one = Receipt.objects.select_related("invoice", "received_by").get(pk=receipt.pk)
    payments = list(Payment.objects.filter(receipt_id=one.pk).order_by("created_at", "id"))
    site = places.site(one.site_id)
    at = one.received_at.astimezone(site.zone)
    values = {
        "copy": printed(times),
        "stamp": stamp,
        "facts": facts(
            (_("Number"), one.number),
            (_("Date"), f"{day(one.received_on)}, {at:%H:%M}"),
            (
                _("For"),
                _("Invoice %(number)s") % {"number": one.invoice.number} if one.invoice else _("Deposit"),
            ),
            (_("MRN"), patient.mrn),
            (_("Received by"), str(one.received_by)),
        ),
        "tables": [_ways(payments)],
        "totals": [total(_("Received"), with_currency(one.amount), strong=True)],
        "notes": [] if one.invoice else [_("On account: it pays later invoices, or is given back.")],
    }
    title = f"{_('Receipt')} {one.number}"
    return set_in_type(values, title=title, site=site, patient=patient, by=by, **options)


def _ways(payments: Sequence[Payment]) -> dict[str, Any]:
    has_change = any(one.tendered_amount is not None for one in payments)
    columns = [
        column(_("Paid by"), 1),
        column(_("Reference"), 1),
        *([column(_("Handed over"), align=RIGHT), column(_("Change"), align=RIGHT)] if has_change else []),
        column(_("Amount"), align=RIGHT),
    ]
    rows = []
    for one in payments:
        change = (
            ["", ""]
            if one.tendered_amount is None
            else [money(one.tendered_amount), money(one.change_amount)]
        )
        rows.append(
            [str(one.get_method_display()), one.reference, *(change if has_change else []), money(one.amount)]
        )
    return table(columns, rows)


def statement_paper(says: dict[str, Any], patient: Patient, *, times: int = 1, by: User) -> bytes:
    """The PDF of what `statement_says`."""
    return set_in_type(
        says | {"copy": printed(times)},
        title=_("Statement of account"),
        site=places.site(patient.site_id),
        patient=patient,
        by=by,
    )


def statement_says(account: Statement, patient: Patient) -> dict[str, Any]:
    """A patient's account as it is printed: what moved, what is owed, and which invoices are open at this moment."""
    open_ones = list(Invoice.objects.owing().filter(patient_id=patient.pk).order_by("due_on", "id"))
    tables = [_movements(account)]
    if open_ones:
        tables.append(_open(open_ones))
    return {
        "facts": facts(
            (_("From"), day(account.since)),
            (_("Until"), day(account.until)),
            (_("MRN"), patient.mrn),
        ),
        "tables": tables,
        "totals": [
            total(_("Owed on %(day)s") % {"day": day(account.since)}, money(account.opening)),
            total(*_closing(account), strong=True),
            total(_("On account"), with_currency(account.deposit)),
        ],
        "notes": [_("What payers owe for you is not in this account.")],
    }


def _closing(account: Statement) -> tuple[str, str]:
    if account.closing < 0:
        return _("Owed to you on %(day)s") % {"day": day(account.until)}, with_currency(-account.closing)
    return _("To be paid on %(day)s") % {"day": day(account.until)}, with_currency(account.closing)


def _movements(account: Statement) -> dict[str, Any]:
    columns = [
        column(_("Date")),
        column(_("What"), 1),
        column(_("Number")),
        column(_("Amount"), align=RIGHT),
        column(_("Owed then"), align=RIGHT),
        column(_("On account"), align=RIGHT),
    ]
    rows = [_movement(one) for one in account.movements]
    return table(columns, rows or [["", _("Nothing moved in this time."), "", "", "", ""]])


def _movement(one: Movement) -> list[str]:
    return [day(one.on), one.label, one.number, money(one.amount), money(one.balance), money(one.on_account)]


def _open(invoices: list[Invoice]) -> dict[str, Any]:
    columns = [
        column(_("Invoice"), 1),
        column(_("Date")),
        column(_("To be paid by")),
        column(_("Total"), align=RIGHT),
        column(_("Due from you"), align=RIGHT),
    ]
    rows = [
        [
            one.number,
            day(one.issued_on),
            day(one.due_on),
            money(one.total_amount),
            money(one.patient_due_amount),
        ]
        for one in invoices
    ]
    return table(columns, rows, title=_("Open invoices"))
