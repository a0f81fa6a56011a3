"""The HTML door of alerts."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from hospital.web import PageRequest, answer_status, once_from, paged, refusals_on, render_page
from patients import services
from patients.forms.alerts import AlertForm, EndAlertForm
from patients.models import Alert, Patient
from patients.views.charts import about, chart_page, entry_of

LIST = "patients/alert_list.html"
END = "patients/alert_end.html"

BOTH = ("GET", "POST")


@chart_page("patients.view_alert")
def alerts(request: PageRequest, patient: Patient) -> HttpResponse:
    """Those that stand, then those that are over; beside them the form for a new one."""
    return _list(request, patient, AlertForm())


def _list(request: PageRequest, patient: Patient, form: AlertForm) -> HttpResponse:
    rows = Alert.objects.of(patient).select_related("recorded_by", "ended_by").order_by("-id")
    page = paged(request, rows)
    page.rows.sort(key=lambda one: not one.is_standing)
    context = about(patient, page=page, form=form)
    return render_page(request, LIST, context, partial="rows", status=answer_status(form))


@chart_page("patients.raise_alert", ("POST",))
def raise_alert(request: PageRequest, patient: Patient) -> HttpResponse:
    """Put it into the head of the record. It counts once, however often it is sent."""
    form = AlertForm(request.POST)
    if form.is_valid():
        with refusals_on(form):
            once = once_from(request)
            services.raise_alert(patient, once=once, by=request.user, **form.cleaned_data)
            messages.success(request, _("The alert stands in the head of the record."))
            return redirect("patients:alerts", patient.pk)
    return _list(request, patient, form)


@chart_page("patients.end_alert", BOTH)
def end_alert(request: PageRequest, patient: Patient, entry_pk: UUID) -> HttpResponse:
    """Ask for the reason, then take it out of the head of the record."""
    alert = entry_of(patient, Alert, entry_pk, by=request.user)
    form = EndAlertForm(request.POST or None, initial={"version": alert.version})
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            reason, seen = form.cleaned_data["reason"], form.cleaned_data["version"]
            services.end_alert(alert, reason=reason, seen_version=seen, by=request.user)
            messages.success(request, _("Ended. It stays in the record."))
            return redirect("patients:alerts", patient.pk)
    return render_page(request, END, about(patient, form=form, alert=alert), status=answer_status(form))
