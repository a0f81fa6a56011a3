"""Once more, a little later: what may be tried again, and for how long."""

import time
from collections.abc import Callable
from random import SystemRandom
from typing import TypeVar

from assistant.providers.protocol import Failed, ProviderFailure

T = TypeVar("T")
TRIES = 3
FIRST_WAIT = 0.4
WORTH_ANOTHER_TRY = frozenset({Failed.BUSY, Failed.UNREACHABLE})
chance = SystemRandom()


def retried(call: Callable[[], T], *, ends_at: float) -> T:
    """The answer of one of a few tries. None begins that could not end in time; Retry-After is waited for, with jitter."""
    for number in range(TRIES):
        try:
            return call()
        except ProviderFailure as failure:
            wait = _wait(failure, number)
            is_last = number == TRIES - 1 or failure.code not in WORTH_ANOTHER_TRY
            if is_last or time.monotonic() + wait >= ends_at:
                raise
            time.sleep(wait)
    raise AssertionError("the last try returns or raises")


def _wait(failure: ProviderFailure, number: int) -> float:
    jitter = chance.uniform(0.5, 1.5) * FIRST_WAIT * float(2**number)
    return jitter if failure.retry_after is None else failure.retry_after + jitter / 4
