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
from patients.views.trends import vitals_trend
from patients.views.vitals import record_vitals, retract_vitals, vitals_list

__all__ = [
    "deactivate",
    "detail",
    "edit",
    "opened",
    "patient_list",
    "patient_messages",
    "reactivate",
    "record_vitals",
    "register",
    "retract_vitals",
    "treat",
    "vitals_list",
    "vitals_trend",
]
