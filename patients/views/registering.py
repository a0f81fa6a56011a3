"""The HTML door of registering: the form, and who is registered already and alike."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from accounts import acting
from hospital.web import PageRequest, answer_status, needs, once_from, refusals_on, render_page, way_back
from patients import services
from patients.clinical.duplicates import SUSPECTED
from patients.forms.duplicates import Draft, RegisterForm
from patients.models import Patient
from patients.suspecting import MOST_SHOWN, suspects_for

REGISTER = "patients/patient_register.html"
SUSPECTS = "patients/duplicate_suspects.html"


@needs("patients.register_patient", ("GET", "POST"))
def register(request: PageRequest) -> HttpResponse:
    """The form for a new patient. It counts once, however often it is sent.

    Where somebody alike is registered already, it comes back with them, until it is said that this is another.
    """
    form = RegisterForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        fields = dict(form.cleaned_data)
        unless_alike = None if fields.pop("confirmed_new") else SUSPECTED
        with refusals_on(form):
            patient = services.register_patient(
                once=once_from(request), unless_alike=unless_alike, by=request.user, **fields
            )
            text = _("Registered. The medical record number is %(mrn)s.") % {"mrn": patient.mrn}
            messages.success(request, text)
            return redirect(_after(request, patient) or patient)
    alike = _alike(request, form) if request.method == "POST" else {}
    return render_page(request, REGISTER, {"form": form} | alike, status=answer_status(form))


def _after(request: PageRequest, patient: Patient) -> str | None:
    """Back to the booking, or whatever else was waiting for a patient, with this one."""
    then = way_back(request, request.GET.get("then", ""))
    return f"{then}{'&' if '?' in then else '?'}patient={patient.pk}" if then else None


def _alike(request: PageRequest, form: RegisterForm) -> dict[str, Any]:
    """Who is registered already and alike what was typed. Seeing them is written down as a search."""
    visible = Patient.objects.visible_to(request.user)
    found = suspects_for(Draft.of(form), among=visible)[:MOST_SHOWN]
    if found:
        asked = {"alike": "registration"}
        acting.listed("patients.view_patient", by=request.user, filters=asked, count=len(found))
    seen = ",".join(str(one.patient.pk) for one in found)
    return {
        "suspects": [(one, _after(request, one.patient)) for one in found],
        "seen": seen,
        "is_confirmed": bool(form.data.get("confirmed_new")) and form.data.get("seen") == seen,
    }


@needs("patients.register_patient", ("POST",))
def alike(request: PageRequest) -> HttpResponse:
    """While somebody types: who is registered already and alike. Nothing is written but that it was looked for."""
    form = RegisterForm(request.POST)
    return render_page(request, SUSPECTS, {"form": form} | _alike(request, form))
