"""What the worker does for billing."""

from celery import shared_task

from billing.services import charge_missed_dispensings, charge_missed_visits


@shared_task(name="billing.tasks.find_missed_charges")
def find_missed_charges() -> int:
    """Charge the visits that were completed and what was dispensed, and not charged: safe to repeat."""
    return charge_missed_visits() + charge_missed_dispensings()
