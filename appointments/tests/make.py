"""Builds kinds of visits and rules of booking for tests, without an actor."""

from typing import Any

from accounts.models import Site
from appointments.models import BookingPolicy, VisitType
from doctors.models import Doctor


def make_visit_type(name: str = "Check-up", **fields: Any) -> VisitType:
    return VisitType(**({"name": name, "code": name.lower().replace(" ", "-")} | fields)).add()


def make_policy(whose: Doctor | Site, **limits: Any) -> BookingPolicy:
    scope: Any = {"doctor": whose} if isinstance(whose, Doctor) else {"site": whose}
    return BookingPolicy(**scope, **limits).add()
