"""What became of the warnings: heeded, signed with, overridden; by rule and by doctor."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import chain
from typing import Any
from uuid import UUID

from django.db.models import Count

from prescriptions.figures.asked import Asked, monday_of
from prescriptions.figures.prescribed import share
from prescriptions.models import Warned
from prescriptions.safety.question import Severity
from prescriptions.safety.ruleset import ruleset

Outcome = Warned.Outcome
SHOWN_OFTEN = 5  # a rule that spoke less often is sorted after the others: one of one is no habit


@dataclass(frozen=True, slots=True)
class Outcomes:
    """Of the warnings on which somebody decided: when the prescription was signed."""

    heeded: int = 0
    kept: int = 0
    overridden: int = 0

    @classmethod
    def of(cls, counts: Counter[str]) -> "Outcomes":
        return cls(counts[Outcome.HEEDED], counts[Outcome.KEPT], counts[Outcome.OVERRIDDEN])

    @property
    def shown(self) -> int:
        return self.heeded + self.kept + self.overridden

    @property
    def override_rate(self) -> float | None:
        return share(self.overridden, self.shown)

    @property
    def ignored_rate(self) -> float | None:
        """How many stood when it was signed, with a reason or without."""
        return share(self.kept + self.overridden, self.shown)


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of safety, and why it was overridden: reason (`Warned.Because`) and how often, most first."""

    key: str
    text: str
    check: str
    severity: str
    outcomes: Outcomes
    before: Outcomes
    because: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Rules:
    """The most ignored first. `hidden`: how many were left out because they spoke on too few prescriptions."""

    rows: tuple[Rule, ...]
    hidden: int = 0


@dataclass(frozen=True, slots=True)
class Warnings:
    """How a doctor answered."""

    key: UUID
    name: str
    outcomes: Outcomes


def _grouped(asked: Asked, *columns: str) -> list[dict[str, Any]]:
    rows = asked.of(Warned.objects.exclude(outcome=Outcome.OPEN), "decided_on")
    return list(rows.values(*columns).annotate(number=Count("*")))


def _outcomes(rows: Iterable[dict[str, Any]], column: str) -> dict[Any, Outcomes]:
    counts: dict[Any, Counter[str]] = defaultdict(Counter)
    for row in rows:
        counts[row[column]][row["outcome"]] += row["number"]
    return {key: Outcomes.of(one) for key, one in counts.items()}


def total(outcomes: Iterable[Outcomes]) -> Outcomes:
    every = list(outcomes)
    return Outcomes(*(sum(getattr(one, name) for one in every) for name in ("heeded", "kept", "overridden")))


def outcomes_by_rule(asked: Asked) -> dict[str, Outcomes]:
    return _outcomes(_grouped(asked, "rule", "outcome"), "rule")


def outcomes_by_doctor(asked: Asked) -> dict[UUID, Outcomes]:
    return _outcomes(_grouped(asked, "doctor_id", "outcome"), "doctor_id")


def outcomes_by_week(asked: Asked) -> dict[date, Outcomes]:
    """By the Mondays of the weeks in which somebody decided."""
    rows = _grouped(asked, "decided_on", "outcome")
    return _outcomes(({**row, "monday": monday_of(row["decided_on"])} for row in rows), "monday")


def rules_of(asked: Asked, before: dict[str, Outcomes]) -> Rules:
    """Two queries; `before` is what `outcomes_by_rule` says of the period before."""
    rows = _grouped(asked, "rule", "check_name", "severity", "outcome", "because")
    outcomes, enough = _outcomes(rows, "rule"), _spoke_on_enough(asked)
    made = [
        _rule(key, [row for row in rows if row["rule"] == key], outcomes[key], before.get(key, Outcomes()))
        for key in sorted(outcomes)
        if key in enough
    ]
    return Rules(tuple(sorted(made, key=_most_ignored_first)), len(outcomes) - len(made))


def _spoke_on_enough(asked: Asked) -> set[str]:
    """The rules that stood on at least so many different prescriptions; of these no patient is kept here."""
    rows = asked.of(Warned.objects.exclude(outcome=Outcome.OPEN), "decided_on")
    counted = rows.values("rule").annotate(number=Count("prescription_id", distinct=True))
    return {row["rule"] for row in counted if row["number"] >= asked.least}


def _rule(key: str, rows: list[dict[str, Any]], outcomes: Outcomes, before: Outcomes) -> Rule:
    because: Counter[str] = Counter()
    for row in rows:
        if row["outcome"] == Outcome.OVERRIDDEN:
            because[row["because"]] += row["number"]
    gravest = min(rows, key=lambda row: _rank(row["severity"]))
    reasons = tuple(sorted(because.items(), key=lambda one: (-one[1], one[0])))
    return Rule(
        key, _texts().get(key, ""), gravest["check_name"], gravest["severity"], outcomes, before, reasons
    )


def _rank(severity: str) -> int:
    return Severity(severity).rank if severity in set(Severity) else len(Severity)


def _most_ignored_first(rule: Rule) -> tuple[bool, float, int, str]:
    shown = rule.outcomes.shown
    return shown < SHOWN_OFTEN, -(rule.outcomes.ignored_rate or 0), -shown, rule.key


@cache
def _texts() -> dict[str, str]:
    """What each rule of the files says."""
    rules = ruleset()
    many = (rules.about, rules.limits, rules.often)
    listed = chain.from_iterable(chain.from_iterable(one.values()) for one in many)
    return {one.id: one.text for one in chain(rules.together, rules.allergies, listed)}


def answered(outcomes: dict[UUID, Outcomes], names: dict[UUID, str]) -> tuple[Warnings, ...]:
    """Who overrides most often first."""
    rows = [Warnings(key, names.get(key, str(key)), one) for key, one in outcomes.items()]
    return tuple(sorted(rows, key=lambda one: (-one.outcomes.overridden, -one.outcomes.shown, one.name)))
