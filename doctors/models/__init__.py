"""Doctors, what they treat and where, and the hours at which they see patients."""

from doctors.models.hours import (
    GRID_MINUTES,
    LONGEST_WINDOW,
    OpenBlock,
    ScheduleBlock,
    TimeOff,
    open_blocks,
)
from doctors.models.people import (
    Doctor,
    DoctorQuerySet,
    DoctorSpeciality,
    Licence,
    Room,
    Speciality,
    department_choices,
)

__all__ = [
    "GRID_MINUTES",
    "LONGEST_WINDOW",
    "Doctor",
    "DoctorQuerySet",
    "DoctorSpeciality",
    "Licence",
    "OpenBlock",
    "Room",
    "ScheduleBlock",
    "Speciality",
    "TimeOff",
    "department_choices",
    "open_blocks",
]
