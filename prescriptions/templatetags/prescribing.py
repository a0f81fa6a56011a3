"""Words and signs of prescriptions.

{% told_by report as told %}: a stored safety report as people read it; nothing where nothing was checked.
prescription|status_tone, prescription|status_sign: tone and drawing of a prescription's badge.
finding|severity_tone, finding|severity_sign, finding|severity_word: of a finding of the safety check.
number|plain_amount, number|in_words:unit: a number as people write it, and what it counts.
usual_units: units of doses; line|as_fields: what a choice writes into the fields of a line, as JSON.
"""

import json
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_DOWN, Decimal
from typing import Any

from django import template
from django.urls import reverse
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import User
from patients.models import Patient
from prescriptions.dosage import Written, amount_in_words, plain
from prescriptions.dosage.forms import USUAL
from prescriptions.forms.lines import TYPED, again
from prescriptions.models import Prescription, Product, Warned
from prescriptions.safety.engine import LABELS
from prescriptions.safety.question import Check, Severity

register = template.Library()

MOST_UNFOLDED = 5
Status = Prescription.Status
BADGES = {
    Status.DRAFT: ("warn", "edit"),
    Status.AWAITING: ("warn", "clock"),
    Status.SIGNED: ("info", "check"),
    Status.PARTLY: ("info", "pill"),
    Status.DISPENSED: ("ok", "done"),
    Status.STOPPED: ("neutral", "ban"),
    Status.EXPIRED: ("neutral", "clock"),
    Status.DISCARDED: ("neutral", "ban"),
}
SEVERITIES: dict[str, tuple[str, str, Any]] = {
    Severity.CONTRAINDICATED: ("danger", "ban", gettext_lazy("Contraindicated")),
    Severity.SERIOUS: ("warn", "alert", gettext_lazy("Serious")),
    Severity.CAUTION: ("info", "info", gettext_lazy("Caution")),
}


@register.filter
def status_tone(prescription: Prescription) -> str:
    return BADGES.get(Status(prescription.status), ("neutral", ""))[0]


@register.filter
def status_sign(prescription: Prescription) -> str:
    return BADGES.get(Status(prescription.status), ("", "circle"))[1]


@register.filter
def severity_tone(severity: str) -> str:
    return SEVERITIES.get(str(severity), ("neutral", "", ""))[0]


@register.filter
def severity_sign(severity: str) -> str:
    return SEVERITIES.get(str(severity), ("", "info", ""))[1]


@register.filter
def severity_word(severity: str) -> str:
    return str(SEVERITIES.get(str(severity), ("", "", severity))[2])


@register.filter
def check_word(check: str) -> str:
    return str(LABELS[Check(check)]) if check in set(Check) else str(check)


@register.filter
def plain_amount(number: Decimal | None) -> str:
    return plain(number) or ""


@register.filter
def as_day(text: str | None) -> date | None:
    """A day that stands in JSON."""
    return parse_date(str(text)[:10]) if text else None


# ── The safety report ────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Fact:
    """What was known of the patient, or that it was not; `url` is where it can be recorded."""

    name: str
    text: str
    is_known: bool = True
    url: str = ""


@dataclass(frozen=True)
class Told:
    """A safety report as it is read: few at first, nothing hidden that was not checked."""

    findings: list[dict[str, Any]]
    folded: list[dict[str, Any]]
    not_screened: list[dict[str, Any]]
    screened: list[dict[str, Any]]
    facts: list[Fact]
    left_out: list[str]
    counts: list[dict[str, Any]]
    version: str
    checked_at: Any


@register.simple_tag
def told_by(
    report: dict[str, Any], patient: Patient, user: User, overrides: list[dict[str, Any]] | None = None
) -> Told | None:
    if not report:
        return None
    kept = {one.get("key"): one for one in overrides or []}
    findings = [one | {"override": kept.get(one["key"])} for one in report["findings"]]
    return Told(
        findings=findings[:MOST_UNFOLDED],
        folded=findings[MOST_UNFOLDED:],
        not_screened=_by_reason(report["not_screened"]),
        screened=report["screened"],
        facts=_facts(report["asked"], patient, user),
        left_out=report["asked"].get("left_out") or [],
        counts=_counts(findings),
        version=report["ruleset_version"],
        checked_at=parse_datetime(report.get("checked_at") or ""),
    )


