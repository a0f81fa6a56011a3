"""Work for later: handed over after the commit, and never in the way of it."""

from contextlib import suppress
from typing import Any

import pytest
from celery import shared_task
from kombu.exceptions import OperationalError

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
def _nothing_done_yet() -> None:
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
