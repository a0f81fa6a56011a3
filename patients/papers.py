"""The summary of a record on paper: what stands on the first page of the chart, in the order of its danger."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts import places
from accounts.models import User
from hospital import clock, paper
from patients import timeline
from patients.clinical import news2
from patients.clinical.measures import MEASURES
from patients.models import LabResult, Patient, Vitals

MOST_NOTES = 6
NOTES = "note"  # the kind of their lines in the timeline
ARROWS = {"high": "↑", "low": "↓"}
LAB_ARROWS = {"H": " ↑", "HH": " ↑", "L": " ↓", "LL": " ↓"}
NOTHING_SAID = {"", LabResult.Flag.NORMAL.value}


@dataclass
class Section:
    """A part of the page: a sentence, a table, a word about it. A width of 0 is as wide as what stands there."""

    title: str
    says: str = ""
    note: str = ""
    head: list[str] = field(default_factory=list)
    widths: list[int] = field(default_factory=list)
    rows: list[list[dict[str, Any]]] = field(default_factory=list)


def cell(text: object, *, strong: bool = False, tone: str = "") -> dict[str, Any]:
    return {"text": str(text), "strong": strong or bool(tone), "tone": tone}


def summary_of(patient: Patient, *, by: User) -> bytes:
    """The PDF. Asks the database for the chart and for the lines of the last notes."""
    site = places.site(patient.site_id)
    now = clock.now().astimezone(site.zone)
    made = f"{date_format(now, 'j M Y')}, {now:%H:%M}"
    sections = [
        problems(patient),
        medicines(patient),
        vitals(patient, site.zone),
        results(patient, site.zone),
        notes(patient, site.zone, by),
    ]
    values = {
        "hospital": f"{settings.APP_NAME}, {site.name}" if site.name != settings.APP_NAME else site.name,
        "made": made,
        "printed": _("Printed by %(name)s, %(at)s") % {"name": str(by), "at": made},
        "fictitious": _("Fictitious: demonstration. No real patient.") if settings.DEBUG else "",
        "patient": {"name": patient.full_name, "mrn": patient.mrn, "facts": facts(patient)},
        "notices": [*standing(patient), *allergies(patient), *alerts(patient)],
        "sections": [vars(section) for section in sections if section],
    }
    return paper.pdf("summary", values, title=_("Summary of the record %(mrn)s") % {"mrn": patient.mrn})


def facts(patient: Patient) -> list[list[str]]:
    born = f"{patient.birth_date.year}" if patient.birth_date_is_estimated else _day(patient.birth_date)
    about = _("about ") if patient.birth_date_is_estimated else ""
    return [
        [
            _("Date of birth"),
            f"{about}{born} ({patient.age} y)" if not patient.is_deceased else f"{about}{born}",
        ],
        [_("MRN"), patient.mrn],
        [_("Sex"), patient.get_sex_display()],
        [_("Phone"), patient.phone.as_international if patient.phone else _("None")],
        [_("Blood group"), str(patient.get_blood_group_display() or _("Not known"))],
        [_("Language"), str(patient.get_language_display() or _("Not known"))],
    ]


def standing(patient: Patient) -> list[dict[str, str]]:
    if patient.is_deceased:
        on = f" {_day(patient.deceased_on)}" if patient.deceased_on else ""
        return [_notice(_("Deceased"), on)]
    return [] if patient.is_active else [_notice(_("This record is inactive."))]


def allergies(patient: Patient) -> list[dict[str, str]]:
    """Never left out: what is known, that nothing is, or that nobody has asked."""
    kept = patient.chart.allergies
    if known := kept.get("known"):
        each = [
            f"{one['substance']} ({one['says']})" if one.get("says") else one["substance"] for one in known
        ]
        return [_notice(_("Allergies:"), " · ".join(each), "danger")]
    if asked := kept.get("none_stated_on"):
        return [_notice(_("No known allergies"), _("(asked %(day)s)") % {"day": _any_day(asked)})]
    return [_notice(_("Allergies: not asked yet"))]


def alerts(patient: Patient) -> list[dict[str, str]]:
    return [_notice(_("Alert:"), one["text"]) for one in patient.chart.alerts]


def problems(patient: Patient) -> Section:
    section = Section(
        _("Active problems"),
        head=[_("Problem"), _("ICD-10-CM"), _("Since")],
        widths=[6, 2, 3],
        rows=[
            [
                cell(one["title"], strong=True),
                cell(one.get("code", "")),
                cell(one.get("when") or one.get("since") or ""),
            ]
            for one in patient.chart.problems
            if one.get("is_active", one.get("status", "active") == "active")
        ],
    )
    if not section.rows:
        section.says = _("None are written down.")
    return section


def medicines(patient: Patient) -> Section:
    """What was prescribed here and is not at its end. What a patient takes besides, nobody can know from here."""
    today = clock.now().astimezone(places.site(patient.site_id).zone).date().isoformat()
    here = _("What was prescribed in this hospital. Ask what else is taken.")
    rows = [one for one in patient.chart.medicines if not one["until"] or one["until"] >= today]
    if not rows:
        return Section(_("Medicines"), says=_("None are prescribed here at present."), note=here)
    return Section(
        _("Medicines"),
        head=[_("Medicine"), _("How it is taken"), _("Since"), _("Until")],
        widths=[4, 6, 2, 3],
        rows=[
            [
                cell(one["medicine"], strong=True),
                cell(one["text"]),
                cell(_any_day(one["since"])),
                cell(_any_day(one["until"]) if one["until"] else _("further notice")),
            ]
            for one in rows
        ],
        note=here,
    )


def vitals(patient: Patient, zone: ZoneInfo) -> Section:
    """The newest set, with the ranges of that age and with its NEWS2, or that there is none."""
    kept: Any = patient.chart.vitals
    readings = kept.get("readings", []) if isinstance(kept, dict) else kept
    if not readings:
        return Section(_("Vital signs"), says=_("None are written down."))
    newest = readings[0]
    section = Section(
        _("Vital signs of %(at)s") % {"at": _moment(newest["at"], zone)},
        says=_score(newest),
        head=[_("Sign"), _("Value"), _("Usual range"), ""],
        widths=[4, 3, 3, 2],
        rows=[_sign(name, value, newest) for name, value in newest["values"].items()],
    )
    if state := newest.get("consciousness"):
        section.says += " " + _("Consciousness: %(state)s.") % {"state": Vitals.Consciousness(state).label}
    if newest.get("on_oxygen"):
        section.says += " " + _("On oxygen.")
    return section


def _score(reading: dict[str, Any]) -> str:
    """NEWS2 with its risk; where there is none, why."""
    score = reading.get("news2")
    if score is None:
        why = news2.NOT_BECAUSE.get(reading.get("news2_not_because", ""), "")
        return f"{_('NEWS2: not scored.')} {why}".strip()
    risk = news2.risk_of(score, has_three=bool(reading.get("has_three")))
    return f"NEWS2: {score}, {risk.label}."


def _sign(name: str, value: float, reading: dict[str, Any]) -> list[dict[str, Any]]:
    low, high, *_source = reading.get("ranges", {}).get(name) or (None, None)
    flag = reading.get("flags", {}).get(name, "")
    tone = "danger" if flag in ARROWS else ""
    measure = MEASURES[name]
    said = {"high": _("High"), "low": _("Low")}.get(flag, "")
    return [
        cell(measure.label),
        cell(f"{measure.text(value)} {measure.unit}", tone=tone),
        cell(_range(low, high)),
        cell(f"{said} {ARROWS.get(flag, '')}".strip(), tone=tone),
    ]


def _range(low: float | None, high: float | None) -> str:
    if low is None and high is None:
        return _("no range")
    if low is None:
        return _("up to %(high)s") % {"high": f"{high:g}"}
    return _("from %(low)s") % {"low": f"{low:g}"} if high is None else f"{low:g} – {high:g}"


def results(patient: Patient, zone: ZoneInfo) -> Section:
    """The latest of each test; what has no range says so."""
    rows = patient.chart.results
    if not rows:
        return Section(_("Laboratory"), says=_("No results are written down."))
    return Section(
        _("Laboratory, the latest of each test"),
        head=[_("Test"), _("Result"), _("Range"), _("Flag"), _("Sample")],
        widths=[4, 3, 3, 3, 3],
        rows=[_result(row, zone) for row in rows],
    )


def _result(row: dict[str, Any], zone: ZoneInfo) -> list[dict[str, Any]]:
    flag = row.get("flag", "")
    tone = "" if flag in NOTHING_SAID else "danger"
    words = str(LabResult.Flag(flag).label) if flag in LabResult.Flag.values else flag
    return [
        cell(row["name"]),
        cell(f"{row['value']} {row.get('unit', '')}".strip(), tone=tone),
        cell(row.get("range", "")),
        cell(words + LAB_ARROWS.get(flag, ""), tone=tone),
        cell(_moment(row["at"], zone)),
    ]


def notes(patient: Patient, zone: ZoneInfo, by: User) -> Section | None:
    """Title and writer of the last ones, as the timeline tells them; nothing for whom they are not."""
    if NOTES not in {kind.key for kind in timeline.kinds_for(by)}:
        return None
    drawn, _more = timeline.read(patient, by, kinds=[NOTES], size=MOST_NOTES)
    lines = [one for one in drawn if not one.line.struck]
    if not lines:
        return Section(_("Notes"), says=_("None are written."))
    return Section(
        _("Last notes"),
        head=[_("When"), _("About"), ""],
        widths=[3, 6, 5],
        rows=[
            [cell(_moment(one.entry.at, zone)), cell(one.line.title, strong=True), cell(one.line.detail)]
            for one in lines
        ],
    )


def _notice(title: str, text: str = "", tone: str = "") -> dict[str, str]:
    return {"title": title, "text": text, "tone": tone}


def _day(day: date | None) -> str:
    return date_format(day, "j M Y") if day else ""


def _any_day(text: str) -> str:
    """A day as it is kept: in ISO form, or in words already."""
    try:
        return _day(date.fromisoformat(text))
    except ValueError:
        return text


def _moment(at: str | datetime, zone: ZoneInfo) -> str:
    moment = (datetime.fromisoformat(at) if isinstance(at, str) else at).astimezone(zone)
    return f"{date_format(moment, 'j M Y')}, {moment:%H:%M}"
