"""The HTML door of laboratory results."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import acting, places
from hospital import clock
from hospital.models import one_of
from hospital.web import (
    Page,
    PageRequest,
    answer_status,
    needs,
    once_from,
    paged,
    refusals_on,
    render_page,
    way_back,
)
from patients import services
from patients.clinical.lines import draw_line
from patients.clinical.loinc import BY_CODE, LOINC_NOTICE, place_of
from patients.clinical.results import CRITICAL, NOT_WITHIN, as_text
from patients.forms.results import ImportForm, ResultForm, ResultsFilterForm, RetractForm, ReviewForm
from patients.models import CareRelation, LabImport, LabResult, LabTest, Patient
from patients.services.result_lines import COLUMNS
from patients.services.results import is_adult
from patients.views.charts import about, chart_page, entry_of

CUMULATIVE = "patients/results_cumulative.html"
LIST = "patients/results_list.html"
OF_TEST = "patients/results_test.html"
RECORD = "patients/results_record.html"
RETRACT = "patients/results_retract.html"
TO_REVIEW = "patients/results_review.html"
IMPORT = "patients/results_import.html"
VIEW = "patients.view_labresult"

BOTH = ("GET", "POST")
DATES_ACROSS = 6
MOST_READ = 600  # for the table; more than six samples of any size
MOST_OF_A_TEST = 200
MOST_WAITING = 1_000
MOST_IN_CARE = 5_000


@dataclass
class Row:
    """A test in the table, with what it was at each of its dates."""

    latest: LabResult
    cells: list[list[LabResult]]


@dataclass
class SampleToReview:
    """Results of one sample that nobody has seen yet."""

    patient_id: UUID
    laboratory: str
    taken_at: datetime
    rows: list[LabResult] = field(default_factory=list)
    patient: Patient | None = None

    @property
    def local(self) -> datetime | None:
        """When it was taken, as the clock at the patient's site shows it."""
        return self.taken_at.astimezone(places.site(self.patient.site_id).zone) if self.patient else None

    @property
    def urgency(self) -> int:
        """0 comes first: something critical, something out of range, the others."""
        flags = {row.flag for row in self.rows}
        return 0 if flags & {*CRITICAL} else 1 if flags & {*NOT_WITHIN} else 2


@chart_page(VIEW)
def results(request: PageRequest, patient: Patient) -> HttpResponse:
    """The table: tests down, the last dates across, the latest first. `?before=` leads to earlier ones."""
    rows = LabResult.objects.standing().of(patient).latest_first()
    before = _moment(request.GET.get("before", ""))
    if before:
        rows = rows.filter(taken_at__lt=before)
    found = list(rows[:MOST_READ])
    times = sorted({row.taken_at for row in found}, reverse=True)
    shown = times[:DATES_ACROSS]
    context = {
        "times": shown,
        "groups": _groups(found, shown),
        "earlier": shown[-1] if len(times) > DATES_ACROSS else None,
        "before": before,
        "notice": LOINC_NOTICE,
    }
    return render_page(request, CUMULATIVE, about(patient, **context), partial="table")


def _moment(text: str) -> datetime | None:
    """What is no moment of ours counts as not asked."""
    try:
        moment = parse_datetime(text[:40])
    except ValueError:
        return None
    return moment if moment and moment.tzinfo and 1900 <= moment.year <= 2200 else None


def _groups(found: Sequence[LabResult], times: Sequence[datetime]) -> list[tuple[str, list[Row]]]:
    series: dict[tuple[str, str], list[LabResult]] = {}
    for row in found:
        if row.taken_at in times:
            series.setdefault((row.loinc, row.unit), []).append(row)
    names = dict(
        LabTest.objects.filter(loinc__in=sorted({code for code, _ in series})).values_list("loinc", "group")
    )
    groups: dict[str, list[Row]] = {}
    for loinc, unit in sorted(series, key=lambda key: (place_of(key[0]), key[1])):
        its = series[loinc, unit]
        cells = [[one for one in its if one.taken_at == at] for at in times]
        groups.setdefault(names.get(loinc) or str(_("Other")), []).append(Row(its[0], cells))
    return list(groups.items())


