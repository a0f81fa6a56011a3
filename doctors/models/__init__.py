"""Doctors, what they treat and where, and the hours at which they see patients."""

from doctors.models.hours import (
    GRID_MINUTES,
    LONGEST_WINDOW,
    OpenBlock,
    ScheduleBlock,
    TimeOff,
    local_midnight,
    open_blocks,
)
from doctors.models.people import (
    Doctor,
    DoctorSpeciality,
    Room,
    Speciality,
    from_minor,
    minor_digits,
    to_minor,
)

__all__ = [
    "GRID_MINUTES",
    "LONGEST_WINDOW",
    "Doctor",
    "DoctorQuerySet",
    "DoctorSpeciality",
    "OpenBlock",
    "Room",
    "ScheduleBlock",
    "Speciality",
    "TimeOff",
    "from_minor",
    "local_midnight",
    "minor_digits",
    "open_blocks",
    "to_minor",
]
