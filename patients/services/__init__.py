"""What can be done with patients and their records."""

from patients.services.duplicates import dismiss_duplicate, suspect_duplicate
from patients.services.people import (
    begin_care,
    deactivate_patient,
    declare_care,
    edit_patient,
    reactivate_patient,
    register_patient,
)

__all__ = [
    "begin_care",
    "deactivate_patient",
    "declare_care",
    "dismiss_duplicate",
    "edit_patient",
    "reactivate_patient",
    "register_patient",
    "suspect_duplicate",
]
