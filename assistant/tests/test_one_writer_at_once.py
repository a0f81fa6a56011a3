"""Several workers want to write into the index at once: one of them does."""

from collections import Counter
from pathlib import Path

import pytest

from hospital.tests.scratch import scratch

pytestmark = pytest.mark.concurrency
TURNS = ("-m", "assistant.tests.turns")
PROCESSES = 4


def turns(folder: Path, *more: str) -> Counter[str]:
    with scratch(folder) as here:
        said = here.run_all([[*TURNS, "--folder", str(folder), *more]] * PROCESSES)
    return sum(map(Counter, said), Counter())


def test_never_two_have_the_turn(tmp_path: Path) -> None:
    came_of_it = turns(tmp_path)
    assert came_of_it["together"] == 0
    assert came_of_it["alone"] > 0
    assert came_of_it["taken"] + came_of_it["lost"] > 0  # they did compete


def test_who_looks_first_and_takes_it_then_is_not_alone(tmp_path: Path) -> None:
    assert turns(tmp_path, "--naive")["together"] > 0
