"""Invoices and credit notes on paper: what was issued, how it adds up, and how it stands at this moment."""

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from accounts import places
from accounts.models import User
from billing.models import CreditNote, Invoice, InvoiceLine, TaxClass
from billing.papers import squares
from billing.papers.squares import Square
from billing.papers.words import (
    RIGHT,
    column,
    day,
    facts,
    money,
    number,
    percent,
    printed,
    set_in_type,
    table,
    total,
    with_currency,
)
from hospital import paper
from hospital.money import NOTHING, from_minor
from patients.models import Patient
from prescriptions.papers.drawing import in_groups

Status = Invoice.Status


def invoice_preview(invoice: Invoice, patient: Patient, *, by: User) -> bytes:
    """The first page as an SVG, across which it says that it is nothing but a preview."""
    return _drawn(invoice, patient, preview=_("PREVIEW"), draw=paper.picture, by=by)


def invoice_paper(invoice: Invoice, patient: Patient, *, times: int = 1, by: User) -> bytes:
    """The PDF of an invoice; `times` is how often it has been printed with this time. Of a draft it says so."""
    return _drawn(invoice, patient, times=times, by=by)


def _drawn(
    invoice: Invoice, patient: Patient, *, times: int = 1, preview: str = "", by: User, **options: Any
) -> bytes:
    one: Invoice = Invoice.objects.select_related("policy__payer", "department", "issued_by").get(
        pk=invoice.pk
    )
    lines = list(InvoiceLine.objects.filter(invoice_id=one.pk).in_order())
    site = places.site(one.site_id)
    stamp, says = _standing(one, is_intact=one.is_intact(lines))
    values = {
        "copy": printed(times),
        "stamp": stamp or preview,
        "says": says,
        "facts": facts(
            (_("Number"), one.number),
            (_("Date"), day(one.issued_on)),
            (_("To be paid by"), day(one.due_on)),
            (_("MRN"), patient.mrn),
            (_("Department"), str(one.department or "")),
            (_("Payer"), str(one.policy.payer) if one.policy else ""),
            (_("Policy"), one.policy.number if one.policy else ""),
        ),
        "tables": [_lines(lines, includes_tax=one.includes_tax)],
        "totals": [*_sums(one, lines), *_shares(one), *_since(one)],
        "notes": [
            text
            for text in (one.note, _reason(one), *_line_reasons(lines), _proof(one.number, one.content_hash))
            if text
        ],
        "pay": _pay_to(one, site),
    } | _square(
        squares.transfer(site, one.number, _to_transfer(one)) or _proof_square(one.number, one.content_hash)
    )
    title = f"{_('Invoice')} {one.number}" if one.is_issued else _("Draft of an invoice")
    return set_in_type(values, title=title, site=site, patient=patient, by=by, **options)


def _standing(one: Invoice, *, is_intact: bool) -> tuple[str, str]:
    """What lies across the paper, and what stands in its notice."""
    if not is_intact:
        return _("NOT VALID"), _("This is not what was issued. Tell an administrator.")
    if one.status == Status.VOID:
        return _("VOID"), _("This invoice is void. Nothing has to be paid.")
    if one.is_draft:
        return _("DRAFT"), _("This is a draft. It has no number, and nothing has to be paid yet.")
    return "", ""


def _lines(lines: Sequence[InvoiceLine], *, includes_tax: bool) -> dict[str, Any]:
    """With a column of discounts only where there are some."""
    off = {line.pk: _discount(line, includes_tax=includes_tax) for line in lines}
    has_discounts = any(off.values())
    columns = [
        column(_("No.")),
        column(_("Description"), 1),
        column(_("Quantity"), align=RIGHT),
        column(_("Price"), align=RIGHT),
        *([column(_("Discount"), align=RIGHT)] if has_discounts else []),
        column(_("Tax"), align=RIGHT),
        column(_("Total with tax"), align=RIGHT),
    ]
    rows = [
        [
            str(line.position),
            line.description,
            number(line.quantity),
            money(line.unit_amount),
            *([money(-off[line.pk])] if has_discounts else []),
            _tax_of(line),
            money(line.total_amount),
        ]
        for line in lines
    ]
    return table(columns, rows)


def _discount(line: InvoiceLine, *, includes_tax: bool) -> Decimal:
    """All that was taken off a line, with its part of the discount of the whole."""
    return line.gross_amount - (line.total_amount if includes_tax else line.net_amount)


def _tax_of(line: InvoiceLine) -> str:
    return _("exempt") if line.tax_class == TaxClass.EXEMPT else percent(line.tax_percent)


def _sums(one: Invoice, lines: Sequence[InvoiceLine]) -> list[dict[str, Any]]:
    """From the prices of the lines to the total, in the order in which they are reckoned."""
    before = _("Sum, tax included") if one.includes_tax else _("Sum, without tax")
    rows = [total(before, money(one.gross_amount))]
    if one.discounts_amount:
        rows.append(total(_("Discounts"), money(-one.discounts_amount)))
    if not one.includes_tax:
        rows.append(total(_("Net"), money(one.net_amount)))
    taxes: dict[Decimal, list[InvoiceLine]] = defaultdict(list)
    for line in lines:
        if line.tax_class != TaxClass.EXEMPT:
            taxes[line.tax_percent].append(line)
    said = _("holds %(percent)s tax on %(net)s") if one.includes_tax else _("%(percent)s tax on %(net)s")
    for rate, taxed in sorted(taxes.items()):
        words = {"percent": percent(rate), "net": money(sum((line.net_amount for line in taxed), NOTHING))}
        rows.append(total(said % words, money(sum((line.tax_amount for line in taxed), NOTHING))))
    if one.includes_tax and taxes:
        rows.append(total(_("Net"), money(one.net_amount)))
    rows.append(total(_("Total"), with_currency(one.total_amount), strong=True))
    return rows


