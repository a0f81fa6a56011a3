"""A watch in the process of the timetable: it needs neither broker nor worker."""

import threading
import time
from typing import Any

import structlog
from celery.signals import beat_embedded_init, beat_init

from analytics.health.register import LOOK_EVERY
from analytics.health.watching import watch

log = structlog.get_logger(__name__)


def connect() -> None:
    for began in (beat_init, beat_embedded_init):
        began.connect(_begin, dispatch_uid="health_timetable")


def _begin(**_: Any) -> None:
    threading.Thread(target=_watch_for_ever, daemon=True, name="health").start()


def _watch_for_ever() -> None:
    while True:
        try:
            watch()
        except Exception as error:  # noqa: BLE001 a watch that ended would look like one that sees nothing wrong
            log.warning("health_watch_failed", error=type(error).__name__)
        time.sleep(LOOK_EVERY.total_seconds())
