"""What can be done with patients and their records."""

from patients.services.consents import record_consent
from patients.services.deaths import record_death, take_back_death
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
    "record_consent",
    "record_death",
    "register_patient",
    "suspect_duplicate",
    "take_back_death",
]
