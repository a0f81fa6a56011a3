"""No look keeps anybody waiting: one that hangs is given up, and is begun once."""

import threading
import time
from collections.abc import Iterator

import pytest

from analytics.health import Reading, State
from analytics.health.looking import look_at
from analytics.tests.make import make_check

FINE = Reading(State.OK, "It works.")


@pytest.fixture
def gate() -> Iterator[threading.Event]:
    """What hangs until a test lets it go."""
    gate = threading.Event()
    yield gate
    gate.set()


def test_a_part_that_hangs_is_given_up_and_asked_once(gate: threading.Event) -> None:
    asked: list[int] = []

    def hang() -> Reading:
        asked.append(1)
        gate.wait(30)
        return FINE

    hanging = make_check(hang, "hanging", answer_within=0.1)
    quick = make_check(lambda: FINE, "quick")
    started = time.perf_counter()
    for _ in range(3):
        (_, hung), (_, other) = look_at([hanging, quick])
        assert (hung.state, other) == (State.DOWN, FINE)
        assert "does not answer" in str(hung.sentence)
    assert time.perf_counter() - started < 1
    assert len(asked) == 1, "no second thread hangs beside the first"
    gate.set()


def test_all_hang_no_longer_than_one(gate: threading.Event) -> None:
    hanging = [make_check(lambda: gate.wait(30), f"hanging {n}", answer_within=0.2) for n in range(5)]
    started = time.perf_counter()
    assert {reading.state for _, reading in look_at(hanging)} == {State.DOWN}
    assert time.perf_counter() - started < 0.8
    gate.set()


def test_whatever_it_raises_it_is_down() -> None:
    def fail() -> Reading:
        raise ZeroDivisionError("with the name of a patient")

    ((_, found),) = look_at([make_check(fail, "failing")])
    assert (found.state, str(found.sentence)) == (State.DOWN, "It failed: ZeroDivisionError.")


def test_without_the_database_what_reads_it_is_not_known() -> None:
    def fail() -> Reading:
        raise OSError

    broken = make_check(fail, "database")
    reads = make_check(fail, "reads", reads_database=True)
    completed = make_check(lambda: FINE, "completed", then=lambda _: fail())
    states = [found.state for _, found in look_at([broken, reads, completed])]
    assert states == [State.DOWN, State.UNKNOWN, State.OK]
