"""What is odd in a set of vital signs: the early warning score, and numbers beside the patient's own."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from assistant.anomalies.finding import Finding, Kind, Severity, squeezed
from assistant.anomalies.own_values import Point
from assistant.anomalies.results import Measured, decimal_point, far_from_own
from patients.clinical.measures import MEASURES
from patients.clinical.news2 import HIGH, LOW_MEDIUM, MEDIUM, VERSION, Score

LOOKED_AT = ("temperature", "systolic", "diastolic", "pulse", "respiration", "glucose", "weight", "height")
STEADY = ("weight", "height")  # the others move with every illness, which the score speaks of
_SEVERITY = {
    HIGH.label: Severity.URGENT,
    MEDIUM.label: Severity.SOON,
    LOW_MEDIUM.label: Severity.SOON,
}


def early_warning(score: Score | None) -> Finding | None:
    """From a medium risk on, or where one parameter alone scores 3: NEWS2, Royal College of Physicians 2017."""
    if score is None or score.risk.label not in _SEVERITY:
        return None
    facts = {
        "total": score.total,
        "points": {name: points for name, points in score.points.items() if points},
        "risk": str(score.risk.key),
        "source": VERSION,
    }
    return Finding(Kind.EARLY_WARNING, _SEVERITY[score.risk.label], squeezed(score.total, half=7), facts)


def odd_numbers(
    values: Mapping[str, Decimal | int], earlier: Mapping[str, Sequence[Point]], at: datetime
) -> Iterator[Finding]:
    """Points in the wrong place, and a weight or height far from the patient's own."""
    for name in LOOKED_AT:
        if not values.get(name):
            continue
        measure = MEASURES[name]
        number = Decimal(values[name])
        one = Measured(name, str(measure.label), measure.unit, number, earlier.get(name, ()))
        found = decimal_point(one, at) or (far_from_own(one, at) if name in STEADY else None)
        if found:
            yield found
