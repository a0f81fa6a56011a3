"""What is odd in the numbers of one sample, beside those of the same person before."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from assistant.anomalies.finding import Finding, Kind, Severity, squeezed
from assistant.anomalies.known_tests import (
    BETWEEN_UNKNOWN,
    CRITICAL_SOURCE,
    critical_of,
    known_of,
)
from assistant.anomalies.own_values import TEN, Own, Point, own_values
from patients.clinical.results import as_text

POINT_FROM = 0.0  # logarithms: the moved number fits the person better than the one that was written
POINT_MOST_LEFT = 0.9  # and fits them: a factor of two and a half at most is left
MIX_UP_FROM, MIX_UP_FEWEST = 3.0, 4  # logarithm of the odds; tests with a value of the year before
FAR_FROM = 5.0  # one in a hundred of the values of the labelled ill people, on seeds of its own
FREEDOM = 3  # of Student's t: what moves in illness has long tails
NEVER_FAR = 0.25  # a step of less than 28 % is told nobody, however steady the person was


@dataclass(frozen=True)
class Measured:
    """A number of the sample with those of the same test and unit before it."""

    loinc: str
    name: str
    unit: str
    value: Decimal
    earlier: Sequence[Point] = ()
    flag: str = ""

    def own(self, at: datetime) -> Own | None:
        return own_values(self.earlier, at, known_of(self.loinc, self.unit)) if self.value > 0 else None


def examine(sample: Sequence[Measured], at: datetime) -> Iterator[tuple[Measured | None, Finding]]:
    """What was found, with the number it was found of; of the whole sample with None."""
    mixed = mix_up(sample, at)
    if mixed:
        yield None, mixed
    for one in sample:
        critical = critical_value(one)
        slip = decimal_point(one, at)
        if critical:
            yield one, critical
        if slip:
            yield one, slip
        elif not mixed and (far := far_from_own(one, at)):
            yield one, far


def critical_value(one: Measured) -> Finding | None:
    """By the laboratory's own flag, or by the published limits of the test."""
    limits = critical_of(one.loinc, one.unit)
    by_laboratory = one.flag in {"LL", "HH"}
    if not by_laboratory and not (limits and limits.is_beyond(one.value)):
        return None
    facts = _facts(one)
    if limits:
        facts |= {"low": as_text(limits.low), "high": as_text(limits.high), "source": CRITICAL_SOURCE}
    return Finding(Kind.CRITICAL_VALUE, Severity.URGENT, 1.0, facts | {"by_laboratory": by_laboratory})


def point_evidence(own: Own, value: Decimal) -> float:
    """How much better the number fits with its point moved by one place: above 0 it does. In logarithms."""
    step = own.step(value)
    return abs(step) - min(abs(step - TEN), abs(step + TEN))


def decimal_point(one: Measured, at: datetime) -> Finding | None:
    own = one.own(at)
    if own is None:
        return None
    evidence = point_evidence(own, one.value)
    step = own.step(one.value)
    if evidence <= POINT_FROM or min(abs(step - TEN), abs(step + TEN)) > POINT_MOST_LEFT:
        return None
    meant = one.value.scaleb(-1 if step > 0 else 1)
    facts = _facts(one) | {"meant": as_text(meant), **_of_own(own)}
    return Finding(Kind.DECIMAL_POINT, Severity.SOON, squeezed(evidence, 1.0), facts)


def mix_up_evidence(sample: Sequence[Measured], at: datetime) -> tuple[float, int]:
    """The logarithm of how much likelier these numbers are of anybody than of this person; and of how many tests.

    Of this person: Student's t around the own values. Of anybody: the same around what is usual of all. Several tests
    say more than one: Rosenbaum MW, Baron JM, Am J Clin Pathol 2018; 150: 555–566.
    """
    total, count = 0.0, 0
    for one in sample:
        own, known = one.own(at), known_of(one.loinc, one.unit)
        if own is None:
            continue
        count += 1
        if known:
            anybody = math.log(float(one.value) / known.usual)
            total += _likely(anybody, known.between) - _likely(own.step(one.value), own.spread)
        else:
            total += _likely(own.z(one.value) / 2, BETWEEN_UNKNOWN) - _likely(own.step(one.value), own.spread)
    return total, count


def mix_up(sample: Sequence[Measured], at: datetime) -> Finding | None:
    evidence, count = mix_up_evidence(sample, at)
    if count < MIX_UP_FEWEST or evidence < MIX_UP_FROM:
        return None
    far = [(one, own) for one in sample if (own := one.own(at))]
    far.sort(key=lambda pair: -abs(pair[1].z(pair[0].value)))
    tests = [_facts(one) | _of_own(own) | {"z": round(own.z(one.value), 1)} for one, own in far]
    facts = {"tests": tests, "count": count, "evidence": round(evidence, 1)}
    return Finding(Kind.MIX_UP, Severity.SOON, squeezed(evidence, MIX_UP_FROM), facts)


def far_from_own(one: Measured, at: datetime) -> Finding | None:
    """Own-baseline z by median and MAD, after Harris EK, Yasaka T, On the calculation of a "reference change" for
    comparing two consecutive measurements, Clin Chem 1983; 29: 25–30.
    """
    own = one.own(at)
    if own is None:
        return None
    z = own.z(one.value)
    if abs(z) < FAR_FROM or abs(own.step(one.value)) < NEVER_FAR:
        return None
    facts = _facts(one) | _of_own(own) | {"z": round(z, 1)}
    return Finding(Kind.FAR_FROM_OWN, Severity.LOOK, squeezed(abs(z), 2 * FAR_FROM), facts)


def _likely(distance: float, spread: float) -> float:
    """The logarithm of the density of Student's t, but for a constant."""
    return -math.log(spread) - (FREEDOM + 1) / 2 * math.log1p((distance / spread) ** 2 / FREEDOM)


def _facts(one: Measured) -> dict[str, object]:
    return {"loinc": one.loinc, "name": one.name, "unit": one.unit, "value": as_text(one.value)}


def _of_own(own: Own) -> dict[str, object]:
    return {
        "usual": _number(math.exp(own.middle)),
        "last": _number(math.exp(own.last)),
        "last_at": own.last_at.isoformat(),
        "earlier": own.count,
    }


def _number(value: float) -> str:
    return f"{value:.3g}" if value < 100 else f"{value:.0f}"
