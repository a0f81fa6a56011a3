"""The HTML door of vital signs: the sets, writing one down, taking one back."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from hospital.web import PageRequest, answer_status, once_from, paged, refusals_on, render_page
from patients import services
from patients.clinical import body, news2, ranges
from patients.clinical.measures import MEASURES
from patients.forms.vitals import RetractForm, VitalsForm
from patients.models import Patient, Vitals
from patients.panels.vitals import ARROWS, FLAG_WORDS, range_words
from patients.views.charts import about, chart_page, entry_of

LIST = "patients/vitals_list.html"
RECORD = "patients/vitals_record.html"
RETRACT = "patients/vitals_retract.html"
BOTH = ("GET", "POST")
SETS_ON_A_PAGE = 20


@chart_page("patients.view_vitals")
def vitals_list(request: PageRequest, patient: Patient) -> HttpResponse:
    """All sets, the newest first; what was taken back stays among them, struck through."""
    page = paged(request, Vitals.objects.of(patient).with_names().newest(), size=SETS_ON_A_PAGE)
    page.rows = [_drawn(row) for row in page.rows]
    context = about(patient, page=page, sources=_sources(page.rows), version=news2.VERSION)
    return render_page(request, LIST, context, partial="sets")


@chart_page("patients.record_vitals", BOTH)
def record_vitals(request: PageRequest, patient: Patient) -> HttpResponse:
    """The form of a bedside chart. What is unlikely is asked about at its field and has to be confirmed."""
    form = VitalsForm(request.POST or None, patient=patient)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            row = services.record_vitals(
                patient, once=once_from(request), by=request.user, **form.cleaned_data
            )
            messages.success(request, _said(row))
            return redirect(patient)
    return render_page(request, RECORD, about(patient, form=form), status=answer_status(form))


@chart_page("patients.retract_vitals", BOTH)
def retract_vitals(request: PageRequest, patient: Patient, entry_pk: UUID) -> HttpResponse:
    """Ask why, then take a set back as entered in error."""
    row = entry_of(patient, Vitals, entry_pk, by=request.user)
    row.patient = patient
    form = RetractForm(request.POST or None, initial={"version": row.version})
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            reason, seen = form.cleaned_data["reason"], form.cleaned_data["version"]
            services.retract_vitals(row, reason=reason, seen_version=seen, by=request.user)
            messages.success(request, _("Taken back. The values stay in the list, struck through."))
            return redirect("patients:vitals", patient.pk)
    context = about(patient, form=form, row=row, set=_drawn(row))
    return render_page(request, RETRACT, context, status=answer_status(form))


def _said(row: Vitals) -> str:
    if row.news2 is None:
        return _("Written down. NEWS2 not scored: %(because)s") % {
            "because": news2.because(row.news2_not_because, row.parameters.missing)
        }
    return _("Written down. NEWS2 %(score)s, %(risk)s.") % {
        "score": row.news2,
        "risk": row.risk.label if row.risk else "",
    }


def _drawn(row: Vitals) -> dict[str, Any]:
    """A set for the table: its cells by the names of the measures, and its score."""
    reading = row.as_reading()
    cells = {
        name: {
            "text": MEASURES[name].text(value),
            "unit": MEASURES[name].unit,
            "flag": (flag := reading["flags"].get(name, "")),
            "arrow": ARROWS.get(flag, ""),
            "words": FLAG_WORDS.get(flag, ""),
            "usual": range_words(MEASURES[name], reading),
            "label": MEASURES[name].label,
        }
        for name, value in reading["values"].items()
    }
    return {
        "row": row,
        "cells": cells,
        "risk": row.risk,
        "not_scored": news2.IN_SHORT.get(row.news2_not_because, ""),
        "missing": [news2.PARAMETERS[name] for name in row.parameters.missing],
        "ranges": reading["ranges"],
    }


def _sources(drawn: list[dict[str, Any]]) -> list[Any]:
    """Where the ranges come from that these sets were compared with, and the classes of the body mass index."""
    used = {source for one in drawn for _low, _high, source in one["ranges"].values()}
    return [*(words for key, words in ranges.SOURCES.items() if key in used), body.SOURCE]
