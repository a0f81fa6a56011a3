"""The HTML door of allergies."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from hospital.web import (
    PageRequest,
    answer_status,
    needs,
    once_from,
    paged,
    refusals_on,
    render_page,
)
from patients import services
from patients.clinical import allergens
from patients.forms.allergies import AllergyForm, EditAllergyForm, SubstanceForm
from patients.forms.entries import RetractForm
from patients.models import Allergy, Patient
from patients.views.charts import about, chart_page, entry_of

LIST = "patients/allergy_list.html"
RECORD = "patients/allergy_record.html"
FOUND = "patients/allergy_found.html"
EDIT = "patients/allergy_edit.html"
RETRACT = "patients/allergy_retract.html"

BOTH = ("GET", "POST")
PAGE = 100


@chart_page("patients.view_allergy")
def allergies(request: PageRequest, patient: Patient) -> HttpResponse:
    """Those that count, the most critical first, then what is over, refuted or taken back."""
    return _list(request, patient, forms.Form())


def _list(request: PageRequest, patient: Patient, form: forms.Form) -> HttpResponse:
    rows = Allergy.objects.of(patient).select_related("recorded_by").order_by("status", "-id")
    page = paged(request, rows, size=PAGE)
    page.rows.sort(key=lambda one: (not one.is_known, one.urgency))
    context = about(patient, page=page, form=form)
    return render_page(request, LIST, context, partial="rows", status=answer_status(form))


@chart_page("patients.record_allergy", BOTH)
def record_allergy(request: PageRequest, patient: Patient) -> HttpResponse:
    """Look for the substance, then say what is known of it. The form counts once, however often it is sent."""
    form = _form(request)
    if form is None:
        found = _found(patient.pk, request.GET.get("q", ""))
        return render_page(request, RECORD, about(patient, **found, form=SubstanceForm(request.GET)))
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            once = once_from(request)
            allergy = services.record_allergy(patient, once=once, by=request.user, **form.cleaned_data)
            messages.success(request, _("Recorded: %(substance)s.") % {"substance": allergy.substance})
            return redirect("patients:allergies", patient.pk)
    context = about(patient, form=form, coded=form.coded)
    return render_page(request, RECORD, context, status=answer_status(form))


def _form(request: PageRequest) -> AllergyForm | None:
    """The form for what was chosen or sent; None while nothing is chosen."""
    if request.method == "POST":
        return AllergyForm(request.POST, coded=allergens.find(request.POST.get("substance_key", "")))
    coded = allergens.find(request.GET.get("substance", ""))
    if coded:
        return AllergyForm(initial={"substance_key": coded.key}, coded=coded)
    words = request.GET.get("words")
    return None if words is None else AllergyForm(initial={"substance": words})


@needs("patients.record_allergy")
def allergens_found(request: PageRequest, pk: UUID) -> HttpResponse:
    """While somebody types: what is found, with links to the form. Shows nothing about the patient."""
    if not request.htmx:
        return redirect(f"{reverse('patients:record_allergy', args=[pk])}?{request.GET.urlencode()}")
    return render_page(request, FOUND, _found(pk, request.GET.get("q", "")))


def _found(pk: UUID, question: str) -> dict[str, Any]:
    here, question = reverse("patients:record_allergy", args=[pk]), question.strip()[:200]
    return {
        "question": question,
        "found": [(one, f"{here}?{urlencode({'substance': one.key})}") for one in allergens.search(question)],
        "is_named": allergens.named(question) is not None,
        "words_url": f"{here}?{urlencode({'words': question})}",
        "search_url": reverse("patients:allergens", args=[pk]),
    }


@chart_page("patients.edit_allergy", BOTH)
def edit_allergy(request: PageRequest, patient: Patient, entry_pk: UUID) -> HttpResponse:
    """Verify, refute, say that it is over, or correct."""
    allergy = entry_of(patient, Allergy, entry_pk, by=request.user)
    form = EditAllergyForm.of(allergy)
    if request.method == "POST":
        form = EditAllergyForm(request.POST, allergy=allergy)
    if form.is_bound and form.is_valid():
        with refusals_on(form):
            seen, changes = form.cleaned_data["version"], form.changes()
            if changes:
                services.edit_allergy(allergy, seen_version=seen, by=request.user, **changes)
                messages.success(request, _("Saved."))
            return redirect("patients:allergies", patient.pk)
    context = about(patient, form=form, allergy=allergy)
    return render_page(request, EDIT, context, status=answer_status(form))


@chart_page("patients.retract_allergy", BOTH)
def retract_allergy(request: PageRequest, patient: Patient, entry_pk: UUID) -> HttpResponse:
    """Ask for the reason, then take it back as entered in error."""
    allergy = entry_of(patient, Allergy, entry_pk, by=request.user)
    form = RetractForm(request.POST or None, initial={"version": allergy.version})
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            reason, seen = form.cleaned_data["reason"], form.cleaned_data["version"]
            services.retract_allergy(allergy, reason=reason, seen_version=seen, by=request.user)
            messages.success(request, _("Taken back. It stays in the record, struck through."))
            return redirect("patients:allergies", patient.pk)
    context = about(patient, form=form, allergy=allergy)
    return render_page(request, RETRACT, context, status=answer_status(form))


@chart_page("patients.state_no_known_allergies", ("POST",))
def no_known_allergies(request: PageRequest, patient: Patient) -> HttpResponse:
    """Somebody asked, and none are known."""
    form = forms.Form(request.POST)
    if form.is_valid():
        with refusals_on(form):
            services.state_no_known_allergies(patient, by=request.user)
            messages.success(request, _("Stated with today's date: no known allergies."))
            return redirect("patients:allergies", patient.pk)
    return _list(request, patient, form)
