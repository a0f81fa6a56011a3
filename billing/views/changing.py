"""The HTML door of what becomes of an invoice: issued, made void, credited, passed to the patient."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from billing import services
from billing.forms.changing import CreditForm, PassOnForm, ReasonForm
from billing.forms.paying import DecideForm
from billing.models import Invoice, InvoiceLine
from billing.services.issuing import CREDIT, ISSUE
from billing.views.bills import detail_page
from billing.views.looking import about, bill_of, since_seen, version_to_send
from hospital.web import (
    PageRequest,
    answer_status,
    needs,
    once_from,
    refusals_on,
    render_page,
)

CHANGE = "billing/change.html"
CREDIT_PAGE = "billing/credit.html"
BOTH, POST = ("GET", "POST"), ("POST",)


@needs(ISSUE, POST)
def issue(request: PageRequest, pk: UUID) -> HttpResponse:
    """Give a draft its number."""
    invoice = bill_of(request, pk)
    form = DecideForm(request.POST)
    if form.is_valid():
        with refusals_on(form):
            issued = services.issue_invoice(
                invoice, seen_version=form.cleaned_data["version"], once=once_from(request), by=request.user
            )
            messages.success(request, _("Issued as %(number)s.") % {"number": issued.number})
            return redirect("billing:detail", pk)
    now = bill_of(request, pk, opens=False)
    return detail_page(request, now, status=answer_status(form), form=form, theirs=since_seen(form, invoice))


@needs("billing.void_invoice", BOTH)
def void(request: PageRequest, pk: UUID) -> HttpResponse:
    """Ask for the reason, then make a draft or an unpaid invoice void."""
    invoice = bill_of(request, pk)
    if invoice.is_issued and not request.user.has_perm("billing.void_issued"):
        raise PermissionDenied("billing.void_issued")
    form = ReasonForm(request.POST or None, initial={"version": invoice.version})
    if form.is_valid():
        with refusals_on(form):
            given = form.cleaned_data
            services.void_invoice(
                invoice, reason=given["reason"], seen_version=given["version"], by=request.user
            )
            messages.success(request, _("Void. What it charged can be billed again."))
            return redirect("billing:detail", pk)
    if invoice.is_issued:
        text = _(
            "A credit note takes back all that is left. The number stays taken, what it charged can be billed again."
        )
    else:
        text = _("The draft is kept, and cannot be issued any more. What it charged can be billed again.")
    said = {"heading": _("Make this void?"), "text": text, "action": _("Make void"), "danger": 1}
    return _change(request, invoice, form, said)


@needs(CREDIT, BOTH)
def credit(request: PageRequest, pk: UUID) -> HttpResponse:
    """Take something back of an issued invoice, line by line or all of it."""
    invoice = bill_of(request, pk)
    lines = InvoiceLine.objects.filter(invoice_id=invoice.pk).in_order()
    form = CreditForm(request.POST or None, lines=lines, initial={"version": invoice.version})
    if form.is_valid():
        with refusals_on(form):
            given = form.cleaned_data
            note = services.credit_invoice(
                invoice,
                reason=given["reason"],
                parts=form.parts(),
                seen_version=given["version"],
                once=once_from(request),
                by=request.user,
            )
            messages.success(request, _("Credit note %(number)s is written.") % {"number": note.number})
            return redirect("billing:detail", pk)
    context = _about(invoice, form)
    return render_page(request, CREDIT_PAGE, context, status=answer_status(form))


@needs("billing.pass_to_patient", BOTH)
def pass_on(request: PageRequest, pk: UUID) -> HttpResponse:
    """Have the patient pay what the payer has declined."""
    invoice = bill_of(request, pk)
    first = {"version": invoice.version, "amount": invoice.insurer_due_amount}
    form = PassOnForm(request.POST or None, initial=first)
    if form.is_valid():
        with refusals_on(form):
            given = form.cleaned_data
            services.pass_to_patient(
                invoice,
                amount=given["amount"],
                reason=given["reason"],
                seen_version=given["version"],
                by=request.user,
            )
            messages.success(request, _("The patient owes this now."))
            return redirect("billing:detail", pk)
    said = {
        "heading": _("Pass to the patient?"),
        "text": _("What the payer has declined is owed by the patient from now on."),
        "action": _("Pass to the patient"),
    }
    return _change(request, invoice, form, said)


def _change(request: PageRequest, invoice: Invoice, form: Any, said: dict[str, Any]) -> HttpResponse:
    return render_page(request, CHANGE, _about(invoice, form) | said, status=answer_status(form))


def _about(invoice: Invoice, form: Any) -> dict[str, Any]:
    theirs = since_seen(form, invoice)
    now = theirs.bill if theirs else invoice
    back = reverse("billing:detail", args=[invoice.pk])
    version = version_to_send(form, now)
    return about(now.patient, bill=now, form=form, theirs=theirs, version=version, back=back)
