"""What can be done with patients and their records."""

from patients.services.people import (
    begin_care,
    deactivate_patient,
    declare_care,
    edit_patient,
    reactivate_patient,
    register_patient,
)
from patients.services.vitals import record_vitals, retract_vitals

__all__ = [
    "begin_care",
    "deactivate_patient",
    "declare_care",
    "edit_patient",
    "reactivate_patient",
    "record_vitals",
    "register_patient",
    "retract_vitals",
]