def _shares(one: Invoice) -> list[dict[str, Any]]:
    if not one.policy:
        return []
    return [
        total(_("Share of %(payer)s") % {"payer": one.policy.payer}, money(one.insurer_amount)),
        total(_("Your share"), money(one.patient_amount)),
    ]


def _since(one: Invoice) -> list[dict[str, Any]]:
    """What became of it until it was printed."""
    if not one.is_issued:
        return []
    rows = []
    if one.credited_amount:
        rows.append(total(_("Credited"), money(-one.credited_amount)))
    if one.paid_amount:
        rows.append(total(_("Paid"), money(-one.paid_amount)))
    if one.policy and one.insurer_due_amount:
        rows.append(
            total(_("Due from %(payer)s") % {"payer": one.policy.payer}, money(one.insurer_due_amount))
        )
    if one.patient_due_amount < 0:
        rows.append(total(_("Owed to you"), with_currency(-one.patient_due_amount), strong=True))
    else:
        rows.append(total(_("To be paid by you"), with_currency(one.patient_due_amount), strong=True))
    return rows


def _reason(one: Invoice) -> str:
    if not one.discount_because:
        return ""
    return _("Discount on the whole: %(because)s") % {"because": one.discount_because}


def _line_reasons(lines: Sequence[InvoiceLine]) -> list[str]:
    said = _("Discount on line %(number)d: %(because)s")
    return [
        said % {"number": line.position, "because": line.discount_because}
        for line in lines
        if line.discount_because
    ]


def _to_transfer(one: Invoice) -> Decimal:
    return one.patient_due_amount if one.status in Invoice.OWING else NOTHING


def _pay_to(one: Invoice, site: Any) -> list[list[str]]:
    """Where the money can be sent, while something is due."""
    if not settings.BANK_IBAN or _to_transfer(one) <= 0:
        return []
    return facts(
        (_("Pay to"), squares.account_name(site)),
        (_("IBAN"), in_groups(settings.BANK_IBAN)),
        (_("BIC"), settings.BANK_BIC),
        (_("Reference"), one.number),
    )


def _proof(number: str, content_hash: str) -> str:
    if not content_hash:
        return ""
    said = _("Issued as %(number)s, SHA-256 %(signs)s …")
    return said % {"number": number, "signs": squares.signs(content_hash)}


def _proof_square(number: str, content_hash: str) -> Square | None:
    return squares.proof(number, content_hash) if content_hash else None


def _square(one: Square | None) -> dict[str, Any]:
    return {"drawing": one.drawing, "drawing_says": one.says, "drawing_title": one.title} if one else {}


# ── Credit notes ────────────────────────────────────────────────────────────


def credit_note_preview(credit: CreditNote, patient: Patient, *, by: User) -> bytes:
    """The first page as an SVG, across which it says that it is nothing but a preview."""
    return _credit_note(credit, patient, preview=_("PREVIEW"), draw=paper.picture, by=by)


def credit_note_paper(credit: CreditNote, patient: Patient, *, times: int = 1, by: User) -> bytes:
    """The PDF of a credit note, which never changes."""
    return _credit_note(credit, patient, times=times, by=by)


def _credit_note(
    credit: CreditNote, patient: Patient, *, times: int = 1, preview: str = "", by: User, **options: Any
) -> bytes:
    invoice: Invoice = Invoice.objects.select_related("policy__payer").get(pk=credit.invoice_id)
    site = places.site(invoice.site_id)
    is_intact = credit.is_intact
    values = {
        "copy": printed(times),
        "stamp": preview if is_intact else _("NOT VALID"),
        "says": "" if is_intact else _("This is not what was issued. Tell an administrator."),
        "facts": facts(
            (_("Number"), credit.number),
            (_("Date"), day(credit.issued_on)),
            (_("To the invoice"), invoice.number),
            (_("Of"), day(invoice.issued_on)),
            (_("MRN"), patient.mrn),
            (_("Because"), credit.reason),
        ),
        "tables": [_credited(credit)],
        "totals": [
            total(_("Net"), money(-credit.net_amount)),
            total(_("Tax"), money(-credit.tax_amount)),
            total(_("Credited"), with_currency(-credit.total_amount), strong=True),
            *_credited_to(credit, invoice),
        ],
        "notes": [_proof(credit.number, credit.content_hash)],
    } | _square(_proof_square(credit.number, credit.content_hash))
    title = f"{_('Credit note')} {credit.number}"
    return set_in_type(values, title=title, site=site, patient=patient, by=by, **options)


def _credited(credit: CreditNote) -> dict[str, Any]:
    columns = [
        column(_("Line")),
        column(_("Description"), 1),
        column(_("Net"), align=RIGHT),
        column(_("Tax"), align=RIGHT),
        column(_("Total with tax"), align=RIGHT),
    ]
    rows = [
        [
            str(one["position"]),
            one["description"],
            *(money(-from_minor(one[name])) for name in ("net", "tax", "total")),
        ]
        for one in credit.lines
    ]
    return table(columns, rows)


def _credited_to(credit: CreditNote, invoice: Invoice) -> list[dict[str, Any]]:
    if not invoice.policy:
        return []
    return [
        total(_("Of it %(payer)s") % {"payer": invoice.policy.payer}, money(-credit.insurer_amount)),
        total(_("Of it you"), money(-credit.patient_amount)),
    ]
