"""What figures do when a visit of a day that is over is not as it was counted."""

from datetime import datetime
from typing import Any

from analytics.daily import touch
from analytics.models import Topic
from appointments.signals import visit_changed
from doctors.models import Doctor


def say_that_the_day_changed(doctor: Doctor, starts_at: datetime, **_more: Any) -> None:
    touch(Topic.VISITS, site=doctor.site, day=starts_at.astimezone(doctor.zone).date())


def connect() -> None:
    """Called once, when all apps are ready."""
    visit_changed.connect(say_that_the_day_changed)
