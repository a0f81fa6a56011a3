"""A report in short beside its source: pasted or sent as a file and kept nowhere, or a document of a chart."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect

from accounts import acting
from assistant.forms.summary import ReportForm
from assistant.services import ASK
from assistant.summarising import Summary, summarised
from assistant.summarising.summary import LONGEST_REPORT, spans_of
from assistant.wordings import in_words, who_words
from hospital.web import PageRequest, answer_status, needs, render_page
from patients.models import Document, Patient
from patients.views.charts import about, chart_page, entry_of

PAGE = "assistant/summary.html"
OF_DOCUMENT = "assistant/summary_of.html"


@needs("assistant.ask", ("GET", "POST"))
def summary(request: PageRequest) -> HttpResponse:
    """The form; by POST what the report says, each sentence with where it stands."""
    form = ReportForm(request.POST, request.FILES) if request.method == "POST" else ReportForm()
    context: dict[str, Any] = {"form": form}
    if form.is_bound and form.is_valid():
        found = summarised(form.source)
        acting.listed("assistant.ask", by=request.user, filters={"report": len(found.source)}, count=1)
        context |= {"found": found, "segments": list(segments_of(found))}
    return render_page(request, PAGE, context, status=answer_status(form))


@chart_page("patients.view_document", ("GET", "POST"), part="document_summary")
def summary_of(request: PageRequest, patient: Patient, entry_pk: UUID) -> HttpResponse:
    """What a document of the chart says in short; by POST in the words of the provider outside, too.

    One that was taken back is not read.
    """
    may_ask = request.user.has_perm(ASK)
    if request.method == "POST" and not may_ask:
        acting.denied(ASK, by=request.user)
        raise PermissionDenied(ASK)
    document = entry_of(patient, Document, entry_pk, by=request.user)
    acting.opened(document, by=request.user)
    if document.is_retracted or document.text_state != Document.TextState.READ:
        return redirect(document)
    found = summarised(document.text[:LONGEST_REPORT])
    context = about(patient, document=document, found=found, segments=list(segments_of(found)))
    if request.method == "POST":
        context["worded"] = in_words(found, patient, by=request.user)
    elif may_ask:
        context["wording"] = who_words(request.user, patient)
    if not request.user.has_perm("patients.open_record"):
        context["chart"] = None
    return render_page(request, OF_DOCUMENT, context)


@dataclass(frozen=True)
class Segment:
    """A part of the source; `at` is where it begins, and it `is_told` where the summary says it."""

    text: str
    at: int
    is_told: bool


def segments_of(found: Summary) -> Iterator[Segment]:
    """The whole source, cut wherever something that is told begins or ends."""
    spans = list(spans_of(found))
    cuts = sorted({0, len(found.source), *(end for span in spans for end in span)})
    for start, end in pairwise(cuts):
        is_told = any(begins <= start and end <= ends for begins, ends in spans)
        yield Segment(found.source[start:end], start, is_told)
