"""Several workers that find the same at once: each thing is kept once, and the budget holds."""

import pytest
from django.conf import settings

from assistant.tests.race_alerts import FINDINGS
from hospital.tests.scratch import scratch

pytestmark = pytest.mark.concurrency
RACE = ("-m", "assistant.tests.race_alerts")
PROCESSES = 4


def rush(folder: pytest.TempPathFactory, act: str) -> tuple[list[int], dict[str, int]]:
    with scratch(folder.mktemp(act)) as here:
        patient = here.run(*RACE, "prepare")
        ready = here.folder / "ready"
        ready.mkdir()
        words = [patient, str(ready), str(PROCESSES)]
        kept = here.run_all([[*RACE, act, *words]] * PROCESSES)
        return kept, here.run(*RACE, "look")


def test_each_is_kept_once_and_as_many_are_shown_as_the_budget_allows(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    kept, found = rush(tmp_path_factory, "keep")
    assert found == {"kept": FINDINGS, "shown": settings.ASSISTANT_ALERTS_PER_DAY}
    assert sum(kept) == FINDINGS


def test_without_a_key_they_are_kept_many_times(tmp_path_factory: pytest.TempPathFactory) -> None:
    _kept, found = rush(tmp_path_factory, "keep_naively")
    assert found["kept"] > FINDINGS
