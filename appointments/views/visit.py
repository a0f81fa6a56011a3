"""One visit: what is known of it, the steps of its day, and cancelling."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from appointments import services
from appointments.forms import CancelForm, CheckInForm, PriorityForm, StepForm
from appointments.models import Appointment
from appointments.templatetags.visits import undo_for
from appointments.views.overriding import insist
from audit.models import Entry
from hospital.web import PageRequest, answer_status, get_visible, needs, refusals_on, render_page, way_back
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


def _step(
    request: PageRequest,
    pk: UUID,
    act: Callable[..., Appointment],
    said: str,
    shape: type[StepForm] = StepForm,
) -> HttpResponse:
    """Take a step. htmx gets the row, the card or the message anew; else it goes back to where the button was."""
    visit = get_visible(_visits(), request, pk)
    form = shape(request.POST)
    if form.is_valid():
        given = {name: value for name, value in form.cleaned_data.items() if value is not None}
        with refusals_on(form):
            act(visit, seen_version=given.pop("version"), **given, by=request.user)
    if form.is_valid():
        words = {"number": visit.number, "status": visit.get_status_display().lower()}
        _say(request, visit, said % {"name": visit.patient.full_name, **words})
        if not request.htmx:
            return redirect(back_from(request, visit.get_absolute_url()))
    else:
        messages.error(request, why_not(form))
        visit = _visits().get(pk=visit.pk)
    return _answer(request, visit, answer_status(form))


def _say(request: PageRequest, visit: Appointment, text: str) -> None:
    """What was done, with a button that takes it back where that is possible."""
    back = back_from(request, visit.get_absolute_url())
    step = undo_for(visit, request.user)
    undo = render_to_string(f"{PARTS}#undo", {"visit": visit, "undo": step, "back": back}, request)
    messages.success(request, format_html("{} {}", text, SafeString(undo)) if step else text)


def _answer(request: PageRequest, visit: Appointment, status: int) -> HttpResponse:
    """What stands in the place of the button's row or card. The desk reads itself again: it gets the message."""
    back = back_from(request, visit.get_absolute_url())
    context = _about(visit) | {"back": back, "swapped": bool(request.htmx)}
    target = request.htmx.target or ""
    if target == "desk":
        return said(request, status)
    template, partial = (PARTS, "row") if target.startswith("visit-") else (DETAIL, "card")
    response = render_page(request, template, context, partial=partial, status=status)
    response["HX-Trigger"] = "visit-changed"
    return response


def said(request: PageRequest, status: int) -> HttpResponse:
    """The message alone, for a page that reads itself again when it hears that a visit has changed."""
    response = render_page(request, PARTS, {}, partial="said", status=status)
    response["HX-Trigger"], response["HX-Reswap"] = "visit-changed", "none"
    return response


def back_from(request: PageRequest, default: str) -> str:
    """The page on which the button was, if it is one of ours."""
    wanted = request.POST.get("next", "")
    return (way_back(request, wanted) if wanted else None) or default


def why_not(form: Form) -> str:
    """The one sentence about a form that has no fields to show."""
    refusal = getattr(form, "refusal", None)
    return refusal.message if refusal else _("This form is incomplete. Reload the page and try again.")


@needs("appointments.confirm_appointment", POST)
def confirm(request: PageRequest, pk: UUID) -> HttpResponse:
    return _step(request, pk, services.confirm_appointment, _("%(name)s will come."))


@needs("appointments.check_in_appointment", POST)
def check_in(request: PageRequest, pk: UUID) -> HttpResponse:
    arrived = _("%(name)s has arrived and has number %(number)s.")
    return _step(request, pk, services.check_in_appointment, arrived, CheckInForm)


@needs("appointments.start_appointment", POST)
def start(request: PageRequest, pk: UUID) -> HttpResponse:
    return _step(request, pk, services.start_appointment, _("%(name)s is in consultation."))


@needs("appointments.complete_appointment", POST)
def complete(request: PageRequest, pk: UUID) -> HttpResponse:
    return _step(request, pk, services.complete_appointment, _("The visit of %(name)s is completed."))


@needs("appointments.mark_no_show", POST)
def no_show(request: PageRequest, pk: UUID) -> HttpResponse:
    return _step(request, pk, services.no_show_appointment, _("%(name)s did not come."))


@needs("appointments.undo_step", POST)
def undo(request: PageRequest, pk: UUID) -> HttpResponse:
    return _step(request, pk, services.undo_step, _("Taken back. %(name)s: %(status)s."))


@needs("appointments.recall_appointment", POST)
def recall(request: PageRequest, pk: UUID) -> HttpResponse:
    return _step(request, pk, services.recall_appointment, _("Number %(number)s is called again: %(name)s."))


@needs("appointments.skip_appointment", POST)
def skip(request: PageRequest, pk: UUID) -> HttpResponse:
    return _step(request, pk, services.skip_appointment, _("%(name)s waits behind the others."))


@needs("appointments.set_priority", POST)
def priority(request: PageRequest, pk: UUID) -> HttpResponse:
    changed = _("The priority of %(name)s was changed.")
    return _step(request, pk, services.set_priority, changed, PriorityForm)


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
