"""The HTML door of what becomes of a signed prescription: stopping it, renewing it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from hospital.web import PageRequest, answer_status, once_from, refusals_on, render_page
from patients.models import Patient
from patients.views.charts import about, chart_page, entry_of
from prescriptions import services
from prescriptions.forms.signing import RenewForm, StopForm
from prescriptions.models import Prescription, PrescriptionLine

STOP = "prescriptions/prescription_stop.html"
RENEW = "prescriptions/prescription_renew.html"
BOTH = ("GET", "POST")


def _standing(prescription: Prescription) -> list[PrescriptionLine]:
    """The medicines that nobody has stopped."""
    rows = PrescriptionLine.objects.filter(prescription_id=prescription.pk, stopped_at=None)
    return list(rows.in_order())


def _chosen(request: PageRequest, medicines: list[PrescriptionLine]) -> dict[str, Any]:
    """The one that somebody came to stop: `?line=<id>`. Without it, all are chosen."""
    line = request.GET.get("line", "")
    return {"lines": [line]} if any(str(one.pk) == line for one in medicines) else {}


@chart_page("prescriptions.stop_prescription", BOTH)
def stop(request: PageRequest, patient: Patient, entry_pk: UUID) -> HttpResponse:
    """Choose which medicines are stopped and say why."""
    prescription = entry_of(patient, Prescription, entry_pk, by=request.user)
    medicines = _standing(prescription)
    if request.method != "POST" and not medicines:
        return redirect(prescription)
    initial = {"version": prescription.version} | _chosen(request, medicines)
    form = StopForm(request.POST or None, medicines=medicines, initial=initial)
    if form.is_valid():
        with refusals_on(form):
            given = form.cleaned_data
            services.stop_prescription(
                prescription,
                because=given["because"],
                note=given["note"],
                lines=[UUID(pk) for pk in given["lines"]],
                seen_version=given["version"],
                by=request.user,
            )
            messages.success(request, _("Stopped. Nothing more of it is handed out."))
            return redirect(prescription)
    context = about(patient, prescription=prescription, form=form, medicines=medicines)
    return render_page(request, STOP, context, status=answer_status(form))


@chart_page("prescriptions.renew_prescription", BOTH)
def renew(request: PageRequest, patient: Patient, entry_pk: UUID) -> HttpResponse:
    """Show what is renewed; then a draft with the same medicines, to be looked through and signed."""
    prescription = entry_of(patient, Prescription, entry_pk, by=request.user)
    if request.method != "POST" and not prescription.is_signed:
        return redirect(prescription)
    form = RenewForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with refusals_on(form):
            draft = services.renew_prescription(prescription, once=once_from(request), by=request.user)
            return redirect("prescriptions:write", patient.pk, draft.pk)
    context = about(
        patient,
        prescription=prescription,
        form=form,
        medicines=_standing(prescription),
        offers=[
            {"label": _("Open the renewal"), "url": reverse("prescriptions:detail", args=[patient.pk, pk])}
            for pk in _renewals(form)
        ],
    )
    return render_page(request, RENEW, context, status=answer_status(form))


def _renewals(form: RenewForm) -> list[str]:
    """The ids that the refusal names where it was renewed already."""
    return [one["id"] for one in getattr(getattr(form, "refusal", None), "offers", ())]
