"""The same question is sent several times at once: it is kept once, and one answers it."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from hospital.tests.scratch import scratch

pytestmark = pytest.mark.concurrency
RACE = ("-m", "assistant.tests.race_ask")
PROCESSES, QUESTIONS = 3, 6


def rush(folder: Path, act: str) -> tuple[Counter[str], list[list[str]], dict[str, Any]]:
    """What came of taking up, which turns each process was given, and what stands there then."""
    with scratch(folder) as here:
        here.run(*RACE, "prepare")
        ready = here.folder / "ready"
        ready.mkdir()
        words = ["--ready", str(ready), "--workers", str(PROCESSES)]
        told = here.run_all([[*RACE, act, *words, "--worker", str(worker)] for worker in range(PROCESSES)])
        came = sum((Counter(one["came"]) for one in told), Counter[str]())
        found = here.run(*RACE, "look")
        print(f"{act}: {PROCESSES} processes: {len(found['turns'])} turns; {came}")
        return came, [one["turns"] for one in told], found


def test_what_is_sent_at_once_is_asked_once_and_answered_once(tmp_path: Path) -> None:
    came, turns, found = rush(tmp_path, "ask")
    assert all(sorted(one) == found["turns"] for one in turns)
    assert len(found["turns"]) == found["conversations"] == found["answering"] == QUESTIONS
    assert came["taken up"] == QUESTIONS
    assert came.total() == QUESTIONS * PROCESSES
    assert set(came) <= {"taken up", "wrong_move", "being_answered"}  # by the UPDATE, or before it


@pytest.mark.soak
@pytest.mark.mongo_slow("one engine is enough to see the naive version fail")
def test_the_naive_way_asks_and_answers_more_than_once(tmp_path: Path) -> None:
    came, _turns, found = rush(tmp_path, "ask_naively")
    assert len(found["turns"]) > QUESTIONS
    assert came["taken up"] > QUESTIONS
