"""Each optional part refused, hung, slow and talking nonsense in turn, on real sockets: health says so in time, what a
page needs is there, and pages answer as quickly as before.
"""

import socket
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from functools import partial
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from analytics.health import Reading, State
from analytics.health.looks import SILENT_AFTER, SLOW_MAIL
from analytics.health.pulse import NOT_OFTENER_THAN
from analytics.health.register import ANSWER_WITHIN, LOOK_EVERY, checks, register
from analytics.health.register import forget as forget_check
from analytics.health.watching import STALE_AFTER, watch
from analytics.models import CheckState
from analytics.tests.make import make_check
from hospital.tests.broken_broker import MANNERS, Manners, broken_broker
from hospital.tests.scratch import free_port

pytestmark = [pytest.mark.django_db, pytest.mark.mongo_slow("no engine plays a part in it")]
POLLED_EVERY = timedelta(seconds=5)  # templates/analytics/health.html
BAD_MANNERS = ["refuses", *MANNERS]
A_LOOK = ANSWER_WITHIN + 1.0


@pytest.fixture(autouse=True)
def _nothing_configured(settings: Any) -> None:
    settings.REDIS_URL = settings.EMAIL_URL = ""


@contextmanager
def misbehaving(manners: str | Manners) -> Iterator[int]:
    """A port where somebody behaves like this, or nobody listens."""
    if manners == "refuses":
        yield free_port()
        return
    with broken_broker(MANNERS[manners] if isinstance(manners, str) else manners) as (address, _):
        yield int(urlsplit(address).port or 0)


def seen(name: str) -> CheckState:
    """One look at everything; nobody waits longer for all than for one."""
    started = time.perf_counter()
    assert watch()
    assert time.perf_counter() - started < A_LOOK
    return CheckState.objects.get(name=name)


def pages_work(client: Client, rita: User) -> None:
    assert client.get("/health/ready").status_code == 200
    client.force_login(rita)
    started = time.perf_counter()
    for page in (reverse("patients:list"), reverse("home")):
        assert client.get(page).status_code == 200
    assert time.perf_counter() - started < 2


@pytest.mark.parametrize("manners", BAD_MANNERS)
def test_a_broker_that_is_of_no_use(manners: str, settings: Any, client: Client, rita: User) -> None:
    with misbehaving(manners) as port:
        settings.REDIS_URL = f"redis://127.0.0.1:{port}/0"
        assert seen("broker").seen == State.DOWN
        assert CheckState.objects.get(name="tasks").seen == State.UNKNOWN
        pages_work(client, rita)


@pytest.mark.parametrize("manners", BAD_MANNERS)
def test_a_mail_server_that_is_of_no_use(manners: str, settings: Any, client: Client, rita: User) -> None:
    with misbehaving(manners) as port:
        listens_at(settings, port)
        assert seen("mail").seen == State.DOWN
        pages_work(client, rita)


def listens_at(settings: Any, port: int) -> None:
    settings.EMAIL_URL = f"smtp://127.0.0.1:{port}"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_SSL = "127.0.0.1", port, False


def greets_late(line: socket.socket) -> None:
    time.sleep(SLOW_MAIL + 0.1)
    line.sendall(b"220 sink\r\n")
    while line.recv(4096):
        line.sendall(b"221 bye\r\n")


def test_a_slow_mail_server(settings: Any, client: Client, rita: User) -> None:
    with misbehaving(greets_late) as port:
        listens_at(settings, port)
        assert seen("mail").seen == State.SLOW
        pages_work(client, rita)


# ── What an app above has registered ────────────────────────────────────────


def ask_vectors(port: int) -> Reading:
    """As a client without any time-out of its own would."""
    started = time.perf_counter()
    with closing(HTTPConnection("127.0.0.1", port)) as connection:
        connection.request("GET", "/api/v2/heartbeat")
        if connection.getresponse().read() != b"{}":
            return Reading(State.DOWN, "It answers nonsense.")
    late = time.perf_counter() - started > 0.3
    return Reading(State.SLOW if late else State.OK, "It answers.")


@contextmanager
def vectors_at(port: int) -> Iterator[None]:
    register(make_check(partial(ask_vectors, port), "vectors"))
    try:
        yield
    finally:
        forget_check("vectors")


def answers_after(seconds: float, line: socket.socket) -> None:
    while line.recv(4096):
        time.sleep(seconds)
        line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")


@pytest.mark.parametrize("manners", BAD_MANNERS)
def test_a_vector_store_that_is_of_no_use(manners: str, client: Client, rita: User) -> None:
    with misbehaving(manners) as port, vectors_at(port):
        assert seen("vectors").seen == State.DOWN
        pages_work(client, rita)


@pytest.mark.parametrize(("seconds", "state"), [(0, State.OK), (0.4, State.SLOW)])
def test_a_vector_store_that_answers(seconds: float, state: State, client: Client, rita: User) -> None:
    with misbehaving(partial(answers_after, seconds)) as port, vectors_at(port):
        assert seen("vectors").seen == state
        pages_work(client, rita)


# ── In time ─────────────────────────────────────────────────────────────────


def test_whatever_happens_is_on_the_page_within_half_a_minute() -> None:
    """The next look that is due, by the page itself if nobody else looks; the wait for an answer; the page's poll."""
    slowest = max(check.answer_within for check in checks())
    for check in checks():
        a_turn = max(check.every, LOOK_EVERY)
        waits = a_turn + (STALE_AFTER - LOOK_EVERY) + timedelta(seconds=slowest) + POLLED_EVERY
        assert waits <= timedelta(seconds=30), check.name
    silent = SILENT_AFTER + STALE_AFTER + timedelta(seconds=slowest) + POLLED_EVERY
    assert silent <= timedelta(seconds=30), "the timetable"
    assert timedelta(seconds=NOT_OFTENER_THAN) < SILENT_AFTER
