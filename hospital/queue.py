"""Work for later, handed to the worker after the commit."""

import time
from dataclasses import dataclass
from typing import Any

import structlog
from celery import current_app, signature
from django.conf import settings
from kombu.exceptions import OperationalError

from hospital.db import on_commit

log = structlog.get_logger(__name__)
ASK_AGAIN_AFTER = 15.0


@dataclass
class _Breaker:
    """A broker that did not answer is left alone for a while: only one request in that while waits for it."""

    closed_until: float = 0.0


_breaker = _Breaker()


def forget_trouble() -> None:
    """Ask the broker again at the next occasion."""
    _breaker.closed_until = 0.0


def enqueue(task: str, *ids: Any) -> None:
    """Ask the worker to run a task after the commit. Ids only.

    Only a hint: the broker may be away, or there is none. Whatever must happen has a row, and a sweep that finds it.
    """
    on_commit(lambda: _send(task, [str(one) for one in ids]))


def _send(task: str, ids: list[str]) -> None:
    nobody_there = not settings.REDIS_URL and not settings.CELERY_TASK_ALWAYS_EAGER
    if nobody_there or time.monotonic() < _breaker.closed_until:
        return
    try:
        signature(task, args=ids, app=current_app).apply_async(retry=False, ignore_result=True)
    except (OperationalError, OSError) as error:
        _breaker.closed_until = time.monotonic() + ASK_AGAIN_AFTER
        log.warning("queue_unreachable", task=task, error=type(error).__name__)
