"""Several people write the same prescriptions at once: each is written by one of them."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from hospital.tests.scratch import scratch

pytestmark = pytest.mark.concurrency
PATIENTS, PEOPLE = 8, 3
RUSH = ("-m", "prescriptions.tests.rush")


def rush(folder: Path, *acts: str) -> tuple[dict[str, Counter[str]], list[dict[str, Any]]]:
    """All people do each act at once, one act after the other: what came of it, and what stands there then."""
    came_of_it: dict[str, Counter[str]] = {act: Counter() for act in acts}
    with scratch(folder) as here:
        patients = here.run(*RUSH, "--prepare", str(PATIENTS))
        for act in acts:
            ready = folder / act
            ready.mkdir()
            options = ("--act", act, "--people", str(PEOPLE), "--ready", str(ready))
            commands = [[*RUSH, *options, "--person", str(n), *patients] for n in range(1, PEOPLE + 1)]
            for outcome in here.run_all(commands):
                came_of_it[act].update(outcome)
        return came_of_it, here.run(*RUSH, *patients)


@pytest.fixture(scope="module")
def rushed(tmp_path_factory: pytest.TempPathFactory) -> Any:
    return rush(tmp_path_factory.mktemp("rush"), "renew", "write", "keyed")


def test_a_prescription_is_renewed_once(rushed: Any) -> None:
    came_of_it, found = rushed
    assert came_of_it["renew"] == {"done": PATIENTS, "already_renewed": PATIENTS * (PEOPLE - 1)}
    assert [one["renewals"] for one in found] == [1] * PATIENTS


def test_of_those_who_have_seen_the_same_draft_one_writes(rushed: Any) -> None:
    came_of_it, found = rushed
    assert came_of_it["write"] == {"done": PATIENTS, "stale": PATIENTS * (PEOPLE - 1)}
    # The warnings are those of what stands there, and of nothing that was refused.
    assert [one["warned"] for one in found] == [[one["medicine"]] for one in found]


def test_the_same_request_begins_one_draft(rushed: Any) -> None:
    came_of_it, found = rushed
    assert came_of_it["keyed"] == {"done": PATIENTS * PEOPLE}
    assert [one["keyed"] for one in found] == [1] * PATIENTS


def test_without_the_version_most_of_what_was_written_would_be_lost(tmp_path: Path) -> None:
    came_of_it, _found = rush(tmp_path, "naive")
    assert came_of_it["naive"] == {
        "done": PATIENTS * PEOPLE
    }  # everybody is told that it stands; one text does
