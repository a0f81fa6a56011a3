"""Days, counted from the rows of the apps below: kept where they are over, counted at once where they are not."""

from analytics.daily.keeping import (
    COUNT,
    FRESH,
    SiteDay,
    count_these,
    count_today,
    days_waiting,
    last_days,
    recount,
    totals,
    touch,
)
from analytics.daily.money import owed_now
from analytics.daily.people import count_people
from analytics.daily.reading import Live, Period, Rows
from analytics.daily.visits import NEW_FOR

__all__ = [
    "COUNT",
    "FRESH",
    "NEW_FOR",
    "Live",
    "Period",
    "Rows",
    "SiteDay",
    "count_people",
    "count_these",
    "count_today",
    "days_waiting",
    "last_days",
    "owed_now",
    "recount",
    "totals",
    "touch",
]
