"""Four nurses write down vital signs of one patient at once: the first page loses none of them."""

from pathlib import Path

import pytest

from hospital.tests.scratch import scratch

pytestmark = pytest.mark.concurrency
NURSES, EACH = 4, 8


def test_the_first_page_says_what_the_rows_say(tmp_path: Path) -> None:
    command = ["-m", "patients.tests.measure", "--number"]
    with scratch(tmp_path) as here:
        here.run(*command, "0")  # so that nurse and patient are there, and no chart yet
        here.run_all([[*command, str(EACH)]] * NURSES)

        assert here.run(*command, "0") == {
            "sets": NURSES * EACH,
            "lines": NURSES * EACH,
            "is_whole": True,
        }
