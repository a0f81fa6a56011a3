"""The HTML door of a patient's death."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from accounts import places
from hospital.web import PageRequest, answer_status, get_visible, needs, refusals_on, render_page
from patients import panels, services
from patients.forms.deaths import DeathForm, TakeBackDeathForm
from patients.models import Patient

DEATH = "patients/death_record.html"
TAKE_BACK = "patients/death_take_back.html"
BOTH = ("GET", "POST")


@needs("patients.record_death", BOTH)
def record_death(request: PageRequest, pk: UUID) -> HttpResponse:
    """Ask for the date, say what lies ahead and will be called off, then write it down."""
    patient = get_visible(Patient, request, pk)
    form = DeathForm(request.POST or None, initial={"version": patient.version})
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            died_on, seen = form.cleaned_data["deceased_on"], form.cleaned_data["version"]
            services.record_death(patient, died_on=died_on, seen_version=seen, by=request.user)
            messages.success(request, _("It is written down that this patient has died."))
            return redirect(patient)
    context = {
        "patient": patient,
        "site": places.site(patient.site_id),
        "form": form,
        "ahead": panels.what_lies_ahead(patient, request.user),
    }
    return render_page(request, DEATH, context, status=answer_status(form))


@needs("patients.take_back_death", BOTH)
def take_back_death(request: PageRequest, pk: UUID) -> HttpResponse:
    """Ask why it was wrong, then open the record again."""
    patient = get_visible(Patient, request, pk)
    form = TakeBackDeathForm(request.POST or None, initial={"version": patient.version})
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            reason, seen = form.cleaned_data["reason"], form.cleaned_data["version"]
            services.take_back_death(patient, reason=reason, seen_version=seen, by=request.user)
            messages.success(request, _("The death is taken back. Cancelled appointments stay cancelled."))
            return redirect(patient)
    context = {"patient": patient, "site": places.site(patient.site_id), "form": form}
    return render_page(request, TAKE_BACK, context, status=answer_status(form))
