"""What can be done with patients and their records."""

from patients.services.note_templates import add_note_template, edit_note_template
from patients.services.notes import (
    add_addendum,
    discard_note,
    open_encounter,
    restore_note,
    sign_encounter,
    write_note,
)
from patients.services.people import (
    begin_care,
    deactivate_patient,
    declare_care,
    edit_patient,
    reactivate_patient,
    register_patient,
)

__all__ = [
    "add_addendum",
    "add_note_template",
    "begin_care",
    "deactivate_patient",
    "declare_care",
    "discard_note",
    "edit_note_template",
    "edit_patient",
    "open_encounter",
    "reactivate_patient",
    "register_patient",
    "restore_note",
    "sign_encounter",
    "write_note",
]
