"""Beside a prescription: what the guidelines give for a diagnosis, and the draft that is begun with one line of it."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from assistant.forms.treating import DiagnosisForm, TakeForm
from assistant.recommending import Candidate, Diagnosis, Recommended, recommend
from hospital.errors import Refusal
from hospital.web import PageRequest, answer_status, refusals_on, render_page
from patients.models import Patient, Problem
from patients.views.charts import about, chart_page, entry_of
from prescriptions.models import Prescription
from prescriptions.services import begin_prescription

PAGE = "assistant/treatment.html"
POLICY = "assistant.propose_prescription"


@chart_page(POLICY)
def treatment(request: PageRequest, patient: Patient) -> HttpResponse:
    """Candidates for a diagnosis; before one is named, the problems of this patient to choose from."""
    form = DiagnosisForm(request.GET or None)
    found = recommend(patient, _diagnosis(patient, form, request), by=request.user) if form.is_asked else None
    return _page(request, patient, form, found)


@chart_page(POLICY, ("POST",), part="treatment")
def begin_draft(request: PageRequest, patient: Patient) -> HttpResponse:
    """A draft with one candidate as its line. It is looked up and checked anew: what was shown may be over."""
    form, found = TakeForm(request.POST), None
    if form.is_asked:
        diagnosis = _diagnosis(patient, form, request)
        found = recommend(patient, diagnosis, by=request.user)
        with refusals_on(form):
            draft = _begun(patient, diagnosis, found.with_key(form.cleaned_data["key"]), by=request.user)
            return redirect(reverse("prescriptions:write", args=[patient.pk, draft.pk]))
    return _page(request, patient, form, found)


def _begun(patient: Patient, diagnosis: Diagnosis, chosen: Candidate | None, *, by: User) -> Prescription:
    if chosen is None:
        raise Refusal(
            _("This is not offered any more: the guideline or what is known of the patient has changed."),
            code="not_offered",
        )
    indication = diagnosis.words or chosen.condition
    return begin_prescription(patient, lines=[chosen.line], indication=indication, by=by)


def _diagnosis(patient: Patient, form: DiagnosisForm, request: PageRequest) -> Diagnosis:
    """A problem stands for itself, by its code where it has one."""
    pk = form.cleaned_data["problem"]
    if not pk:
        return Diagnosis.typed(form.cleaned_data["diagnosis"])
    problem = entry_of(patient, Problem, pk, by=request.user)
    return Diagnosis(code=problem.code, words=problem.title)


def _page(
    request: PageRequest, patient: Patient, form: DiagnosisForm, found: Recommended | None
) -> HttpResponse:
    asked: dict[str, Any] = {}
    if found:
        asked = {name: form.cleaned_data[name] for name in ("problem", "diagnosis")}
    context = about(
        patient,
        form=form,
        found=found,
        asked=asked,
        problems=[one for one in patient.chart.problems if one["is_active"]],
    )
    return render_page(request, PAGE, context, partial="treatment", status=answer_status(form))
