"""The HTML door of patients and their records."""

from patients.views.consents import consents, record_consent
from patients.views.deaths import record_death, take_back_death
from patients.views.duplicates import dismiss_duplicate, duplicates, suspect_duplicate
from patients.views.people import (
    deactivate,
    detail,
    edit,
    opened,
    patient_list,
    patient_messages,
    reactivate,
    treat,
)
from patients.views.registering import alike, register

__all__ = [
    "alike",
    "consents",
    "deactivate",
    "detail",
    "dismiss_duplicate",
    "duplicates",
    "edit",
    "opened",
    "patient_list",
    "patient_messages",
    "reactivate",
    "record_consent",
    "record_death",
    "register",
    "suspect_duplicate",
    "take_back_death",
    "treat",
]
