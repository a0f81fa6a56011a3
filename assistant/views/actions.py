"""The HTML door of what was proposed: what waits, what exactly would be done, confirming and dismissing."""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts import acting
from assistant import services
from assistant.forms.actions import ConfirmForm
from assistant.models import PendingAction
from doctors.models import Doctor
from hospital.web import PageRequest, answer_status, get_visible, needs, paged, refusals_on, render_page
from patients.models import Encounter
from patients.views.charts import about
from prescriptions.dosage import Written

LIST = "assistant/action_list.html"
DETAIL = "assistant/action_detail.html"
Kind = PendingAction.Kind
Words = Iterator[tuple[str, str]]


@needs("assistant.view_pendingaction")
def action_list(request: PageRequest) -> HttpResponse:
    """What waits for the user."""
    rows = PendingAction.objects.visible_to(request.user).waiting().select_related("patient")
    page = paged(request, rows)
    acting.listed("assistant.view_pendingaction", by=request.user, filters={}, count=len(page))
    return render_page(request, LIST, {"page": page, "form": forms.Form()}, partial="rows")


@needs("assistant.confirm_action", ("GET", "POST"))
def action(request: PageRequest, pk: UUID) -> HttpResponse:
    """What exactly would be done; by POST it is done, once."""
    found: PendingAction = get_visible(PendingAction.objects.select_related("patient"), request, pk)
    form = ConfirmForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            services.confirm_action(found, seen=form.cleaned_data["seen"], by=request.user)
            messages.success(request, _("Done, as you have confirmed it."))
            return redirect(found.made_url)
    found.refresh_from_db(fields=["status", "made_id"])
    context = about(found.patient, action=found, form=form, words=list(in_words(found)))
    if not request.user.has_perm("patients.open_record"):
        context["chart"] = None
    return render_page(request, DETAIL, context, status=answer_status(form))


@needs("assistant.dismiss_action", ("POST",))
def dismiss(request: PageRequest, pk: UUID) -> HttpResponse:
    """Do it not."""
    found: PendingAction = get_visible(PendingAction, request, pk, opens=False)
    form = forms.Form(request.POST)
    if form.is_valid():
        with refusals_on(form):
            services.dismiss_action(found, by=request.user)
            messages.success(request, _("Dismissed. Nothing was done."))
            return redirect("assistant:actions")
    messages.error(request, " ".join(map(str, form.non_field_errors())))
    return redirect(found)


def in_words(action: PendingAction) -> Words:
    """All that would be done, each part with its name."""
    if action.kind == Kind.APPOINTMENT:
        yield from _visit(action)
    elif action.kind == Kind.PRESCRIPTION:
        yield from _prescription(action)
    else:
        yield from _note(action)


def _visit(action: PendingAction) -> Words:
    given = action.given
    doctor = Doctor.objects.get(pk=given["doctor"])
    local = datetime.fromisoformat(given["starts_at"]).astimezone(doctor.zone)
    yield _("Doctor"), str(doctor)
    yield _("Time"), f"{date_format(local, 'D j M Y')}, {local:%H:%M}"
    yield _("Length"), _("%(n)d min") % {"n": given["minutes"]}
    yield _("Reason"), given["reason"] or _("none given")


def _prescription(action: PendingAction) -> Words:
    given = action.given
    for number, one in enumerate(given["lines"], start=1):
        line = Written.of(one)
        said = [line.medicine, line.text, line.note]
        yield _("Medicine %(n)d") % {"n": number}, " · ".join(filter(None, said))
    yield _("Indication"), given["indication"] or _("none given")


def _note(action: PendingAction) -> Words:
    for name, text in action.given.items():
        label = Encounter._meta.get_field(name).verbose_name  # type: ignore[union-attr]
        yield str(label).capitalize(), text
