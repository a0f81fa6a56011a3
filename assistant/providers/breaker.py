"""When a provider fails again and again, nobody waits for it any more, for a while. Kept in this process."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock

from assistant.providers.protocol import Failed
from hospital import clock

FAILURES = 4
OPEN_FOR = timedelta(seconds=30)
COUNTS = frozenset({Failed.TIMEOUT, Failed.BUSY, Failed.GARBAGE, Failed.UNREACHABLE})


@dataclass
class Breaker:
    """Closed, or open until a moment; then half open: one may try, and how that ends decides."""

    failures: int = 0
    open_until: datetime | None = None
    last: str = ""
    _lock: Lock = field(default_factory=Lock, repr=False)

    @property
    def state(self) -> str:
        if self.open_until is None:
            return "closed"
        return "open" if clock.now() < self.open_until else "half open"

    def lets_through(self) -> bool:
        """Whether one may try now. Of those who ask while it is half open, the first."""
        with self._lock:
            if self.open_until is None:
                return True
            if clock.now() < self.open_until:
                return False
            self.open_until = clock.now() + OPEN_FOR
            return True

    def succeeded(self) -> None:
        with self._lock:
            self.failures, self.open_until = 0, None

    def failed(self, code: Failed) -> None:
        """A refusal is an answer: the provider is there."""
        with self._lock:
            self.last = code.value
            if code not in COUNTS:
                return
            self.failures += 1
            if self.failures >= FAILURES:
                self.open_until = clock.now() + OPEN_FOR


_breakers: dict[str, Breaker] = {}


def breaker_of(provider: str) -> Breaker:
    return _breakers.setdefault(provider, Breaker())


def forget() -> None:
    """As in a new process; for tests."""
    _breakers.clear()
