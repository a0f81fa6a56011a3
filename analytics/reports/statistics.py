"""What each page of statistics is made of."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from analytics.daily import Live, Period
from analytics.reports.figures import Figure, Number, Unit
from analytics.reports.tables import Table


@dataclass(frozen=True)
class Series:
    """Values over time, drawn as columns, or where they are shares as a curve; None is not known."""

    key: str
    title: str
    unit: Unit
    days: tuple[date, ...]
    values: tuple[Number, ...]


@dataclass(frozen=True)
class Statistics:
    """A period beside the period before. `waiting`: past days that have still to be counted.

    `counted_at` is when what is not over was counted, None: at once. `notes` say what is left out. `has_more`: there is
    something to show where all figures are nothing.
    """

    period: Period
    figures: tuple[Figure, ...]
    series: tuple[Series, ...]
    tables: tuple[Table, ...]
    waiting: int
    counted_at: datetime | None
    notes: tuple[str, ...] = ()
    has_more: bool = False

    @property
    def is_empty(self) -> bool:
        return not self.has_more and not any(one.value or one.before for one in self.figures)

    def table(self, key: str) -> Table | None:
        return next((one for one in self.tables if one.key == key), None)


def waiting_in(*lives: Live) -> int:
    return sum(len(one.waiting) for one in lives)


def over_time(key: str, table: Table, columns: Sequence[str]) -> tuple[Series, ...]:
    """The columns of a table whose rows are days."""
    days = tuple(date.fromisoformat(row.key) for row in table.rows)
    return tuple(
        Series(f"{key}-{one.key}", one.label, one.unit, days, tuple(row.values[at] for row in table.rows))
        for at, one in enumerate(table.columns)
        if one.key in columns
    )
