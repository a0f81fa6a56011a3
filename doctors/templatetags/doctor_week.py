"""A doctor's week as a picture, for the grid `.cal` of the look: `{% load doctor_week %}`."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django import template
from django.utils.formats import date_format

from doctors.models import ScheduleBlock, TimeOff
from hospital import clock

register = template.Library()

QUARTER = 15
FEWEST_HOURS = (8, 16)


@dataclass(frozen=True)
class Piece:
    """Something in the grid. `lane` is the column, `at` the quarter of an hour from 1, `length` in quarters."""

    lane: int
    at: int
    length: int
    block: ScheduleBlock | None = None
    away: TimeOff | None = None


@dataclass(frozen=True)
class Week:
    """Five days from a Monday, or more where a weekend is used, cut to the hours that are used."""

    days: list[date]
    hours: list[tuple[int, time]]
    rows: int
    held: list[Piece] = field(default_factory=list)
    away: list[Piece] = field(default_factory=list)


@register.simple_tag
def week_of(
    blocks: Sequence[ScheduleBlock], absences: Sequence[TimeOff], monday: date, zone: ZoneInfo
) -> Week:
    """The picture of the week of this Monday; times are those of the clock on the wall."""
    days = [monday + timedelta(days=number) for number in range(7)]
    held = [(day, block) for block in blocks for day in block.dates(days[0], days[-1])]
    first = min([FEWEST_HOURS[0], *(block.starts.hour for _, block in held)])
    last = max([FEWEST_HOURS[1], *(block.ends.hour + bool(block.ends.minute) for _, block in held)])
    used = max([5, *(block.day_of_week + 1 for _, block in held)])
    week = Week(
        days=days[:used],
        hours=[((hour - first) * 4 + 1, time(hour)) for hour in range(first, last)],
        rows=(last - first) * 4,
    )
    for day, block in held:
        at, end = _quarter(block.starts), -(-_minutes(block.ends) // QUARTER)
        week.held.append(Piece(day.weekday() + 1, at - first * 4 + 1, max(1, end - at), block=block))
    for away in absences:
        week.away.extend(_pieces(away, week.days, zone, first * 4, last * 4))
    return week


def _pieces(away: TimeOff, days: list[date], zone: ZoneInfo, first: int, last: int) -> list[Piece]:
    """One piece for each day that this time off touches, cut to the quarters from `first` to `last`."""
    pieces = []
    for day in days:
        starts = max(away.starts_at, _midnight(day, zone)).astimezone(zone)
        ends = min(away.ends_at, _midnight(day + timedelta(days=1), zone)).astimezone(zone)
        if starts >= ends:
            continue
        at = max(first, _quarter(starts.time()))
        end = last if ends.date() > day else min(last, -(-_minutes(ends.time()) // QUARTER))
        if at < end:
            pieces.append(Piece(day.weekday() + 1, at - first + 1, end - at, away=away))
    return pieces


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return clock.first_moment(datetime.combine(day, time()), zone)


def _minutes(of_day: time) -> int:
    return of_day.hour * 60 + of_day.minute


def _quarter(of_day: time) -> int:
    return _minutes(of_day) // QUARTER


@register.filter
def stretch(away: TimeOff, zone: ZoneInfo) -> str:
    """From when to when, in as few words as say it: whole days have no times."""
    starts, ends = away.starts_at.astimezone(zone), away.ends_at.astimezone(zone)
    if starts.time() == ends.time() == time():
        last = ends - timedelta(days=1)
        return _date(starts) if starts.date() == last.date() else f"{_date(starts)} – {_date(last)}"
    if starts.date() == ends.date():
        return f"{_date(starts)}, {starts:%H:%M}–{ends:%H:%M}"
    return f"{_date(starts)}, {starts:%H:%M} – {_date(ends)}, {ends:%H:%M}"


def _date(moment: datetime) -> str:
    return date_format(moment, "D j M Y")
