"""How strong a medicine is, as it is written: `400 mg`, `875/125 mg`, `250 mg/5 ml`, `25 micrograms/hour`."""

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Self

UNITS = {
    "mg": ("mg", "milligram", "milligrams", "milligramm"),
    "g": ("g", "gram", "grams", "gramm"),
    "micrograms": ("microgram", "micrograms", "mikrogramm", "mcg", "ug"),
    "IU": ("iu", "ie", "unit", "units", "i.u", "i.e"),
}
PERS = {
    "ml": ("ml",),
    "g": ("g",),
    "dose": ("dose", "puff", "actuation", "hub"),
    "hour": ("hour", "h", "hr", "std"),
    "day": ("day", "d", "24h", "24 h", "tag"),
}
IN_MILLIGRAMS = {"mg": Decimal(1), "g": Decimal(1000), "micrograms": Decimal("0.001")}

_UNIT_OF = {written: unit for unit, ways in UNITS.items() for written in ways}
_PER_OF = {written: per for per, ways in PERS.items() for written in ways}


def _one_of(words: dict[str, str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


_NUMBER = r"\d{1,3}(?:,\d{3})+(?![\d,])|\d+(?:[.,]\d+)?"
_PER = rf"(?P<of>\d+)\s*ml|(?P<per>{_one_of(_PER_OF)})"
_ONE = rf"(?P<amount>{_NUMBER})\s*(?P<unit>{_one_of(_UNIT_OF)})(?:\s*/\s*(?:{_PER})(?!\w))?(?!\w)"
_STRENGTH = re.compile(_ONE)
_WRITTEN = re.compile(rf"(?<![\w.,])(?P<sharing>(?:(?:{_NUMBER})\s*[/+]\s*)*){_ONE}")


@dataclass(frozen=True, slots=True)
class Strength:
    """An amount of a substance, in a unit of UNITS; `per` what, a word of PERS, for liquids, sprays and patches."""

    amount: Decimal
    unit: str
    per: str = ""

    @classmethod
    def read(cls, text: str) -> Self:
        """Exactly one strength. Raises ValueError where the text is anything else."""
        match = _STRENGTH.fullmatch(text.strip().casefold())
        if not match:
            raise ValueError(text)
        return cls.of(match)

    @classmethod
    def of(cls, match: re.Match[str]) -> Self:
        """The strength that the pattern has found."""
        per = "ml" if match["of"] else _PER_OF.get(match["per"] or "", "")
        return cls(_number(match["amount"]) / (int(match["of"] or 1) or 1), _UNIT_OF[match["unit"]], per)

    @property
    def milligrams(self) -> Decimal | None:
        """The amount in mg; None for units of effect, such as IU."""
        factor = IN_MILLIGRAMS.get(self.unit)
        return None if factor is None else self.amount * factor

    def __str__(self) -> str:
        written = f"{self.amount.normalize():f} {self.unit}"
        return f"{written}/{self.per}" if self.per else written


def taken_out(text: str) -> tuple[str, tuple[Strength, ...]]:
    """A text in small letters without the strengths in it, and these in their order.

    Numbers that share a unit, as in `875/125 mg`, are as many strengths.
    """
    found: list[Strength] = []
    for written in _WRITTEN.finditer(text):
        last = Strength.of(written)
        sharing = re.findall(_NUMBER, written["sharing"])
        found += [replace(last, amount=_number(one)) for one in sharing]
        found.append(last)
    return _WRITTEN.sub(" ", text), tuple(found)


def _number(text: str) -> Decimal:
    """`1,000` is a thousand, `0,125` and `2,5` are less."""
    if re.fullmatch(r"[1-9]\d{0,2}(?:,\d{3})+", text):
        return Decimal(text.replace(",", ""))
    return Decimal(text.replace(",", "."))
