"""What was found to be odd: the list of one's desk, and each with its numbers and picture."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import acting, places
from assistant import services
from assistant.anomalies import saying
from assistant.filters import AlertFilter
from assistant.forms.alerts import AcknowledgeForm, DismissForm
from assistant.models import AnomalyAlert
from hospital.web import PageRequest, answer_status, get_visible, needs, paged, refusals_on, render_page
from patients.clinical.lines import draw_line
from patients.clinical.results import as_text

LIST = "assistant/alert_list.html"
DETAIL = "assistant/alert_detail.html"
VIEW = "assistant.view_anomalyalert"
Points = list[tuple[datetime, Decimal, bool]]


@needs(VIEW)
def alert_list(request: PageRequest) -> HttpResponse:
    """The gravest first: those within the budget, those below it, or those that were decided."""
    rows = AnomalyAlert.objects.visible_to(request.user).with_names()
    found = AlertFilter(request.GET, queryset=rows)
    valid = found.is_valid()
    page = paged(request, found.qs.gravest_first() if valid else rows.none())
    for alert in page:
        alert.in_short = saying.in_short(alert.kind, alert.facts)
    acting.listed(VIEW, by=request.user, filters=dict(request.GET.items()) if valid else {}, count=len(page))
    context = {
        "page": page,
        "show": found.data["show"],
        "shows": AlertFilter.SHOWS,
        "zone": places.first_site().zone,
    }
    return render_page(request, LIST, context, partial="rows", status=200 if valid else 422)


@needs(VIEW)
def alert(request: PageRequest, pk: UUID) -> HttpResponse:
    found: AnomalyAlert = get_visible(AnomalyAlert.objects.with_names(), request, pk)
    return _shown(request, found)


@needs("assistant.acknowledge_alert", ("POST",))
def acknowledge(request: PageRequest, pk: UUID) -> HttpResponse:
    found: AnomalyAlert = get_visible(AnomalyAlert.objects.with_names(), request, pk)
    form = AcknowledgeForm(request.POST)
    if form.is_valid():
        with refusals_on(form):
            services.acknowledge_alert(found, **_given(form), by=request.user)
            messages.success(request, _("Acknowledged."))
            return redirect("assistant:alerts")
    return _shown(request, found, acknowledging=form)


@needs("assistant.dismiss_alert", ("POST",))
def dismiss(request: PageRequest, pk: UUID) -> HttpResponse:
    found: AnomalyAlert = get_visible(AnomalyAlert.objects.with_names(), request, pk)
    form = DismissForm(request.POST)
    if form.is_valid():
        with refusals_on(form):
            services.dismiss_alert(found, **_given(form), by=request.user)
            messages.success(request, _("Dismissed."))
            return redirect("assistant:alerts")
    return _shown(request, found, dismissing=form)


def _given(form: forms.Form) -> dict[str, Any]:
    return {"reason": form.cleaned_data["reason"], "seen_version": form.cleaned_data["version"]}


def _shown(
    request: PageRequest,
    found: AnomalyAlert,
    *,
    acknowledging: AcknowledgeForm | None = None,
    dismissing: DismissForm | None = None,
) -> HttpResponse:
    if acknowledging or dismissing:
        found.refresh_from_db(fields=["status", "decided_because", "decided_at", "version"])
    initial = {"version": found.version}
    acknowledge_form = acknowledging or AcknowledgeForm(initial=initial)
    dismiss_form = dismissing or DismissForm(initial=initial)
    means, to_do = saying.advice(found.kind)
    points = _points(found.facts.get("series", []))
    line = draw_line(points, None, None)
    context = {
        "alert": found,
        "numbers": saying.numbers(found.kind, found.facts),
        "means": means,
        "to_do": to_do,
        "line": line,
        "top": as_text(line.top) if line else "",
        "bottom": as_text(line.bottom) if line else "",
        "pictured": _pictured(found.facts),
        "first": points[0] if points else None,
        "last": points[-1] if points else None,
        "subject_url": _subject_url(found),
        "acknowledge_form": acknowledge_form,
        "dismiss_form": dismiss_form,
        "zone": places.first_site().zone,
    }
    status = max(answer_status(form) for form in (acknowledge_form, dismiss_form))
    return render_page(request, DETAIL, context, status=status)


def _points(series: list[list[Any]]) -> Points:
    """With the odd one, which is the last, marked."""
    last = len(series) - 1
    return [
        (_moment(at), Decimal(str(value)).normalize(), number == last)
        for number, (at, value) in enumerate(series)
    ]


def _moment(text: str) -> datetime:
    if len(text) > len("2026-01-01"):
        return datetime.fromisoformat(text)
    return datetime.combine(date.fromisoformat(text), datetime.min.time(), tzinfo=places.first_site().zone)


def _pictured(facts: dict[str, Any]) -> str:
    """Of which test the picture is, where there are several."""
    return str(facts["tests"][0]["name"]) if facts.get("tests") else ""


def _subject_url(alert: AnomalyAlert) -> str:
    """Where that is of which it was found; "" where it is no page."""
    routes = {
        "patients.labresult": ("patients:results", alert.patient_id),
        "patients.vitals": ("patients:vitals", alert.patient_id),
        "prescriptions.prescriptionline": ("prescriptions:list", alert.patient_id),
        "billing.charge": ("billing:of_patient", alert.patient_id),
        "billing.invoice": ("billing:detail", alert.subject_id),
        "accounts.user": ("patients:opened", alert.patient_id),
    }
    if alert.subject_type == "billing.refund":
        return reverse("billing:refunds")
    name, pk = routes[alert.subject_type]
    return reverse(name, args=[pk]) if pk else ""
