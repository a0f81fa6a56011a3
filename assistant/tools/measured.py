"""Tools about what was measured: vital signs and laboratory results."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from assistant.sources import Kind, Source
from assistant.tools.gathering import Asking, Found
from assistant.tools.saying import at, day, listed, sentences, span, zone_of
from patients.clinical import ranges
from patients.clinical.measures import MEASURES
from patients.clinical.results import CRITICAL, NOT_WITHIN
from patients.models import LabResult, LabTest, Patient, Vitals
from patients.models.results import LabResultQuerySet

MOST_AT_ONCE = 200
WORDS = {ranges.HIGH: "high", ranges.LOW: "low"}
OUTSIDE = {
    "L": "below the range",
    "H": "above the range",
    "LL": "critically low, range",
    "HH": "critically high, range",
    "A": "abnormal, range",
    "N": "within the range",
}


class Value(NamedTuple):
    """A measured value: the number, as it is read, and when."""

    number: Any
    shown: str
    at: datetime


def vitals(asking: Asking, given: Mapping[str, Any]) -> Found:
    """Sets of vital signs, the newest first: one source for each set."""
    patient = asking.patient
    since, until = span(given["since"], given["until"], zone_of(patient))
    rows = Vitals.objects.of(patient).standing().between(since, until)
    if given["measures"]:
        wanted = Q()
        for name in given["measures"]:
            wanted |= Q(**{f"{name}__isnull": False})
        rows = rows.filter(wanted)
    found = list(rows.select_related("patient").newest()[: given["most"] + 1])
    read = found[: given["most"]]
    sources = [_set_said(one, asking) for one in read]
    sources += _vital_trends(read, given["measures"], asking)
    return Found(sources, _noted(len(found), given["most"], _("No vital signs are recorded for this.")))


def _noted(found: int, most: int, nothing: str) -> list[str]:
    if not found:
        return [nothing]
    return [_("There are older ones; only the newest %(n)d were read.") % {"n": most}] if found > most else []


def _set_said(row: Vitals, asking: Asking) -> Source:
    patient = asking.patient
    reading = row.as_reading()
    when = at(row.taken_at, zone_of(patient))
    score = row.risk
    text = sentences(
        f"Vital signs on {when}: " + listed(_value(name, row, reading) for name in reading["values"]),
        f"NEWS2 {row.news2} ({str(score.label).lower()})" if row.news2 is not None and score else "",
        f"Consciousness: {row.get_consciousness_display().lower()}" if row.consciousness else "",
        "On oxygen" if row.on_oxygen else "",
        f"Note: {row.note}" if row.note else "",
    )
    return asking.turn.keep(
        Kind.VITALS,
        row.pk,
        title=f"Vital signs, {when}",
        text=text,
        url=reverse("patients:vitals", args=[patient.pk]),
        patient=patient.pk,
    )


def _value(name: str, row: Vitals, reading: Mapping[str, Any]) -> str:
    measure = MEASURES[name]
    value = measure.text(getattr(row, name))
    unit = measure.unit if measure.unit.startswith("/1") else f" {measure.unit}"
    flag = WORDS.get(reading["flags"].get(name, ""), "")
    usual = reading["ranges"].get(name)
    beside = ""
    if flag and usual:
        low, high = (_plain(measure.decimals, one) for one in usual[:2])
        beside = f" ({flag}, usual {low} to {high})" if low and high else f" ({flag})"
    return f"{measure.label} {value}{unit}{beside}"


def _plain(decimals: int, number: Any) -> str:
    return "" if number is None else f"{Decimal(str(number)):.{decimals}f}"


def labs(asking: Asking, given: Mapping[str, Any]) -> Found:
    """Laboratory results, the newest first: one source for each."""
    patient = asking.patient
    since, until = span(given["since"], given["until"], zone_of(patient))
    rows = LabResult.objects.of(patient).standing()
    rows = rows.filter(taken_at__gte=since) if since else rows
    rows = rows.filter(taken_at__lt=until) if until else rows
    if given["tests"]:
        rows = rows.filter(_meant(given["tests"]))
    if given["abnormal"]:
        rows = rows.filter(flag__in=NOT_WITHIN)
    if given["collection"]:
        return _collection(rows, given["most"], asking)
    found = list(rows.latest_first()[: given["most"] + 1])
    read = found[: given["most"]]
    sources = [_result_said(one, patient, asking) for one in read]
    sources += _result_trends(read, asking) if given["tests"] else []
    return Found(sources, _noted(len(found), given["most"], _("No such results are recorded.")))


def _collection(rows: LabResultQuerySet, most: int, asking: Asking) -> Found:
    """Those that were taken last, critical and abnormal ones first; and how many more there are."""
    patient = asking.patient
    last = rows.latest_first().first()
    if last is None:
        return Found([], _noted(0, most, _("No such results are recorded.")))
    found = sorted(rows.filter(taken_at=last.taken_at).latest_first()[:MOST_AT_ONCE], key=_urgency)
    sources = [_result_said(one, patient, asking) for one in found[:most]]
    if len(found) > most:
        sources.append(_more_said(found[most:], last.taken_at, asking))
    return Found(sources)


def _urgency(row: LabResult) -> int:
    return 0 if row.flag in CRITICAL else 1 if row.flag in NOT_WITHIN else 2


def _more_said(left: list[LabResult], taken_at: datetime, asking: Asking) -> Source:
    """9 more results were taken on 12 Nov 2026, 08:00, 2 of them outside their range."""
    patient = asking.patient
    outside = sum(one.flag in NOT_WITHIN for one in left)
    of_them = f", {outside} of them outside their range" if outside else ""
    more = f"{len(left)} more results were" if len(left) > 1 else "1 more result was"
    return asking.turn.keep(
        Kind.RESULT,
        f"{patient.pk}:more",
        title="Further results",
        text=f"{more} taken on {at(taken_at, zone_of(patient))}{of_them}.",
        url=reverse("patients:results", args=[patient.pk]),
        patient=patient.pk,
    )


def _meant(tests: list[str]) -> Q:
    wanted = Q(pk__in=[])
    for text in tests:
        words = " ".join(text.split())
        if not words:
            continue
        codes = LabTest.objects.search(words).values_list("loinc", flat=True)
        wanted |= Q(name__icontains=words) | Q(loinc__in=list(codes[:40]))
    return wanted


def result_said(row: LabResult, patient: Patient) -> str:
    """Potassium 5.9 mmol/L on 12 Nov 2026, 08:00, above the range 3.5 to 5.1."""
    value = " ".join(filter(None, [row.shown, row.unit_shown]))
    outside = OUTSIDE.get(row.flag, "")
    compared = f", {outside} {row.range}" if outside and row.range else ""
    words = f"Result in words: {row.text}" if row.text and row.value is not None else ""
    return sentences(
        f"{row.name} {value} on {at(row.taken_at, zone_of(patient))}{compared}",
        words,
        f"Laboratory: {row.laboratory}" if row.laboratory else "",
        f"Note: {row.note}" if row.note else "",
    )


def _result_said(row: LabResult, patient: Patient, asking: Asking) -> Source:
    return asking.turn.keep(
        Kind.RESULT,
        row.pk,
        title=row.name,
        text=result_said(row, patient),
        url=reverse("patients:results_of_test", args=[patient.pk, row.loinc]),
        patient=patient.pk,
    )


# ── How values moved: computed here, so that nobody has to guess it ────────────


def _vital_trends(rows: list[Vitals], measures: list[str], asking: Asking) -> list[Source]:
    url = reverse("patients:vitals_trend", args=[asking.patient.pk])
    said = []
    for name in measures:
        measure = MEASURES[name]
        unit = measure.unit if measure.unit.startswith("/1") else f" {measure.unit}"
        values = [
            Value(value, f"{measure.text(value)}{unit}", one.taken_at)
            for one in rows
            if (value := getattr(one, name)) is not None
        ]
        said.append(_trend(str(measure.label), values, Kind.VITALS, name, url, asking))
    return [one for one in said if one]


def _result_trends(rows: list[LabResult], asking: Asking) -> list[Source]:
    series: dict[tuple[str, str], list[LabResult]] = {}
    for one in rows:
        if one.value is not None and not one.comparator:
            series.setdefault((one.loinc, one.unit), []).append(one)
    said = []
    for (loinc, unit), some in series.items():
        values = [Value(one.value, f"{one.shown} {one.unit_shown}".strip(), one.taken_at) for one in some]
        url = reverse("patients:results_of_test", args=[asking.patient.pk, loinc])
        said.append(_trend(some[0].name, values, Kind.RESULT, f"{loinc}:{unit}"[:24], url, asking))
    return [one for one in said if one]


def _trend(name: str, values: list[Value], kind: Kind, what: str, url: str, asking: Asking) -> Source | None:
    """Potassium rose from 4.6 mmol/L on 10 Nov 2025 to 5.9 mmol/L on 9 Nov 2026 (3 values)."""
    if len(values) < 2:
        return None
    zone = zone_of(asking.patient)
    last, first = values[0], values[-1]
    moved = (
        "rose" if last.number > first.number else "fell" if last.number < first.number else "stayed the same"
    )
    days = [day(one.at.astimezone(zone)) for one in (first, last)]
    text = (
        f"{name} {moved} from {first.shown} on {days[0]} to {last.shown} on {days[1]} ({len(values)} values)."
    )
    return asking.turn.keep(
        kind,
        f"{asking.patient.pk}:{what}",
        title=f"{name}, trend",
        text=text,
        url=url,
        patient=asking.patient.pk,
    )
