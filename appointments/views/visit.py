"""One visit: what is known of it, the steps of its day, and cancelling."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from appointments import services
from appointments.forms import CancelForm, StepForm
from appointments.models import Appointment
from appointments.views.overriding import insist
from audit.models import Entry
from hospital.web import PageRequest, answer_status, get_visible, needs, refusals_on, render_page
from notifications.models import Message

DETAIL = "appointments/detail.html"
PARTS = "appointments/parts.html"
CANCEL = "appointments/cancel.html"
VIEW = "appointments.view_appointment"
MOST_ENTRIES = 30
MOST_LETTERS = 30
POST = ("POST",)


@needs(VIEW)
def detail(request: PageRequest, pk: UUID) -> HttpResponse:
    """A visit with its history, and what may be done with it now."""
    visit = get_visible(_visits(), request, pk)
    return render_page(request, DETAIL, _about(visit), partial="card")


def _visits() -> Any:
    return Appointment.objects.with_names().select_related("room", "booked_by", "visit_type")


def _about(visit: Appointment) -> dict[str, Any]:
    entries = Entry.objects.about(visit.pk).exclude(verb=VIEW)[:MOST_ENTRIES]
    letters = Message.objects.about(visit.pk)[:MOST_LETTERS]
    return {
        "visit": visit,
        "patient": visit.patient,
        "zone": visit.zone,
        "entries": entries,
        "letters": letters,
    }


def _step(request: PageRequest, pk: UUID, act: Callable[..., Appointment], said: str) -> HttpResponse:
    """Take a step. htmx gets the row or the card anew; else it goes back to where the button was."""
    visit = get_visible(_visits(), request, pk)
    form = StepForm(request.POST)
    if form.is_valid():
        with refusals_on(form):
            act(visit, seen_version=form.cleaned_data["version"], by=request.user)
            messages.success(request, said % {"name": visit.patient.full_name})
    back = _back(request, visit)
    if form.is_valid() and not request.htmx:
        return redirect(back)
    if not form.is_valid():
        messages.error(request, _why_not(form))
        visit = _visits().get(pk=visit.pk)
    in_a_list = (request.htmx.target or "").startswith("visit-")
    template, partial = (PARTS, "row") if in_a_list else (DETAIL, "card")
    context = _about(visit) | {"back": back, "swapped": bool(request.htmx)}
    response = render_page(request, template, context, partial=partial, status=answer_status(form))
    response["HX-Trigger"] = "visit-changed"
    return response


def _back(request: PageRequest, visit: Appointment) -> str:
    """The page on which the button was, if it is one of ours."""
    wanted = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()})
    return wanted if safe else visit.get_absolute_url()


def _why_not(form: StepForm) -> str:
    refusal = getattr(form, "refusal", None)
    return refusal.message if refusal else _("This form is incomplete. Reload the page and try again.")


@needs("appointments.confirm_appointment", POST)
def confirm(request: PageRequest, pk: UUID) -> HttpResponse:
    return _step(request, pk, services.confirm_appointment, _("%(name)s will come."))


@needs("appointments.check_in_appointment", POST)
def check_in(request: PageRequest, pk: UUID) -> HttpResponse:
    return _step(request, pk, services.check_in_appointment, _("%(name)s has arrived."))


@needs("appointments.start_appointment", POST)
def start(request: PageRequest, pk: UUID) -> HttpResponse:
    return _step(request, pk, services.start_appointment, _("%(name)s is in consultation."))


@needs("appointments.complete_appointment", POST)
def complete(request: PageRequest, pk: UUID) -> HttpResponse:
    return _step(request, pk, services.complete_appointment, _("The visit of %(name)s is completed."))


@needs("appointments.mark_no_show", POST)
def no_show(request: PageRequest, pk: UUID) -> HttpResponse:
    return _step(request, pk, services.no_show_appointment, _("%(name)s did not come."))


@needs("appointments.cancel_appointment", ("GET", "POST"))
def cancel(request: PageRequest, pk: UUID) -> HttpResponse:
    """Ask for the reason, then free the time again."""
    visit = get_visible(_visits(), request, pk)
    initial = {"version": visit.version, "reason": request.GET.get("reason", "")[:300]}
    form = CancelForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        with refusals_on(form):
            reason, seen = form.cleaned_data["reason"], form.cleaned_data["version"]
            services.cancel_appointment(
                visit,
                reason=reason,
                override_because=form.cleaned_data.get("override_because", ""),
                seen_version=seen,
                by=request.user,
            )
            messages.success(request, _("The appointment was cancelled. The time is free again."))
            return redirect(visit)
    insist(form, request.user, label=_("Cancel anyway, because"))
    context = {"visit": visit, "patient": visit.patient, "zone": visit.zone, "form": form}
    return render_page(request, CANCEL, context, status=answer_status(form))
