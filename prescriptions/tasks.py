"""The worker's door to prescriptions."""

from celery import shared_task

from prescriptions import services


@shared_task(name="prescriptions.tasks.expire_prescriptions")
def expire_prescriptions() -> int:
    """What was not fetched in time is no longer valid. How many there were."""
    return services.expire_prescriptions()
