"""The one way out: every request is shown before the network is touched, and ends in time."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from assistant.providers.protocol import Failed, ProviderFailure

if TYPE_CHECKING:
    import httpx2


@dataclass
class Sending:
    """One exchange. `show` sees the bytes of each request and may raise: then nothing is sent.

    A request begins before `starts_by` and its answer is whole before `ends_at`, both of time.monotonic.
    """

    show: Callable[[bytes], None]
    starts_by: float
    ends_at: float
    refused: Exception | None = None
    answer: Any = field(default=None, repr=False)

    def seconds(self) -> float:
        """How long a request that begins now may wait for the next sign of life."""
        return max(0.05, self.starts_by - time.monotonic())

    def is_late(self) -> bool:
        return time.monotonic() >= self.ends_at

    def hang_up(self) -> None:
        """End the connection of a stream that nobody reads any more."""
        if self.answer is not None:
            with suppress(Exception):
                self.answer.close()


_sending: ContextVar[Sending | None] = ContextVar("assistant_sending", default=None)


@contextmanager
def sending(one: Sending) -> Iterator[Sending]:
    token = _sending.set(one)
    try:
        yield one
    finally:
        _sending.reset(token)


def current() -> Sending:
    one = _sending.get()
    if one is None:
        raise ProviderFailure(Failed.OFF, detail="Nothing is sent that was not shown before.")
    return one


def client(seconds: float) -> "httpx2.Client":
    """Sends nothing that was not shown. It follows no redirect, and no proxy that the environment names."""
    from assistant.providers.transport import new_client  # noqa: PLC0415 only when somebody outside is asked

    return new_client(seconds)


def retry_after(headers: Any) -> float | None:
    """Seconds, if the server has said so in seconds."""
    try:
        seconds = float(headers.get("retry-after", ""))
    except (TypeError, ValueError, AttributeError):
        return None
    return seconds if 0 <= seconds < 1e6 else None


def failure_of_status(status: int, headers: Any, detail: str = "") -> ProviderFailure:
    """What an answer that is none means: 429 and 5xx may be better later, any other 4xx is a refusal."""
    if status in {408, 429} or status >= 500:
        return ProviderFailure(
            Failed.BUSY, retry_after=retry_after(headers), detail=f"HTTP {status} {detail}".strip()
        )
    return ProviderFailure(Failed.REFUSED, detail=f"HTTP {status} {detail}".strip())


def failure_of_network(error: Exception) -> ProviderFailure:
    """A time-out, no connection, or an answer that cannot be read."""
    import httpx2  # noqa: PLC0415 it is there already: it has just failed

    if isinstance(error, httpx2.TimeoutException):
        return ProviderFailure(Failed.TIMEOUT, detail=type(error).__name__)
    if isinstance(error, httpx2.TransportError) and not isinstance(error, httpx2.DecodingError):
        return ProviderFailure(Failed.UNREACHABLE, detail=type(error).__name__)
    return ProviderFailure(Failed.GARBAGE, detail=type(error).__name__)
