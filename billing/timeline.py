"""Invoices and payments in a patient's record: a line for each invoice that was issued, and for each receipt."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import places
from accounts.models import User
from billing.models import Invoice, Method, Payment, Receipt
from hospital import clock
from hospital.money import exact_minor
from hospital.templatetags.look import money_minor
from patients import timeline
from patients.models import TimelineEntry
from patients.timeline import Kind, Line, Told

INVOICE, PAYMENT = "invoice", "payment"
Status = Invoice.Status
TONES = {Status.ISSUED: "info", Status.PARTLY_PAID: "info", Status.PAID: "ok"}


def told(invoice: Invoice) -> Told:
    """The line of an invoice that was issued, as it stands now."""
    at = invoice.issued_at or invoice.created_at
    return Told(
        invoice.pk,
        at,
        {
            "number": invoice.number,
            "status": str(invoice.status),
            "total": exact_minor(invoice.total_amount),
            "due": exact_minor(invoice.due_amount),
            "due_on": invoice.due_on.isoformat() if invoice.due_on else "",
        },
    )


def told_of(receipt: Receipt, payments: Iterable[Payment]) -> Told:
    """The line of a receipt, which never changes."""
    facts: dict[str, Any] = {
        "number": receipt.number,
        "amount": exact_minor(receipt.amount),
        "methods": sorted({str(one.method) for one in payments}),
        "invoice": receipt.invoice_id.hex if receipt.invoice_id else "",
    }
    return Told(receipt.pk, receipt.received_at, facts)


def tell(invoice: Invoice) -> None:
    """Write the line as it is now. Part of every service that issues or settles."""
    line = told(invoice)
    timeline.tell(INVOICE, line.subject_id, patient_id=invoice.patient_id, at=line.at, **line.facts)


def tell_of(receipt: Receipt, payments: Iterable[Payment]) -> None:
    line = told_of(receipt, payments)
    timeline.tell(PAYMENT, line.subject_id, patient_id=receipt.patient_id, at=line.at, **line.facts)


# ── Drawing ─────────────────────────────────────────────────────────────────


def _draw_invoice(entry: TimelineEntry, _user: User) -> Line:
    facts = entry.facts
    tone, said = _standing(facts)
    return Line(
        title=_("Invoice %(number)s: %(total)s")
        % {"number": facts["number"], "total": _money(facts["total"])},
        detail=said,
        url=reverse("billing:detail", args=[entry.subject_id]),
        tone=tone,
        struck=facts["status"] == Status.VOID,
    )


def _standing(facts: dict[str, Any]) -> tuple[str, str]:
    """In which colour, and which words: what is owed longer than was agreed is overdue today."""
    status, due = facts["status"], facts["due"]
    if due < 0:
        return "warn", _("%(amount)s is owed back") % {"amount": _money(-due)}
    if status not in Invoice.OWING:
        return TONES.get(status, ""), str(Status(status).label)
    is_late = facts["due_on"] < clock.today(places.first_site().time_zone).isoformat()
    label = _("Overdue") if is_late else str(Status(status).label)
    return "danger" if is_late else TONES[status], _("%(status)s, %(due)s due") % {
        "status": label,
        "due": _money(due),
    }


def _draw_payment(entry: TimelineEntry, _user: User) -> Line:
    facts = entry.facts
    said = _("Payment %(number)s: %(amount)s") if facts["invoice"] else _("Deposit %(number)s: %(amount)s")
    return Line(
        title=said % {"number": facts["number"], "amount": _money(facts["amount"])},
        detail=", ".join(str(Method(one).label) for one in facts["methods"]),
        url=reverse("billing:receipt", args=[entry.subject_id]),
        tone="ok",
    )


def _money(minor: int) -> str:
    return money_minor(minor, settings.CURRENCY)


# ── Anew ────────────────────────────────────────────────────────────────────


def _rebuild_invoices(patient_id: UUID) -> Iterable[Told]:
    return map(told, Invoice.objects.filter(patient_id=patient_id).exclude(number=""))


def _rebuild_payments(patient_id: UUID) -> Iterable[Told]:
    payments: dict[UUID, list[Payment]] = {}
    for one in Payment.objects.filter(patient_id=patient_id):
        payments.setdefault(one.receipt_id, []).append(one)
    return [told_of(one, payments.get(one.pk, [])) for one in Receipt.objects.filter(patient_id=patient_id)]


def fill_registers() -> None:
    for key, label, icon, permission, draw, rebuild in (
        (INVOICE, gettext_lazy("Invoices"), "bill", "billing.view_invoice", _draw_invoice, _rebuild_invoices),
        (
            PAYMENT,
            gettext_lazy("Payments"),
            "check",
            "billing.view_receipt",
            _draw_payment,
            _rebuild_payments,
        ),
    ):
        timeline.register(
            Kind(key=key, label=label, icon=icon, permission=permission, draw=draw, rebuild=rebuild)
        )
