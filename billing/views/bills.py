"""The HTML door of invoices: finding them, and one of them."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.http import HttpResponse

from accounts import places
from audit.models import Entry
from billing.filters import InvoiceFilter, order_of
from billing.models import CreditNote, Invoice, InvoiceLine, Payment, Refund
from billing.services.drafting import DRAFT
from billing.services.issuing import CREDIT, ISSUE
from billing.services.paying import PAY
from billing.services.refunding import PAY_OUT, REQUEST
from billing.views.looking import VIEW, about, bill_of, history
from hospital.web import PageRequest, needs, paged, render_page
from patients.searching import LONGEST_QUESTION

LIST = "billing/list.html"
DETAIL = "billing/detail.html"
MOST_ENTRIES = 30
ONCE = {DRAFT, ISSUE, PAY, CREDIT, REQUEST, PAY_OUT}


@needs(VIEW)
def bill_list(request: PageRequest) -> HttpResponse:
    """Invoices, the latest first, narrowed by what stands in the address."""
    names = ("q", "status", "overdue", "department")
    data = {name: request.GET.get(name, "")[:LONGEST_QUESTION] for name in names}
    shape = InvoiceFilter(data, queryset=Invoice.objects.visible_to(request.user))
    rows = shape.qs.in_lines() if shape.is_valid() else Invoice.objects.none()
    context = {
        "site": places.first_site(),
        "form": shape.form,
        "asked": data,
        "departments": [(str(one.pk), one.name) for one in places.departments()],
        "page": paged(request, rows.order_by(*order_of(data))),
        "is_filtered": any(data.values()),
    }
    return render_page(request, LIST, context, partial="results")


@needs(VIEW)
def detail(request: PageRequest, pk: UUID) -> HttpResponse:
    """One invoice: its lines, who owes what, what was paid, corrected and given back, and its history."""
    return detail_page(request, bill_of(request, pk))


def detail_page(request: PageRequest, invoice: Invoice, *, status: int = 200, **more: Any) -> HttpResponse:
    rows = InvoiceLine.objects.filter(invoice_id=invoice.pk).in_order()
    lines = list(rows.select_related("charge"))
    after = _what_came_after(invoice)
    papers = [
        *(payment.receipt_id for payment, _back in after["payments"]),
        *(refund.pk for _payment, back in after["payments"] for refund in back),
        *(note.pk for note in after["credits"]),
    ]
    context = about(
        invoice.patient,
        bill=invoice,
        lines=lines,
        form=None,
        zone=places.site(invoice.site_id).zone,
        is_intact=invoice.is_intact(lines),
        entries=_each_once(history(invoice, papers)[:MOST_ENTRIES]),
        **after,
    )
    return render_page(request, DETAIL, context | more, status=status)


def _each_once(entries: Iterable[Entry]) -> list[Entry]:
    """Without what was pressed twice and done once: each paper is made once, and an invoice issued once."""
    first = {(one.verb, one.subject_id, one.outcome): one.pk for one in entries if one.verb in ONCE}
    return [
        one
        for one in entries
        if one.verb not in ONCE or first[one.verb, one.subject_id, one.outcome] == one.pk
    ]


def _what_came_after(invoice: Invoice) -> dict[str, Any]:
    """Payments with their refunds, and credit notes; of a draft there are none."""
    if not invoice.is_issued:
        return {"payments": [], "credits": []}
    payments = list(Payment.objects.of_invoice(invoice).select_related("receipt__received_by"))
    refunds = Refund.objects.filter(invoice_id=invoice.pk).select_related("requested_by", "decided_by")
    back: dict[UUID, list[Refund]] = {one.pk: [] for one in payments}
    for refund in refunds.order_by("created_at", "id") if payments else []:
        back[refund.payment_id].append(refund)
    written = CreditNote.objects.filter(invoice_id=invoice.pk).select_related("issued_by")
    return {
        "payments": [(one, back[one.pk]) for one in payments],
        "credits": list(written.order_by("created_at", "id")),
    }
