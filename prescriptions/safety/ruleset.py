"""The rules: the files of prescriptions/safety/rules, read once per process."""

import csv
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import TypeVar

from prescriptions.safety.question import Check, Severity

RULES = Path(__file__).resolve().parent / "rules"
ISSUED = "2026-11-24"
BETWEEN = "|"  # between several values in one column
IN_CODE = frozenset({"same-substance", "allergy-same-substance"})

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Rule:
    """What all rules have. A subject is the key of a substance or of a group."""

    id: str
    severity: Severity
    text: str
    source: str


@dataclass(frozen=True, slots=True)
class Together(Rule):
    """Medicines that should not meet: one of each subject, two or three. `needs`: the subjects, each once.

    Not if of the substance `unless` at most `daily` mg a day are given.
    """

    check: Check
    subjects: tuple[str, ...]
    needs: frozenset[str]
    unless: str
    daily: Decimal | None


@dataclass(frozen=True, slots=True)
class Allergic(Rule):
    """What somebody who is allergic to one subject should not get of another."""

    allergen: str
    medicine: str


@dataclass(frozen=True, slots=True)
class About(Rule):
    """A subject that does not suit the patient's age (years), eGFR or pregnancy.

    It holds below `below` and from `since` on; not if at most `unless_daily` mg a day are given.
    """

    kind: str
    subject: str
    below: Decimal | None
    since: Decimal | None
    unless_daily: Decimal | None

    def holds_at(self, value: Decimal) -> bool:
        return (self.below is None or value < self.below) and (self.since is None or value >= self.since)


@dataclass(frozen=True, slots=True)
class Limit(Rule):
    """The largest doses (mg) of a substance between two ages (years)."""

    substance: str
    since: Decimal
    below: Decimal | None
    single: Decimal | None
    daily: Decimal | None
    single_per_kg: Decimal | None
    daily_per_kg: Decimal | None

    def holds_at(self, age: Decimal) -> bool:
        return age >= self.since and (self.below is None or age < self.below)

    @property
    def needs_weight(self) -> bool:
        return self.single_per_kg is not None or self.daily_per_kg is not None


@dataclass(frozen=True, slots=True)
class Often(Rule):
    """How many times a day a substance may be given at most."""

    substance: str
    times_a_day: Decimal


@dataclass(frozen=True, slots=True)
class Ruleset:
    """Everything, ready to be asked. `spoken_of`: per check, the substances of which the rules say something.

    `gravest`: rule → why whoever goes against it needs a second signature.
    """

    version: str
    groups: Mapping[str, frozenset[str]]
    groups_of: Mapping[str, frozenset[str]]
    together: tuple[Together, ...]
    allergies: tuple[Allergic, ...]
    allergens: Mapping[str, frozenset[str]]
    about: Mapping[str, tuple[About, ...]]
    limits: Mapping[str, tuple[Limit, ...]]
    often: Mapping[str, tuple[Often, ...]]
    spoken_of: Mapping[Check, frozenset[str]]
    gravest: Mapping[str, str]

    def subjects_of(self, substance: str) -> frozenset[str]:
        return self.groups_of.get(substance, frozenset()) | {substance}


@cache
def ruleset() -> Ruleset:
    """The rules of this program."""
    groups = _groups()
    together = tuple(_together())
    about = tuple(_about())
    limits = tuple(_limits())
    allergies, often = tuple(_allergies()), tuple(_often())
    spoken_of = {
        check: reviewed | _members(groups, subjects)
        for check, reviewed, subjects in (
            (
                Check.INTERACTIONS,
                _reviewed("interactions"),
                [key for one in together for key in one.subjects],
            ),
            (
                Check.PREGNANCY,
                _reviewed("pregnancy"),
                [one.subject for one in about if one.kind == "pregnancy"],
            ),
            (Check.KIDNEYS, _reviewed("kidneys"), [one.subject for one in about if one.kind == "kidneys"]),
            (Check.DOSE, frozenset[str](), [one.substance for one in limits]),
        )
    }
    return Ruleset(
        version=_version(),
        groups=groups,
        groups_of=_turned(groups),
        together=together,
        allergies=allergies,
        allergens=_allergens(),
        about=_by("subject", about),
        limits=_by("substance", limits),
        often=_by("substance", often),
        spoken_of=spoken_of,
        gravest=_gravest([*together, *allergies, *about, *limits, *often]),
    )


@cache
def sources() -> dict[str, str]:
    """What the short names of sources stand for."""
    return {row["key"]: row["source"] for row in rows_of("sources.csv")}


