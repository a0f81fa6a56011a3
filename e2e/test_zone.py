"""Whenever the browser tests run, the hospital stands where the day is neither young nor over."""

from datetime import UTC, datetime, timedelta

from e2e.zone import minutes_of, where_it_is_evening

QUARTER = timedelta(minutes=15)


def test_at_every_hour_of_a_year_it_is_evening_somewhere() -> None:
    first = datetime(2027, 1, 1, tzinfo=UTC)
    moments = [first + number * QUARTER for number in range(366 * 96)]
    shown = [minutes_of(moment, where_it_is_evening(moment)) for moment in moments]
    assert min(shown) >= 13.5 * 60
    assert max(shown) <= 22.5 * 60
