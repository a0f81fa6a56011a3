"""The HTML door of visits, and the first page of everybody."""

from appointments.views.board import board, boards, close_board, open_board, renew_board
from appointments.views.booking import book, move
from appointments.views.calendar import day, week
from appointments.views.consulting import open_note
from appointments.views.desk import call_next, desk
from appointments.views.free_time import free, next_free_times
from appointments.views.planning import rules
from appointments.views.printing import print_day
from appointments.views.today import home
from appointments.views.visit import (
    cancel,
    check_in,
    complete,
    confirm,
    detail,
    no_show,
    priority,
    recall,
    skip,
    start,
    undo,
)
from appointments.views.walk_in import walk_in

__all__ = [
    "board",
    "boards",
    "book",
    "call_next",
    "cancel",
    "check_in",
    "close_board",
    "complete",
    "confirm",
    "day",
    "desk",
    "detail",
    "free",
    "home",
    "move",
    "next_free_times",
    "no_show",
    "open_board",
    "open_note",
    "print_day",
    "priority",
    "recall",
    "renew_board",
    "rules",
    "skip",
    "start",
    "undo",
    "walk_in",
    "week",
]
