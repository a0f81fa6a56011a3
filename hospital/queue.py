"""Work for later, handed to the worker after the commit."""

from typing import Any

import structlog
from celery import current_app, signature
from kombu.exceptions import OperationalError

from hospital.db import on_commit

log = structlog.get_logger(__name__)


def enqueue(task: str, *ids: Any) -> None:
    """Ask the worker to run a task after the commit. Ids only.

    Only a hint: the broker may be away. Whatever must happen has a row, and a sweep that finds it.
    """
    on_commit(lambda: _send(task, [str(one) for one in ids]))


def _send(task: str, ids: list[str]) -> None:
    try:
        signature(task, args=ids, app=current_app).apply_async(retry=False, ignore_result=True)
    except (OperationalError, OSError) as error:
        log.warning("queue_unreachable", task=task, error=type(error).__name__)
