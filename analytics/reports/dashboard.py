"""The first page: what goes on today, the last thirty days beside the thirty before, in a handful of queries."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Min
from django.utils.formats import date_format
from django.utils.translation import gettext

from accounts import places
from accounts.models import Site, User
from analytics.daily import COUNT, FRESH, owed_now, totals
from analytics.models import Counted, DayTotal, MedicinesDay, Topic, VisitDay
from analytics.reports import medicines, money, visits
from analytics.reports.figures import Definition, Figure, figures
from analytics.reports.seeing import Seeing
from analytics.reports.statistics import Series, over_time
from analytics.reports.tables import Column, Row, Table, rows_of
from appointments.models import Appointment
from hospital import clock
from hospital.clock import A_DAY
from hospital.money import from_minor

DAYS = 30
TOPICS = tuple(Topic.values)
OF_DOCTORS: Mapping[str, Any] = {Topic.VISITS: VisitDay, Topic.MEDICINES: MedicinesDay}
Numbers = dict[str, Any]


@dataclass(frozen=True)
class Queue:
    """Who is in the house now; `longest` is for how many minutes somebody has been waiting, None: nobody is."""

    waiting: int
    inside: int
    longest: int | None


@dataclass(frozen=True)
class Dashboard:
    """`now` are figures of today beside the same weekday a week ago, `figures` those of thirty days.

    `states` are today's visits: state, its name, how many. `counted_at`: when today was counted. `is_late`: the worker has not, so that it was counted for this page alone.
    `missing`: how many of the sixty days have still to be counted. `outstanding` is what was owed then, None for whom money is not.
    """

    today: date
    now: tuple[Figure, ...]
    figures: tuple[Figure, ...]
    table: Table
    series: tuple[Series, ...]
    states: tuple[tuple[str, str, int], ...]
    queue: Queue
    outstanding: Decimal | None
    counted_at: datetime
    is_late: bool
    missing: int

    @property
    def since(self) -> date:
        return self.today - (DAYS - 1) * A_DAY


def dashboard_of(user: User, site: Site | None = None) -> Dashboard:
    """Of one site or all. Four queries where the worker is in time, one more for one site."""
    seeing, sites = Seeing.of(user), [site] if site else places.sites()
    today = clock.today((site or places.first_site()).time_zone)
    known = _Days.read(seeing, sites, today)
    is_late = known.counted_at is None or clock.now() - known.counted_at > FRESH
    if is_late:
        known.count_now(seeing, sites, today)
    return _shown(known, seeing, today, _queue(user, sites), is_late=is_late)


@dataclass
class _Days:
    """Sums by topic and day, amounts in minor units; a day that is not in them was not counted."""

    sums: dict[tuple[str, date], Numbers]
    counted_at: datetime | None
    first: date | None

    @classmethod
    def read(cls, seeing: Seeing, sites: list[Site], today: date) -> "_Days":
        since, ids = today - (2 * DAYS - 1) * A_DAY, [one.pk for one in sites]
        kept = DayTotal.objects.filter(day__gte=since, day__lte=today, site_id__in=ids).order_by()
        rows = list(kept.values_list("topic", "day", "numbers", "counted_at"))
        first = Counted.objects.filter(topic=Topic.VISITS).aggregate(first=Min("day"))["first"]
        lately = [counted_at for _topic, day, _numbers, counted_at in rows if day == today]
        is_whole = len(lately) == len(sites) * len(TOPICS)
        found: dict[tuple[str, date], Numbers] = {}
        for topic, day, numbers, _at in rows:
            _add(found.setdefault((topic, day), {}), numbers if seeing.own is None else {})
        if seeing.own is not None:
            _add_own(found, seeing.own, since, today)
        return cls(found, min(lately) if is_whole else None, first)

    def count_now(self, seeing: Seeing, sites: list[Site], today: date) -> None:
        """Today as it is at this moment, without keeping it."""
        for topic in TOPICS:
            rows = [row for site in sites for row in COUNT[topic](site, today)]
            if seeing.own is not None:
                model = OF_DOCTORS.get(topic)
                rows = [
                    row for row in rows if model and isinstance(row, model) and row.doctor_id == seeing.own
                ]
            self.sums[topic, today] = {}
            _add(self.sums[topic, today], totals(topic, rows))
        if seeing.has_money:
            for site in sites:
                _add(self.sums[Topic.MONEY, today], owed_now(site))
        self.counted_at = clock.now()

    def of(self, since: date, until: date) -> Numbers:
        """Amounts in the hospital's currency."""
        whole: Numbers = {}
        for number in range((until - since).days + 1):
            for topic in TOPICS:
                _add(whole, self.sums.get((topic, since + timedelta(days=number)), {}))
        return {name: from_minor(sum_) if name.endswith("_amount") else sum_ for name, sum_ in whole.items()}

    def missing(self, today: date) -> int:
        """Days that should have been counted: from the first that ever was."""
        since = max(today - (2 * DAYS - 1) * A_DAY, self.first or today)
        wanted = [since + timedelta(days=n) for n in range((today - since).days + 1)]
        return sum(any((topic, day) not in self.sums for topic in TOPICS) for day in wanted)


