"""The card of vital signs on the record page, and their lines in the timeline."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import places
from accounts.models import User
from hospital import clock
from patients import timeline
from patients.clinical import body, news2, ranges
from patients.clinical.ages import age_on
from patients.clinical.measures import MEASURES, Measure
from patients.models import Patient, TimelineEntry, Vitals
from patients.panels.drawing import spark
from patients.panels.registry import Action, Panel, register, register_action
from patients.services.vitals import told_of

ALWAYS_SHOWN = ("respiration", "spo2", "temperature", "systolic", "pulse")
WITHOUT_RANGE = ("pain", "weight", "height")
ARROWS = {ranges.HIGH: "↑", ranges.LOW: "↓"}
FLAG_WORDS = {ranges.HIGH: gettext_lazy("high"), ranges.LOW: gettext_lazy("low")}
Reading = dict[str, Any]


def card_of(patient: Patient, user: User) -> dict[str, Any]:
    """What the card shows, from the first page of the chart alone."""
    kept: Any = patient.chart.vitals
    readings: list[Reading] = kept["readings"] if kept else []
    if not readings:
        return {"readings": [], "may_record": user.has_perm("patients.record_vitals")}
    zone = places.site(patient.site_id).zone
    rows = [_row(measure, readings, zone) for measure in MEASURES.values() if _is_shown(measure, readings)]
    return {
        "readings": readings,
        "score": score_of(readings, zone),
        "rows": rows,
        "newest": readings[0],
        "taken": _at(readings[0]["at"], zone),
        "consciousness": _consciousness(readings[0]),
        "bmi": _bmi(patient, kept, readings[0], zone),
    }


def day_or_time(moment: str | datetime, zone: ZoneInfo) -> str:
    """10:12 of today, 12 Apr of this year, 12 Apr 2025 before."""
    at = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    local, today = at.astimezone(zone), clock.now().astimezone(zone)
    if local.date() == today.date():
        return f"{local:%H:%M}"
    return date_format(local, "j M" if local.year == today.year else "j M Y")


def _at(moment: str, zone: ZoneInfo) -> str:
    """At 10:12, on 12 Apr: as it stands in a sentence."""
    said = day_or_time(moment, zone)
    return _("at %(time)s") % {"time": said} if ":" in said else _("on %(day)s") % {"day": said}


def score_of(readings: list[Reading], zone: ZoneInfo) -> dict[str, Any]:
    """The bar of NEWS2: the score of the newest set, or why it has none, and the score before.

    A score is current for as long as the College lets pass until the next one at the most.
    """
    newest = readings[0]
    before = next((one for one in readings[1:] if one["news2"] is not None), None)
    bar: dict[str, Any] = {
        "number": newest["news2"],
        "tone": "neutral",
        "at": _at(newest["at"], zone),
        "before": {"score": before["news2"], "at": _at(before["at"], zone)} if before else None,
        "because": news2.because(newest["news2_not_because"], newest["missing"]),
    }
    if newest["news2"] is None:
        return bar
    risk = news2.risk_of(newest["news2"], has_three=newest["has_three"])
    bar["risk"] = risk.label
    is_current = clock.now() - datetime.fromisoformat(newest["at"]) <= news2.LONGEST_PAUSE
    return bar | ({"tone": risk.tone, "to_do": risk.to_do} if is_current else {})


def _is_shown(measure: Measure, readings: list[Reading]) -> bool:
    return measure.key in ALWAYS_SHOWN or any(measure.key in one["values"] for one in readings)


def _row(measure: Measure, readings: list[Reading], zone: ZoneInfo) -> dict[str, Any]:
    """A line of the card: the last value that is known, with its range, its flag and the values before it."""
    known = [one for one in readings if measure.key in one["values"]]
    if not known:
        return {"measure": measure, "value": "", "usual": ""}
    last = known[0]
    flag = last["flags"].get(measure.key, "")
    values = [one["values"][measure.key] for one in reversed(known)]
    usual = last["ranges"].get(measure.key)
    return {
        "measure": measure,
        "value": measure.text(values[-1]),
        "usual": range_words(measure, last),
        "flag": flag,
        "arrow": ARROWS.get(flag, ""),
        "flag_words": FLAG_WORDS.get(flag, ""),
        "when": "" if last is readings[0] else day_or_time(last["at"], zone),
        "spark": spark(values, usual[:2] if usual else None) if len(values) > 1 else None,
        "spoken": ", ".join(measure.text(value) for value in values),
        "count": len(values),
    }


def range_words(measure: Measure, reading: Reading) -> str:
    """What was usual at the age then."""
    kept = reading["ranges"].get(measure.key)
    found = ranges.Range(*kept) if kept else None
    return usual_words(measure, found, is_estimated=reading["age_is_estimated"])


def usual_words(measure: Measure, usual: ranges.Range | None, *, is_estimated: bool) -> str:
    """A range, or that none is kept; nothing for what has no ranges at all."""
    if measure.key in WITHOUT_RANGE:
        return ""
    return ranges.in_words(measure.key, usual, is_estimated=is_estimated)


def _consciousness(reading: Reading) -> dict[str, Any] | None:
    code = reading["consciousness"]
    return {"label": Vitals.Consciousness(code).label, "is_alert": code == "A"} if code else None


def _bmi(patient: Patient, kept: dict[str, Any], newest: Reading, zone: ZoneInfo) -> dict[str, Any] | None:
    """From the last weight and height; of whoever still grows only if both were measured on one day."""
    weight, height = kept["weight"], kept["height"]
    if not (weight and height):
        return None
    days = [datetime.fromisoformat(one["at"]).astimezone(zone).date() for one in (weight, height)]
    age = age_on(days[0], patient.birth_date)
    if age.years < body.CLASSES_FROM_YEARS and days[0] != days[1]:
        return None
    value = body.bmi(float(weight["value"]), float(height["value"]))
    if value is None:
        return None
    return {
        "value": f"{value:.1f}",
        "words": body.bmi_class(value, age, is_pregnant=newest["pregnant"]),
    }


# ── The timeline ─────────────────────────────────────────────────────────────
def draw(entry: TimelineEntry, user: User) -> timeline.Line:
    facts, url = entry.facts, f"{_list_of(entry.patient_id)}#set-{entry.subject_id}"
    score = facts["news2"]
    title = (
        _("Vitals recorded, NEWS2\u00a0%(score)s") % {"score": score}
        if score is not None
        else _("Vitals recorded")
    )
    detail = f"{summary(facts['values'])} · {facts['by']}" if facts["values"] else facts["by"]
    if facts.get("retracted"):
        because = _("Taken back: %(reason)s") % {"reason": facts["because"]}
        return timeline.Line(title, because, url=url, struck=True)
    return timeline.Line(title, detail, url=url, tone=facts["tone"])


def summary(values: dict[str, float]) -> str:
    """A set in one line, the pressures together."""
    left = dict(values)
    parts = []
    if {"systolic", "diastolic"} <= left.keys():
        pair = [MEASURES[name].text(left.pop(name)) for name in ("systolic", "diastolic")]
        parts.append(f"{_('BP')} {pair[0]}/{pair[1]} mmHg")
    parts += [
        f"{MEASURES[name].label} {MEASURES[name].text(value)} {MEASURES[name].unit}"
        for name, value in left.items()
    ]
    return ", ".join(parts)


def rebuild(patient_id: UUID) -> Iterator[timeline.Told]:
    rows: Any = Vitals.objects.filter(patient_id=patient_id).select_related("recorded_by", "patient")
    return (told_of(row) for row in rows)


def _list_of(patient_id: UUID) -> str:
    return reverse("patients:vitals", args=[patient_id])


def fill_registers() -> None:
    record = Action(
        gettext_lazy("Record vitals"),
        "patients.record_vitals",
        lambda patient: reverse("patients:record_vitals", args=[patient.pk]),
        icon="pulse",
        needs_care=True,
    )
    everything = Action(
        gettext_lazy("All"), "patients.view_vitals", lambda patient: _list_of(patient.pk), needs_care=True
    )
    register(
        Panel(
            key="vitals",
            title=gettext_lazy("Vitals"),
            permission="patients.view_vitals",
            template="patients/vitals_card.html",
            load=card_of,
            order=10,
            needs_care=True,
            column=2,
            links=(everything,),
        )
    )
    register_action(record)
    timeline.register(
        timeline.Kind("vitals", gettext_lazy("Vital signs"), "pulse", "patients.view_vitals", draw, rebuild)
    )
