"""The worker's door to the outbox."""

from uuid import UUID

from celery import shared_task

from hospital.queue import enqueue
from notifications import outbox

SECONDS = 50.0  # a sweep ends before the next one begins, and well before a task's time limit


@shared_task(name="notifications.tasks.sweep")
def sweep() -> dict[str, int]:
    """Send what is due. Every minute: whatever a hint has not reached, this does; a long queue in several goes."""
    ends = outbox.sweep(SECONDS)
    if outbox.is_anything_due():
        enqueue("notifications.tasks.sweep")
    return dict(ends)


@shared_task(name="notifications.tasks.send")
def send(*ids: str) -> dict[str, int]:
    """Send these at once: the hint that follows a commit."""
    return dict(outbox.send_now([UUID(one) for one in ids]))
