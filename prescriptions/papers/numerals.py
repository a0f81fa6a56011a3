"""Amounts in figures and in words, so that no digit can be added by hand."""

from decimal import Decimal

from prescriptions.dosage import amount_in_words, plain

ONES = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven"),
    *("twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
LARGE = ((1_000_000, "million"), (1_000, "thousand"), (100, "hundred"))


def in_words(number: Decimal) -> str:
    """21 is "twenty-one", 2.5 is "two point five". Not for negative ones."""
    whole, _point, digits = (plain(number) or "0").partition(".")
    words = _whole(int(whole))
    return f"{words} point {' '.join(ONES[int(digit)] for digit in digits)}" if digits else words


def _whole(number: int) -> str:
    if number < len(ONES):
        return ONES[number]
    if number < 100:
        return TENS[number // 10] + (f"-{ONES[number % 10]}" if number % 10 else "")
    size, name = next(pair for pair in LARGE if number >= pair[0])
    rest = f" {_whole(number % size)}" if number % size else ""
    return f"{_whole(number // size)} {name}{rest}"


def figures_and_words(number: Decimal, unit: str = "") -> str:
    """21 (twenty-one) capsules; the unit as it is kept, in the singular."""
    _number, _gap, units = amount_in_words(number, unit).partition(" ")
    return f"{plain(number)} ({in_words(number)}) {units}".strip()
