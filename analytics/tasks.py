"""What the worker does for health, for figures, and for the proofs of the night."""

from contextlib import suppress

from celery import shared_task

from analytics import verifying
from analytics.daily import count_people, count_these, count_today, days_waiting, last_days
from analytics.health.looks import WORKER
from analytics.models import Topic
from audit.sealing import seal_more
from hospital.errors import LostRace
from hospital.queue import enqueue
from notifications.outbox import beat

SECONDS = 20.0  # of proving or counting in one task, far from its time limit
MOST_SEALS = 50  # in one task
BACK = 35  # days


@shared_task(name="analytics.tasks.tick")
def tick() -> None:
    """A worker has come to this task and finished it."""
    beat(WORKER)


@shared_task(name="analytics.tasks.count_days")
def count_days() -> int:
    """Count the past days again that have changed, or that were never counted. How many they were."""
    return sum(count_these(topic, days_waiting(topic), seconds=SECONDS) for topic in Topic.values)


@shared_task(name="analytics.tasks.count_today")
def count_this_day() -> int:
    """Count yesterday and today, twice a minute."""
    return count_today()


@shared_task(name="analytics.tasks.count_again")
def count_again() -> int:
    """Count the last weeks again: leave and hours are sometimes entered afterwards, and nobody announces them."""
    return sum(count_these(topic, last_days(BACK), seconds=SECONDS) for topic in Topic.values)


@shared_task(name="analytics.tasks.count_people")
def count_everybody() -> int:
    """Count the patients by age, sex and area."""
    return count_people()


def _seal() -> None:
    """What has settled. Two at once do no harm: of two equal seals the database takes one."""
    with suppress(LostRace):
        for _ in range(MOST_SEALS):
            if not seal_more():
                break


@shared_task(name="analytics.tasks.begin_proofs")
def begin_proofs() -> None:
    """Every night."""
    verifying.begin_all()
    enqueue("analytics.tasks.prove")


@shared_task(name="analytics.tasks.prove")
def prove() -> None:
    """Seal the audit, and go on with what is under way: as long as there is more, at once; else at the next minute."""
    _seal()
    if verifying.go_on(SECONDS):
        enqueue("analytics.tasks.prove")
