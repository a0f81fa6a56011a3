"""Admitting somebody who came without an appointment: the patient, then the doctor."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import acting
from appointments import services
from appointments.availability import doctors_for
from appointments.forms import ChosenForm, PatientSearch, WalkInForm
from appointments.views.choosing import address
from doctors.models import Doctor, open_blocks
from hospital import clock
from hospital.web import (
    PageRequest,
    answer_status,
    get_visible,
    needs,
    once_from,
    refusals_on,
    render_page,
)
from patients.models import Patient

WALK_IN = "appointments/walk_in.html"
MOST_FOUND = 20


@needs("appointments.admit_walk_in", ("GET", "POST"))
def walk_in(request: PageRequest) -> HttpResponse:
    """Who it is, then with whom and why. The answer is a number."""
    chosen = ChosenForm(request.POST if request.method == "POST" else request.GET).chosen()
    if "patient" not in chosen:
        return _choose_patient(request)
    patient = get_visible(Patient, request, chosen["patient"])
    doctors = _here_today(doctors_for(request.user))
    given = request.POST if request.method == "POST" else None
    form = WalkInForm(given, doctors=doctors, initial={"patient": patient.pk, "doctor": chosen.get("doctor")})
    if form.is_valid():
        data = form.cleaned_data
        with refusals_on(form):
            visit = services.admit_walk_in(
                patient=patient,
                doctor=next(one for one in doctors if one.pk == UUID(data["doctor"])),
                reason=data["reason"],
                priority=data["priority"],
                once=once_from(request),
                by=request.user,
            )
            who = {"name": patient.full_name, "number": visit.number}
            messages.success(request, _("%(name)s has number %(number)s.") % who)
            return redirect("appointments:desk")
    context: dict[str, Any] = {
        "patient": patient,
        "doctors": doctors,
        "form": form,
        "offers": _offers(form),
        "change_url": reverse("appointments:walk_in"),
    }
    return render_page(request, WALK_IN, context, status=answer_status(form))


def _here_today(doctors: list[Doctor]) -> list[Doctor]:
    """Those whose hours of today are not over."""
    if not doctors:
        return []
    now = clock.now()
    days = {now.astimezone(one.zone).date() for one in doctors}
    blocks = open_blocks(doctors, min(days), max(days))
    return [
        doctor
        for doctor in doctors
        if any(
            block.ends_at > now and block.starts_at < clock.bounds_of_today(doctor.zone)[1]
            for block in blocks[doctor.pk]
        )
    ]


def _offers(form: WalkInForm) -> list[dict[str, str]]:
    """The appointment that the patient has already, as a link."""
    offers = getattr(getattr(form, "refusal", None), "offers", [])
    return [
        {
            "label": _("See the appointment"),
            "url": reverse("appointments:detail", args=[offer["appointment"]]),
        }
        for offer in offers
        if "appointment" in offer
    ]


def _choose_patient(request: PageRequest) -> HttpResponse:
    """Search for the patient; every answer is a link to the next step."""
    form = PatientSearch(request.GET)
    question = form.cleaned_data["q"] if form.is_valid() else ""
    found: list[Patient] = []
    if question:
        found = Patient.objects.visible_to(request.user).ranked(question)[:MOST_FOUND]
        acting.listed("patients.view_patient", by=request.user, filters={"q": question}, count=len(found))
    context = {
        "search_form": form,
        "question": question,
        "found": [(one, address("appointments:walk_in", patient=one.pk)) for one in found],
        "register_url": address("patients:register", then=reverse("appointments:walk_in")),
    }
    return render_page(request, WALK_IN, context, partial="found", status=answer_status(form))
