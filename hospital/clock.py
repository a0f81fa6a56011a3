"""The one clock, and what the clocks on the walls show."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

MINUTE = timedelta(minutes=1)
A_DAY = timedelta(days=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


_pretended: ContextVar[datetime | None] = ContextVar("pretended", default=None)


def now() -> datetime:
    """This moment, aware, in UTC, cut to the millisecond that both engines keep."""
    moment = _pretended.get() or datetime.now(UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


@contextmanager
def pretending(moment: datetime) -> Iterator[None]:
    """As if it were another moment: for a demonstration, whose services did things months ago, and nothing else."""
    token = _pretended.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _pretended.reset(token)


def today(zone: str) -> date:
    """The date in a clinic's IANA zone."""
    return now().astimezone(ZoneInfo(zone)).date()


def bounds(day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The first moment of a day on the clocks of a zone, and that of the next day."""
    return tuple(first_moment(datetime.combine(one, time()), zone) for one in (day, day + A_DAY))  # type: ignore[return-value]


def bounds_of_today(zone: ZoneInfo) -> tuple[datetime, datetime]:
    return bounds(now().astimezone(zone).date(), zone)


def _exists(wall: datetime, zone: ZoneInfo) -> bool:
    back = wall.replace(tzinfo=zone).astimezone(UTC).astimezone(zone)
    return back.replace(tzinfo=None, fold=0) == wall.replace(fold=0)


def first_moment(wall: datetime, zone: ZoneInfo) -> datetime:
    """When the clock on the wall first shows this time; after a gap if it never does. In UTC."""
    if _exists(wall, zone):
        return wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    return _end_of_gap(wall, zone)


def end_moment(wall: datetime, zone: ZoneInfo) -> datetime:
    """When the last minute before this time on the wall is over, the second time if it comes twice. In UTC."""
    minute_before = wall - MINUTE
    if _exists(minute_before, zone):
        return minute_before.replace(tzinfo=zone, fold=1).astimezone(UTC) + MINUTE
    return _end_of_gap(minute_before, zone)


def _end_of_gap(wall: datetime, zone: ZoneInfo) -> datetime:
    """The first moment after the gap in which this time lies, found by halving, to the minute."""
    before = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
    after = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    offset = after.astimezone(zone).utcoffset()
    while after - before > MINUTE:
        middle = before + ((after - before) / 2 // MINUTE) * MINUTE
        if middle.astimezone(zone).utcoffset() == offset:
            after = middle
        else:
            before = middle
    return after
