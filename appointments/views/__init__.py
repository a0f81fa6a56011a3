"""The HTML door of visits, and the first page of everybody."""

from appointments.views.booking import book, move
from appointments.views.calendar import day, week
from appointments.views.planning import rules
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
    "home",
    "move",
    "no_show",
    "rules",
    "start",
    "week",
]
