"""The HTML door of money that comes in: for an invoice, on account, and its receipt."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import places
from billing import services
from billing.forms.paying import PayForm
from billing.models import Invoice, Method, Receipt
from billing.services.paying import DEPOSIT, PAY
from billing.views.looking import about, bill_of, since_seen, version_to_send
from hospital.money import NOTHING
from hospital.web import PageRequest, answer_status, get_visible, needs, once_from, refusals_on, render_page
from patients.models import Patient
from patients.views.charts import chart_page

PAY_PAGE = "billing/pay.html"
DEPOSIT_PAGE = "billing/deposit.html"
RECEIPT = "billing/receipt.html"
SUMS = "billing/pay_sums.html"
BOTH, POST = ("GET", "POST"), ("POST",)
AT_THE_DESK = (Method.CASH, Method.CARD, Method.BANK_TRANSFER, Method.MOBILE)


@needs(PAY, BOTH)
def pay(request: PageRequest, pk: UUID) -> HttpResponse:
    """Take a payment, in one or several ways at once."""
    invoice = bill_of(request, pk)
    if request.method != "POST" and invoice.due_amount <= 0:
        return redirect("billing:detail", pk)
    on_account = services.deposit_of(invoice.patient_id).amount
    form = _form(request, invoice, on_account)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            seen = form.cleaned_data["version"]
            receipt = services.pay_invoice(
                invoice, parts=form.parts(), seen_version=seen, once=once_from(request), by=request.user
            )
            messages.success(request, _("Paid. Receipt %(number)s.") % {"number": receipt.number})
            return redirect("billing:receipt", receipt.pk)
    theirs = since_seen(form, invoice)
    now = theirs.bill if theirs else invoice
    context = about(
        now.patient,
        bill=now,
        form=form,
        rows=form.rows(),
        theirs=theirs,
        version=version_to_send(form, now),
        on_account=on_account,
        limits=_limits(now, on_account),
        no_till=services.till_of(request.user) is None,
        **_reckoned(form, now),
    )
    return render_page(request, PAY_PAGE, context, status=answer_status(form))


def _form(request: PageRequest, invoice: Invoice, on_account: Decimal) -> PayForm:
    methods = _methods(invoice, on_account)
    if request.method == "POST":
        return PayForm(request.POST, methods=list(dict.fromkeys([*methods, *_sent(request)])))
    asked = request.GET.get("by", methods[0])
    by = asked if asked in methods else methods[0]
    most = _limits(invoice, on_account)[by]
    return PayForm(methods=methods, initial={"version": invoice.version, f"{by}_amount": most})


def _methods(invoice: Invoice, on_account: Decimal) -> list[str]:
    """How this can be paid now: from the deposit if there is one, by the payer if it owes something."""
    methods: list[str] = [*AT_THE_DESK] if invoice.patient_due_amount > 0 else []
    if on_account and methods:
        methods.append(Method.DEPOSIT)
    if invoice.insurer_due_amount > 0:
        methods.append(Method.INSURANCE)
    return methods or [*AT_THE_DESK]


def _sent(request: PageRequest) -> list[str]:
    """Ways that were on the page when it was read; somebody else may have paid since."""
    return [one for one in Method.values if f"{one}_amount" in request.POST]


def _limits(invoice: Invoice, on_account: Decimal) -> dict[str, Decimal]:
    """What is due, at most, by each way."""
    due = max(invoice.patient_due_amount, NOTHING)
    return {
        **dict.fromkeys(AT_THE_DESK, due),
        Method.DEPOSIT: min(due, on_account),
        Method.INSURANCE: max(invoice.insurer_due_amount, NOTHING),
    }


def _reckoned(form: PayForm, invoice: Invoice | None) -> dict[str, Any]:
    """What is paid by what was typed, what stays due then, and the change."""
    if not form.is_bound or not form.is_valid():
        return {"paying": None}
    total = form.total()
    left = invoice.due_amount - total if invoice is not None else None
    return {"paying": total, "left": left, "change": form.change()}


@needs(PAY, POST)
def sums(request: PageRequest, pk: UUID) -> HttpResponse:
    """What is being paid, what stays due, and the change; while it is typed."""
    invoice = bill_of(request, pk, opens=False)
    form = PayForm(request.POST, methods=_sent(request) or [*AT_THE_DESK])
    return render_page(request, SUMS, _reckoned(form, invoice))


@chart_page(DEPOSIT, BOTH)
def deposit(request: PageRequest, patient: Patient) -> HttpResponse:
    """Take money on account."""
    form = PayForm(request.POST or None, methods=[*AT_THE_DESK], initial={"version": 1})
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            receipt = services.record_deposit(
                patient, parts=form.parts(), once=once_from(request), by=request.user
            )
            messages.success(request, _("Taken on account. Receipt %(number)s.") % {"number": receipt.number})
            return redirect("billing:receipt", receipt.pk)
    context = about(
        patient,
        form=form,
        rows=form.rows(),
        version=1,
        on_account=services.deposit_of(patient.pk).amount,
        no_till=services.till_of(request.user) is None,
        **_reckoned(form, None),
    )
    return render_page(request, DEPOSIT_PAGE, context, status=answer_status(form))


@needs("billing.view_receipt")
def receipt(request: PageRequest, pk: UUID) -> HttpResponse:
    """What was paid at once, in which ways, and what of the cash goes back."""
    rows = Receipt.objects.select_related("patient", "invoice", "received_by")
    found: Receipt = get_visible(rows, request, pk)
    payments = list(found.payments.order_by("created_at", "id"))
    context = about(
        found.patient,
        receipt=found,
        payments=payments,
        change=sum((one.change_amount for one in payments), NOTHING),
        zone=places.site(found.site_id).zone,
        back=reverse("billing:of_patient", args=[found.patient_id]),
    )
    return render_page(request, RECEIPT, context)
