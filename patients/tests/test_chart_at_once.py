"""Several people write into the same charts at once: what must not stand together never does."""

from collections import Counter
from typing import Any

import pytest

from hospital.tests.scratch import scratch

pytestmark = pytest.mark.concurrency
CHARTS, PEOPLE = 12, 2
RUSH = ("-m", "patients.tests.rush")
ACTS = ("state", "latex", "asthma")


@pytest.fixture(scope="module")
def rushed(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Counter[str]], list[dict[str, Any]]]:
    """Two people do each act in the same charts: what came of each act, and what stands there afterwards."""
    with scratch(tmp_path_factory.mktemp("rush")) as here:
        patients = here.run(*RUSH, "--prepare", str(CHARTS))
        acts = [act for act in ACTS for _ in range(PEOPLE)]
        outcomes = here.run_all([[*RUSH, "--act", act, *patients] for act in acts])
        charts = here.run(*RUSH, *patients)
    came_of_it: dict[str, Counter[str]] = {act: Counter() for act in ACTS}
    for act, outcome in zip(acts, outcomes, strict=True):
        came_of_it[act].update(outcome)
    return came_of_it, charts


def test_no_known_allergies_never_stands_beside_an_allergy(rushed: Any) -> None:
    came_of_it, charts = rushed

    # Whoever was first, the allergy was recorded once, and the statement is over.
    assert [(chart["stated"], chart["known"]) for chart in charts] == [(0, 1)] * CHARTS
    assert came_of_it["latex"] == {"done": CHARTS, "already_known": CHARTS * (PEOPLE - 1)}
    assert set(came_of_it["state"]) <= {"done", "has_allergies"}


def test_the_same_problem_is_active_once(rushed: Any) -> None:
    came_of_it, charts = rushed

    assert [chart["active"] for chart in charts] == [1] * CHARTS
    assert came_of_it["asthma"] == {"done": CHARTS, "already_listed": CHARTS * (PEOPLE - 1)}


def test_the_first_page_says_what_stands_in_the_rows(rushed: Any) -> None:
    _came_of_it, charts = rushed

    assert all(chart["front"] for chart in charts)
