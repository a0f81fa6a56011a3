"""Nobody can book the same time twice: real processes that compete, against the services and the real server."""

import json
import os
from collections import Counter
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest

from appointments.tests.race import CAP, CAPACITIES, TIMES
from hospital.tests.scratch import Scratch, scratch, served

pytestmark = pytest.mark.concurrency
WORKERS = 8
SEED = int(os.environ.get("RACE_SEED", "20261123"))
IN_CI, IN_SOAK = 15, 250  # mixed attempts of each worker, after the contested times
# The first and the last doctor share a room with one place. The first asks first, and keeps ten minutes free
# after each visit, so that every other half hour is won; the second sees no more than the limit of the day.
CAN_WIN = TIMES // 2 + CAP


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Scratch]:
    with scratch(tmp_path) as place:
        yield place


def compete(here: Scratch, door: str, attempts: int, port: int = 0) -> tuple[list[Any], Any]:
    """All workers at once. What each was told, and what is there in the end."""
    race = ["-m", "appointments.tests.race"]
    planted = json.dumps(here.run(*race, "plant", "--workers", str(WORKERS)))
    options = {"door": door, "port": port, "planted": planted, "ready": here.folder}
    options |= {"workers": WORKERS, "attempts": attempts, "seed": SEED}
    words = [word for name, value in options.items() for word in (f"--{name}", str(value))]
    told = here.run_all([[*race, "compete", *words, "--worker", str(worker)] for worker in range(WORKERS)])
    return told, here.run(*race, "look")


def nobody_has_what_is_anothers(here: Scratch, door: str, attempts: int, port: int = 0) -> None:
    told, found = compete(here, door, attempts, port)
    done = sum((Counter(one["done"]) for one in told), Counter())
    contested = TIMES * len(CAPACITIES) * WORKERS
    print(
        f"{door}: {WORKERS} processes, {contested} contested, mixed {dict(sorted(done.items()))}, seed {SEED}"
    )
    assert sum(one["won"] for one in told) == CAN_WIN
    acknowledged = {visit: state for one in told for visit, state in one["acknowledged"].items()}
    keyed = {json.dumps(one["keyed"]) for one in told}
    assert len(keyed) == 1  # the same answer for everybody who sent the same key
    if door == "http":
        status, visit = json.loads(keyed.pop())
        assert status == 201
        acknowledged[visit["id"]] = [visit["starts_at"].replace("Z", "+00:00"), visit["minutes"]]
    assert found["live"] == {visit: state for visit, state in acknowledged.items() if state}
    assert found["all"] == len(acknowledged)
    assert found["overlaps"] == 0
    assert found["overfull_days"] == 0
    assert found["claims_are_those_of_the_live_visits"]
    assert all(done[what] for what in ("booked", "moved", "cancelled", "refused"))


@pytest.mark.mongo_slow("one engine is enough to see the naive version fail")
def test_looking_first_and_then_inserting_books_twice(here: Scratch) -> None:
    """The naive version is seen to fail, so that the tests below are known to be able to."""
    _told, found = compete(here, "naive", attempts=0)
    assert found["overlaps"] > 0


def test_the_services_give_each_time_once(here: Scratch) -> None:
    nobody_has_what_is_anothers(here, "services", IN_CI)


@pytest.mark.mongo_slow("the services are raced there; the server adds nothing of the engine")
def test_the_server_gives_each_time_once(here: Scratch) -> None:
    with served(here) as port:
        nobody_has_what_is_anothers(here, "http", IN_CI, port)


@pytest.mark.soak
@pytest.mark.parametrize("door", ["services", "http"])
def test_two_thousand_mixed_attempts(here: Scratch, door: str) -> None:
    with served(here) if door == "http" else nullcontext(0) as port:
        nobody_has_what_is_anothers(here, door, IN_SOAK, port)
