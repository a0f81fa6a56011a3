"""How rows are said in one regular form, so that what an answer quotes can be found again."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils.formats import date_format

from accounts import places
from patients.models import Patient

A_DAY = timedelta(days=1)


def zone_of(patient: Patient) -> ZoneInfo:
    return places.site(patient.site_id).zone


def day(moment: date) -> str:
    """12 Nov 2026"""
    return date_format(moment, "j M Y")


def at(moment: datetime, zone: ZoneInfo) -> str:
    """12 Nov 2026, 10:12, on the clock of the clinic."""
    local = moment.astimezone(zone)
    return f"{date_format(local, 'j M Y')}, {local:%H:%M}"


def sentences(*parts: str) -> str:
    """Parts that are there, each with its full stop, in a row."""
    return " ".join(one if one.endswith((".", "!", "?")) else f"{one}." for one in parts if one)


def listed(parts: Iterable[str]) -> str:
    return "; ".join(one for one in parts if one)


def span(since: date | None, until: date | None, zone: ZoneInfo) -> tuple[datetime | None, datetime | None]:
    """From the first moment of one day to that after the last, in UTC; None where it is open."""
    return (
        datetime.combine(since, time(), zone).astimezone(UTC) if since else None,
        datetime.combine(until + A_DAY, time(), zone).astimezone(UTC)
        if until and until.year < 9999
        else None,
    )
