"""Checks of tests: parts that do as they are told."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from analytics.health import Check, Reading, State, register
from analytics.health.register import checks, forget


class Pretended:
    """A part whose state a test sets."""

    def __init__(self) -> None:
        self.state = State.OK
        self.looked = 0

    def look(self) -> Reading:
        self.looked += 1
        return Reading(self.state, f"It is {self.state.value}.", "1", 1)


def make_check(look: Any, name: str = "pretended", **more: Any) -> Check:
    return Check(name=name, label="Pretended part", definition="A part.", advice="Wait.", look=look, **more)


@contextmanager
def registered(*only: Check) -> Iterator[None]:
    """As if these were the only parts."""
    before = checks()
    for check in before:
        forget(check.name)
    for check in only:
        register(check)
    try:
        yield
    finally:
        for check in only:
            forget(check.name)
        for check in before:
            register(check)
