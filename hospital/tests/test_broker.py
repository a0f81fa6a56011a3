"""A broker that is of no use keeps nobody waiting for longer than a second, and loses nothing."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from hospital.tests.broken_broker import MANNERS, broken_broker
from hospital.tests.scratch import Scratch, free_port, scratch

A_SECOND = 1000.0  # milliseconds
BOOKINGS = 3


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scratch]:
    with scratch(tmp_path_factory.mktemp("broker")) as here:
        here.env |= {"DEBUG": "true", "ALLOWED_HOSTS": "testserver"}  # with DEBUG no files need be collected
        yield here


@pytest.mark.mongo_slow("no engine plays a part in it")
@pytest.mark.parametrize("manners", ["refuses", *MANNERS])
def test_a_broker_that_is_of_no_use(here: Scratch, manners: str) -> None:
    with ExitStack() as stack:
        address, calls = f"redis://127.0.0.1:{free_port()}/0", list[object]()
        if manners in MANNERS:
            address, calls = stack.enter_context(broken_broker(MANNERS[manners]))
        told = Scratch(here.env | {"REDIS_URL": address}, here.folder).run(
            "-m", "hospital.tests.page", str(BOOKINGS)
        )
    bookings = [*told["bookings"], told["again"]]
    times = [milliseconds for _, milliseconds in bookings]
    print(f"a broker that {manners}: a booking waits {max(times) - min(times):.0f} ms, {len(calls)} calls")
    assert {status for status, _ in told["looks"]} == {200}
    assert {status for status, _ in bookings} == {201}
    assert max(times) - min(times) < A_SECOND, told
    assert max(milliseconds for _, milliseconds in told["looks"]) < A_SECOND, told
    assert told["letters"] == ["due"] * len(bookings), "what the worker has not heard of, the sweep finds"
    if calls:  # the limit of requests asks each time; the queue only once, and when the trouble is forgotten
        assert len(calls) == len(bookings) + 2
