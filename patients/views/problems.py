"""The HTML door of problems."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from hospital import clock
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
from patients.clinical import icd
from patients.forms.entries import RetractForm
from patients.forms.problems import CodeForm, EditProblemForm, ProblemForm, ResolveForm
from patients.models import Patient, Problem
from patients.views.charts import about, chart_page, entry_of

LIST = "patients/problem_list.html"
RECORD = "patients/problem_record.html"
FOUND = "patients/problem_found.html"
EDIT = "patients/problem_edit.html"
RESOLVE = "patients/problem_resolve.html"
RETRACT = "patients/problem_retract.html"

BOTH = ("GET", "POST")
PAGE = 100


@chart_page("patients.view_problem")
def problems(request: PageRequest, patient: Patient) -> HttpResponse:
    """The active ones, then what is resolved or taken back."""
    return _list(request, patient, forms.Form())


def _list(request: PageRequest, patient: Patient, form: forms.Form) -> HttpResponse:
    rows = Problem.objects.of(patient).select_related("recorded_by").order_by("status", "-id")
    page = paged(request, rows, size=PAGE)
    page.rows.sort(key=lambda one: (one.is_retracted, not one.is_active))
    context = about(patient, page=page, form=form)
    return render_page(request, LIST, context, partial="rows", status=answer_status(form))


@chart_page("patients.record_problem", BOTH)
def record_problem(request: PageRequest, patient: Patient) -> HttpResponse:
    """Look for the code, or write in words; then say since when. It counts once, however often it is sent."""
    form = _form(request)
    if form is None:
        found = _found(patient.pk, request.GET.get("q", ""))
        return render_page(request, RECORD, about(patient, **found, form=CodeForm(request.GET)))
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            once = once_from(request)
            problem = services.record_problem(patient, once=once, by=request.user, **form.cleaned_data)
            messages.success(request, _("Recorded: %(title)s.") % {"title": problem.title})
            return redirect("patients:problems", patient.pk)
    context = about(patient, form=form, coded=form.coded, version=icd.VERSION)
    return render_page(request, RECORD, context, status=answer_status(form))


def _form(request: PageRequest) -> ProblemForm | None:
    """The form for what was chosen or sent; None while nothing is chosen."""
    sent = request.POST if request.method == "POST" else request.GET
    coded = icd.find(sent.get("code", "")) if sent.get("code") else None
    if request.method == "POST":
        return ProblemForm(request.POST, coded=coded)
    if coded:
        return ProblemForm(initial={"code": coded.code}, coded=coded)
    words = request.GET.get("words")
    return None if words is None else ProblemForm(initial={"title": words})


@needs("patients.record_problem")
def codes_found(request: PageRequest, pk: UUID) -> HttpResponse:
    """While somebody types: the codes that are found, with links to the form. Shows nothing about the patient."""
    if not request.htmx:
        return redirect(f"{reverse('patients:record_problem', args=[pk])}?{request.GET.urlencode()}")
    return render_page(request, FOUND, _found(pk, request.GET.get("q", "")))


def _found(pk: UUID, question: str) -> dict[str, Any]:
    here, question = reverse("patients:record_problem", args=[pk]), question.strip()[: icd.LONGEST_QUESTION]
    return {
        "question": question,
        "found": [(one, f"{here}?{urlencode({'code': one.code})}") for one in icd.search(question)],
        "version": icd.VERSION,
        "words_url": f"{here}?{urlencode({'words': question})}",
        "search_url": reverse("patients:codes", args=[pk]),
    }


@chart_page("patients.edit_problem", BOTH)
def edit_problem(request: PageRequest, patient: Patient, entry_pk: UUID) -> HttpResponse:
    """Correct a problem."""
    problem = entry_of(patient, Problem, entry_pk, by=request.user)
    form = EditProblemForm.of(problem)
    if request.method == "POST":
        form = EditProblemForm(request.POST, problem=problem)
    if form.is_bound and form.is_valid():
        with refusals_on(form):
            seen, changes = form.cleaned_data["version"], form.changes()
            if changes:
                services.edit_problem(problem, seen_version=seen, by=request.user, **changes)
                messages.success(request, _("Saved."))
            return redirect("patients:problems", patient.pk)
    context = about(patient, form=form, problem=problem, version=icd.VERSION)
    return render_page(request, EDIT, context, status=answer_status(form))


@chart_page("patients.resolve_problem", BOTH)
def resolve_problem(request: PageRequest, patient: Patient, entry_pk: UUID) -> HttpResponse:
    """Ask since when it is over; today, if nobody says otherwise."""
    problem = entry_of(patient, Problem, entry_pk, by=request.user)
    context = about(patient, problem=problem)
    today = clock.today(context["site"].time_zone)
    form = ResolveForm(request.POST or None, initial={"version": problem.version, "ended_on": today})
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            ending = dict(form.cleaned_data)
            seen = ending.pop("version")
            services.resolve_problem(problem, seen_version=seen, by=request.user, **ending)
            messages.success(request, _("Resolved: %(title)s.") % {"title": problem.title})
            return redirect("patients:problems", patient.pk)
    return render_page(request, RESOLVE, context | {"form": form}, status=answer_status(form))


@chart_page("patients.reopen_problem", ("POST",))
def reopen_problem(request: PageRequest, patient: Patient, entry_pk: UUID) -> HttpResponse:
    """It is back, or was never over."""
    problem = entry_of(patient, Problem, entry_pk, by=request.user)
    form = forms.Form(request.POST)
    if form.is_valid():
        with refusals_on(form):
            services.reopen_problem(problem, by=request.user)
            messages.success(request, _("Active again: %(title)s.") % {"title": problem.title})
            return redirect("patients:problems", patient.pk)
    return _list(request, patient, form)


@chart_page("patients.retract_problem", BOTH)
def retract_problem(request: PageRequest, patient: Patient, entry_pk: UUID) -> HttpResponse:
    """Ask for the reason, then take it back as entered in error."""
    problem = entry_of(patient, Problem, entry_pk, by=request.user)
    form = RetractForm(request.POST or None, initial={"version": problem.version})
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            reason, seen = form.cleaned_data["reason"], form.cleaned_data["version"]
            services.retract_problem(problem, reason=reason, seen_version=seen, by=request.user)
            messages.success(request, _("Taken back. It stays in the record, struck through."))
            return redirect("patients:problems", patient.pk)
    context = about(patient, form=form, problem=problem)
    return render_page(request, RETRACT, context, status=answer_status(form))
