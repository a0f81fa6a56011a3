"""The HTML door of patients."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from accounts import acting, places
from audit.models import Entry
from hospital.web import (
    PageRequest,
    answer_status,
    get_visible,
    needs,
    paged,
    refusals_on,
    render_page,
)
from notifications.forms import PreferenceForm
from notifications.models import ContactPreference, Message
from notifications.services import set_contact_preference
from patients import panels, services
from patients.filters import PatientFilter
from patients.forms.people import DeactivateForm, EditPatientForm, ReactivateForm, TreatForm
from patients.models import Patient, may_see_chart

LIST = "patients/patient_list.html"
DETAIL = "patients/patient_detail.html"
EDIT = "patients/patient_edit.html"
DEACTIVATE = "patients/patient_deactivate.html"
REACTIVATE = "patients/patient_reactivate.html"
OPENED = "patients/patient_opened.html"
MESSAGES = "patients/patient_messages.html"

BOTH = ("GET", "POST")


@needs("patients.view_patient")
def patient_list(request: PageRequest) -> HttpResponse:
    """All patients, or those whom `?q=` means. Live search swaps the partial `results`."""
    narrowed = PatientFilter(request.GET, queryset=Patient.objects.visible_to(request.user))
    is_valid = narrowed.is_valid()
    page = paged(request, narrowed.ranked() if is_valid else [])
    asked = {name: str(value) for name, value in narrowed.form.data.items() if value and name != "page"}
    acting.listed("patients.view_patient", by=request.user, filters=asked, count=len(page))
    context = {
        "filter": narrowed,
        "form": narrowed.form,
        "page": page,
        "question": request.GET.get("q", "").strip() if is_valid else "",
        "is_narrowed": bool(asked),
    }
    return render_page(request, LIST, context, partial="results", status=200 if is_valid else 422)


@needs("patients.view_patient")
def detail(request: PageRequest, pk: UUID) -> HttpResponse:
    """The record: demographics, and the panels of the apps above that this user may see."""
    patient = get_visible(Patient, request, pk)
    return render_page(request, DETAIL, _record(request, patient, TreatForm()))


def _record(request: PageRequest, patient: Patient, treat_form: TreatForm) -> dict[str, Any]:
    user = request.user
    in_care = may_see_chart(user, patient)
    sections = [_drawn(request, patient, one) for one in panels.load_for(patient, user, in_care=in_care)]
    has_chart = in_care and user.has_perm("patients.open_record")
    actions = panels.actions_for(patient, user, in_care=in_care)
    may_see_audit = user.has_perm("audit.view_entry")
    may_record_death = user.has_perm("patients.record_death") and not patient.is_deceased
    may_close = user.has_perm(
        "patients.deactivate_patient" if patient.is_active else "patients.reactivate_patient"
    )
    return _about(patient) | {
        "chart": patient.chart if has_chart else None,
        "columns": [[one for one in sections if one["column"] == column] for column in (1, 2, 3, 4)],
        "actions": actions,
        "panels": sections,
        "treat_form": treat_form,
        "must_declare": user.has_perm("patients.declare_care") and patient.is_open_for_work and not in_care,
        "may_edit": user.has_perm("patients.edit_patient"),
        "may_see_audit": may_see_audit,
        "may_record_death": may_record_death,
        "may_close": may_close,
        "has_more": may_see_audit
        or may_record_death
        or (may_close and patient.is_active)
        or any(action["rare"] for action in actions),
    }


def _drawn(request: PageRequest, patient: Patient, loaded: panels.Loaded) -> dict[str, Any]:
    panel = loaded.panel
    html = render_to_string(panel.template, {"patient": patient} | loaded.context, request)
    return {
        "key": panel.key,
        "title": panel.title,
        "html": html,
        "column": panel.column,
        "links": panels.links_of(panel, patient, request.user),
    }


def _about(patient: Patient) -> dict[str, Any]:
    """What the patient's banner needs."""
    return {"patient": patient, "site": places.site(patient.site_id)}


