"""How the tests ask the rules: names of medicines, or lines with a dose, and what is known of the patient."""

from decimal import Decimal
from typing import Any

from prescriptions.safety.engine import check
from prescriptions.safety.question import Finding, Line, Question, Report, Severity

NUMBERS = ("age_years", "weight_kg", "egfr")


def dosed(name: str, dose: float | str, unit: str = "mg", times_a_day: float | str = 1) -> Line:
    return Line(name, Decimal(str(dose)), unit, Decimal(str(times_a_day)))


def ask(*medicines: str | Line, taken: tuple[str | Line, ...] = (), **patient: Any) -> Report:
    """The report. A patient of whom nothing is said is a grown man without allergies."""
    known: dict[str, Any] = {"allergies": (), "age_years": 40, "pregnant": False} | patient
    for name in NUMBERS:
        if known.get(name) is not None:
            known[name] = Decimal(str(known[name]))
    return check(Question(_lines(medicines), _lines(taken), **known))


def found(report: Report) -> dict[str, Severity]:
    """Rule → severity."""
    return {one.rule: one.severity for one in report.findings}


def only(report: Report) -> Finding:
    """The one finding there is."""
    (finding,) = report.findings
    return finding


def why_not(report: Report, medicine: str) -> str:
    """All that could not be checked about a medicine."""
    return " ".join(one.why for one in report.not_screened if one.medicine == medicine)


def clear_of(report: Report, medicine: str) -> set[str]:
    """The checks through which a medicine has come."""
    return {kind.value for one in report.screened if one.medicine == medicine for kind in one.checks}


def _lines(medicines: tuple[str | Line, ...]) -> tuple[Line, ...]:
    return tuple(one if isinstance(one, Line) else Line(one) for one in medicines)
