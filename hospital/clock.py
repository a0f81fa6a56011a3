"""The one clock."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo


def now() -> datetime:
    """This moment, aware, in UTC, cut to the millisecond that both engines keep."""
    moment = datetime.now(UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def today(zone: str) -> date:
    """The date in a clinic's IANA zone."""
    return now().astimezone(ZoneInfo(zone)).date()
