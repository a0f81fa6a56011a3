"""The one clock."""

from datetime import UTC, date, datetime, timedelta

from time_machine import travel

from hospital import clock


def test_now_is_in_utc_and_cut_to_the_millisecond_that_both_engines_keep() -> None:
    with travel(datetime(2026, 4, 14, 7, 5, 3, 123_987, tzinfo=UTC), tick=False):
        assert clock.now() == datetime(2026, 4, 14, 7, 5, 3, 123_000, tzinfo=UTC)
        assert clock.now().utcoffset() == timedelta(0)


def test_today_is_the_day_in_the_zone_that_is_asked_for() -> None:
    with travel(datetime(2026, 4, 13, 22, 30, tzinfo=UTC), tick=False):
        assert clock.today("Europe/Berlin") == date(2026, 4, 14)
        assert clock.today("America/Lima") == date(2026, 4, 13)
