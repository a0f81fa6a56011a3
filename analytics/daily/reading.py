"""Counted days read for a period: as kept where they are over, and counted at once where they are not."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Sum

from accounts import places
from accounts.models import Site
from analytics.daily.keeping import COUNT, changed_days, fresh_days, open_days
from hospital.clock import A_DAY

MOST_COUNTED_AT_ONCE = 3  # past days; more than these wait for the worker, and the answer says so


@dataclass(frozen=True)
class Period:
    """Both days are included. Of one site or all; `department_id` and `doctor_id` narrow what has them."""

    since: date
    until: date
    site_id: UUID | None = None
    department_id: UUID | None = None
    doctor_id: UUID | None = None

    @property
    def days(self) -> int:
        return (self.until - self.since).days + 1

    @property
    def before(self) -> "Period":
        """As many days just before."""
        length = timedelta(days=self.days)
        return replace(self, since=self.since - length, until=self.since - A_DAY)

    @property
    def sites(self) -> list[Site]:
        return [places.site(self.site_id)] if self.site_id else places.sites()

    def narrows(self, model: Any) -> dict[str, UUID]:
        """The filter on columns that this model has."""
        names = {field.attname for field in model._meta.fields}
        wanted = {"site_id": self.site_id, "department_id": self.department_id, "doctor_id": self.doctor_id}
        return {name: pk for name, pk in wanted.items() if pk is not None and name in names}


@dataclass
class Rows:
    """Sums by the columns that were asked for."""

    found: dict[tuple[Any, ...], dict[str, Any]]

    def total(self) -> dict[str, Any]:
        """All of it in one."""
        whole: dict[str, Any] = {}
        for numbers in self.found.values():
            _add(whole, numbers)
        return whole


@dataclass
class Live:
    """All that one page asks of a topic and a period: the days that are not kept are counted once.

    What is not over is read as kept where it was counted a moment ago, the earliest at `counted_at`. `waiting` are past
    days that have changed and that the worker has still to count: their old numbers are in the sums.
    """

    topic: str
    period: Period

    def __post_init__(self) -> None:
        sites, since, until = self.period.sites, self.period.since, self.period.until
        changed, not_over = changed_days(self.topic, sites, since, until), open_days(sites, since, until)
        fresh = fresh_days(self.topic, not_over)
        self.counted_at = min(fresh.values(), default=None)
        self.counted = (
            *(one for one in not_over if one not in fresh),
            *changed[:MOST_COUNTED_AT_ONCE],
        )
        self.waiting = tuple(changed[MOST_COUNTED_AT_ONCE:])
        self.rows = [
            row for one in self.counted for row in COUNT[self.topic](places.site(one.site_id), one.day)
        ]

    def sums(self, model: Any, by: Sequence[str] = (), numbers: Iterable[str] = ()) -> Rows:
        """Sums of `numbers` (all by default), grouped by columns of the model. One query."""
        numbers = tuple(numbers) or model.NUMBERS
        wanted = self.period.narrows(model)
        kept = model.objects.filter(day__gte=self.period.since, day__lte=self.period.until, **wanted)
        for one in self.counted:
            kept = kept.exclude(day=one.day, site_id=one.site_id)
        grouped = kept.order_by().values(*by).annotate(**{f"sum_{name}": Sum(name) for name in numbers})
        found: dict[tuple[Any, ...], dict[str, Any]] = {}
        for row in grouped if by else [kept.aggregate(**{f"sum_{name}": Sum(name) for name in numbers})]:
            key = tuple(row[name] for name in by)
            _add(found.setdefault(key, {}), {name: row[f"sum_{name}"] or 0 for name in numbers})
        for row in self.rows:
            if isinstance(row, model) and all(getattr(row, name) == pk for name, pk in wanted.items()):
                key = tuple(getattr(row, name) for name in by)
                _add(found.setdefault(key, {}), {name: getattr(row, name) for name in numbers})
        return Rows(found)


def _add(into: dict[str, Any], numbers: dict[str, Any]) -> None:
    for name, number in numbers.items():
        into[name] = into.get(name, 0) + number
