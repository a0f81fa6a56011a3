"""The HTML door of money that goes back: asked for, approved by somebody else, paid out."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from billing import services
from billing.forms.paying import DecideForm, DeclineForm, RefundForm
from billing.models import Payment, Refund
from billing.services.refunding import PAY_OUT, REQUEST
from billing.views.looking import about, version_to_send
from hospital.web import PageRequest, answer_status, get_visible, needs, once_from, refusals_on, render_page

CHANGE = "billing/change.html"
BOTH = ("GET", "POST")


@needs(REQUEST, BOTH)
def request_back(request: PageRequest, pk: UUID) -> HttpResponse:
    """Ask for money of a payment back."""
    rows = Payment.objects.select_related("patient", "invoice", "receipt")
    payment: Payment = get_visible(rows, request, pk)
    form = RefundForm(request.POST or None, initial={"amount": payment.refundable_amount})
    if form.is_valid():
        with refusals_on(form):
            refund = services.request_refund(
                payment, **form.cleaned_data, once=once_from(request), by=request.user
            )
            if refund.needs_approval:
                messages.success(request, _("Asked for. Somebody else has to approve it."))
            else:
                messages.success(request, _("It can be paid out."))
            return redirect(_where(refund))
    context = about(
        payment.patient,
        bill=payment.invoice,
        payment=payment,
        form=form,
        heading=_("Refund"),
        text=_("The money goes back the way it came. Above the limit somebody else has to approve it."),
        action=_("Ask for the refund"),
        back=_back_of(payment.invoice_id, payment.patient_id),
    )
    return render_page(request, CHANGE, context, status=answer_status(form))


def _where(refund: Refund) -> str:
    return _back_of(refund.invoice_id, refund.patient_id)


def _back_of(invoice_id: UUID | None, patient_id: UUID) -> str:
    if invoice_id:
        return reverse("billing:detail", args=[invoice_id])
    return reverse("billing:of_patient", args=[patient_id])


@needs("billing.approve_refund", BOTH)
def approve(request: PageRequest, pk: UUID) -> HttpResponse:
    """Agree to what somebody else has asked for."""
    said = {
        "heading": _("Approve this refund?"),
        "text": _("It can be paid out then."),
        "action": _("Approve"),
        "done": _("Approved."),
    }
    return _decide(request, pk, services.approve_refund, said)


@needs("billing.decline_refund", BOTH)
def decline(request: PageRequest, pk: UUID) -> HttpResponse:
    """Say why it is not paid out."""
    said = {
        "heading": _("Decline this refund?"),
        "text": _("Nothing is paid out."),
        "action": _("Decline"),
        "danger": 1,
        "done": _("Declined."),
    }
    return _decide(request, pk, services.decline_refund, said, shape=DeclineForm)


@needs(PAY_OUT, BOTH)
def pay_out(request: PageRequest, pk: UUID) -> HttpResponse:
    """Hand the money back."""
    said = {
        "heading": _("Pay this refund out?"),
        "text": _("Hand the money back the way it came, then write it down here."),
        "action": _("It is paid out"),
        "done": _("Paid out."),
    }

    def act(refund: Refund, **given: Any) -> Refund:
        return services.pay_refund(refund, once=once_from(request), **given)

    return _decide(request, pk, act, said)


def _decide(
    request: PageRequest,
    pk: UUID,
    act: Callable[..., Refund],
    said: dict[str, Any],
    *,
    shape: type[DecideForm | DeclineForm] = DecideForm,
) -> HttpResponse:
    rows = Refund.objects.select_related("patient", "invoice", "payment__receipt", "requested_by")
    refund: Refund = get_visible(rows, request, pk)
    form = shape(request.POST or None, initial={"version": refund.version})
    if form.is_valid():
        with refusals_on(form):
            given = dict(form.cleaned_data)
            act(refund, seen_version=given.pop("version"), **given, by=request.user)
            messages.success(request, said["done"])
            return redirect(_where(refund))
    now = rows.get(pk=pk)
    context = about(
        now.patient,
        bill=now.invoice,
        refund=now,
        form=form,
        version=version_to_send(form, now),
        back=_where(now),
        **said,
    )
    return render_page(request, CHANGE, context, status=answer_status(form))
