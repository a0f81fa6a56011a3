"""Several people write into the same charts at once: what must not stand together never does."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from hospital.tests.scratch import Scratch, scratch

pytestmark = pytest.mark.concurrency
CHARTS, PEOPLE = 12, 3
RUSH = ("-m", "patients.tests.rush")


def rush(here: Scratch, *acts: str) -> tuple[list[list[str]], list[dict[str, Any]]]:
    """What came of each act in each chart, and what stands in the charts afterwards."""
    patients = here.run(*RUSH, "--prepare", str(CHARTS))
    outcomes = here.run_all([[*RUSH, "--act", act, *patients] for act in acts for _ in range(PEOPLE)])
    charts: list[dict[str, Any]] = here.run(*RUSH, *patients)
    return outcomes, charts


def test_no_known_allergies_never_stands_beside_an_allergy(tmp_path: Path) -> None:
    with scratch(tmp_path) as here:
        outcomes, charts = rush(here, "state", "latex")

    for chart in charts:
        assert (chart["stated"], chart["known"]) == (0, 1)  # somebody recorded it, before or after
        assert chart["front"]
    came_of_it = Counter(one for process in outcomes for one in process)
    assert set(came_of_it) <= {"done", "has_allergies", "already_known"}
    assert came_of_it["already_known"] == CHARTS * (PEOPLE - 1)


def test_the_same_problem_is_active_once(tmp_path: Path) -> None:
    with scratch(tmp_path) as here:
        outcomes, charts = rush(here, "asthma")

    assert [chart["active"] for chart in charts] == [1] * CHARTS
    assert all(chart["front"] for chart in charts)
    came_of_it = Counter(one for process in outcomes for one in process)
    assert came_of_it == {"done": CHARTS, "already_listed": CHARTS * (PEOPLE - 1)}
