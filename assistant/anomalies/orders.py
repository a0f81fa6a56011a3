"""What is odd in a prescribed medicine: its dose beside what is usual, and the same medicine twice."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from statistics import median
from typing import Any

from assistant.anomalies.finding import Finding, Kind, Severity, squeezed
from assistant.anomalies.own_values import CONSISTENT
from patients.clinical.results import as_text

OWN_FACTOR = 4  # a dose this many times the patient's own, or this part of it
HOUSE_FEWEST = 10
HOUSE_Z, HOUSE_FACTOR, HOUSE_LEAST = (
    4.0,
    4,
    0.35,
)  # the spread of the doses of a medicine is at least a factor of 1.4
LONGEST_OVERLAP = 14  # days that are left of the earlier one when it is prescribed again


@dataclass(frozen=True)
class Ordered:
    """What is taken in a day, in `unit`, of which medicine, from and until when."""

    medicine: str
    unit: str
    daily: Decimal
    signed_on: date
    taken_until: date


def dose(order: Ordered, own: Sequence[Decimal], house: Sequence[Decimal]) -> Finding | None:
    """Beside what the patient had before, or, of a medicine that is new to the patient, what others here have.

    Lesar TS, Tenfold medication dose prescribing errors, Ann Pharmacother 2002; 36: 1833–1839. Doses are compared as
    logarithms, by median and MAD.
    """
    facts: dict[str, Any] = {
        "medicine": order.medicine,
        "unit": order.unit,
        "value": as_text(order.daily),
    }
    if own:
        usual = median(own)
        factor = _factor(order.daily, usual)
        if factor < OWN_FACTOR:
            return None
        facts |= {"usual": as_text(usual), "of": "patient", "count": len(own), "factor": round(factor, 1)}
        return Finding(Kind.DOSE, Severity.SOON, squeezed(factor, 10), facts)
    if len(house) < HOUSE_FEWEST:
        return None
    logs = [math.log(float(one)) for one in house]
    usual = median(house)
    spread = max(CONSISTENT * median(abs(one - median(logs)) for one in logs), HOUSE_LEAST)
    z = abs(math.log(float(order.daily)) - median(logs)) / spread
    factor = _factor(order.daily, usual)
    if z < HOUSE_Z or factor < HOUSE_FACTOR:
        return None
    facts |= {"usual": as_text(usual), "of": "house", "count": len(house), "factor": round(factor, 1)}
    return Finding(Kind.DOSE, Severity.SOON, squeezed(factor, 10), facts | {"z": round(z, 1)})


def same_medicine(order: Ordered, others: Sequence[Ordered]) -> Finding | None:
    """`others`: what the patient still takes of the same medicine, from other prescriptions."""
    overlapping = [one for one in others if (one.taken_until - order.signed_on).days >= LONGEST_OVERLAP]
    if not overlapping:
        return None
    first = max(overlapping, key=lambda one: one.taken_until)
    days = min((first.taken_until - order.signed_on).days, 365)
    facts = {
        "medicine": order.medicine,
        "days": days,
        "before_on": first.signed_on.isoformat(),
        "unit": order.unit,
        "value": as_text(order.daily),
        "before": as_text(first.daily),
    }
    return Finding(Kind.SAME_MEDICINE, Severity.LOOK, squeezed(days, 60), facts)


def _factor(one: Decimal, other: Decimal) -> float:
    larger, smaller = max(one, other), min(one, other)
    return float(larger / smaller)
