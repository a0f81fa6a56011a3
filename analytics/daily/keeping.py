"""Which days are kept as counted, which have changed since, and how a day is counted again."""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError
from django.db.models import Count, F, Min, Q

from accounts import places
from accounts.models import Site
from analytics.daily.medicines import count_medicines
from analytics.daily.money import count_money, owed_now
from analytics.daily.visits import count_visits
from analytics.models import (
    Counted,
    DayTotal,
    MedicinesDay,
    MoneyDay,
    RevenueDay,
    RoomDay,
    Topic,
    Touched,
    VisitDay,
    VisitHour,
)
from hospital import clock, db
from hospital.clock import A_DAY
from hospital.errors import LostRace
from hospital.money import exact_minor

MODELS: Mapping[str, tuple[Any, ...]] = {
    Topic.VISITS: (VisitDay, VisitHour, RoomDay),
    Topic.MONEY: (RevenueDay, MoneyDay),
    Topic.MEDICINES: (MedicinesDay,),
}
COUNT: Mapping[str, Callable[[Site, date], list[Any]]] = {
    Topic.VISITS: count_visits,
    Topic.MONEY: count_money,
    Topic.MEDICINES: count_medicines,
}
TOTALLED: Mapping[str, Mapping[Any, str]] = {  # with what stands before the names of the numbers
    Topic.VISITS: {VisitDay: "", RoomDay: "rooms_"},
    Topic.MONEY: {RevenueDay: "", MoneyDay: ""},
    Topic.MEDICINES: {MedicinesDay: ""},
}
MOST_TOUCHES = 20_000
FRESH = timedelta(
    minutes=2
)  # so long an open day is read as it was counted: the worker counts it twice a minute


@dataclass(frozen=True, slots=True)
class SiteDay:
    """A day at a site."""

    site_id: UUID
    day: date


def first_open_day(site: Site) -> date:
    """From this day on nothing is read as kept: yesterday too, because what began before midnight ends after it."""
    return clock.today(site.time_zone) - A_DAY


def touch(topic: str, *, site: Site, day: date) -> None:
    """Say that something of this day has changed, if it may be kept already. In the transaction of the change."""
    if day < first_open_day(site):
        Touched.objects.create(topic=topic, site_id=site.pk, day=day)


def open_days(sites: Sequence[Site], since: date, until: date) -> list[SiteDay]:
    """The days of a period that are counted whenever they are read: yesterday, today and those to come."""
    found = []
    for site in sites:
        first = max(since, first_open_day(site))
        found += [SiteDay(site.pk, first + timedelta(days=n)) for n in range((until - first).days + 1)]
    return found


def fresh_days(topic: str, days: Sequence[SiteDay]) -> dict[SiteDay, datetime]:
    """Which of these open days were counted a moment ago, and when. One query at most."""
    if not days:
        return {}
    rows = Counted.objects.filter(topic=topic, day__gte=min(one.day for one in days)).order_by()
    lately = rows.filter(counted_at__gte=clock.now() - FRESH)
    found = {SiteDay(site, day): at for site, day, at in lately.values_list("site_id", "day", "counted_at")}
    return {one: found[one] for one in days if one in found}


def changed_days(topic: str, sites: Sequence[Site], since: date, until: date) -> list[SiteDay]:
    """The past days of a period that are not as they were counted, or were never counted; the latest first.

    Nothing was before the first day that was counted at a site. Two queries, and one for each site where days are
    missing.
    """
    wanted = {site.pk: site for site in sites}
    rows = Touched.objects.filter(topic=topic, day__gte=since, day__lte=until).order_by()
    found = {SiteDay(*row) for row in rows.values_list("site_id", "day").distinct() if row[0] in wanted}
    found |= _never_counted(topic, wanted, since, until)
    past = [one for one in found if one.day < first_open_day(wanted[one.site_id])]
    return sorted(past, key=lambda one: (one.day, one.site_id.hex), reverse=True)


def _never_counted(topic: str, sites: Mapping[UUID, Site], since: date, until: date) -> set[SiteDay]:
    rows = Counted.objects.filter(topic=topic).order_by()
    over = min((first_open_day(site) for site in sites.values()), default=since) - A_DAY
    kept = Count("key", filter=Q(day__gte=since, day__lte=min(until, over)))
    missing: set[SiteDay] = set()
    for pk, first_ever, number in rows.values_list("site_id").annotate(first=Min("day"), number=kept):
        if pk not in sites:
            continue
        first, last = max(since, first_ever), min(until, first_open_day(sites[pk]) - A_DAY)
        if number < (last - first).days + 1:
            missing |= _not_kept(topic, sites[pk], first, last)
    return missing


