"""The HTML door of payers, of what they owe, and of the policies of a patient."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import places
from billing import reports, services
from billing.forms.changing import PolicyForm
from billing.forms.payers import EndForm, PayerForm
from billing.forms.paying import DecideForm
from billing.models import Payer, Policy
from billing.services.payers import KEEP_PAYERS
from billing.services.shared import day_at
from billing.views.looking import VIEW, about, version_to_send
from hospital.web import PageRequest, answer_status, get_visible, needs, paged, refusals_on, render_page
from patients.models import Patient
from patients.views.charts import chart_page

LIST = "billing/payers.html"
ONE = "billing/payer.html"
EDIT = "billing/payer_edit.html"
POLICIES = "billing/policies.html"
POLICY = "billing/policy.html"
CHANGE = "billing/change.html"
BOTH = ("GET", "POST")
LONGEST = 100


@needs("billing.view_payer")
def payer_list(request: PageRequest) -> HttpResponse:
    """Who pays besides patients, and what each of them owes, by its age."""
    report = reports.ageing_of_payers(day_at(places.first_site()))
    owed = {one.payer.pk: one for one in report.payers}
    question = request.GET.get("q", "").strip()[:LONGEST]
    rows = Payer.objects.visible_to(request.user)
    rows = rows.filter(name__icontains=question) if question else rows
    page = paged(request, rows.order_by("name", "id"))
    page.rows = [(one, owed.get(one.pk)) for one in page.rows]
    context = {
        "site": places.first_site(),
        "page": page,
        "report": report,
        "labels": reports.labels_of_piles(),
        "question": question,
    }
    return render_page(request, LIST, context, partial="results")


@needs("billing.view_payer")
def payer(request: PageRequest, pk: UUID) -> HttpResponse:
    """One payer, and the invoices of which it owes something, those that have been due longest first."""
    found = _one(request, pk)
    today = day_at(places.first_site())
    report = reports.ageing_of_payers(today, only=found)
    rows = reports.owed_by_payer(found).with_names().order_by("due_on", "id")
    context = {
        "site": places.first_site(),
        "payer": found,
        "today": today,
        "page": paged(request, rows),
        "piles": list(zip(reports.labels_of_piles(), report.amounts, strict=True)),
        "owed_amount": report.amount,
    }
    return render_page(request, ONE, context, partial="results")


def _one(request: PageRequest, pk: UUID) -> Payer:
    found: Payer = get_visible(Payer, request, pk)
    return found


@needs(KEEP_PAYERS, BOTH)
def add_payer(request: PageRequest) -> HttpResponse:
    form = PayerForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            made = services.add_payer(by=request.user, **form.said())
            messages.success(request, _("Saved. Policies can be written for it."))
            return redirect("billing:payer", made.pk)
    context = {"site": places.first_site(), "form": form, "back": reverse("billing:payers")}
    return render_page(request, EDIT, context, status=answer_status(form))


@needs(KEEP_PAYERS, BOTH)
def edit_payer(request: PageRequest, pk: UUID) -> HttpResponse:
    """Change name and address. What is printed already stays as it is."""
    found = _one(request, pk)
    form = PayerForm(request.POST or None, payer=found)
    if form.is_valid():
        with refusals_on(form):
            seen = form.cleaned_data["version"]
            services.edit_payer(found, seen_version=seen, by=request.user, **form.said())
            messages.success(request, _("Saved."))
            return redirect("billing:payer", pk)
    now = Payer.objects.get(pk=pk)
    context = {
        "site": places.first_site(),
        "payer": now,
        "form": form,
        "version": version_to_send(form, now),
        "back": reverse("billing:payer", args=[pk]),
    }
    return render_page(request, EDIT, context, status=answer_status(form))


@needs(KEEP_PAYERS, ("POST",))
def deactivate_payer(request: PageRequest, pk: UUID) -> HttpResponse:
    """Offer it for no new policy."""
    return _turned(request, pk, services.deactivate_payer, _("No new policy is written for it."))


@needs(KEEP_PAYERS, ("POST",))
def reactivate_payer(request: PageRequest, pk: UUID) -> HttpResponse:
    """Offer it again."""
    return _turned(request, pk, services.reactivate_payer, _("Policies can be written for it again."))


def _turned(request: PageRequest, pk: UUID, act: Any, done: str) -> HttpResponse:
    found = _one(request, pk)
    form = DecideForm(request.POST)
    if form.is_valid():
        with refusals_on(form):
            act(found, seen_version=form.cleaned_data["version"], by=request.user)
            messages.success(request, done)
            return redirect("billing:payer", pk)
    messages.error(request, _("Somebody else has just changed this payer. Nothing was saved."))
    return redirect("billing:payer", pk)


# ── Policies of a patient ───────────────────────────────────────────────────


@chart_page(VIEW, part="policies")
def policies(request: PageRequest, patient: Patient) -> HttpResponse:
    """All policies of a patient: those that hold, those that have not begun, and those that have ended."""
    rows = Policy.objects.filter(patient_id=patient.pk).select_related("payer")
    today = day_at(places.first_site())
    page = paged(request, rows.order_by("-valid_from", "-id"))
    return render_page(request, POLICIES, about(patient, page=page, today=today), partial="results")


@chart_page(KEEP_PAYERS, BOTH, part="policies")
def add_policy(request: PageRequest, patient: Patient) -> HttpResponse:
    """Write down what a payer has agreed to pay."""
    payers = Payer.objects.filter(is_active=True).order_by("name", "id")
    today = day_at(places.first_site())
    form = PolicyForm(request.POST or None, payers=payers, initial={"valid_from": today})
    if form.is_valid():
        with refusals_on(form):
            services.add_policy(patient, by=request.user, **form.said())
            messages.success(request, _("Saved. It is offered for new invoices."))
            return redirect("billing:of_patient", patient.pk)
    return render_page(request, POLICY, about(patient, form=form), status=answer_status(form))


@needs(KEEP_PAYERS, BOTH)
def end_policy(request: PageRequest, pk: UUID) -> HttpResponse:
    """Say until when it covers."""
    policy: Policy = get_visible(Policy.objects.select_related("patient"), request, pk)
    first = {"version": policy.version, "valid_until": policy.valid_until or day_at(places.first_site())}
    form = EndForm(request.POST or None, initial=first)
    back = reverse("billing:policies", args=[policy.patient_id])
    if form.is_valid():
        with refusals_on(form):
            given = form.cleaned_data
            services.end_policy(
                policy, valid_until=given["valid_until"], seen_version=given["version"], by=request.user
            )
            messages.success(request, _("Saved. Invoices that are issued stay as they are."))
            return redirect(back)
    now = Policy.objects.select_related("payer", "patient").get(pk=pk)
    context = about(
        now.patient,
        policy=now,
        form=form,
        version=version_to_send(form, now),
        heading=_("End this policy?"),
        text=_("It covers nothing that is issued after its last day. Other terms are another policy."),
        action=_("Save"),
        back=back,
    )
    return render_page(request, CHANGE, context, status=answer_status(form))
