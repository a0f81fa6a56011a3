"""The second bookkeeper, who reckons in plain integers and fractions with rules of its own."""

from collections import Counter
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from billing.models import Invoice

RATES = {"exempt": 0, "standard": 19, "reduced": 7}


def half_even(amount: Fraction) -> int:
    whole, rest = divmod(amount.numerator, amount.denominator)
    up = 2 * rest > amount.denominator or (2 * rest == amount.denominator and whole % 2 == 1)
    return whole + int(up)


def total_of(asked: Any, percent: int, *, inclusive: bool) -> int:
    """The total of an invoice, reckoned by somebody else: whole minor units only."""
    left = []
    for tenths, unit, _tax, off in asked:
        gross = half_even(Fraction(tenths * unit, 10))
        left.append(gross - half_even(Fraction(gross * off, 100)))
    discount, whole = half_even(Fraction(sum(left) * percent, 100)), sum(left)
    shares = [discount * one // whole if whole else 0 for one in left]
    rest = sorted(range(len(left)), key=lambda at: (-(discount * left[at] % whole if whole else 0), at))
    for at in rest[: discount - sum(shares)]:
        shares[at] += 1
    total = 0
    for one, share, (_tenths, _unit, tax, _off) in zip(left, shares, asked, strict=True):
        base = one - share
        total += base if inclusive else base + half_even(Fraction(base * RATES[tax], 100))
    return total


@dataclass
class Book:
    """What the second bookkeeper knows of an invoice."""

    row: Invoice  # as it was drafted: services read it anew
    total: int
    status: str = "draft"
    insurer: int = 0
    paid: Counter[str] = field(default_factory=Counter)  # by patient, by insurer
    credited: Counter[str] = field(default_factory=Counter)
    passed: int = 0
    payments: list[Any] = field(default_factory=list)  # [pk, way, amount, asked back]
    refunds: list[Any] = field(default_factory=list)  # [object, payment, amount, state]

    def share(self, who: str) -> int:
        of_insurer = self.insurer - self.passed - self.credited["insurer"]
        if who == "insurer":
            return of_insurer
        return self.total - sum(self.credited.values()) - of_insurer

    def due(self, who: str) -> int:
        return self.share(who) - self.paid[who]

    @property
    def is_live(self) -> bool:
        return self.status == "live"
