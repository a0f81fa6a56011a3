"""What can be done with visits, and when it is refused."""

from appointments.services.booking import BOOK, book_appointment, cancel_appointment, move_appointment
from appointments.services.planning import (
    add_booking_policy,
    add_visit_type,
    edit_booking_policy,
    edit_visit_type,
)
from appointments.services.steps import (
    check_in_appointment,
    complete_appointment,
    confirm_appointment,
    no_show_appointment,
    start_appointment,
    undo_step,
)

__all__ = [
    "BOOK",
    "add_booking_policy",
    "add_visit_type",
    "book_appointment",
    "cancel_appointment",
    "check_in_appointment",
    "complete_appointment",
    "confirm_appointment",
    "edit_booking_policy",
    "edit_visit_type",
    "move_appointment",
    "no_show_appointment",
    "start_appointment",
    "undo_step",
]
