"""Looking at the parts without waiting for any of them: each look has a thread and a time-out."""

import threading
import time
from collections.abc import Callable, Sequence
from contextvars import copy_context

import structlog
from django.utils.translation import gettext as _

from analytics.health.register import Check, Reading
from analytics.models import State
from hospital import engine

log = structlog.get_logger(__name__)
DATABASE = "database"


class _Look:
    """One look that is under way. Whoever wants the same meanwhile waits for this one: no second thread hangs."""

    def __init__(self, name: str, look: Callable[[], Reading]) -> None:
        self.name, self.began = name, time.monotonic()
        self.over = threading.Event()
        self.reading: Reading | None = None
        context = copy_context()
        self.thread = threading.Thread(target=context.run, args=[self._run, look], daemon=True)

    def _run(self, look: Callable[[], Reading]) -> None:
        try:
            self.reading = reading_of(self.name, look)
        finally:
            engine.hang_up()
            self.over.set()

    def result(self, seconds: float) -> Reading:
        """What it found, or that it does not answer."""
        self.over.wait(max(0.0, self.began + seconds - time.monotonic()))
        if self.reading is not None:
            return self.reading
        waited = time.monotonic() - self.began
        return Reading(
            State.DOWN,
            _("It does not answer: no word for %(seconds)d seconds.") % {"seconds": max(1, round(waited))},
        )


_under_way: dict[str, _Look] = {}
_door = threading.Lock()


def _begin(name: str, look: Callable[[], Reading]) -> _Look:
    with _door:
        there = _under_way.get(name)
        if there is not None and not there.over.is_set():
            return there
        begun = _under_way[name] = _Look(name, look)
        begun.thread.start()
    return begun


def look_alone(name: str, look: Callable[[], Reading], seconds: float) -> Reading:
    """One look, in a thread, for so many seconds at most."""
    return _begin(name, look).result(seconds)


def reading_of(name: str, look: Callable[[], Reading]) -> Reading:
    """What a look found. Whatever it raises means that the part cannot be used."""
    try:
        return look()
    except Exception as error:  # noqa: BLE001 a check says what is wrong, and never breaks the page that asks
        log.warning("check_failed", check=name, error=type(error).__name__)
        return Reading(State.DOWN, _("It failed: %(error)s.") % {"error": type(error).__name__})


def look_at(checks: Sequence[Check]) -> list[tuple[Check, Reading]]:
    """Look at these at once. Waits for the slowest of their time-outs, at most."""
    begun = {check.name: _begin(check.name, check.look) for check in checks if not check.reads_database}
    found = {
        check.name: begun[check.name].result(check.answer_within) for check in checks if check.name in begun
    }
    is_there = DATABASE not in found or found[DATABASE].state != State.DOWN
    return [(check, _completed(check, found.get(check.name), is_there=is_there)) for check in checks]


def _completed(check: Check, found: Reading | None, *, is_there: bool) -> Reading:
    """What needs the database, where it was asked for."""
    if not is_there and check.reads_database:
        return Reading(State.UNKNOWN, _("Cannot be looked at while the database does not answer."))
    if found is None:
        return reading_of(check.name, check.look)
    if check.then is None or not is_there:
        return found
    complete = check.then
    return reading_of(check.name, lambda: complete(found))
