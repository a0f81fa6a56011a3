"""The HTML door of a patient's account: what is to be billed, invoices, deposit, policies, history, statement."""

from datetime import date
from typing import Any

from django.db.models import Sum
from django.http import HttpResponse

from accounts import places
from billing import reports, services
from billing import timeline as bills
from billing.forms.statement import PeriodForm
from billing.models import Charge, Invoice, Policy, Receipt
from billing.services.shared import day_at
from billing.views.looking import VIEW, about
from hospital.money import NOTHING
from hospital.web import PageRequest, paged, render_page
from patients import timeline
from patients.models import Patient
from patients.views.charts import chart_page

ACCOUNT = "billing/account.html"
HISTORY = "billing/history.html"
STATEMENT = "billing/statement.html"
PAGE = 10
MOST_RECEIPTS = 6
MOST_CHARGES = 100
MOST_LINES = 6


@chart_page(VIEW, part="bills")
def of_patient(request: PageRequest, patient: Patient) -> HttpResponse:
    """The patient's account: to be billed, invoices, deposit and policies."""
    rows = Invoice.objects.filter(patient_id=patient.pk)
    on_account = services.deposit_of(patient.pk).amount
    context = about(
        patient,
        charges=list(Charge.objects.unbilled_of(patient.pk)[:MOST_CHARGES]),
        page=paged(request, rows.latest_first(), PAGE),
        owed=owed_by(patient),
        on_account=on_account,
        policies=list(Policy.objects.of(patient.pk, day_at(places.first_site()))),
        receipts=_deposits(patient) if on_account else [],
        history=timeline.read(patient, request.user, kinds=bills.KINDS, size=MOST_LINES)[0],
    )
    return render_page(request, ACCOUNT, context, partial="bills")


def _deposits(patient: Patient) -> list[Receipt]:
    rows = Receipt.objects.filter(patient_id=patient.pk, invoice=None)
    return list(rows.order_by("-created_at", "-id")[:MOST_RECEIPTS])


def owed_by(patient: Patient) -> dict[str, Any]:
    """What the patient and payers owe of all invoices; negative where the hospital owes."""
    rows = Invoice.objects.filter(patient_id=patient.pk, status__in=Invoice.LIVE)
    found = rows.aggregate(patient=Sum("patient_due_amount"), payers=Sum("insurer_due_amount"))
    return {name: value or NOTHING for name, value in found.items()}


@chart_page(VIEW, part="bills_history")
def history(request: PageRequest, patient: Patient) -> HttpResponse:
    """What was issued, paid, credited and paid out, the latest first; `?before=` goes on where a page ended."""
    before = request.GET.get("before", "")
    lines, older = timeline.read(patient, request.user, kinds=bills.KINDS, before=before)
    context = about(patient, lines=lines, older=older, is_first=not before)
    return render_page(request, HISTORY, context, partial="more" if before else "stream")


@chart_page(VIEW, part="statement")
def statement(request: PageRequest, patient: Patient) -> HttpResponse:
    """Every movement of the account between two days, with the balance after it."""
    site = places.site(patient.site_id)
    until = day_at(site)
    form = PeriodForm(request.GET or None)
    since, until = _period(form, until)
    found = reports.statement_of(patient, since=since, until=until, zone=site.zone)
    shown = PeriodForm(initial={"since": since, "until": until}) if not form.is_bound else form
    status = 422 if form.is_bound and not form.is_valid() else 200
    return render_page(request, STATEMENT, about(patient, form=shown, statement=found), status=status)


def _period(form: PeriodForm, today: date) -> tuple[date, date]:
    given = form.cleaned_data if form.is_bound and form.is_valid() else {}
    until = given.get("until") or today
    return given.get("since") or reports.beginning_of(until), until
