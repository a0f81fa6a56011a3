"""Two confirm the same proposal at once: one wins, and it is done once."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from hospital.tests.scratch import scratch

pytestmark = pytest.mark.concurrency
RACE = ("-m", "assistant.tests.race_confirm")
PROCESSES, PROPOSALS = 2, 6


def rush(folder: Path, act: str) -> tuple[Counter[str], dict[str, Any]]:
    """What came of it, and what stands there then."""
    with scratch(folder) as here:
        here.run(*RACE, "prepare")
        ready = here.folder / "ready"
        ready.mkdir()
        words = ["--ready", str(ready), "--workers", str(PROCESSES)]
        told = here.run_all([[*RACE, act, *words, "--worker", str(worker)] for worker in range(PROCESSES)])
        came = sum((Counter(one) for one in told), Counter[str]())
        print(f"{act}: {PROCESSES} processes: {came}")
        return came, here.run(*RACE, "look")


def test_what_two_confirm_at_once_is_done_once(tmp_path: Path) -> None:
    came, found = rush(tmp_path, "confirm")
    assert came["done"] == PROPOSALS
    assert came.total() == PROPOSALS * PROCESSES
    assert set(came) <= {"done", "wrong_move", "already_decided"}  # by the UPDATE, or before it
    assert found["confirmed"] == PROPOSALS
    assert found["notes"] == found["made"]


@pytest.mark.soak
@pytest.mark.mongo_slow("one engine is enough to see the naive version fail")
def test_the_naive_way_does_it_twice(tmp_path: Path) -> None:
    came, found = rush(tmp_path, "confirm_naively")
    assert came["done"] > PROPOSALS
    assert len(found["notes"]) > PROPOSALS
