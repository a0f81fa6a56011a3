"""What a figure is: a number, what it was before, how it is defined and where its rows are."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from hospital.money import to_minor
from hospital.templatetags.look import money_minor

Number = int | float | Decimal | None


class Unit(StrEnum):
    """How a number is written. A share is between 0 and 1."""

    COUNT = "count"
    SHARE = "share"
    MINUTES = "minutes"
    MONEY = "money"


@dataclass(frozen=True)
class Definition:
    """How a figure comes about, from the sums of counted days."""

    key: str
    label: str | Promise
    unit: Unit
    text: str | Promise
    reckon: Callable[[Mapping[str, Any]], Number]


@dataclass(frozen=True)
class Figure:
    """A figure of a period beside that of the period before; None where there is nothing to divide by."""

    definition: Definition
    value: Number
    before: Number

    @property
    def change(self) -> float | None:
        """How much more or less, as a part of what it was; None where it was nothing."""
        if self.value is None or not self.before:
            return None
        return float((self.value - self.before) / self.before)  # type: ignore[operator]

    @property
    def text(self) -> str:
        return written(self.value, self.definition.unit)

    @property
    def before_text(self) -> str:
        return written(self.before, self.definition.unit)

    @property
    def change_text(self) -> str:
        """By how much it went up or down: of shares in points of percent, of other numbers in percent."""
        if self.value is None or self.before is None:
            return ""
        if self.definition.unit == Unit.SHARE:
            return _("%(number)s points") % {"number": _signed(100 * float(self.value - self.before))}  # type: ignore[operator]
        return "" if self.change is None else f"{_signed(100 * self.change)} %"


def _signed(number: float) -> str:
    text = f"{abs(number):.1f}"
    if text == "0.0":
        return "±0"
    return f"{'+' if number > 0 else '−'}{text}"


def written(value: Number, unit: Unit) -> str:
    """For eyes."""
    if value is None:
        return "–"
    if unit == Unit.SHARE:
        return f"{100 * value:.1f} %"
    if unit == Unit.MINUTES:
        return _("%(number)s min") % {"number": f"{value:.0f}"}
    if unit == Unit.MONEY:
        return money_minor(to_minor(Decimal(value)), settings.CURRENCY)
    return f"{value:,}"


def share(part: Number, whole: Number) -> float | None:
    """A part of a whole between 0 and 1; None of nothing."""
    return float(part) / float(whole) if whole and part is not None else None


def figures(
    definitions: Iterable[Definition], now: Mapping[str, Any], before: Mapping[str, Any]
) -> tuple[Figure, ...]:
    return tuple(Figure(one, one.reckon(now), one.reckon(before)) for one in definitions)


def counted(name: str) -> Callable[[Mapping[str, Any]], Number]:
    """The sum itself; nothing counted is none."""
    return lambda sums: sums.get(name, 0)


def part(name: str, *whole: str) -> Callable[[Mapping[str, Any]], Number]:
    """One sum as a share of others together."""
    return lambda sums: share(sums.get(name, 0), sum(sums.get(one, 0) for one in whole))
