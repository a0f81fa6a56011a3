"""The HTML door of what is printed of money, and of its lists as files."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils.text import slugify

from accounts import acting, places
from billing import reports, services
from billing.filters import WholeInvoiceFilter, order_of
from billing.models import CreditNote, Invoice, Payer, Receipt
from billing.papers import (
    credit_note_paper,
    credit_note_preview,
    files,
    invoice_paper,
    invoice_preview,
    receipt_paper,
    receipt_preview,
    statement_paper,
    statement_says,
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
    return as_pdf(made, invoice.number or "draft")


@needs(VIEW)
def preview_of_invoice(request: PageRequest, pk: UUID) -> HttpResponse:
    return _looked_at(Invoice, invoice_preview, request, pk)


@needs("billing.view_receipt")
def preview_of_receipt(request: PageRequest, pk: UUID) -> HttpResponse:
    return _looked_at(Receipt, receipt_preview, request, pk)


@needs("billing.view_creditnote")
def preview_of_credit_note(request: PageRequest, pk: UUID) -> HttpResponse:
    return _looked_at(CreditNote, credit_note_preview, request, pk)


def _looked_at(source: Any, preview: Callable[..., bytes], request: PageRequest, pk: UUID) -> HttpResponse:
    """The first page as a picture that says it is a preview, for the page of the paper: looked at and not printed."""
    record = get_visible(source.objects.select_related("patient"), request, pk)
    picture = preview(record, record.patient, by=request.user)
    return as_picture(picture)


def as_picture(made: bytes) -> HttpResponse:
    answer = HttpResponse(made, content_type="image/svg+xml")
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
    return as_pdf(paper(record, record.patient, times=times, by=request.user), record.number)


@chart_page(VIEW, part="statement_paper")
def paper_of_account(request: PageRequest, patient: Patient) -> HttpResponse:
    """The account of a patient as a PDF, from `since` until `until`; the last year where nothing is said."""
    site = places.site(patient.site_id)
    until = _day(request, "until") or clock.today(site.time_zone)
    since = _day(request, "since") or reports.beginning_of(until)
    account = reports.statement_of(patient, since=min(since, until), until=until, zone=site.zone)
    says = statement_says(account, patient)
    times = services.print_statement(patient, says=says, by=request.user)
    return as_pdf(statement_paper(says, patient, times=times, by=request.user), f"{patient.mrn}-{until}")


def _day(request: PageRequest, name: str) -> date | None:
    """A day that was asked for; what is none is as if nothing was said."""
    try:
        day = date.fromisoformat(request.GET.get(name, ""))
    except ValueError:
        return None
    return day if EARLIEST <= day <= LATEST else None


def as_pdf(made: bytes, name: str) -> HttpResponse:
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
        name: value
        for name, value in request.GET.items()
        if name in WholeInvoiceFilter.base_filters and value
    }
    narrowed = WholeInvoiceFilter(asked, queryset=Invoice.objects.visible_to(request.user))
    if not narrowed.is_valid():
        said = " ".join(text for texts in narrowed.errors.values() for text in texts)
        return HttpResponse(said, status=422, content_type="text/plain; charset=utf-8")
    rows = list(narrowed.qs.with_names().order_by(*order_of(asked))[: files.MOST_ROWS + 1])
    acting.listed(
        VIEW, by=request.user, filters={name: len(value) for name, value in asked.items()}, count=len(rows)
    )
    return as_csv(files.of_invoices(rows, today=_today()), f"invoices-{_today()}")


@needs(VIEW)
def ageing_file(request: PageRequest) -> HttpResponse:
    """What is owed by its age, one line for each patient, as a file."""
    report = reports.ageing(_today(), most_debtors=files.MOST_ROWS)
    acting.listed(VIEW, by=request.user, filters={"report": "ageing"}, count=len(report.debtors))
    return as_csv(files.of_ageing(report), f"owed-{report.on}")


@needs("billing.view_payer")
def payers_file(request: PageRequest) -> HttpResponse:
    """What payers owe by its age, one line for each, as a file."""
    report = reports.ageing_of_payers(_today())
    return as_csv(files.of_payers(report), f"payers-{report.on}")


@needs("billing.view_payer")
def payer_file(request: PageRequest, pk: UUID) -> HttpResponse:
    """The invoices of which a payer owes a part, as a file."""
    payer: Payer = get_visible(Payer, request, pk)
    rows = list(reports.owed_by_payer(payer).with_names().order_by("due_on", "id")[: files.MOST_ROWS + 1])
    acting.listed(VIEW, by=request.user, filters={"payer": str(pk)}, count=len(rows))
    return as_csv(files.of_invoices(rows, today=_today()), f"{slugify(payer.code) or 'payer'}-{_today()}")


def _today() -> date:
    return clock.today(places.first_site().time_zone)


def as_csv(text: str, name: str) -> HttpResponse:
    answer = HttpResponse(text, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    answer["Cache-Control"] = "private, no-store"
    return answer