def _add(into: Numbers, numbers: Mapping[str, int]) -> None:
    for name, number in numbers.items():
        into[name] = into.get(name, 0) + number


def _add_own(found: dict[tuple[str, date], Numbers], doctor_id: UUID, since: date, until: date) -> None:
    """Two queries."""
    for topic, model in OF_DOCTORS.items():
        for row in model.objects.filter(doctor_id=doctor_id, day__gte=since, day__lte=until).order_by():
            _add(found.setdefault((topic, row.day), {}), {name: getattr(row, name) for name in model.NUMBERS})


def _queue(user: User, sites: list[Site]) -> Queue:
    """One query; two where it is not all of the sites."""
    since = min(clock.bounds_of_today(one.zone)[0] for one in sites)
    here = (Appointment.Status.ARRIVED, Appointment.Status.IN_CONSULTATION)
    rows = Appointment.objects.visible_to(user).filter(status__in=here).between(since, since + 2 * A_DAY)
    if len(sites) < len(places.sites()):
        departments = [one.pk for one in places.departments() if one.site_id == sites[0].pk]
        rows = rows.filter(doctor__department_id__in=departments)
    found = list(rows.order_by().values_list("status", "arrived_at"))
    waiting = [at for status, at in found if status == Appointment.Status.ARRIVED]
    minutes = [int((clock.now() - at).total_seconds() // 60) for at in waiting if at]
    return Queue(len(waiting), len(found) - len(waiting), max(minutes, default=None))


def definitions_for(seeing: Seeing) -> tuple[Definition, ...]:
    """The figures that somebody sees: rooms and money are not a doctor's."""
    return (
        *visits.DEFINITIONS,
        *((visits.ROOMS,) if seeing.own is None else ()),
        *medicines.DEFINITIONS,
        *(money.DEFINITIONS if seeing.has_money else ()),
    )


def _shown(known: _Days, seeing: Seeing, today: date, queue: Queue, *, is_late: bool) -> Dashboard:
    wanted, first = definitions_for(seeing), today - (DAYS - 1) * A_DAY
    now, week_ago = known.of(today, today), today - 7 * A_DAY
    table = _by_day(known, seeing, [first + timedelta(days=n) for n in range(DAYS)])
    return Dashboard(
        today,
        figures(wanted, now, known.of(week_ago, week_ago)),
        figures(wanted, known.of(first, today), known.of(first - DAYS * A_DAY, first - A_DAY)),
        table,
        over_time("dashboard", table, [one.key for one in table.columns]),
        _states(now),
        queue,
        now.get("owed_amount") if seeing.has_money else None,
        known.counted_at or clock.now(),
        is_late,
        known.missing(today),
    )


def _states(sums: Numbers) -> tuple[tuple[str, str, int], ...]:
    choices = Appointment.Status.choices
    return tuple((state, str(label), sums[state]) for state, label in choices if sums.get(state))


def _by_day(known: _Days, seeing: Seeing, days: Iterable[date]) -> Table:
    keys = ("held", "no_show_rate", "signed", "revenue")
    columns = tuple(
        Column(one.key, str(one.label), one.unit, one.reckon)
        for one in definitions_for(seeing)
        if one.key in keys
    )
    rows: tuple[Row, ...] = rows_of(
        {day: known.of(day, day) for day in days}, columns, lambda day: date_format(day, "D j M Y")
    )
    says = gettext("Each day of the last thirty; today is not over.")
    return Table("days", gettext("The last thirty days"), says, gettext("Day"), columns, rows)
