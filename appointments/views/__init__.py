"""The HTML door of visits, and the first page of everybody."""

from appointments.views.booking import book, move
from appointments.views.calendar import day, week
from appointments.views.free_time import free, next_free_times
from appointments.views.planning import rules
from appointments.views.printing import print_day
from appointments.views.today import home
from appointments.views.visit import cancel, check_in, complete, confirm, detail, no_show, start

__all__ = [
    "book",
    "cancel",
    "check_in",
    "complete",
    "confirm",
    "day",
    "detail",
    "free",
    "home",
    "move",
    "next_free_times",
    "no_show",
    "print_day",
    "rules",
    "start",
    "week",
]
