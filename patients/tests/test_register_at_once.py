"""Eight desks register two hundred patients at once: each gets a number of their own."""

from pathlib import Path

import pytest

from hospital.tests.scratch import scratch
from patients.models import luhn_check_digit, mrn

pytestmark = pytest.mark.concurrency
DESKS, EACH = 8, 25


def numbers(folder: Path, *options: str) -> list[str]:
    command = ["-m", "patients.tests.enrol", *options]
    with scratch(folder) as here:
        here.run(*command, "--number", "0")  # so that Rita is there
        return [one for answer in here.run_all([[*command, "--number", str(EACH)]] * DESKS) for one in answer]


@pytest.mark.mongo_slow(
    "looking for two hundred duplicates at once is slow there; numbers are raced with the queue"
)
def test_two_hundred_registrations_get_two_hundred_numbers(tmp_path: Path) -> None:
    given = numbers(tmp_path, "--apart")
    assert len(set(given)) == DESKS * EACH
    assert sorted(given) == [
        mrn("NF", number) for number in range(1, DESKS * EACH + 1)
    ]  # and none is left out
    for one in given:
        _prefix, digits, check = one.split("-")
        assert luhn_check_digit(digits) == check


@pytest.mark.soak
def test_reading_the_last_number_and_adding_one_gives_it_out_twice(tmp_path: Path) -> None:
    """The naive version is seen to fail, so that the test above is known to be able to."""
    given = numbers(tmp_path, "--naive")
    assert len(set(given)) < DESKS * EACH
