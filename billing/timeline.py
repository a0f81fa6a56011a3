"""The history of a patient's bills: a line for each invoice, receipt, credit note, and refund that was paid out."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import places
from accounts.models import User
from billing.models import CreditNote, Invoice, Method, Payment, Receipt, Refund
from hospital import clock
from hospital.money import exact_minor
from hospital.templatetags.look import money_minor
from patients import timeline
from patients.models import TimelineEntry
from patients.timeline import Kind, Line, Told

INVOICE, PAYMENT, CREDIT, REFUND = KINDS = "invoice", "payment", "credit_note", "refund"
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


def told_of_credit(credit: CreditNote) -> Told:
    """The line of a credit note, which never changes."""
    facts = {
        "number": credit.number,
        "amount": exact_minor(credit.total_amount),
        "invoice": credit.invoice_id.hex,
        "reason": credit.reason,
    }
    return Told(credit.pk, credit.issued_at, facts)


def told_of_refund(refund: Refund, method: str) -> Told:
    """The line of a refund that was paid out; it never changes any more."""
    facts = {
        "amount": exact_minor(refund.amount),
        "method": str(method),
        "invoice": refund.invoice_id.hex if refund.invoice_id else "",
        "reason": refund.reason,
    }
    return Told(refund.pk, refund.paid_at or refund.created_at, facts)


def tell(invoice: Invoice) -> None:
    """Write the line as it is now. Part of every service that issues or settles."""
    line = told(invoice)
    timeline.tell(INVOICE, line.subject_id, patient_id=invoice.patient_id, at=line.at, **line.facts)


def tell_of(receipt: Receipt, payments: Iterable[Payment]) -> None:
    line = told_of(receipt, payments)
    timeline.tell(PAYMENT, line.subject_id, patient_id=receipt.patient_id, at=line.at, **line.facts)


def tell_credit(credit: CreditNote) -> None:
    line = told_of_credit(credit)
    timeline.tell(CREDIT, line.subject_id, patient_id=credit.patient_id, at=line.at, **line.facts)


def tell_refund(refund: Refund, method: str) -> None:
    line = told_of_refund(refund, method)
    timeline.tell(REFUND, line.subject_id, patient_id=refund.patient_id, at=line.at, **line.facts)


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


def _draw_credit(entry: TimelineEntry, _user: User) -> Line:
    facts = entry.facts
    said = _("Credit note %(number)s: %(amount)s")
    return Line(
        title=said % {"number": facts["number"], "amount": _money(-facts["amount"])},
        detail=facts["reason"],
        url=_bill_or_account(entry),
        tone="warn",
    )


def _draw_refund(entry: TimelineEntry, _user: User) -> Line:
    facts = entry.facts
    return Line(
        title=_("Refund paid out: %(amount)s") % {"amount": _money(facts["amount"])},
        detail=" · ".join([str(Method(facts["method"]).label), facts["reason"]]),
        url=_bill_or_account(entry),
        tone="warn",
    )


def _bill_or_account(entry: TimelineEntry) -> str:
    """Where the paper stands: on its invoice; what was on account in that of the patient."""
    if invoice := entry.facts["invoice"]:
        return reverse("billing:detail", args=[UUID(hex=invoice)])
    return reverse("billing:of_patient", args=[entry.patient_id])


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


def _rebuild_credits(patient_id: UUID) -> Iterable[Told]:
    invoices = list(Invoice.objects.filter(patient_id=patient_id).values_list("pk", flat=True))
    return map(told_of_credit, CreditNote.objects.filter(invoice_id__in=invoices))


def _rebuild_refunds(patient_id: UUID) -> Iterable[Told]:
    methods = dict(Payment.objects.filter(patient_id=patient_id).values_list("pk", "method"))
    paid = Refund.objects.filter(payment_id__in=list(methods), status=Refund.Status.PAID)
    return [told_of_refund(one, methods[one.payment_id]) for one in paid]


def fill_registers() -> None:
    for kind in (
        Kind(
            INVOICE,
            gettext_lazy("Invoices"),
            "bill",
            "billing.view_invoice",
            _draw_invoice,
            _rebuild_invoices,
        ),
        Kind(
            PAYMENT,
            gettext_lazy("Payments"),
            "check",
            "billing.view_receipt",
            _draw_payment,
            _rebuild_payments,
        ),
        Kind(
            CREDIT,
            gettext_lazy("Credit notes"),
            "note",
            "billing.view_creditnote",
            _draw_credit,
            _rebuild_credits,
        ),
        Kind(
            REFUND, gettext_lazy("Refunds"), "history", "billing.view_refund", _draw_refund, _rebuild_refunds
        ),
    ):
        timeline.register(kind)
