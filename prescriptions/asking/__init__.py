"""What a safety check is asked about a patient, and what came of it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.utils.translation import gettext as _

from hospital import clock
from patients.models import Allergy, Patient
from prescriptions.asking.medicines import Taken, is_replaced, lines_of, products_of, taken_by
from prescriptions.asking.patient import Known, Recorded, known_of
from prescriptions.dosage import Written, plain
from prescriptions.models import Prescription, Product
from prescriptions.safety.checks import allergies
from prescriptions.safety.engine import check
from prescriptions.safety.given import understood
from prescriptions.safety.question import (
    Check,
    Finding,
    Line,
    NotScreened,
    Question,
    Report,
    Screened,
    Severity,
)
from prescriptions.safety.ruleset import ruleset

MOST_TAKEN = 100
Criticality = Allergy.Criticality


def key_of(finding: Finding) -> str:
    """By which the same finding is known again: its rule and its medicines, in whatever order."""
    return sha256("\n".join([finding.rule, *sorted(set(finding.medicines))]).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Found:
    """A finding. `second`: whoever signs against it needs a second signature."""

    finding: Finding
    key: str
    second: bool

    def as_json(self) -> dict[str, Any]:
        one = self.finding
        return {
            "key": self.key,
            "rule": one.rule,
            "check": one.check.value,
            "severity": one.severity.value,
            "medicines": list(dict.fromkeys(one.medicines)),
            "text": one.text,
            "source": one.source,
            "second": self.second,
        }


@dataclass(frozen=True, slots=True)
class Checked:
    """What was asked and what was answered, the gravest first."""

    asked: Mapping[str, Any]
    findings: tuple[Found, ...]
    screened: tuple[Screened, ...]
    not_screened: tuple[NotScreened, ...]
    ruleset_version: str
    checked_at: datetime

    def as_json(self) -> dict[str, Any]:
        """As it is kept with the prescription."""
        return {
            "asked": dict(self.asked),
            "findings": [one.as_json() for one in self.findings],
            "screened": [
                {"medicine": one.medicine, "checks": [kind.value for kind in one.checks]}
                for one in self.screened
            ],
            "not_screened": [{"medicine": one.medicine, "why": one.why} for one in self.not_screened],
            "ruleset_version": self.ruleset_version,
            "checked_at": self.checked_at.isoformat(timespec="milliseconds"),
        }


def checked(patient: Patient, lines: Sequence[Written], *, without: Prescription | None) -> Checked:
    """Check these lines for this patient, against each other and against what is taken already.

    `without`: the prescription in which they stand. What they renew is not taken beside them. At most seven queries.
    """
    (one,) = checked_each(patient, [lines], without=without)
    return one


def checked_each(
    patient: Patient, several: Sequence[Sequence[Written]], *, without: Prescription | None = None
) -> list[Checked]:
    """Check several prescriptions, each as if the others were not thought of, with the queries of one."""
    at = clock.now()
    known = known_of(patient, at)
    rows = taken_by(patient, known.today, most=MOST_TAKEN + 1)
    written = [line for lines in several for line in lines]
    products = products_of([*written, *(row.written for row in rows if not row.is_named_so)])

    def answered(lines: Sequence[Written]) -> Checked:
        taken = [row.written for row in rows[:MOST_TAKEN] if not _is_of(row, without, lines, products)]
        is_cut = len(rows) > MOST_TAKEN
        return answer(lines, known=known, taken=taken, products=products, at=at, is_cut=is_cut)

    return [answered(lines) for lines in several]


def answer(
    lines: Sequence[Written],
    *,
    known: Known,
    taken: Sequence[Written],
    products: Mapping[str, Product],
    at: datetime,
    is_cut: bool = False,
) -> Checked:
    """The answer from what was read already; asks the database nothing. `is_cut`: more is taken than `taken` says."""
    question = Question(
        medicines=tuple(one for line in lines for one in lines_of(line, products)),
        taken=tuple(one for line in taken for one in lines_of(line, products)),
        allergies=None if known.allergies is None else tuple(one.name for one in known.allergies),
        age_years=known.age_years,
        weight_kg=known.weight.value if known.weight else None,
        egfr=known.egfr.value if known.egfr else None,
        pregnant=known.pregnant,
    )
    report = check(question)
    return Checked(
        _asked(question, known),
        _found(report, question, known),
        _screened(report, question),
        (*_not_screened(report), *([_too_many(line) for line in lines] if is_cut else ())),
        report.ruleset_version,
        at,
    )


def _is_of(
    row: Taken,
    without: Prescription | None,
    lines: Sequence[Written],
    products: Mapping[str, Product],
) -> bool:
    """Whether it stands in the same prescription, or is what one of these lines renews."""
    if without is None or row.prescription_id == without.pk:
        return without is not None
    return row.prescription_id == without.renews_id and is_replaced(row, lines, products)


def _asked(question: Question, known: Known) -> dict[str, Any]:
    """The question as it is kept: numbers as text, what nobody knows as None."""
    weight, egfr, recorded = known.weight, known.egfr, known.allergies
    return {
        "medicines": list(dict.fromkeys(line.shown for line in question.medicines)),
        "taken": list(dict.fromkeys(line.shown for line in question.taken)),
        "allergies": None if recorded is None else [one.name for one in recorded],
        "not_coded": [one.name for one in recorded or () if not one.is_coded],
        "age_years": plain(known.age_years),
        "age_is_estimated": known.age_is_estimated,
        "weight_kg": plain(weight.value) if weight else None,
        "weight_on": weight.on.isoformat() if weight else None,
        "egfr": plain(egfr.value) if egfr else None,
        "egfr_on": egfr.on.isoformat() if egfr else None,
        "pregnant": known.pregnant,
        "left_out": list(known.left_out),
    }


# ── Findings ────────────────────────────────────────────────────────────────


def _found(report: Report, question: Question, known: Known) -> tuple[Found, ...]:
    """Each once; those that need a second signature before the others."""
    once: dict[str, Found] = {}
    for one in report.findings:
        key = key_of(one)
        once.setdefault(key, Found(one, key, _needs_second(one, question, known)))
    return tuple(sorted(once.values(), key=lambda one: (not one.second, one.finding.severity.rank)))


def _needs_second(finding: Finding, question: Question, known: Known) -> bool:
    """The gravest rules; against an allergy, what it was called when it was recorded decides."""
    if finding.severity is not Severity.CONTRAINDICATED:
        return False
    if finding.check is Check.ALLERGIES:
        judged = {one.criticality for one in _causes(finding, question, known)}
        if Criticality.HIGH in judged:
            return True
        if judged == {Criticality.LOW}:
            return False
    return finding.rule in ruleset().gravest


def _causes(finding: Finding, question: Question, known: Known) -> Iterator[Recorded]:
    """The allergies because of which these medicines must not be given."""
    lines = tuple(line for line in question.medicines if line.shown in finding.medicines)
    for one in known.allergies or ():
        given = understood(Question(lines, allergies=(one.name,)))
        if any(hit.severity is finding.severity for hit in allergies.look(given, ruleset()).hits):
            yield one


# ── What is clear, and what is not ──────────────────────────────────────────


def _screened(report: Report, question: Question) -> tuple[Screened, ...]:
    """A medicine that is looked up in several parts has come through what all of them have come through."""
    parts: dict[str, list[frozenset[Check]]] = {}
    for one in report.screened:
        parts.setdefault(one.medicine, []).append(frozenset(one.checks))
    return tuple(
        Screened(name, checks)
        for name, number in _numbers(question.medicines).items()
        if len(parts.get(name, ())) == number
        if (checks := tuple(kind for kind in Check if all(kind in one for one in parts[name])))
    )


def _numbers(lines: Iterable[Line]) -> dict[str, int]:
    numbers: dict[str, int] = {}
    for line in lines:
        numbers[line.shown] = numbers.get(line.shown, 0) + 1
    return numbers


def _not_screened(report: Report) -> tuple[NotScreened, ...]:
    return tuple(dict.fromkeys(report.not_screened))


def _too_many(line: Written) -> NotScreened:
    return NotScreened(
        line.medicine, _("Only the last %(n)s medicines that are taken were looked at.") % {"n": MOST_TAKEN}
    )