def _counts(findings: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """How many there are of each severity, the gravest first; those of which there are none are left out."""
    numbers = {severity: sum(one["severity"] == severity for one in findings) for severity in Severity}
    words = {
        Severity.CONTRAINDICATED: ngettext(
            "%(n)d contraindicated", "%(n)d contraindicated", numbers[Severity.CONTRAINDICATED]
        ),
        Severity.SERIOUS: ngettext("%(n)d serious", "%(n)d serious", numbers[Severity.SERIOUS]),
        Severity.CAUTION: ngettext("%(n)d caution", "%(n)d cautions", numbers[Severity.CAUTION]),
    }
    return [
        {"severity": severity, "text": words[severity] % {"n": number}}
        for severity, number in numbers.items()
        if number
    ]


def _by_reason(not_screened: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """One reason is said once, with all the medicines that it keeps from being checked."""
    found: dict[str, list[str]] = {}
    for one in not_screened:
        medicines = found.setdefault(one["why"], [])
        if one["medicine"] not in medicines:
            medicines.append(one["medicine"])
    return [{"why": why, "medicines": medicines} for why, medicines in found.items()]


@register.filter
def override_words(override: dict[str, Any]) -> str:
    """Why a warning was overridden: the coded reason, and the words."""
    because = dict(Warned.Because.choices).get(override.get("because", ""), "")
    return ": ".join(str(one) for one in (because, override.get("reason")) if one)


# ── What was known of the patient ────────────────────────────────────────────

MAY_BE_PREGNANT = range(10, 60)  # years in which it is said that nobody has asked


def _facts(asked: dict[str, Any], patient: Patient, user: User) -> list[Fact]:
    return [
        *_age_and_pregnancy(asked, patient),
        _weight(asked, patient, user),
        _kidneys(asked, patient, user),
        _allergies(asked, patient, user),
        _taken(asked),
    ]


def _where(route: str, permission: str, patient: Patient, user: User) -> str:
    """Where something can be recorded, for those who may."""
    return reverse(route, args=[patient.pk]) if user.has_perm(permission) and patient.is_active else ""


def _with_day(text: str, day: str | None) -> str:
    on = as_day(day)
    return f"{text} ({date_format(on, 'j M Y')})" if on else text


def _age_and_pregnancy(asked: dict[str, Any], patient: Patient) -> list[Fact]:
    years = Decimal(asked.get("age_years") or 0)
    age = plain(years.quantize(Decimal(1) if years >= 2 else Decimal("0.1"), ROUND_DOWN))
    said = _("about %(years)s years") if asked.get("age_is_estimated") else _("%(years)s years")
    facts = [Fact("", said % {"years": age})]
    pregnant = asked.get("pregnant")
    if pregnant is None and int(years) in MAY_BE_PREGNANT:
        facts.append(Fact(_("Pregnancy"), _("not known"), is_known=False))
    elif pregnant is not None and patient.sex != Patient.Sex.MALE:
        facts.append(Fact("", _("pregnant") if pregnant else _("not pregnant")))
    return facts


def _weight(asked: dict[str, Any], patient: Patient, user: User) -> Fact:
    if not asked.get("weight_kg"):
        url = _where("patients:record_vitals", "patients.record_vitals", patient, user)
        return Fact(_("Weight"), _("not known"), is_known=False, url=url)
    return Fact("", _with_day(_("%(weight)s kg") % {"weight": asked["weight_kg"]}, asked.get("weight_on")))


def _kidneys(asked: dict[str, Any], patient: Patient, user: User) -> Fact:
    if not asked.get("egfr"):
        url = _where("patients:record_result", "patients.record_result", patient, user)
        return Fact("eGFR", _("not known"), is_known=False, url=url)
    return Fact("eGFR", _with_day(asked["egfr"], asked.get("egfr_on")))


def _allergies(asked: dict[str, Any], patient: Patient, user: User) -> Fact:
    known, uncoded = asked.get("allergies"), set(asked.get("not_coded") or ())
    if known is None:
        url = _where("patients:allergies", "patients.record_allergy", patient, user)
        return Fact(_("Allergies"), _("not asked"), is_known=False, url=url)
    names = [_("%(name)s (not coded)") % {"name": one} if one in uncoded else one for one in known]
    return Fact(_("Allergies"), ", ".join(names) or _("none known"), is_known=not uncoded)


def _taken(asked: dict[str, Any]) -> Fact:
    return Fact(_("Takes"), ", ".join(asked.get("taken") or ()) or _("nothing else that was signed here"))


# ── What a choice fills in ───────────────────────────────────────────────────


@register.filter
def as_fields(chosen: Product | Written | dict[str, Any]) -> str:
    """What the fields of a line become when this is chosen, as JSON."""
    return json.dumps(FIELDS_OF[type(chosen)](chosen), ensure_ascii=False)


def _of_product(product: Product) -> dict[str, str]:
    of = product.prescribable
    return {"medicine": of.name, "product": of.product, "unit": of.units[0], "route": of.route}


def _of_written(line: Written | dict[str, Any]) -> dict[str, Any]:
    facts = again(line if isinstance(line, Written) else Written.of(line))
    return {name: facts.get(name, "") for name in FILLED}


FILLED = ("medicine", "product", *TYPED)
FIELDS_OF: dict[type, Any] = {Product: _of_product, Written: _of_written, dict: _of_written}


@register.simple_tag
def usual_units() -> tuple[str, ...]:
    return USUAL


@register.filter
def in_words(number: Decimal | None, unit: str) -> str:
    """20 tablets."""
    return amount_in_words(number, unit) if number is not None else ""
