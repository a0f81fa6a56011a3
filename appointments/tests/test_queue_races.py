"""Every number is given once and everybody is called once: real processes that compete, also over the real server."""

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest

from hospital.tests.scratch import Scratch, scratch, served

pytestmark = pytest.mark.concurrency
WORKERS = 8
IN_CI, IN_SOAK = (4, 6), (60, 60)  # visits for each desk alone, and visits that all desks want to check in


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Scratch]:
    with scratch(tmp_path) as place:
        yield place


def compete(here: Scratch, door: str, size: tuple[int, int], port: int = 0) -> tuple[list[Any], Any]:
    """All desks at once. What each was told, and what is there in the end."""
    race = ["-m", "appointments.tests.race_queue"]
    own, shared = map(str, size)
    planted = here.run(*race, "plant", "--workers", str(WORKERS), "--own", own, "--shared", shared)
    options = {"door": door, "port": port, "planted": json.dumps(planted), "ready": here.folder}
    words = [word for name, value in options.items() for word in (f"--{name}", str(value))]
    told = here.run_all([[*race, "compete", *words, "--worker", str(worker)] for worker in range(WORKERS)])
    return told, here.run(*race, "look")


def everybody_has_a_number_and_is_called_once(
    here: Scratch, door: str, size: tuple[int, int], port: int = 0
) -> None:
    told, found = compete(here, door, size, port)
    all_of_them = WORKERS * size[0] + size[1]
    called = [visit for one in told for visit in one["called"]]
    print(
        f"{door}: {WORKERS} processes, {all_of_them} arrivals, called by each {[len(one['called']) for one in told]}"
    )
    assert found["numbers"] == list(range(1, all_of_them + 1))
    assert found["last"] == [all_of_them]
    assert sum(one["arrived"] for one in told) == all_of_them
    assert found["status"] == {"arrived": all_of_them}
    assert len(called) == len(set(called)) == all_of_them
    assert found["calls"] == {"1": all_of_them}


@pytest.mark.soak
def test_looking_first_and_then_writing_gives_numbers_and_patients_twice(here: Scratch) -> None:
    """The naive version is seen to fail, so that the tests below are known to be able to."""
    told, found = compete(here, "naive", IN_CI)
    called = Counter(visit for one in told for visit in one["called"])
    assert len(set(found["numbers"])) < len(found["numbers"])
    assert max(called.values()) > 1


def test_the_services_give_each_number_and_each_patient_once(here: Scratch) -> None:
    everybody_has_a_number_and_is_called_once(here, "services", IN_CI)


@pytest.mark.mongo_slow("the services are raced there; the server adds nothing of the engine")
def test_the_server_gives_each_number_and_each_patient_once(here: Scratch) -> None:
    with served(here) as port:
        everybody_has_a_number_and_is_called_once(here, "http", IN_CI, port)


@pytest.mark.soak
@pytest.mark.parametrize("door", ["services", "http"])
def test_five_hundred_arrivals(here: Scratch, door: str) -> None:
    with served(here) if door == "http" else nullcontext(0) as port:
        everybody_has_a_number_and_is_called_once(here, door, IN_SOAK, port)
