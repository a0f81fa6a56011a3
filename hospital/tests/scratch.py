"""A database of its own, and real processes that work on it: for tests of races and crashes."""

import atexit
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.conf import settings
from pymongo import IndexModel, MongoClient

from hospital import engine

ROOT = Path(__file__).resolve().parent.parent.parent
MUST_ANSWER_WITHIN = 120  # seconds: both engines may be tested beside each other on few cores


@dataclass
class Scratch:
    """Where the processes of one test find their database."""

    env: dict[str, str]
    folder: Path

    @property
    def log(self) -> Path:
        return self.folder / "log"

    def start(self, *command: str) -> "subprocess.Popen[str]":
        """A Python process of the project; its stdout is read by `answer`."""
        with self.log.open("a") as errors:
            return subprocess.Popen(
                [sys.executable, *command],
                cwd=ROOT,
                env=self.env,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            )

    def answer(self, process: "subprocess.Popen[str]") -> Any:
        """What a process printed, as JSON; it must have ended well."""
        output, _ = process.communicate(timeout=600)
        assert process.returncode == 0, (
            f"{process.args!r} ended with {process.returncode}:\n{self._what_went_wrong()}"
        )
        return json.loads(output)

    def _what_went_wrong(self) -> str:
        """The log without the refusals, of which a race has thousands."""
        lines = self.log.read_text().splitlines()
        return "\n".join([one for one in lines if '"event": "Conflict' not in one][-60:])

    def run(self, *command: str) -> Any:
        return self.answer(self.start(*command))

    def run_all(self, commands: Sequence[Sequence[str]]) -> list[Any]:
        """All of them at once, each a process of its own: see hospital.tests.forks."""
        with self.log.open("a") as errors:
            together = subprocess.Popen(
                [sys.executable, "-m", "hospital.tests.forks", json.dumps([list(one) for one in commands])],
                cwd=ROOT,
                env=self.env,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                start_new_session=True,
            )
        try:
            told = self.answer(together)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(together.pid, signal.SIGKILL)  # none is left behind
        for command, one in zip(commands, told, strict=True):
            assert one["code"] == 0, f"{command!r} ended with {one['code']}:\n{self._what_went_wrong()}"
        return [json.loads(one["output"]) for one in told]


@dataclass
class Migrated:
    """An empty, migrated database that is made once and copied for each test."""

    folder: Path
    sqlite: Path | None = None
    mongo: str = ""

    def forget(self) -> None:
        """At the end of all tests."""
        if self.mongo:
            with MongoClient[dict[str, Any]](os.environ["MONGO_URI"]) as client:
                client.drop_database(self.mongo)
        shutil.rmtree(self.folder)


@cache
def migrated() -> Migrated:
    folder = Path(tempfile.mkdtemp(prefix="hospital-migrated-"))
    if engine.is_mongo(settings.DATABASES["default"]):
        made = Migrated(folder, mongo=f"migrated_{uuid4().hex[:12]}")
        where = {"MONGO_DB_NAME": made.mongo}
    else:
        made = Migrated(folder, sqlite=folder / "migrated.sqlite3")
        where = {"DATABASE_URL": f"sqlite:///{made.sqlite}"}
    atexit.register(made.forget)
    here = Scratch({**os.environ, "LOG_LEVEL": "WARNING", "DEBUG": "true"} | where, folder)
    here.log.touch()
    migrating = here.start("manage.py", "migrate", "--verbosity", "0")
    migrating.communicate(timeout=300)
    assert migrating.returncode == 0, here.log.read_text()[-4000:]
    return made


def copy_collections(client: MongoClient[dict[str, Any]], source: str, target: str) -> None:
    """All collections with their indexes and documents."""
    for name in client[source].list_collection_names():
        collection = client[target].create_collection(name)
        indexes = [dict(one) for one in client[source][name].list_indexes() if one["name"] != "_id_"]
        if indexes:
            collection.create_indexes(
                [
                    IndexModel(
                        list(one.pop("key").items()), **{k: v for k, v in one.items() if k not in {"v", "ns"}}
                    )
                    for one in indexes
                ]
            )
        if documents := list(client[source][name].find()):
            collection.insert_many(documents)


@contextmanager
def scratch(folder: Path) -> Iterator[Scratch]:
    """An empty, migrated database on the engine that the tests use, and a folder for what is uploaded."""
    env = {**os.environ, "PYTHONUNBUFFERED": "1", "LOG_LEVEL": "WARNING", "REDIS_URL": ""}
    env |= {"DEBUG": "false", "HTTPS": "false", "REQUESTS_PER_MINUTE": "1000000"}
    env |= {"SECRET_KEY": "scratch-" * 8, "JWT_SECRET_KEY": "another-" * 8}
    env |= {"UPLOADS_FOLDER": str(folder / "uploads")}
    name = f"scratch_{uuid4().hex[:12]}"
    mongo = engine.is_mongo(settings.DATABASES["default"])
    if mongo:
        env |= {"MONGO_DB_NAME": name}
    else:
        env |= {"DATABASE_URL": f"sqlite:///{folder / 'scratch.sqlite3'}"}
    here = Scratch(env, folder)
    here.log.touch()
    empty = migrated()
    if empty.sqlite:
        shutil.copy(empty.sqlite, folder / "scratch.sqlite3")
    else:
        with MongoClient[dict[str, Any]](env["MONGO_URI"]) as client:
            copy_collections(client, empty.mongo, name)
    try:
        yield here
    finally:
        if mongo:
            with MongoClient[dict[str, Any]](env["MONGO_URI"]) as client:
                client.drop_database(name)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(port: int) -> bool:
    with suppress(OSError), closing(HTTPConnection("127.0.0.1", port, timeout=5)) as connection:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    return False


@contextmanager
def served(here: Scratch, *, workers: int = 2, threads: int = 8) -> Iterator[int]:
    """The product under its production server; gives the port."""
    port = free_port()
    server = here.start(
        *("-m", "gunicorn", "hospital.wsgi:application", "--bind", f"127.0.0.1:{port}"),
        *("--worker-class", "gthread", "--workers", str(workers), "--threads", str(threads)),
        *("--no-control-socket", "--graceful-timeout", "3", "--keep-alive", "75", "--log-level", "warning"),
    )
    try:
        give_up = time.monotonic() + MUST_ANSWER_WITHIN
        while not answers(port):
            if server.poll() is not None or time.monotonic() > give_up:
                raise AssertionError(here.log.read_text()[-4000:])
        yield port
    finally:
        server.send_signal(signal.SIGTERM)
        server.communicate(timeout=30)


class Talk:
    """One kept connection to the API, with a token."""

    def __init__(self, port: int, email: str = "", password: str = "") -> None:
        self.connection = HTTPConnection("127.0.0.1", port, timeout=60)
        self.headers = {"Content-Type": "application/json"}
        if email:
            status, body = self.post("/api/v1/auth/login", {"email": email, "password": password})
            assert status == 200, body
            self.headers["Authorization"] = f"Bearer {body['access']}"

    def post(self, path: str, body: Any, method: str = "POST", **headers: str) -> tuple[int, Any]:
        more = {name.replace("_", "-"): value for name, value in headers.items()}
        self.connection.request(method, path, json.dumps(body), self.headers | more)
        answer = self.connection.getresponse()
        text = answer.read()
        return answer.status, json.loads(text) if text else None
