"""What can be done with visits, and when it is refused."""

from appointments.services.boards import KEEP, add_board, edit_board, renew_board
from appointments.services.booking import BOOK, book_appointment, cancel_appointment, move_appointment
from appointments.services.consulting import HAS_A_NOTE, complete_visit_of, open_visit_note, visit_of
from appointments.services.planning import (
    add_booking_policy,
    add_visit_type,
    edit_booking_policy,
    edit_visit_type,
)
from appointments.services.queue import call_next, recall_appointment, set_priority, skip_appointment
from appointments.services.steps import (
    check_in_appointment,
    complete_appointment,
    confirm_appointment,
    no_show_appointment,
    start_appointment,
    undo_step,
)
from appointments.services.walk_ins import ADMIT, admit_walk_in

__all__ = [
    "ADMIT",
    "BOOK",
    "HAS_A_NOTE",
    "KEEP",
    "add_board",
    "add_booking_policy",
    "add_visit_type",
    "admit_walk_in",
    "book_appointment",
    "call_next",
    "cancel_appointment",
    "check_in_appointment",
    "complete_appointment",
    "complete_visit_of",
    "confirm_appointment",
    "edit_board",
    "edit_booking_policy",
    "edit_visit_type",
    "move_appointment",
    "no_show_appointment",
    "open_visit_note",
    "recall_appointment",
    "renew_board",
    "set_priority",
    "skip_appointment",
    "start_appointment",
    "undo_step",
    "visit_of",
]
