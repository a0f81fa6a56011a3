"""What the worker does for visits."""

from celery import shared_task

from appointments import telling
from hospital.errors import LostRace


@shared_task(name="appointments.tasks.plan_reminders")
def plan_reminders() -> int:
    """Write down the reminders that a visit lacks: a site has a new lead time, or something went wrong before."""
    try:
        return telling.plan_missing_reminders()
    except LostRace:  # another worker is doing the same; what it leaves is found an hour later
        return 0
