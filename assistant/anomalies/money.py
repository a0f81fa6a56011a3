"""What is odd in charges, discounts and refunds. Nothing here says that anybody did wrong."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from statistics import median

from assistant.anomalies.finding import Finding, Kind, Severity, squeezed
from assistant.anomalies.own_values import CONSISTENT
from hospital.money import rounded

DISCOUNT_FEWEST, DISCOUNT_Z, DISCOUNT_LEAST = 8, 3.5, 0.05  # earlier ones; 3.5: Iglewicz & Hoaglin 1993
DISCOUNT_WITHOUT_HISTORY = 0.5
DISCOUNT_BEYOND = 0.1  # a discount of less than a tenth more than usual is told nobody
NEAR_LIMIT = Decimal("0.8")
NEAR_FEWEST = 3
BY_CHANCE = 0.01  # Poisson: so rarely would somebody ask for so many, were all alike
MANY_FEWEST = 5


@dataclass(frozen=True)
class Charged:
    """A charge: what of, whose, on which day, for how much. `key` is its id."""

    key: str
    service: str
    done_on: date
    amount: Decimal


def charged_twice(charge: Charged, others: Sequence[Charged]) -> Finding | None:
    """`others`: what the same patient was charged of the same service that day."""
    if not others:
        return None
    facts = {
        "service": charge.service,
        "on": charge.done_on.isoformat(),
        "amount": f"{rounded(charge.amount):f}",
        "times": len(others) + 1,
        "others": [one.key for one in others][:10],
        "same_amount": any(one.amount == charge.amount for one in others),
    }
    score = 0.9 if facts["same_amount"] else 0.5
    return Finding(Kind.DUPLICATE_CHARGE, Severity.SOON, score, facts)


def odd_discount(share: float, own: Sequence[float], house: Sequence[float]) -> Finding | None:
    """`share` of the sum before discounts, beside those of the same person, or of the house where there are few.

    The modified z-score: Iglewicz B, Hoaglin DC, How to detect and handle outliers, ASQC 1993.
    """
    compared, whose = (own, "person") if len(own) >= DISCOUNT_FEWEST else (house, "house")
    facts = {"share": round(100 * share, 1), "of": whose, "count": len(compared)}
    if len(compared) < DISCOUNT_FEWEST:
        if share < DISCOUNT_WITHOUT_HISTORY:
            return None
        return Finding(Kind.DISCOUNT, Severity.LOOK, squeezed(share, 1.0), facts)
    usual = median(compared)
    spread = max(CONSISTENT * median(abs(one - usual) for one in compared), DISCOUNT_LEAST)
    z = (share - usual) / spread
    if z < DISCOUNT_Z or share - usual < DISCOUNT_BEYOND:
        return None
    facts |= {"usual": round(100 * usual, 1), "z": round(z, 1)}
    return Finding(Kind.DISCOUNT, Severity.LOOK, squeezed(z, 2 * DISCOUNT_Z), facts)


def just_below(amounts: Sequence[Decimal], limit: Decimal, days: int) -> Finding | None:
    """Refunds of one person that needed no second person, by little."""
    near = [one for one in amounts if NEAR_LIMIT * limit <= one <= limit]
    if len(near) < NEAR_FEWEST or 2 * len(near) < len(amounts):
        return None
    facts = {
        "pattern": "below_limit",
        "near": len(near),
        "count": len(amounts),
        "limit": f"{limit:f}",
        "days": days,
        "amounts": [f"{one:f}" for one in near][:20],
    }
    return Finding(Kind.REFUNDS, Severity.SOON, squeezed(len(near), 5), facts)


def many_refunds(own: int, others: Sequence[int], days: int) -> Finding | None:
    """How many one person asked for, beside the mean of the others who ask for any."""
    if own < MANY_FEWEST or not others:
        return None
    expected = sum(others) / len(others)
    chance = _at_least(own, expected)
    if chance > BY_CHANCE:
        return None
    facts = {
        "pattern": "many",
        "count": own,
        "usual": round(expected, 1),
        "others": len(others),
        "days": days,
    }
    return Finding(Kind.REFUNDS, Severity.LOOK, squeezed(own / max(expected, 1.0), 5), facts)


def _at_least(number: int, expected: float) -> float:
    """The chance of so many or more: Poisson."""
    below = sum(
        math.exp(-expected + one * math.log(expected) - math.lgamma(one + 1)) for one in range(number)
    )
    return max(0.0, 1 - below)
