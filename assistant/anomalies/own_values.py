"""How far a number lies from those of the same person before: on the scale of the logarithm, by median and MAD."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from statistics import median

from assistant.anomalies.known_tests import WITHIN_UNKNOWN, Known

LOOK_BACK = timedelta(days=365)
LOOSER_AFTER = timedelta(days=30)
CONSISTENT = (
    1.4826  # the MAD times this is the standard deviation of normal numbers: Rousseeuw & Croux, JASA 1993
)
TEN = math.log(10)


@dataclass(frozen=True)
class Point:
    at: datetime
    value: Decimal


@dataclass(frozen=True)
class Own:
    """The person's own level: `middle` and `last` as logarithms, `spread` as a standard deviation, of `count`."""

    middle: float
    last: float
    spread: float
    count: int
    last_at: datetime

    def step(self, value: Decimal | float) -> float:
        """How far the logarithm lies from the middle or the last value, whichever is nearer; with its sign."""
        number = math.log(float(value))
        return min((number - self.middle, number - self.last), key=abs)

    def z(self, value: Decimal | float) -> float:
        return self.step(value) / self.spread


def own_values(earlier: Sequence[Point], at: datetime, known: Known | None) -> Own | None:
    """None without a positive value in the year before `at`.

    The spread is never smaller than what is known of the test: the MAD of few values says little.
    """
    recent = [one for one in earlier if at - LOOK_BACK <= one.at <= at and one.value > 0]
    if not recent:
        return None
    recent = sorted(recent, key=lambda one: one.at)
    logs = [math.log(float(one.value)) for one in recent]
    middle = median(logs)
    least = math.sqrt(2) * (known.within if known else WITHIN_UNKNOWN)
    spread = CONSISTENT * median(abs(one - middle) for one in logs) if len(logs) > 2 else 0.0
    if at - recent[-1].at > LOOSER_AFTER:
        least *= 1.25
    return Own(middle, logs[-1], max(spread, least), len(logs), recent[-1].at)
