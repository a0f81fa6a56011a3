"""Many at once with what is left of one budget: no more is sent than it allows."""

from collections import Counter
from pathlib import Path

import pytest

from hospital.tests.scratch import scratch

pytestmark = pytest.mark.concurrency
RACE = ("-m", "assistant.tests.race_budget")
PROCESSES, THREADS = 2, 4


def rush(folder: Path, act: str) -> tuple[Counter[str], dict[str, int]]:
    """What came of it, and what was used and written down."""
    with scratch(folder) as here:
        here.run(*RACE, "prepare")
        ready = here.folder / "ready"
        ready.mkdir()
        words = ["--ready", str(ready), "--workers", str(PROCESSES), "--threads", str(THREADS)]
        told = here.run_all([[*RACE, act, *words, "--worker", str(worker)] for worker in range(PROCESSES)])
        came = sum((Counter(one) for one in told), Counter[str]())
        print(f"{act}: {PROCESSES} processes of {THREADS} threads: {came}")
        return came, here.run(*RACE, "look")


def test_a_budget_is_never_overdrawn(tmp_path: Path) -> None:
    came, found = rush(tmp_path, "send")
    assert came == Counter(done=10, budget=PROCESSES * THREADS * 3 - 10)
    assert found == {"used": 1000, "sent": 10}


@pytest.mark.soak
def test_the_naive_way_is_overdrawn(tmp_path: Path) -> None:
    came, _found = rush(tmp_path, "send_naively")
    assert came["done"] > 10
