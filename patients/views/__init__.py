"""The HTML door of patients and their records."""

from patients.views.notes import (
    add_addendum,
    discard_note,
    note,
    note_list,
    notes_to_sign,
    open_encounter,
    restore_note,
    sign_note,
    write_note,
)
from patients.views.people import (
    deactivate,
    detail,
    edit,
    opened,
    patient_list,
    patient_messages,
    reactivate,
    register,
    treat,
)
from patients.views.timeline import patient_timeline

__all__ = [
    "add_addendum",
    "deactivate",
    "detail",
    "discard_note",
    "edit",
    "note",
    "note_list",
    "notes_to_sign",
    "open_encounter",
    "opened",
    "patient_list",
    "patient_messages",
    "patient_timeline",
    "reactivate",
    "register",
    "restore_note",
    "sign_note",
    "treat",
    "write_note",
]
