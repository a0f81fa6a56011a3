"""The HTML door of trends: one measured value over time."""

import json
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.http import HttpResponse

from accounts import places
from hospital import clock
from hospital.web import PageRequest, answer_status, paged, render_page
from patients.clinical import ranges
from patients.clinical.ages import age_on
from patients.clinical.measures import MEASURES, Measure
from patients.forms.vitals import PERIODS, TrendForm
from patients.models import Patient, Vitals
from patients.panels.drawing import MOST_POINTS, Band, Point, curve, runs, thin
from patients.panels.vitals import ARROWS, FLAG_WORDS, usual_words
from patients.views.charts import about, chart_page

TREND = "patients/vitals_trend.html"
MOST_READ = 20_000
VALUES_ON_A_PAGE = 25
CIRCUMSTANCES = ("on_oxygen", "spo2_scale_2", "pregnancy", "news2_not_because")  # on which a range depends


class Read(NamedTuple):
    """A value as it was read, with the circumstances."""

    at: datetime
    value: float
    circumstances: list[Any]


class Shown(NamedTuple):
    """A value that is drawn, and what was usual at the age then."""

    point: Point
    usual: ranges.Range | None
    row: Vitals


@chart_page("patients.view_vitals")
def vitals_trend(request: PageRequest, patient: Patient) -> HttpResponse:
    """A curve of a value with its usual range, and the same values in a table. Both are in the address."""
    form = TrendForm(request.GET)
    context = about(patient, form=form)
    if form.is_valid():
        measure = MEASURES[form.cleaned_data["measure"] or "pulse"]
        context |= _trend(request, patient, measure, form.cleaned_data["period"])
        context["form"] = TrendForm({"measure": measure.key, "period": context["period"]})
    return render_page(request, TREND, context, partial="trend", status=answer_status(form))


def _trend(request: PageRequest, patient: Patient, measure: Measure, period: str) -> dict[str, Any]:
    now = clock.now()
    read, is_cut = _read(patient, measure.key, _since(period or "year", now))
    period = period or _fitting(read, now)
    since = _since(period, now)
    shown = [_shown(one, measure, patient) for one in thin(read)]
    points = [one.point for one in shown]
    start = since or (points[0].at if points else now)
    bands = _bands(shown, measure, start, now)
    page = paged(request, shown[::-1], size=VALUES_ON_A_PAGE)
    page.rows = [_line(one, measure) for one in page.rows]
    return {
        "measure": measure,
        "period": period,
        "page": page,
        "points": points,
        "curve": curve(points, bands, since=start, until=now) if points else None,
        "data": _data(points, bands, start, now),
        "number": len(read),
        "most_read": MOST_READ,
        "is_thinned": len(read) > MOST_POINTS,
        "is_cut": is_cut,
        "sources": _sources(shown),
    }


def _since(period: str, now: datetime) -> datetime | None:
    days = PERIODS[period][0]
    return now - timedelta(days=days) if days else None


def _fitting(of_a_year: list[Read], now: datetime) -> str:
    """The shortest period that has all of them: four days at the edge of a year are no curve."""
    if not of_a_year:
        return "year"
    return next(one for one in PERIODS if (since := _since(one, now)) is None or since <= of_a_year[0].at)


def _read(patient: Patient, name: str, since: datetime | None) -> tuple[list[Read], bool]:
    """The newest MOST_READ values in the order of time, and whether there are more."""
    rows = Vitals.objects.of(patient).standing().between(since).that_measured(name).newest()
    found = list(rows.values_list("taken_at", name, *CIRCUMSTANCES)[: MOST_READ + 1])
    read = [Read(at, float(value), circumstances) for at, value, *circumstances in found[:MOST_READ]]
    return read[::-1], len(found) > MOST_READ


def _shown(one: Read, measure: Measure, patient: Patient) -> Shown:
    row = Vitals(patient=patient, taken_at=one.at, **dict(zip(CIRCUMSTANCES, one.circumstances, strict=True)))
    usual = ranges.usual(measure.key, row.who)
    ends = (usual.low, usual.high) if usual else (None, None)
    return Shown(Point(one.at, one.value, *ends), usual, row)


def _line(one: Shown, measure: Measure) -> dict[str, Any]:
    flag = one.usual.flag(one.point.value) if one.usual else ""
    return {
        "at": one.point.at,
        "text": measure.text(one.point.value),
        "flag": flag,
        "arrow": ARROWS.get(flag, ""),
        "words": FLAG_WORDS.get(flag, ""),
        "usual": usual_words(measure, one.usual, is_estimated=one.row.age.is_estimated),
    }


def _bands(shown: list[Shown], measure: Measure, since: datetime, until: datetime) -> list[Band]:
    """The usual ranges, as far to both sides of the curve as they were the same at the age then."""
    points = [one.point for one in shown]
    if not points:
        return []
    before, after = _ends_on(since, shown[0], measure), _ends_on(until, shown[-1], measure)
    edges = [
        (since, points[0], before),
        *((point.at, point, point[2:]) for point in points),
        (until, points[-1], after),
    ]
    return runs([Point(at, point.value, *point[2:]) for at, point, ends in edges if ends == point[2:]])


def _ends_on(at: datetime, one: Shown, measure: Measure) -> tuple[float | None, float | None]:
    """What was usual of the same person, as at this reading, at another time."""
    zone = places.site(one.row.patient.site_id).zone
    age = age_on(at.astimezone(zone).date(), one.row.patient.birth_date)
    usual = ranges.usual(measure.key, replace(one.row.who, age=age))
    return (usual.low, usual.high) if usual else (None, None)


def _data(points: list[Point], bands: list[Band], since: datetime, until: datetime) -> dict[str, str]:
    """What the script draws from, as JSON in attributes: seconds since 1970 and values."""

    def seconds(at: datetime) -> int:
        return int(at.timestamp())

    return {
        "points": json.dumps([[seconds(point.at), point.value] for point in points]),
        "bands": json.dumps([[seconds(start), seconds(end), low, high] for start, end, low, high in bands]),
        "span": json.dumps([seconds(since), seconds(until)]),
    }


def _sources(shown: list[Shown]) -> list[Any]:
    used = {one.usual.source for one in shown if one.usual}
    return [words for key, words in ranges.SOURCES.items() if key in used]
