"""Figures as tables: what stands on the page is what stands in the file and in the answer of the API."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _

from analytics.reports.figures import Number, Unit, written
from billing.papers.files import written as as_csv
from doctors.models import Doctor

SHARE_DIGITS = 4
Sums = Mapping[str, Any]
Names = Callable[[Any], str]


@dataclass(frozen=True)
class Column:
    """`key` is stable. A column that is not `kept` gives way on a small screen."""

    key: str
    label: str
    unit: Unit
    reckon: Callable[[Sums], Number]
    is_kept: bool = True

    @property
    def head(self) -> str:
        """For a file, which has plain numbers in it."""
        said = {Unit.SHARE: " (%)", Unit.MINUTES: " (min)", Unit.MONEY: f" ({settings.CURRENCY})"}
        return f"{self.label}{said.get(self.unit, '')}"


@dataclass(frozen=True)
class Row:
    """`key` is an id or another stable word, "" where it is not known. None among the values: nothing to tell."""

    key: str
    name: str
    values: tuple[Number, ...]


@dataclass(frozen=True)
class Table:
    """`bar` is the column whose values are drawn; `leads_to` is the filter that a row's key narrows by."""

    key: str
    title: str
    says: str
    names: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    bar: str = ""
    leads_to: str = ""
    note: str = ""
    few: str = ""  # what is said instead of a value that is not told

    def text(self, column: Column, value: Number) -> str:
        return self.few if value is None and self.few else written(value, column.unit)

    def as_file(self) -> str:
        """Plain numbers, and no value that begins as a formula would."""
        lines = [
            [
                row.name,
                *(
                    _plain(value, column, self.few)
                    for column, value in zip(self.columns, row.values, strict=True)
                ),
            ]
            for row in self.rows
        ]
        return as_csv([self.names, *(column.head for column in self.columns)], lines)


def _plain(value: Number, column: Column, few: str) -> Any:
    if value is None:
        return few
    if column.unit == Unit.SHARE:
        return f"{100 * value:.1f}"
    return f"{value:.1f}" if column.unit == Unit.MINUTES else value


def exact(value: Number) -> str | None:
    """A number as a text without loss: for the API. Shares are between 0 and 1."""
    if isinstance(value, float):
        return str(round(value, SHARE_DIGITS))
    return None if value is None else str(value)


def rows_of(
    found: Mapping[Any, Sums],
    columns: Sequence[Column],
    name_of: Callable[[Any], str],
    *,
    most_first: int = -1,
) -> tuple[Row, ...]:
    """A row for each key; by the column `most_first` if it is not negative, else in the order in which they come."""
    rows = [
        Row("" if key is None else str(key), name_of(key), tuple(one.reckon(sums) for one in columns))
        for key, sums in found.items()
    ]
    if most_first >= 0:
        rows.sort(key=lambda row: (-(row.values[most_first] or Decimal(0)), row.name))
    return tuple(rows)


def doctor_names(ids: Iterable[UUID | None]) -> Names:
    """One query."""
    wanted = [pk for pk in ids if pk is not None]
    found = {one.pk: str(one) for one in Doctor.objects.filter(pk__in=wanted)} if wanted else {}
    return lambda pk: found.get(pk, _("Without a doctor"))


def together(found: Mapping[Any, Sums], key_of: Callable[[Any], Any]) -> dict[Any, dict[str, Any]]:
    """The same sums under other keys."""
    grouped: dict[Any, dict[str, Any]] = {}
    for key, sums in found.items():
        into = grouped.setdefault(key_of(key), {})
        for name, number in sums.items():
            into[name] = into.get(name, 0) + number
    return grouped


LONGEST_BY_DAY = 62


def by_time(days: Sequence[tuple[date, Sums]]) -> tuple[str, dict[date, dict[str, Any]]]:
    """Each day, or of a long period each week by its Monday; and what that is called."""
    if len(days) <= LONGEST_BY_DAY:
        return _("Day"), {day: dict(sums) for day, sums in days}
    return _("Week from"), together(dict(days), lambda day: date.fromordinal(day.toordinal() - day.weekday()))
