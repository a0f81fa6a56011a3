"""Visits and the claims that keep two of them from the same time; what is planned for them beforehand."""

from appointments.models.planning import BookingPolicy, VisitType, WaitingBoard
from appointments.models.visits import (
    CELL,
    HOLDING,
    LONGEST_MINUTES,
    QUEUE_ORDER,
    Appointment,
    AppointmentQuerySet,
    Claim,
    cells,
    day_key,
    doctor_keys,
    on_the_grid,
    patient_keys,
    room_keys,
)

__all__ = [
    "CELL",
    "HOLDING",
    "LONGEST_MINUTES",
    "QUEUE_ORDER",
    "Appointment",
    "AppointmentQuerySet",
    "BookingPolicy",
    "Claim",
    "VisitType",
    "WaitingBoard",
    "cells",
    "day_key",
    "doctor_keys",
    "on_the_grid",
    "patient_keys",
    "room_keys",
]
