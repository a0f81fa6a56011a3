"""What a laboratory result says: its flag, its range in words, how far it moved, and what cannot be."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, localcontext

from django.utils.translation import gettext as _

NOT_WITHIN = ("LL", "HH", "A", "L", "H")
CRITICAL = ("LL", "HH")
ARROWS = {"L": "↓", "H": "↑", "LL": "↓↓", "HH": "↑↑", "A": "!"}
_LOW, _HIGH = ("L", "LL"), ("H", "HH")
TIMES_TOO_FAR = 10_000  # a slip of the unit or of the point, not a patient


def as_text(value: Decimal | None) -> str:
    """A number without zeros that say nothing: 5.10 is 5.1, 100 stays 100."""
    if value is None:
        return ""
    text = f"{value:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"


def range_in_words(low: Decimal | None, high: Decimal | None) -> str:
    """Both ends belong to the range. Empty if there is none."""
    if low is None and high is None:
        return ""
    if high is None:
        return f"≥ {as_text(low)}"
    if low is None:
        return f"≤ {as_text(high)}"
    return _("%(low)s to %(high)s") % {"low": as_text(low), "high": as_text(high)}


def flag_by_range(value: Decimal | None, comparator: str, low: Decimal | None, high: Decimal | None) -> str:
    """H, L or N by the range, whose ends belong to it; "" where nobody can tell.

    Of "less than 5" only the upper end is known. It is low where 5 is not above the range's beginning, and normal
    where the range has none, or begins with zero, and 5 is within. What may lie on either side has no flag.
    """
    if value is None or (low is None and high is None):
        return ""
    if comparator in {"<", "<="}:
        return _flag_below(value, low, high, reached=comparator == "<=")
    if comparator in {">", ">="}:
        return _flag_above(value, low, high, reached=comparator == ">=")
    if low is not None and value < low:
        return "L"
    return "H" if high is not None and value > high else "N"


def _flag_below(value: Decimal, low: Decimal | None, high: Decimal | None, *, reached: bool) -> str:
    if low is not None and low > 0:
        return "L" if value < low or (value == low and not reached) else ""
    return "N" if high is None or value <= high else ""


def _flag_above(value: Decimal, low: Decimal | None, high: Decimal | None, *, reached: bool) -> str:
    if high is not None:
        return "H" if value > high or (value == high and not reached) else ""
    return "N" if low is not None and value >= low else ""


def contradicts(given: str, by_range: str) -> bool:
    """Whether the flag that was given cannot go with the range that was given beside it.

    A laboratory may mark a value within its range, by a rule of its own. It does not call one normal that lies
    outside, nor low what is above.
    """
    if given == "N":
        return by_range in {"L", "H"}
    return (given in _LOW and by_range == "H") or (given in _HIGH and by_range == "L")


def is_too_far(value: Decimal, low: Decimal | None, high: Decimal | None) -> bool:
    """Whether a value lies so far from its range that somebody should look at unit and point again."""
    above = high is not None and high > 0 and value > high * TIMES_TOO_FAR
    below = low is not None and low > 0 and 0 <= value * TIMES_TOO_FAR < low
    only_low = high is None and low is not None and low > 0 and value > low * TIMES_TOO_FAR
    return above or below or only_low


def flag_in_words(flag: str, range_text: str) -> str:
    """High ↑. Nothing for what is within its range; what was not compared with one says so."""
    if flag == "N":
        return ""
    if flag not in ARROWS:
        return _("Unclear") if range_text else _("No range")
    words = {
        "L": _("Low"),
        "H": _("High"),
        "LL": _("Critically low"),
        "HH": _("Critically high"),
        "A": _("Abnormal"),
    }
    return f"{words[flag]} {ARROWS[flag]}"


@dataclass(frozen=True)
class Delta:
    """How far a value has moved since the one before, of the same test in the same unit."""

    before: Decimal
    absolute: Decimal
    percent: int | None  # None where the value before was zero
    days: int

    @property
    def text(self) -> str:
        """+0.4, −12, or ±0."""
        if not self.absolute:
            return "±0"
        return f"{'+' if self.absolute > 0 else '−'}{as_text(abs(self.absolute))}"

    @property
    def percent_text(self) -> str:
        if self.percent is None:
            return ""
        return f"{'+' if self.percent > 0 else '−' if self.percent < 0 else '±'}{abs(self.percent)}\N{NARROW NO-BREAK SPACE}%"


def delta(value: Decimal, at: datetime, before: Decimal, before_at: datetime) -> Delta:
    with localcontext() as exact:
        exact.prec = 28
        percent = int(((value - before) / abs(before) * 100).to_integral_value()) if before else None
        return Delta(before, value - before, percent, (at - before_at).days)
