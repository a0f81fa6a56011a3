"""A load balancer is told whether pages can be served, by a real server whose database is taken away."""

import json
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import pytest
from django.contrib.contenttypes.models import ContentType
from django.test import Client
from pymongo import MongoClient

from analytics.health import looks
from analytics.health.looking import look_alone
from analytics.health.looks import SLOW_DATABASE
from analytics.models import State
from hospital.engine import PATIENCE
from hospital.tests.mongo import ON_MONGO
from hospital.tests.relay import relay
from hospital.tests.scratch import Scratch, scratch, served

# Without the page for programmers, which asks the database for what it shows.
AS_IN_USE = {"DEBUG": "false", "HTTPS": "false"}
OF_THE_PRODUCT = {
    name: str(ms) for name, ms in PATIENCE.items()
}  # the test server is given more time elsewhere
LAST = {"app": "analytics", "name": "0001_initial"}


def ask(port: int, path: str, *, within: float = 5) -> tuple[int, str]:
    with closing(HTTPConnection("127.0.0.1", port, timeout=2 * within)) as connection:
        started = time.perf_counter()
        connection.request("GET", path)
        answer = connection.getresponse()
        text = answer.read().decode()
        assert time.perf_counter() - started < within
        return answer.status, text


def missing(port: int) -> tuple[int, list[str]]:
    status, text = ask(port, "/health/ready")
    return status, json.loads(text).get("missing", [])


@contextmanager
def older_tables(here: Scratch) -> Iterator[None]:
    """As before the last migration."""
    if ON_MONGO:
        with MongoClient[dict[str, Any]](here.env["MONGO_URI"]) as client:
            rows = client[here.env["MONGO_DB_NAME"]]["django_migrations"]
            row = rows.find_one_and_delete(LAST)
            assert row
            yield
            rows.insert_one(row)
        return
    with closing(sqlite3.connect(here.folder / "scratch.sqlite3", timeout=20)) as database:
        database.execute("UPDATE django_migrations SET name = 'x' WHERE app = :app AND name = :name", LAST)
        database.commit()
        yield
        database.execute("UPDATE django_migrations SET name = :name WHERE name = 'x'", LAST)
        database.commit()


@contextmanager
def another_file(file: Path) -> Iterator[None]:
    """Something else lies where the database was."""
    kept = file.with_suffix(".kept")
    shutil.copy(file, kept)
    before = file.stat().st_ino
    file.unlink()
    file.write_bytes(b"not a database" * 1000)
    yield
    file.unlink()
    kept.rename(file)
    assert before


def test_a_server_says_what_is_missing(tmp_path: Path) -> None:
    with scratch(tmp_path) as here:
        here.env |= {"DEBUG": "true"}
        with served(here, workers=1, threads=4) as port:
            assert missing(port) == (200, [])
            with older_tables(here):
                assert missing(port) == (503, ["migrations"])
                assert ask(port, "/health/live")[0] == 200
                assert 'hospital_health{part="migrations",state="down"} 1.0' in ask(port, "/metrics")[1]
            assert missing(port) == (200, [])
            if ON_MONGO:
                return
            with another_file(here.folder / "scratch.sqlite3"):
                assert missing(port) == (503, ["database"])
                assert ask(port, "/health/live")[0] == 200
                assert 'hospital_health{part="database",state="down"} 1.0' in ask(port, "/metrics")[1]


def test_a_database_that_hangs_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    def hang() -> None:
        time.sleep(1)

    started = time.perf_counter()
    monkeypatch.setattr(ContentType.objects, "exists", hang)
    assert look_alone("hanging database", looks.database, 0.1).state == State.DOWN
    assert time.perf_counter() - started < 0.5


def state_of_the_database(port: int) -> str:
    """As Prometheus is told. What was seen is written down, so this waits for a database that is late."""
    lines = ask(port, "/metrics", within=MOST)[1].splitlines()
    found = [
        one for one in lines if one.startswith('hospital_health{part="database"') and one.endswith(" 1.0")
    ]
    assert len(found) == 1, found
    return found[0].split('state="')[1].split('"')[0]


def asked_for_a_page(port: int) -> tuple[int, float]:
    """What somebody who logs in is answered, and after how many seconds."""
    body = json.dumps({"email": "nobody@example.org", "password": "not the right one"})
    started = time.monotonic()
    with closing(HTTPConnection("127.0.0.1", port, timeout=4 * MOST)) as connection:
        connection.request("POST", "/api/v1/auth/login", body, {"Content-Type": "application/json"})
        return connection.getresponse().status, time.monotonic() - started


@pytest.mark.concurrency
def test_a_mongodb_that_hangs_or_is_slow_is_not_waited_for(tmp_path: Path) -> None:
    if not ON_MONGO:
        pytest.skip("SQLite has no line that could be held")
    with scratch(tmp_path) as here:
        address = urlsplit(here.env["MONGO_URI"])
        with relay(address.hostname or "", address.port or 27017) as between:
            # What the server says of itself is its own port, which the driver would go on with.
            query = urlencode(dict(parse_qsl(address.query)) | OF_THE_PRODUCT | {"directConnection": "true"})
            uri = urlunsplit(("mongodb", f"127.0.0.1:{between.port}", address.path or "/", query, ""))
            through = Scratch(here.env | {"MONGO_URI": uri} | AS_IN_USE, here.folder)
            with served(through, workers=1, threads=8) as port:
                assert missing(port) == (200, [])
                with between.answering_after(SLOW_DATABASE + 0.1):
                    began = time.monotonic()
                    until(lambda: state_of_the_database(port) == "slow")
                    until(lambda: missing(port) == (200, []))  # late is not away
                assert asked_for_a_page(port)[0] == 401
                with between.holding(), ThreadPoolExecutor(4) as people:
                    waiting = [people.submit(asked_for_a_page, port) for _ in range(4)]
                    until(lambda: missing(port) == (503, ["database"]))
                    assert ask(port, "/health/live")[0] == 200
                    until(lambda: state_of_the_database(port) == "down")
                    for status, seconds in (one.result() for one in waiting):
                        assert status == 500
                        assert seconds < LONGEST_WAIT, "who asked before anybody knew waits until it is known"
                until(lambda: missing(port) == (200, []))
                assert time.monotonic() - began < 4 * MOST
                until(lambda: state_of_the_database(port) == "ok")


MOST = 30.0  # seconds in which health says what is the matter
LONGEST_WAIT = 25.0  # seconds: the driver takes 15 to know, and 5 to look for another server


def until(holds: Callable[[], bool]) -> None:
    """Asked again and again, as a load balancer and Prometheus do."""
    began = time.monotonic()
    while not holds():
        assert time.monotonic() - began < MOST
        time.sleep(0.5)


@pytest.mark.django_db
def test_it_says_nothing_private(client: Client, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        assert client.get("/health/live").json() == {"status": "ok"}
    assert client.get("/health/ready").json() == {"status": "ok"}
    assert client.get("/healthz").json() == {"status": "ok"}, "as it was called before"
