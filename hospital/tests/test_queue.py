"""Work for later: handed over after the commit, and never in the way of it."""

from contextlib import suppress
from typing import Any

import pytest
from celery import shared_task
from kombu.exceptions import OperationalError
from kombu.transport.memory import Channel

from audit.services import current
from hospital import queue
from hospital.db import atomic
from hospital.models import uuid7
from hospital.queue import enqueue

pytestmark = pytest.mark.django_db(transaction=True)

done: list[tuple[str, ...]] = []


@shared_task(name="hospital.tests.remember")  # type: ignore[untyped-decorator]
def remember(*ids: str) -> None:
    done.append((*ids, current().door))


@pytest.fixture(autouse=True)
def _nothing_done_yet(settings: Any) -> None:
    """What is queued here is done at once, in this process."""
    settings.CELERY_TASK_ALWAYS_EAGER = True
    done.clear()


def break_off() -> None:
    raise ZeroDivisionError


def test_the_worker_hears_of_it_after_the_commit() -> None:
    key = uuid7()
    with atomic():
        enqueue("hospital.tests.remember", key, 7)
        assert done == []
    assert done == [(str(key), "7", "task")]


def test_the_worker_never_hears_of_what_did_not_happen() -> None:
    with suppress(ZeroDivisionError), atomic():
        enqueue("hospital.tests.remember", 1)
        break_off()
    assert done == []


@pytest.mark.parametrize("error", [OperationalError("refused"), ConnectionRefusedError(), TimeoutError()])
def test_a_broker_that_is_away_stops_nobody(error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: Any, **__: Any) -> None:
        raise error

    monkeypatch.setattr(queue, "signature", away)
    with atomic():
        enqueue("hospital.tests.remember", 1)
    assert done == []


def test_a_broker_in_trouble_is_left_alone_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def away(task: str, **_: Any) -> None:
        asked.append(task)
        raise OperationalError

    def commits(number: int) -> int:
        asked.clear()
        for _ in range(number):
            with atomic():
                enqueue("hospital.tests.remember", 1)
        return len(asked)

    monkeypatch.setattr(queue, "signature", away)
    assert commits(5) == 1
    assert commits(5) == 0
    queue.forget_trouble()
    assert commits(5) == 1
    queue.forget_trouble()
    monkeypatch.setattr(queue, "ASK_AGAIN_AFTER", 0.0)
    assert commits(5) == 5, "the while is over"


def test_without_a_broker_nothing_piles_up(settings: Any) -> None:
    """In the memory of a page's process nobody would ever fetch it."""
    settings.CELERY_TASK_ALWAYS_EAGER, settings.REDIS_URL = False, ""
    with atomic():
        enqueue("hospital.tests.remember", 1)
    assert done == []
    assert not [name for name, queue in Channel.queues.items() if queue.qsize()]
