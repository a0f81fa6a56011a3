"""The HTML door of what is printed of money, and of its lists as files."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpResponse

from accounts import acting, places
from billing import reports, services
from billing.filters import InvoiceFilter
from billing.models import CreditNote, Invoice, Receipt
from billing.papers import (
    credit_note_paper,
    files,
    invoice_paper,
    invoice_preview,
    receipt_paper,
    statement_paper,
)
from hospital import clock
from hospital.web import PageRequest, get_visible, needs
from patients.models import Patient
from patients.views.charts import chart_page

EARLIEST, LATEST = date(1900, 1, 1), date(2300, 1, 1)
VIEW = "billing.view_invoice"


@needs(VIEW)
def paper_of_invoice(request: PageRequest, pk: UUID) -> HttpResponse:
    """An invoice as a PDF. Each printing is counted and written down; a draft is only looked at."""
    invoice = get_visible(Invoice.objects.select_related("patient"), request, pk)
    times = services.print_paper(invoice, by=request.user) if invoice.is_issued else 1
    made = invoice_paper(invoice, invoice.patient, times=times, by=request.user)
    return _pdf(made, invoice.number or "draft")


@needs(VIEW)
def preview_of_invoice(request: PageRequest, pk: UUID) -> HttpResponse:
    """Its first page as a picture, for the page of the invoice: looked at and not printed."""
    invoice = get_visible(Invoice.objects.select_related("patient"), request, pk)
    answer = HttpResponse(
        invoice_preview(invoice, invoice.patient, by=request.user), content_type="image/svg+xml"
    )
    answer["Cache-Control"] = "private, no-store"
    return answer


@needs("billing.view_receipt")
def paper_of_receipt(request: PageRequest, pk: UUID) -> HttpResponse:
    return _printed(Receipt, receipt_paper, request, pk)


@needs("billing.view_creditnote")
def paper_of_credit_note(request: PageRequest, pk: UUID) -> HttpResponse:
    return _printed(CreditNote, credit_note_paper, request, pk)


def _printed(source: Any, paper: Callable[..., bytes], request: PageRequest, pk: UUID) -> HttpResponse:
    record = get_visible(source.objects.select_related("patient"), request, pk)
    times = services.print_paper(record, by=request.user)
    return _pdf(paper(record, record.patient, times=times, by=request.user), record.number)


@chart_page(VIEW, part="statement_paper")
def paper_of_account(request: PageRequest, patient: Patient) -> HttpResponse:
    """The account of a patient as a PDF, from `since` until `until`; the last year where nothing is said."""
    site = places.site(patient.site_id)
    until = _day(request, "until") or clock.today(site.time_zone)
    since = _day(request, "since") or reports.beginning_of(until)
    account = reports.statement_of(patient, since=min(since, until), until=until, zone=site.zone)
    return _pdf(statement_paper(account, patient, by=request.user), f"{patient.mrn}-{until}")


def _day(request: PageRequest, name: str) -> date | None:
    """A day that was asked for; what is none is as if nothing was said."""
    try:
        day = date.fromisoformat(request.GET.get(name, ""))
    except ValueError:
        return None
    return day if EARLIEST <= day <= LATEST else None


def _pdf(made: bytes, name: str) -> HttpResponse:
    """Shown in the browser, and kept nowhere."""
    answer = HttpResponse(made, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    answer["Cache-Control"] = "private, no-store"
    return answer


# ── Lists as files ──────────────────────────────────────────────────────────


@needs(VIEW)
def list_file(request: PageRequest) -> HttpResponse:
    """The list of invoices, narrowed as it is, as a file. What cannot be asked is 422."""
    asked = {
        name: value for name, value in request.GET.items() if name in InvoiceFilter.base_filters and value
    }
    narrowed = InvoiceFilter(asked, queryset=Invoice.objects.visible_to(request.user))
    if not narrowed.is_valid():
        said = " ".join(text for texts in narrowed.errors.values() for text in texts)
        return HttpResponse(said, status=422, content_type="text/plain; charset=utf-8")
    rows = list(narrowed.qs.with_names().order_by("-created_at", "-id")[: files.MOST_ROWS + 1])
    acting.listed(
        VIEW, by=request.user, filters={name: len(value) for name, value in asked.items()}, count=len(rows)
    )
    return _csv(files.of_invoices(rows, today=_today()), f"invoices-{_today()}")


@needs(VIEW)
def ageing_file(request: PageRequest) -> HttpResponse:
    """What is owed by its age, one line for each patient, as a file."""
    report = reports.ageing(_today(), most_debtors=files.MOST_ROWS)
    acting.listed(VIEW, by=request.user, filters={"report": "ageing"}, count=len(report.debtors))
    return _csv(files.of_ageing(report), f"owed-{report.on}")


def _today() -> date:
    return clock.today(places.first_site().time_zone)


def _csv(text: str, name: str) -> HttpResponse:
    answer = HttpResponse(text, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    answer["Cache-Control"] = "private, no-store"
    return answer
