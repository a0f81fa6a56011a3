"""Several people take in the same file at once: it is taken in once."""

from collections import Counter
from pathlib import Path

import pytest

from hospital.tests.scratch import scratch
from patients.tests.take_in import LINES

pytestmark = pytest.mark.concurrency
AT_ONCE = 4


def test_the_same_file_at_once_is_taken_in_once(tmp_path: Path) -> None:
    act = ["-m", "patients.tests.take_in"]
    with scratch(tmp_path) as here:
        here.run(*act, "plant", str(tmp_path))
        answers = here.run_all([[*act, "take", str(tmp_path / "same.csv")]] * AT_ONCE)
        found = here.run(*act, "look")

    assert Counter(answers) == {str(LINES): 1, "already_imported": AT_ONCE - 1}
    assert found == {"files": 1, "results": LINES, "numbers": LINES, "lines": 7, "first page": 1}


def test_the_same_results_in_two_files_at_once_are_written_down_once(tmp_path: Path) -> None:
    """What the slower finds there already it passes over."""
    act = ["-m", "patients.tests.take_in"]
    with scratch(tmp_path) as here:
        here.run(*act, "plant", str(tmp_path))
        files = [tmp_path / "same.csv", tmp_path / "other.csv"]
        answers = here.run_all([[*act, "take", str(file)] for file in files])
        found = here.run(*act, "look")

    assert sorted(answers) == ["0", str(LINES)]
    assert found == {"files": 2, "results": LINES, "numbers": LINES, "lines": 7, "first page": 1}
