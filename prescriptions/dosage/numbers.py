"""Numbers and lengths of time as people type them."""

import re
from decimal import Decimal

from django.utils.translation import gettext as _

MOST_DAYS = 3650
NUMBER = r"(?:\d+\s+\d+/\d+|\d+/\d+|\d*[.,]?\d+)"

_LENGTH = re.compile(r"(\d+)\s*(d|days?|w|wks?|weeks?|m|mo|months?|y|years?)?")
_BRITISH = re.compile(r"(\d+)/(7|52|12)")
_DAYS_IN = {"d": 1, "w": 7, "m": 30, "y": 365, "7": 1, "52": 7, "12": 30}
_NO_END = frozenset({"", "until further notice", "long term", "long-term", "continue", "ongoing", "lifelong"})


def with_parts(text: str) -> str:
    """½ as 0.5, and no more than one gap."""
    for sign, number in {"½": ".5", "¼": ".25", "¾": ".75"}.items():
        text = re.sub(rf"(?<=\d)\s*{sign}", number, text).replace(sign, f"0{number}")
    return " ".join(text.split())


def number_in(text: str) -> Decimal | None:
    """1 1/2, 0,5, 1000; None for anything else."""
    text = text.replace(",", ".")
    if not re.fullmatch(NUMBER, text):
        return None
    total = Decimal(0)
    for part in text.split():
        above, stroke, below = part.partition("/")
        if stroke and not int(below):
            return None
        total += Decimal(above) / Decimal(below) if stroke else Decimal(above)
    return total


def days_in(days: int | str | None) -> int | None:
    """Days from 7, 7d, 2 weeks, 1 month, 2/52. None: until further notice. Raises ValueError with a sentence."""
    text = " ".join(str("" if days is None else days).casefold().strip(" .").split()).removeprefix("for ")
    if text in _NO_END:
        return None
    british = _BRITISH.fullmatch(text)
    match = british or _LENGTH.fullmatch(text)
    if not match:
        raise ValueError(
            _("“%(text)s” is not understood. Write 7, 2 weeks or 3 months.") % {"text": text[:40]}
        )
    found = int(match[1]) * _DAYS_IN[match[2] if british else (match[2] or "d")[0]]
    if not 1 <= found <= MOST_DAYS:
        raise ValueError(_("Write between 1 day and 10 years."))
    return found
