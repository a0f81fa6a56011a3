"""Several pharmacists at once, real processes: never more than was signed, never more than is there, or not at all."""

import json
import os
import random
import signal
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from hospital.tests.scratch import Scratch, scratch
from prescriptions.tests.race_pharmacy import IN_STOCK, QUANTITY

pytestmark = pytest.mark.concurrency
RACE = ("-m", "prescriptions.tests.race_pharmacy")
WORKERS = 8
SEED = int(os.environ.get("RACE_SEED", "20261129"))
IN_CI, IN_SOAK = 5, 40  # prescriptions in each race
KILLS_IN_CI, KILLS_IN_SOAK = 2, 30


@dataclass(frozen=True)
class Pharmacy:
    """A database of its own with what the races are about."""

    here: Scratch
    number: int
    options: tuple[str, ...]

    def compete(self, act: str, workers: int = WORKERS) -> list[Any]:
        """All of them at once: what each was told."""
        words = [*RACE, act, *self.options, "--workers", str(workers), "--worker"]
        return self.here.run_all([[*words, str(worker)] for worker in range(workers)])

    def look(self) -> Any:
        return self.here.run(*RACE, "look", *self.options)


@contextmanager
def pharmacy_of(folder: Path, number: int, kills: int = 0) -> Iterator[Pharmacy]:
    with scratch(folder) as here:
        planted = json.dumps(here.run(*RACE, "plant", "--number", str(number), "--kills", str(kills)))
        yield Pharmacy(here, number, ("--planted", planted, "--ready", str(folder)))


@pytest.fixture(scope="module")
def pharmacy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pharmacy]:
    """One for the tests of CI: each of them has prescriptions of its own."""
    with pharmacy_of(tmp_path_factory.mktemp("pharmacy"), IN_CI, KILLS_IN_CI) as place:
        yield place


def nothing_is_handed_out_twice(pharmacy: Pharmacy) -> None:
    number, told, found = pharmacy.number, pharmacy.compete("compete"), pharmacy.look()
    lines, scarce = (sum((Counter(one[name]) for one in told), Counter()) for name in ("lines", "scarce"))
    print(f"{WORKERS} processes: {dict(lines)}, of the scarce {dict(scarce)}, {found['stopped']}")

    assert found["disagreements"] == []
    # Seven of twenty come out of each line twice, whoever asks; the scarce is for two who ask for twenty.
    assert lines["done"] == 2 * number
    assert set(lines) <= {"done", "more_than_left"}
    assert scarce["done"] == IN_STOCK // QUANTITY
    assert found["scarce left"] == IN_STOCK - QUANTITY * scarce["done"]
    assert set(scarce) <= {"done", "not_enough_stock", "dispensed"}
    assert found["intact"]
    # Of those who stop and those who hand out exactly one was first, and the other was told.
    assert {tuple(one) for one in found["stopped"]} <= {("stopped", 0), ("dispensed", QUANTITY)}
    for at in range(number):
        assert [one["stopped"][at] for one in told].count("done") == 1


def whoever_is_killed_leaves_all_or_nothing(pharmacy: Pharmacy, times: int) -> None:
    instants = random.Random(SEED)
    killed(pharmacy, "--kill", "0", "--die", "4")
    for kill in range(1, times):
        killed(pharmacy, "--kill", str(kill), after=instants.uniform(0, 0.3))
    found = pharmacy.look()
    print(f"killed {times} times, {found['dispensings']} dispensings, seed {SEED}")
    assert found["dispensings"]
    assert found["disagreements"] == []


def killed(pharmacy: Pharmacy, *more: str, after: float | None = None) -> None:
    """A process that dispenses and is killed: by itself in the middle of an act, or by us at some instant."""
    here = pharmacy.here
    working = here.folder / "working"
    working.unlink(missing_ok=True)
    process = here.start(*RACE, "work", *pharmacy.options, *more)
    if after is not None:
        while not working.exists() and process.poll() is None:
            time.sleep(0.005)
        time.sleep(after)
        process.kill()
    process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL, here.log.read_text()[-3000:]


def test_nothing_is_handed_out_twice(pharmacy: Pharmacy) -> None:
    nothing_is_handed_out_twice(pharmacy)


@pytest.mark.mongo_slow("the test server does not let go of a transaction whose client was killed")
def test_whoever_is_killed_leaves_all_or_nothing(pharmacy: Pharmacy) -> None:
    whoever_is_killed_leaves_all_or_nothing(pharmacy, KILLS_IN_CI)


@pytest.mark.mongo_slow("one engine is enough to see the naive version fail")
def test_looking_first_and_writing_afterwards_hands_out_too_much(tmp_path: Path) -> None:
    """The naive version is seen to fail, so that the tests above are known to be able to."""
    with pharmacy_of(tmp_path, 3) as pharmacy:
        pharmacy.compete("naive", 4)
        found = pharmacy.look()
    assert found["disagreements"]
    assert found["most of a line"] > QUANTITY


@pytest.mark.soak
def test_many_at_once_and_killed_often(tmp_path: Path) -> None:
    with pharmacy_of(tmp_path, IN_SOAK, KILLS_IN_SOAK) as pharmacy:
        nothing_is_handed_out_twice(pharmacy)
        whoever_is_killed_leaves_all_or_nothing(pharmacy, KILLS_IN_SOAK)
