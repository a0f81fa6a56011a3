"""The HTML door of patients and their records."""

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

__all__ = [
    "deactivate",
    "detail",
    "edit",
    "opened",
    "patient_list",
    "patient_messages",
    "reactivate",
    "register",
    "treat",
]
