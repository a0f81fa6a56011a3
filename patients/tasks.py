"""The worker's door to patients and their charts."""

import time
from uuid import UUID

from celery import shared_task

from hospital.errors import LostRace
from patients import files, suspecting
from patients.files import reading

SECONDS = 50.0
READS_FOR = 20.0  # the last one that is begun may need more than a minute, and a task has two


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


@shared_task(name="patients.tasks.read_text")
def read_text(pk: str) -> str:
    """Read what a document says: the hint that follows its upload."""
    return reading.read_text(UUID(pk))


@shared_task(name="patients.tasks.read_waiting_texts")
def read_waiting_texts() -> int:
    """Read those of which the worker was not told, as many as there is time for. How many that were."""
    reading.give_up()
    ends, number = time.monotonic() + READS_FOR, 0
    for pk in reading.waiting_too_long():
        reading.read_text(pk)
        number += 1
        if time.monotonic() > ends:
            break
    return number


@shared_task(name="patients.tasks.tidy_uploads")
def tidy_uploads() -> dict[str, int]:
    """Remove files of which no row knows, and say how many rows have lost theirs."""
    return files.tidy()
