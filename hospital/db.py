"""Transactions with one meaning on both engines.

An inner block joins the outer one. An exception that leaves any block dooms the whole: even if
somebody swallows it on the way, the outermost block is rolled back and says so.
"""

import threading
from collections.abc import Callable
from contextlib import ContextDecorator
from types import TracebackType

from hospital import engine


class Doomed(Exception):
    """An inner block failed and its exception was swallowed; nothing of the transaction was kept."""


class _State(threading.local):
    depth = 0
    doomed = False


_state = _State()


class Atomic(ContextDecorator):
    def _recreate_cm(self) -> "Atomic":
        return Atomic()

    def __enter__(self) -> None:
        if _state.depth == 0:
            self._outermost = engine.transaction()
            self._outermost.__enter__()
            _state.doomed = False
        _state.depth += 1

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        _state.depth -= 1
        if error is not None:
            _state.doomed = True
        if _state.depth:
            return
        if _state.doomed and error is None:
            swallowed = Doomed("An exception left an inner block and was swallowed.")
            self._outermost.__exit__(Doomed, swallowed, None)
            raise swallowed
        self._outermost.__exit__(kind, error, trace)


def atomic() -> Atomic:
    return Atomic()


def in_atomic() -> bool:
    return _state.depth > 0


def on_commit(call: Callable[[], object]) -> None:
    """Call after the commit. What must happen has a row and a sweep besides: this is only a hint."""
    engine.call_on_commit(call)
