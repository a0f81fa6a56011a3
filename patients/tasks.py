"""What the worker does for patients."""

import time

from celery import shared_task

from hospital.errors import LostRace
from patients import suspecting

SECONDS = 50.0


@shared_task(name="patients.tasks.find_duplicates")
def find_duplicates() -> int:
    """Compare some more of all patients with all others: what was registered before, or at two sites at once."""
    new, give_up = 0, time.monotonic() + SECONDS
    while time.monotonic() < give_up:
        try:
            found, is_over = suspecting.walk()
        except LostRace:  # another worker has just found the same; the next hour goes on
            return new
        new += found
        if is_over:
            break
    return new
