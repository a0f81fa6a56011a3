"""When a message is due: lead times on the clinic's calendar, quiet hours, both clock changes."""

from datetime import UTC, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from accounts import lead_times
from accounts.models import Site
from notifications.timing import outside_quiet_hours, remind_at

BERLIN, NEW_YORK = "Europe/Berlin", "America/New_York"


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


# Computed by hand from the zones' published rules.
REMINDERS = {
    "the day before, at the time of the visit": ("1d", "2026-11-30T09:00", BERLIN, "2026-11-29T09:00"),
    "three days before": ("3d", "2026-11-30T09:00", BERLIN, "2026-11-27T09:00"),
    "the day before at six in the evening": ("1d 18:00", "2026-11-30T09:00", BERLIN, "2026-11-29T17:00"),
    "two hours": ("2h", "2026-11-30T09:00", BERLIN, "2026-11-30T07:00"),
    "half an hour": ("30m", "2026-11-30T09:00", BERLIN, "2026-11-30T08:30"),
    # Berlin: at 01:00 UTC on 29 March 2026 two o'clock becomes three.
    "ten o'clock on either side of spring": ("1d", "2026-03-29T08:00", BERLIN, "2026-03-28T09:00"),
    "half past two, on the day that has none": ("1d", "2026-03-30T00:30", BERLIN, "2026-03-29T01:00"),
    "the end of the gap": ("1d", "2026-03-30T01:00", BERLIN, "2026-03-29T01:00"),
    "hours are hours in spring": ("2h", "2026-03-29T02:00", BERLIN, "2026-03-29T00:00"),
    # Berlin: at 01:00 UTC on 25 October 2026 three o'clock becomes two.
    "ten o'clock on either side of autumn": ("1d", "2026-10-25T09:00", BERLIN, "2026-10-24T08:00"),
    "half past two, on the day that has two": ("1d", "2026-10-26T01:30", BERLIN, "2026-10-25T00:30"),
    "a visit at the second half past two": ("1d", "2026-10-25T01:30", BERLIN, "2026-10-24T00:30"),
    "hours are hours in autumn": ("2h", "2026-10-25T02:00", BERLIN, "2026-10-25T00:00"),
    "over both": ("60d", "2026-11-20T09:00", BERLIN, "2026-09-21T08:00"),
    # New York: at 07:00 UTC on 8 March, at 06:00 UTC on 1 November 2026.
    "spring in New York": ("1d", "2026-03-09T06:30", NEW_YORK, "2026-03-08T07:00"),
    "autumn in New York": ("1d", "2026-11-02T06:30", NEW_YORK, "2026-11-01T05:30"),
    # Lord Howe changes by half an hour: at 15:00 UTC on 4 April back to +10:30, at 15:30 on 3 October on to +11.
    "half an hour twice": ("1d", "2026-04-05T15:15", "Australia/Lord_Howe", "2026-04-04T14:45"),
    "half an hour never": ("1d", "2026-10-04T15:15", "Australia/Lord_Howe", "2026-10-03T15:30"),
    # Troll goes from +00 to +02 at 01:00 UTC on 29 March: two hours are missing.
    "two hours never": ("1d", "2026-03-30T00:15", "Antarctica/Troll", "2026-03-29T01:00"),
    # Samoa had no 30 December 2011 at all.
    "a day that was left out": ("1d", "2011-12-30T20:00", "Pacific/Apia", "2011-12-30T10:00"),
}


@pytest.mark.parametrize(("lead", "starts_at", "zone", "due_at"), REMINDERS.values(), ids=REMINDERS)
def test_a_reminder_is_due_when_the_wall_says_so(lead: str, starts_at: str, zone: str, due_at: str) -> None:
    (given,) = lead_times.read(lead)
    assert remind_at(given, utc(starts_at), ZoneInfo(zone)) == utc(due_at)


def quiet_site(zone: str = BERLIN, begins: str = "21:00", ends: str = "08:00") -> Site:
    times: dict[str, Any] = {
        "quiet_from": time.fromisoformat(begins),
        "quiet_until": time.fromisoformat(ends),
    }
    return Site(name="Northfield", time_zone=zone, number_prefix="NF", **times)


NIGHTS = {
    "by day": ("2026-11-30T12:00", "2026-11-30T12:00"),
    "a minute before the evening": ("2026-11-30T19:59", "2026-11-30T19:59"),
    "at the beginning of the night": ("2026-11-30T20:00", "2026-12-01T07:00"),
    "before midnight": ("2026-11-30T22:59", "2026-12-01T07:00"),
    "after midnight": ("2026-12-01T00:00", "2026-12-01T07:00"),
    "a minute before the morning": ("2026-12-01T06:59", "2026-12-01T07:00"),
    "at the end of the night": ("2026-12-01T07:00", "2026-12-01T07:00"),
    "the short night of spring": ("2026-03-29T00:30", "2026-03-29T06:00"),
    "the evening before it": ("2026-03-28T20:00", "2026-03-29T06:00"),
    "the long night of autumn": ("2026-10-25T01:30", "2026-10-25T07:00"),
    "the evening before that": ("2026-10-24T19:00", "2026-10-25T07:00"),
}


@pytest.mark.parametrize(("moment", "then"), NIGHTS.values(), ids=NIGHTS)
def test_nobody_is_disturbed_at_night(moment: str, then: str) -> None:
    assert outside_quiet_hours(utc(moment), quiet_site()) == utc(then)


def test_quiet_hours_may_lie_within_a_day() -> None:
    siesta = quiet_site(begins="13:00", ends="15:00")
    assert outside_quiet_hours(utc("2026-11-30T12:30"), siesta) == utc("2026-11-30T14:00")
    assert outside_quiet_hours(utc("2026-11-30T14:00"), siesta) == utc("2026-11-30T14:00")
    assert outside_quiet_hours(utc("2026-11-30T02:00"), siesta) == utc("2026-11-30T02:00")


def test_a_house_that_is_never_quiet() -> None:
    never = quiet_site(begins="08:00", ends="08:00")
    for moment in ("2026-11-30T02:00", "2026-11-30T07:00"):
        assert outside_quiet_hours(utc(moment), never) == utc(moment)


def test_quiet_hours_that_begin_or_end_in_the_hour_that_is_left_out() -> None:
    """From half past two in the night of spring, which is three o'clock then."""
    begins = quiet_site(begins="02:30", ends="05:00")
    assert outside_quiet_hours(utc("2026-03-29T00:59"), begins) == utc("2026-03-29T00:59")
    assert outside_quiet_hours(utc("2026-03-29T01:00"), begins) == utc("2026-03-29T03:00")
    ends = quiet_site(begins="23:00", ends="02:30")
    assert outside_quiet_hours(utc("2026-03-29T00:30"), ends) == utc("2026-03-29T01:00")


@pytest.mark.parametrize(
    ("starts_at", "then"),
    [
        ("2026-12-01T08:00", "2026-12-01T07:00"),  # at nine: eight o'clock leaves an hour
        ("2026-12-01T07:55", "2026-11-30T20:00"),  # five to nine: it does not, so the evening before
        ("2026-12-01T03:00", "2026-11-30T20:00"),
    ],
)
def test_what_cannot_wait_for_the_morning_comes_in_the_evening(starts_at: str, then: str) -> None:
    assert outside_quiet_hours(utc("2026-12-01T05:00"), quiet_site(), utc(starts_at)) == utc(then)
