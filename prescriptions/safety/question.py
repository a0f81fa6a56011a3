"""What a check is asked, and what it answers."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class Severity(StrEnum):
    CONTRAINDICATED = "contraindicated"
    SERIOUS = "serious"
    CAUTION = "caution"

    @property
    def rank(self) -> int:
        """0 is the gravest."""
        return list(Severity).index(self)


class Check(StrEnum):
    """What is looked at, for each medicine."""

    ALLERGIES = "allergies"
    INTERACTIONS = "interactions"
    DUPLICATES = "duplicates"
    DOSE = "dose"
    PREGNANCY = "pregnancy"
    KIDNEYS = "kidneys"


@dataclass(frozen=True, slots=True)
class Line:
    """A medicine as it is written: brand or generic, perhaps with its strength. `times_a_day` may be a fraction.

    `called`: how people know it, where that is not the name by which it is looked up.
    """

    name: str
    dose: Decimal | None = None
    unit: str = ""
    times_a_day: Decimal | None = None
    called: str = ""

    @property
    def shown(self) -> str:
        return self.called or self.name


@dataclass(frozen=True, slots=True)
class Question:
    """What is to be checked, for whom. None: nobody has said.

    `taken` are medicines that the patient takes already: `medicines` are checked against them and against each
    other, they are not checked anew. An empty `allergies` says that there are none.
    """

    medicines: tuple[Line, ...]
    taken: tuple[Line, ...] = ()
    allergies: tuple[str, ...] | None = None
    age_years: Decimal | None = None
    weight_kg: Decimal | None = None
    egfr: Decimal | None = None
    pregnant: bool | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to be known before signing. `medicines` as they were written."""

    rule: str
    check: Check
    severity: Severity
    medicines: tuple[str, ...]
    text: str
    source: str


@dataclass(frozen=True, slots=True)
class Screened:
    """The checks that a medicine has come through with nothing found."""

    medicine: str
    checks: tuple[Check, ...]


@dataclass(frozen=True, slots=True)
class NotScreened:
    """What could not be checked about a medicine, and why. Never to be read as clear."""

    medicine: str
    why: str


@dataclass(frozen=True, slots=True)
class Report:
    """The gravest finding first."""

    findings: tuple[Finding, ...]
    screened: tuple[Screened, ...]
    not_screened: tuple[NotScreened, ...]
    ruleset_version: str