@chart_page(VIEW)
def results_list(request: PageRequest, patient: Patient) -> HttpResponse:
    """All results one by one, the latest first, those that were taken back too."""
    rows = LabResult.objects.of(patient)
    tests = sorted(dict(rows.values_list("loinc", "name").distinct()).items(), key=_by_place)
    form = ResultsFilterForm(request.GET, tests=tests)
    if form.is_valid():
        rows = _narrowed(rows, form.cleaned_data)
    page = paged(request, rows.latest_first().select_related("reviewed_by", "retracted_by"))
    LabResult.objects.put_deltas(page.rows)
    context = {"form": form, "page": page, "is_narrowed": any(form.data.get(name) for name in form.fields)}
    return render_page(
        request, LIST, about(patient, **context), partial="rows", status=200 if form.is_valid() else 422
    )


def _by_place(test: tuple[str, str]) -> tuple[int, str]:
    return place_of(test[0])


def _narrowed(rows: Any, asked: dict[str, Any]) -> Any:
    if asked["test"]:
        rows = rows.filter(loinc=asked["test"])
    if asked["show"] == "abnormal":
        rows = rows.standing().filter(flag__in=NOT_WITHIN)
    if asked["show"] == "unseen":
        rows = rows.unseen()
    return rows


@chart_page(VIEW)
def results_of_test(request: PageRequest, patient: Patient, loinc: str) -> HttpResponse:
    """One test over time, as a line and as a table."""
    rows = list(
        LabResult.objects.of(patient)
        .filter(loinc=loinc[:20])
        .latest_first()
        .select_related("reviewed_by")[:MOST_OF_A_TEST]
    )
    if not rows:
        raise Http404
    LabResult.objects.put_deltas(rows)
    latest = next((row for row in rows if not row.is_retracted), rows[0])
    measured = [
        (row.taken_at, row.value, row.is_abnormal)
        for row in reversed(rows)
        if row.value is not None and not row.comparator and not row.is_retracted and row.unit == latest.unit
    ]
    starter = BY_CODE.get(loinc)
    line = draw_line(measured, latest.low, latest.high)
    context = {
        "rows": rows,
        "latest": latest,
        "line": line,
        "top": as_text(line.top) if line else "",
        "bottom": as_text(line.bottom) if line else "",
        "measured": measured,
        "source": starter.source
        if starter and (latest.low, latest.high) == (starter.low, starter.high)
        else "",
        "notice": LOINC_NOTICE,
    }
    return render_page(request, OF_TEST, about(patient, **context))


@chart_page("patients.record_result", BOTH)
def record_result(request: PageRequest, patient: Patient) -> HttpResponse:
    """First the test is chosen (`?loinc=`), then its result is written down."""
    test = one_of(LabTest.objects.offered().filter(loinc=request.GET.get("loinc", "")[:20]))
    if test is None:
        return _choose_test(request, patient)
    site = places.site(patient.site_id)
    adult = is_adult(patient, clock.now())
    form = ResultForm(request.POST or None, test=test, zone=site.zone, is_adult=adult)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            services.record_result(
                patient, loinc=test.loinc, once=once_from(request), by=request.user, **form.result()
            )
            messages.success(request, _("Recorded: %(test)s.") % {"test": test.short_name})
            return redirect("patients:results", patient.pk)
    context = about(patient, form=form, test=test, is_adult=adult, notice=LOINC_NOTICE)
    return render_page(request, RECORD, context, status=answer_status(form))


def _choose_test(request: PageRequest, patient: Patient) -> HttpResponse:
    asked = request.GET.get("q", "").replace("\x00", "")
    found = sorted(LabTest.objects.offered().search(asked), key=lambda test: place_of(test.loinc))
    groups: dict[str, list[LabTest]] = {}
    for test in found:
        groups.setdefault(test.group or str(_("Other")), []).append(test)
    context = about(patient, groups=list(groups.items()), q=asked, notice=LOINC_NOTICE)
    return render_page(
        request, RECORD, context, partial="tests", status=422 if request.method == "POST" else 200
    )


