"""What is known about the parts of the system, and the days as they were counted."""

from analytics.models.daily import (
    Counted,
    DayRow,
    DayTotal,
    MedicinesDay,
    MoneyDay,
    PeopleGroup,
    RevenueDay,
    RoomDay,
    Topic,
    Touched,
    VisitDay,
    VisitHour,
)
from analytics.models.health import BAD, CheckChange, CheckState, State, Verification

__all__ = [
    "BAD",
    "CheckChange",
    "CheckState",
    "Counted",
    "DayRow",
    "DayTotal",
    "MedicinesDay",
    "MoneyDay",
    "PeopleGroup",
    "RevenueDay",
    "RoomDay",
    "State",
    "Topic",
    "Touched",
    "Verification",
    "VisitDay",
    "VisitHour",
]
