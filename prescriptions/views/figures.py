"""The HTML door of the figures of prescribing."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import acting, places
from doctors.models import Doctor
from hospital import clock
from hospital.web import PageRequest, answer_status, needs, render_page
from prescriptions.figures import Asked, Figures, Seeing, figures_of
from prescriptions.figures.drawing import Picture, bar_width, columns, curves
from prescriptions.figures.tables import SEVERITIES, Table, as_file, tables_of
from prescriptions.forms.figures import FiguresForm

FIGURES = "prescriptions/figures.html"
VIEW = "prescriptions.view_figures"
ROWS_SHOWN = 15
MOST_IN_HALF = 5  # columns that have room in half of the page
NAMES = ("from", "to", "department", "doctor")


@dataclass(frozen=True, slots=True)
class Tile:
    """A number and what it was in the period before."""

    label: str
    value: str
    hint: str


@needs(VIEW)
def figures(request: PageRequest) -> HttpResponse:
    """Who prescribes what, and which warnings are ignored. All that is asked stands in the address."""
    seeing = Seeing.of(request.user)
    form = _form(request, seeing)
    context: dict[str, Any] = {"form": form, "seeing": seeing}
    if form.is_valid():
        found = figures_of(form.asked(), seeing)
        _written_down(request, found.asked, found.totals.lines)
        context |= _shown(found, form, seeing)
    return render_page(request, FIGURES, context, partial="figures", status=answer_status(form))


@needs(VIEW)
def figures_file(request: PageRequest) -> HttpResponse:
    """One of the tables, all its rows, as a file. What cannot be asked is answered with the page."""
    seeing = Seeing.of(request.user)
    form = _form(request, seeing)
    if not form.is_valid():
        return render_page(request, FIGURES, {"form": form, "seeing": seeing}, status=422)
    found = figures_of(form.asked(), seeing)
    key = request.GET.get("table", "substances")
    table = tables_of(found, seeing).get(key)
    if table is None:
        raise Http404
    _written_down(request, found.asked, len(table.rows), table=key)
    asked = found.asked
    answer = HttpResponse(as_file(table), content_type="text/csv; charset=utf-8")
    name = f"prescribing-{key}-{asked.since}-{asked.until}.csv"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _form(request: PageRequest, seeing: Seeing) -> FiguresForm:
    today = clock.today(places.first_site().time_zone)
    given = {name: request.GET[name] for name in NAMES if name in request.GET}
    return FiguresForm(given, today=today, seeing=seeing, doctors=_doctors(seeing))


def _doctors(seeing: Seeing) -> list[tuple[str, str]]:
    """Whose figures can be asked for by name."""
    if seeing.has_names:
        return [(str(one.pk), str(one)) for one in Doctor.objects.order_by("name_key")]
    return [(str(seeing.own), _("Only mine"))] if seeing.own else []


def _written_down(request: PageRequest, asked: Asked, count: int, **more: str) -> None:
    filters = {"from": str(asked.since), "to": str(asked.until)} | more
    filters |= {
        name: str(value)
        for name, value in (("department", asked.department_id), ("doctor", asked.doctor_id))
        if value
    }
    acting.listed(VIEW, by=request.user, filters=filters, count=count)


def _shown(found: Figures, form: FiguresForm, seeing: Seeing) -> dict[str, Any]:
    tables = tables_of(found, seeing)
    weeks = tables.pop("weeks")
    asked = {name: value for name in NAMES if (value := str(form.cleaned_data.get(name) or ""))}
    return {
        "figures": found,
        "only": [name for field in ("department", "doctor") if (name := _chosen(form, field))],
        "tiles": _tiles(found),
        "weeks": weeks,
        "weeks_file": _file_of(weeks, asked),
        "lines_a_week": _lines_a_week(found),
        "shares_a_week": _shares_a_week(found),
        "tables": [_drawn(one, asked, seeing) for one in tables.values() if one.rows or one.note],
    }


def _chosen(form: FiguresForm, field: str) -> str:
    """What a list says of what was chosen; on paper the lists are not seen."""
    chosen = form.cleaned_data[field]
    names: dict[str, str] = dict(form.fields[field].choices)  # type: ignore[attr-defined]
    return str(names.get(chosen, "")) if chosen else ""


def _file_of(table: Table, asked: dict[str, str]) -> str:
    return f"{reverse('prescriptions:figures_file')}?{urlencode(asked | {'table': table.key})}"


def _drawn(table: Table, asked: dict[str, str], seeing: Seeing) -> dict[str, Any]:
    """A table as the template needs it: texts, bars and, where that leads further, addresses.

    Words of a later column stand below the name: beside eight numbers they would have no room.
    """
    beside = [column for column in table.columns[1:] if column.kind != "words"]
    bars = [row[table.bar] or 0 for row in table.rows] if table.bar is not None else []
    largest = max(bars, default=0)
    lines = []
    for number, row in enumerate(table.rows[:ROWS_SHOWN]):
        values = list(zip(table.columns[1:], row[1:], strict=True))
        cells = [
            {"column": column, "text": column.text(value), "tone": SEVERITIES.get(value, "neutral")}
            for column, value in values
            if column in beside
        ]
        below = [f"{column.label}: {value}" for column, value in values if column not in beside and value]
        lines.append(
            {
                "name": row[0],
                "url": _narrowed(table, number, asked, seeing),
                "details": [*(table.details[number : number + 1]), *below],
                "bar": bar_width(bars[number], largest) if bars else "",
                "cells": cells,
            }
        )
    return {
        "table": table,
        "columns": [table.columns[0], *beside],
        "lines": lines,
        "more": len(table.rows) - len(lines),
        "file": _file_of(table, asked),
        "is_wide": len(table.columns) > MOST_IN_HALF,
    }


def _narrowed(table: Table, number: int, asked: dict[str, str], seeing: Seeing) -> str:
    """The same page about this department or doctor only."""
    if not table.leads_to or not (seeing.has_names or table.ids[number] == str(seeing.own)):
        return ""
    if asked.get(table.leads_to) == table.ids[number]:
        return ""
    return f"{reverse('prescriptions:figures')}?{urlencode(asked | {table.leads_to: table.ids[number]})}"


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{value:.1f} %"


def _count(value: int, least: int) -> str:
    return _("fewer than %(n)d") % {"n": least} if 0 < value < least else str(value)


def _tiles(found: Figures) -> list[Tile]:
    now, then = found.totals, found.before
    pairs = (
        (_("Prescriptions"), str(now.prescriptions), str(then.prescriptions)),
        (_("Medicines"), str(now.lines), str(then.lines)),
        (_("Patients"), _count(now.patients, now.least), _count(then.patients, then.least)),
        (_("Antibiotics"), _percent(now.antibiotics_share), _percent(then.antibiotics_share)),
        (
            _("Warnings overridden"),
            _percent(found.warnings.override_rate),
            _percent(found.warnings_before.override_rate),
        ),
    )
    return [
        Tile(label, value, _("period before: %(value)s") % {"value": before})
        for label, value, before in pairs
    ]


def _lines_a_week(found: Figures) -> Picture:
    return columns([one.begins_on for one in found.weeks], [one.lines for one in found.weeks])


def _shares_a_week(found: Figures) -> Picture:
    return curves(
        [one.begins_on for one in found.weeks],
        ("antibiotics", [one.antibiotics_share for one in found.weeks]),
        ("overridden", [one.override_rate for one in found.weeks]),
    )