@chart_page("patients.review_result", ("POST",))
def review_results(request: PageRequest, patient: Patient) -> HttpResponse:
    """The results that were on the page have been seen. Back to where they were."""
    form = ReviewForm(request.POST)
    if form.is_valid():
        asked = form.cleaned_data["result"]
        found = list(LabResult.objects.of(patient).filter(pk__in=asked))
        missing = {*asked} - {row.pk for row in found}
        for pk in missing:
            acting.not_shown(LabResult, pk, by=request.user)
        if missing:
            raise Http404
        seen = services.review_results(patient, results=found, by=request.user)
        said = ngettext("%(number)s result reviewed.", "%(number)s results reviewed.", seen)
        messages.success(request, said % {"number": seen})
    else:
        messages.error(request, _("Nothing was chosen."))
    back = way_back(request, request.POST.get("next", ""))
    return redirect(back or reverse("patients:results_list", args=[patient.pk]))


@chart_page("patients.retract_result", BOTH)
def retract_result(request: PageRequest, patient: Patient, entry_pk: UUID) -> HttpResponse:
    """Ask for the reason, then strike the result through."""
    result = entry_of(patient, LabResult, entry_pk, by=request.user)
    form = RetractForm(request.POST or None, initial={"version": result.version})
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            given = form.cleaned_data
            services.retract_result(
                result, reason=given["reason"], seen_version=given["version"], by=request.user
            )
            messages.success(request, _("Taken back. It stays in the list, struck through."))
            return redirect("patients:results_list", patient.pk)
    return render_page(request, RETRACT, about(patient, form=form, result=result), status=answer_status(form))


@needs("patients.review_result")
def results_to_review(request: PageRequest) -> HttpResponse:
    """What nobody has looked at yet, of those whom this clinician treats: what is out of range comes first."""
    page, is_more = _waiting(request)
    acting.listed(VIEW, by=request.user, filters={"unseen": "true"}, count=sum(len(one.rows) for one in page))
    context = {"page": page, "is_more": is_more, "most": MOST_WAITING}
    return render_page(request, TO_REVIEW, context, partial="samples")


def _waiting(request: PageRequest) -> tuple[Page, bool]:
    mine = CareRelation.objects.filter(user_id=request.user.pk, is_open=True)
    ids = list(mine.values_list("patient_id", flat=True)[:MOST_IN_CARE])
    rows = LabResult.objects.unseen().filter(patient_id__in=ids).latest_first()
    abnormal = list(rows.filter(flag__in=NOT_WITHIN)[:MOST_WAITING])
    found = {row.pk: row for row in [*abnormal, *rows[:MOST_WAITING]]}
    samples: dict[UUID, SampleToReview] = {}
    for row in found.values():
        sample = samples.setdefault(
            row.sample_id, SampleToReview(row.patient_id, row.laboratory, row.taken_at)
        )
        sample.rows.append(row)
    in_order = sorted(samples.values(), key=lambda one: (one.urgency, -one.taken_at.timestamp()))
    page = paged(request, in_order, size=10)
    patients = Patient.objects.visible_to(request.user).in_bulk([one.patient_id for one in page])
    for one in page:
        one.patient = patients.get(one.patient_id)
        one.rows.sort(key=lambda row: (not row.is_abnormal, place_of(row.loinc)))
    return page, len(found) >= MOST_WAITING


@needs("patients.import_results", BOTH)
def import_results(request: PageRequest) -> HttpResponse:
    """Take in a file of a laboratory: all of it, or nothing and what is wrong with each line."""
    form = ImportForm(request.POST, request.FILES) if request.method == "POST" else ImportForm()
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            file = form.cleaned_data["file"]
            taken = services.import_results(
                file.read(), laboratory=form.cleaned_data["laboratory"], file_name=file.name, by=request.user
            )
            said = ngettext("%(number)s result taken in.", "%(number)s results taken in.", taken.results)
            messages.success(request, said % {"number": taken.results})
            return redirect("patients:import_results")
    earlier = LabImport.objects.visible_to(request.user).select_related("imported_by").order_by("-id")[:10]
    context = {"form": form, "columns": COLUMNS, "earlier": list(earlier), "site": places.first_site()}
    return render_page(request, IMPORT, context, status=answer_status(form))