@needs("patients.edit_patient", BOTH)
def edit(request: PageRequest, pk: UUID) -> HttpResponse:
    """Correct demographics. If somebody else was faster, nothing is saved and what was typed stays."""
    patient = get_visible(Patient, request, pk)
    if request.method != "POST":
        return render_page(request, EDIT, _about(patient) | {"form": EditPatientForm.of(patient)})
    form = EditPatientForm(request.POST)
    if form.is_valid():
        with refusals_on(form):
            seen = form.cleaned_data["version"]
            changes = form.changes(patient)
            if changes:
                services.edit_patient(patient, by=request.user, seen_version=seen, **changes)
                messages.success(request, _("Saved."))
            return redirect(patient)
    return render_page(request, EDIT, _about(patient) | {"form": form}, status=answer_status(form))


@needs("patients.deactivate_patient", BOTH)
def deactivate(request: PageRequest, pk: UUID) -> HttpResponse:
    """Ask for the reason, then close the record for new work."""
    patient = get_visible(Patient, request, pk)
    suggested = {"version": patient.version, "reason": request.GET.get("reason", "")[:200]}
    form = DeactivateForm(request.POST or None, initial=suggested)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            reason, seen = form.cleaned_data["reason"], form.cleaned_data["version"]
            services.deactivate_patient(patient, reason=reason, seen_version=seen, by=request.user)
            messages.success(request, _("The record is inactive now. Nothing was deleted."))
            return redirect(patient)
    return render_page(request, DEACTIVATE, _about(patient) | {"form": form}, status=answer_status(form))


@needs("patients.reactivate_patient", BOTH)
def reactivate(request: PageRequest, pk: UUID) -> HttpResponse:
    """Ask, then open the record again."""
    patient = get_visible(Patient, request, pk)
    form = ReactivateForm(request.POST or None, initial={"version": patient.version})
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            services.reactivate_patient(patient, seen_version=form.cleaned_data["version"], by=request.user)
            messages.success(request, _("The record is active again."))
            return redirect(patient)
    return render_page(request, REACTIVATE, _about(patient) | {"form": form}, status=answer_status(form))


@needs("patients.declare_care", ("POST",))
def treat(request: PageRequest, pk: UUID) -> HttpResponse:
    """A clinician declares that he or she treats this patient."""
    patient = get_visible(Patient, request, pk)
    form = TreatForm(request.POST)
    if form.is_valid():
        with refusals_on(form):
            services.declare_care(patient, reason=form.cleaned_data["reason"], by=request.user)
            messages.success(request, _("The record is open to you. Your reason was written down."))
            return redirect(patient)
    return render_page(request, DETAIL, _record(request, patient, form), status=answer_status(form))


@needs("notifications.set_contact_preference", BOTH)
def patient_messages(request: PageRequest, pk: UUID) -> HttpResponse:
    """What was said to a patient, when, and why something was not; how the patient wants to be told."""
    patient = get_visible(Patient, request, pk)
    preference = ContactPreference.objects.of(patient.pk)
    form = PreferenceForm(request.POST) if request.method == "POST" else PreferenceForm.of(preference)
    if form.is_valid():
        with refusals_on(form):
            wanted = form.cleaned_data
            set_contact_preference(
                person_type="patient",
                person_id=patient.pk,
                channel=wanted["channel"],
                muted=wanted["muted"],
                seen_version=wanted["version"],
                by=request.user,
            )
            messages.success(request, _("Saved."))
            return redirect("patients:messages", patient.pk)
    page = paged(request, Message.objects.about_patient(patient.pk))
    context = _about(patient) | {"form": form, "page": page, "preference": preference}
    return render_page(request, MESSAGES, context, partial="letters", status=answer_status(form))


@needs("audit.view_entry")
def opened(request: PageRequest, pk: UUID) -> HttpResponse:
    """Who did or saw something of this patient's record."""
    patient = get_visible(Patient, request, pk)
    page = paged(request, Entry.objects.about_patient(patient.pk), size=50)
    return render_page(request, OPENED, _about(patient) | {"page": page}, partial="entries")
