"""The timetable that Celery comes with, and a beat each time it looks what is due."""

import time
from typing import Any

import structlog
from celery.beat import PersistentScheduler

from analytics.health.looks import TIMETABLE
from notifications.outbox import beat

log = structlog.get_logger(__name__)
NOT_OFTENER_THAN = 3.0  # seconds


class Pulsing(PersistentScheduler):  # type: ignore[misc]
    """It beats whether or not the broker takes what it hands over: this is about the timetable alone."""

    _last = float("-inf")

    def tick(self, *args: Any, **kwargs: Any) -> Any:
        until_next = super().tick(*args, **kwargs)
        if time.monotonic() - self._last >= NOT_OFTENER_THAN:
            self._last = time.monotonic()
            self._beat()
        return until_next

    def _beat(self) -> None:
        try:
            beat(TIMETABLE)
        except Exception as error:  # noqa: BLE001 a timetable that ended would be worse than one that is not heard
            log.warning("timetable_not_heard", error=type(error).__name__)
