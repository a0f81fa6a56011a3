"""Nobody can book the same time twice: real processes that compete, against the services and the real server."""

import json
import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from appointments.tests.race import CAPACITIES, slots
from hospital.tests.scratch import Scratch, scratch, served

pytestmark = pytest.mark.concurrency
WORKERS = 8
SEED = int(os.environ.get("RACE_SEED", "20261123"))
IN_CI, IN_SOAK = 25, 250  # mixed attempts of each worker
# The first and the last doctor share a room with one place, so that one of the two gets each time.
CAN_WIN = len(slots()) * (sum(CAPACITIES) - 1)


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Scratch]:
    with scratch(tmp_path) as place:
        yield place


def racers(act: str, planted: Any, **options: Any) -> list[list[str]]:
    base = ["-m", "appointments.tests.race", act, "--planted", json.dumps(planted)]
    more = [word for name, value in options.items() for word in (f"--{name}", str(value))]
    return [[*base, *more, "--worker", str(worker)] for worker in range(WORKERS)]


def plant(here: Scratch) -> Any:
    return here.run("-m", "appointments.tests.race", "plant", "--workers", str(WORKERS))


def look(here: Scratch) -> Any:
    return here.run("-m", "appointments.tests.race", "look")


def contest(here: Scratch, door: str, port: int = 0) -> tuple[int, Any]:
    """All workers ask for every time at the same instants. How many won, and what is there then."""
    commands = racers("contest", plant(here), door=door, port=port, ready=here.folder)
    won = sum(answer["won"] for answer in here.run_all(commands))
    return won, look(here)


def test_looking_first_and_then_inserting_books_twice(here: Scratch) -> None:
    """The naive version is seen to fail, so that the test below is known to be able to."""
    _won, found = contest(here, "naive")
    assert found["overlaps"] > 0


@pytest.mark.parametrize("door", ["services", "http"])
def test_each_contested_time_is_won_exactly_as_often_as_there_is_room(here: Scratch, door: str) -> None:
    if door == "http":
        with served(here) as port:
            won, found = contest(here, door, port)
    else:
        won, found = contest(here, door)
    print(f"{len(slots()) * len(CAPACITIES) * WORKERS} attempts by {WORKERS} processes, {won} won")  # noqa: T201
    assert won == CAN_WIN
    assert len(found["live"]) == CAN_WIN
    assert found["overlaps"] == 0
    assert found["claims_are_those_of_the_live_visits"]


def mixed(here: Scratch, door: str, attempts: int) -> None:
    planted = plant(here)
    options = {"door": door, "attempts": attempts, "seed": SEED}
    if door == "http":
        with served(here) as port:
            answers = here.run_all(racers("mix", planted, port=port, **options))
    else:
        answers = here.run_all(racers("mix", planted, **options))
    done = sum((Counter(answer["done"]) for answer in answers), Counter())
    print(f"seed {SEED}, {WORKERS} processes, {door}: {dict(sorted(done.items()))}")  # noqa: T201
    found = look(here)
    acknowledged = {visit: state for answer in answers for visit, state in answer["acknowledged"].items()}
    assert found["live"] == {visit: state for visit, state in acknowledged.items() if state}
    assert found["all"] == len(acknowledged)
    assert found["overlaps"] == 0
    assert found["claims_are_those_of_the_live_visits"]
    assert all(done[what] for what in ("booked", "moved", "cancelled", "refused"))


@pytest.mark.parametrize("door", ["services", "http"])
def test_whatever_was_acknowledged_is_there_and_nothing_else(here: Scratch, door: str) -> None:
    mixed(here, door, IN_CI)


@pytest.mark.soak
@pytest.mark.parametrize("door", ["services", "http"])
def test_two_thousand_mixed_attempts(here: Scratch, door: str) -> None:
    mixed(here, door, IN_SOAK)


def test_one_key_sent_by_everybody_at_once_books_once(here: Scratch) -> None:
    planted = plant(here)
    with served(here) as port:
        answers = here.run_all(racers("same_key", planted, door="http", port=port, ready=here.folder))
    assert {status for status, _ in answers} == {201}
    assert len({json.dumps(body, sort_keys=True) for _, body in answers}) == 1
    assert look(here)["all"] == 1
