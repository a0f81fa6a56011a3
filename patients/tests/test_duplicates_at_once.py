"""Desks register the same person at once: each gets a number, and each pair is on the list once."""

from itertools import combinations
from pathlib import Path

import pytest

from hospital.tests.scratch import scratch

pytestmark = pytest.mark.concurrency
DESKS = 4
COMMAND = ["-m", "patients.tests.enrol", "--number"]


def test_all_get_a_number_and_every_pair_is_listed_once(tmp_path: Path) -> None:
    with scratch(tmp_path) as here:
        here.run(*COMMAND, "0")  # so that Rita is there
        numbers = [one for answer in here.run_all([[*COMMAND, "1"]] * DESKS) for one in answer]
        pairs = here.run(*COMMAND, "0", "--pairs")

    assert len(set(numbers)) == DESKS
    assert len(pairs) == len(set(pairs)) == len(list(combinations(range(DESKS), 2)))
