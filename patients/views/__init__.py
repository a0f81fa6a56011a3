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
from patients.views.timeline import patient_timeline

__all__ = [
    "deactivate",
    "detail",
    "edit",
    "opened",
    "patient_list",
    "patient_messages",
    "patient_timeline",
    "reactivate",
    "register",
    "treat",
]