def rows_of(name: str) -> Iterator[dict[str, str]]:
    """The rows of one of our files."""
    with (RULES / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def source_of(written: str) -> str:
    """A source in full: its short name, and the place in it."""
    key, _, place = written.partition(":")
    return f"{sources()[key]}: {place.strip()}" if place else sources()[key]


def _version() -> str:
    """The day of issue, and a mark of the content: no file changes without it."""
    content = hashlib.sha256()
    for file in sorted(RULES.glob("*.csv")):
        content.update(file.name.encode() + b"\0" + file.read_bytes())
    return f"{ISSUED}.{content.hexdigest()[:10]}"


def _several(text: str) -> tuple[str, ...]:
    return tuple(one for one in text.split(BETWEEN) if one)


def _number(text: str) -> Decimal | None:
    return Decimal(text) if text else None


def _common(row: Mapping[str, str]) -> tuple[str, Severity, str, str]:
    return row["id"], Severity(row["severity"]), row["text"], source_of(row["source"])


def _groups() -> dict[str, frozenset[str]]:
    """Every group with its substances; a member `@group` stands for the members of that one, named before."""
    groups: dict[str, frozenset[str]] = {}
    for row in rows_of("groups.csv"):
        members: set[str] = set()
        for one in _several(row["members"]):
            members |= groups[one[1:]] if one.startswith("@") else {one}
        groups[row["key"]] = frozenset(members)
    return groups


def _turned(groups: Mapping[str, frozenset[str]]) -> dict[str, frozenset[str]]:
    turned: dict[str, set[str]] = {}
    for key, members in groups.items():
        for one in members:
            turned.setdefault(one, set()).add(key)
    return {substance: frozenset(keys) for substance, keys in turned.items()}


def _members(groups: Mapping[str, frozenset[str]], subjects: list[str]) -> frozenset[str]:
    return frozenset[str]().union(*(groups.get(one, {one}) for one in subjects))


def _reviewed(check: str) -> frozenset[str]:
    return frozenset(
        one for row in rows_of("reviewed.csv") if row["check"] == check for one in _several(row["substances"])
    )


def _by(attribute: str, rules: tuple[T, ...]) -> dict[str, tuple[T, ...]]:
    by: dict[str, tuple[T, ...]] = {}
    for one in rules:
        by[getattr(one, attribute)] = (*by.get(getattr(one, attribute), ()), one)
    return by


def _together() -> Iterator[Together]:
    kinds = {"interaction": Check.INTERACTIONS, "duplicate": Check.DUPLICATES}
    for row in rows_of("interactions.csv"):
        subjects, daily = _several(row["subjects"]), _number(row["daily_mg"])
        yield Together(*_common(row), kinds[row["kind"]], subjects, frozenset(subjects), row["unless"], daily)


def _allergies() -> Iterator[Allergic]:
    for row in rows_of("allergies.csv"):
        yield Allergic(*_common(row), row["allergen"], row["medicine"])


def _allergens() -> dict[str, frozenset[str]]:
    """Words for what people are allergic to → subjects. None: known, and no medicine."""
    return {
        word: frozenset(_several(row["subjects"]))
        for row in rows_of("allergens.csv")
        for word in _several(row["words"])
    }


def _about() -> Iterator[About]:
    for row in rows_of("patients.csv"):
        below, since, unless = (_number(row[name]) for name in ("below", "from", "unless_daily_mg"))
        yield About(*_common(row), row["kind"], row["subject"], below, since, unless)


def _limits() -> Iterator[Limit]:
    amounts = ("single_mg", "daily_mg", "single_mg_per_kg", "daily_mg_per_kg")
    for row in rows_of("doses.csv"):
        single, daily, single_per_kg, daily_per_kg = (_number(row[name]) for name in amounts)
        since, below = Decimal(row["from"]), _number(row["below"])
        yield Limit(*_common(row), row["substance"], since, below, single, daily, single_per_kg, daily_per_kg)


def _often() -> Iterator[Often]:
    for row in rows_of("frequencies.csv"):
        yield Often(*_common(row), row["substance"], Decimal(row["times_a_day"]))


def _gravest(rules: list[Rule]) -> dict[str, str]:
    """Raises ValueError for a rule that is not there, or that never contraindicates."""
    grave = {one.id for one in rules if one.severity is Severity.CONTRAINDICATED} | IN_CODE
    gravest = {row["rule"]: row["why"] for row in rows_of("gravest.csv")}
    if unknown := sorted(set(gravest) - grave):
        raise ValueError(f"gravest.csv: no contraindicated rule is called {', '.join(unknown)}")
    return gravest
