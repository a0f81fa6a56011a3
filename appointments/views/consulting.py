"""The way from a visit to its note."""

from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect

from accounts import acting
from appointments import services
from appointments.models import Appointment
from appointments.views.visit import POST, back_from, why_not
from hospital.web import PageRequest, get_visible, needs, refusals_on
from patients.models import may_see_chart

OPEN_NOTE = "appointments.open_visit_note"


@needs(OPEN_NOTE, POST)
def open_note(request: PageRequest, pk: UUID) -> HttpResponse:
    """Open the note of a visit, or begin it. Whoever does not treat the patient is led to where that is said."""
    visit = get_visible(Appointment.objects.with_names(), request, pk, opens=False)
    if not may_see_chart(request.user, visit.patient):
        acting.not_in_care(visit.patient, OPEN_NOTE, by=request.user)
        return redirect(f"{visit.patient.get_absolute_url()}#declare")
    form = Form(request.POST)
    if form.is_valid():
        with refusals_on(form):
            return redirect(services.open_visit_note(visit, by=request.user))
    messages.error(request, why_not(form))
    return redirect(back_from(request, visit.get_absolute_url()))