def _not_kept(topic: str, site: Site, first: date, last: date) -> set[SiteDay]:
    """Keys are compared, which are plain texts: two years of ids and dates cost more than all sums of a page."""
    rows = Counted.objects.filter(topic=topic, day__gte=first, day__lte=last).order_by()
    kept = set(rows.values_list("key", flat=True))
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return {SiteDay(site.pk, day) for day in days if key_of(topic, site, day) not in kept}


def recount(topic: str, site: Site, day: date) -> int:
    """Count a day and keep it. Raises LostRace when somebody else counts the same day. How many rows it has."""
    with db.atomic():
        touched = Touched.objects.filter(topic=topic, day=day, site_id=site.pk).order_by()
        ids = list(touched.values_list("pk", flat=True)[:MOST_TOUCHES])
        _claim(topic, site, day)
        rows = COUNT[topic](site, day)
        for model in MODELS[topic]:
            model.objects.filter(day=day, site_id=site.pk).delete()
            model.objects.bulk_create([row for row in rows if isinstance(row, model)])
        DayTotal.objects.filter(topic=topic, day=day, site_id=site.pk).delete()
        numbers = totals(topic, rows)
        if topic == Topic.MONEY and day >= first_open_day(site):
            numbers |= owed_now(site)
        DayTotal(key=key_of(topic, site, day), topic=topic, site_id=site.pk, day=day, numbers=numbers).save(
            force_insert=True
        )
        Touched.objects.filter(pk__in=ids).delete()
    return len(rows)


def totals(topic: str, rows: Iterable[Any]) -> dict[str, int]:
    """The sums of a day's rows, amounts in minor units."""
    totalled = TOTALLED[topic]
    sums = {before + name: 0 for model, before in totalled.items() for name in model.NUMBERS}
    for row in rows:
        before = totalled.get(type(row))
        for name in row.NUMBERS if before is not None else ():
            number = getattr(row, name)
            sums[f"{before}{name}"] += exact_minor(number) if name.endswith("_amount") else number
    return sums


def key_of(topic: str, site: Site, day: date) -> str:
    """That of a counted day."""
    return f"{topic}:{day}:{site.pk.hex}"


def _claim(topic: str, site: Site, day: date) -> None:
    key = key_of(topic, site, day)
    found = Counted.objects.filter(key=key)
    version = found.values_list("version", flat=True).first()
    if version is None:
        try:
            Counted.objects.create(key=key, topic=topic, site_id=site.pk, day=day)
        except IntegrityError as error:
            raise LostRace("This day is being counted already.") from error
    elif not found.filter(version=version).update(version=F("version") + 1, counted_at=clock.now()):
        raise LostRace("This day is being counted already.")


def count_these(topic: str, days: Iterable[SiteDay], *, seconds: float | None = None) -> int:
    """Count days, each in a transaction of its own, for so long. What somebody else counts is left to them."""
    counted, began = 0, time.monotonic()
    for one in days:
        if seconds is not None and time.monotonic() - began > seconds:
            break
        try:
            recount(topic, places.site(one.site_id), one.day)
        except LostRace:
            continue
        counted += 1
    return counted


def days_waiting(topic: str) -> list[SiteDay]:
    """All past days that are not as they were counted."""
    sites = places.sites()
    last = max((first_open_day(site) for site in sites), default=clock.now().date())
    return changed_days(topic, sites, date.min, last)


def last_days(number: int) -> list[SiteDay]:
    """The last past days of each site, the latest first."""
    return [
        SiteDay(site.pk, first_open_day(site) - timedelta(days=back))
        for site in places.sites()
        for back in range(1, number + 1)
    ]


def count_today() -> int:
    """Count yesterday and today at every site, for what reads kept days only: the dashboard."""
    return sum(
        count_these(topic, [SiteDay(site.pk, first_open_day(site) + n * A_DAY) for n in (0, 1)])
        for topic in Topic.values
        for site in places.sites()
    )
