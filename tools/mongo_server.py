"""Run a command against a MongoDB server: tools/mongo_server.py COMMAND…

With MONGO_URI set, that server is used. Otherwise a compatible test server is started
as a process of its own in a temporary folder, and stopped when the command ends or a
signal comes. The command finds MONGO_URI and MONGO_DB_NAME in its environment.
Exits as the command does.
"""

import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType

from pymongo import MongoClient
from pymongo.errors import PyMongoError

MUST_ANSWER_WITHIN = 30
MUST_END_WITHIN = 10


class Stopped(Exception):
    """SIGINT or SIGTERM came; the number is the argument."""


def free_port() -> int:
    """A port that nobody uses at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(uri: str) -> bool:
    """Ask the server for its name, waiting a second at most."""
    client: MongoClient[dict[str, object]] = MongoClient(uri, serverSelectionTimeoutMS=1000)
    try:
        client.admin.command("hello")
    except PyMongoError:
        return False
    finally:
        client.close()
    return True


@contextmanager
def test_server() -> Iterator[str]:
    """Start the test server, give its address, stop it."""
    with tempfile.TemporaryDirectory(prefix="hospital-mongo-") as folder:
        port, log = free_port(), Path(folder, "log")
        command = [sys.executable, "-m", "secantus", "--host", "127.0.0.1", "--port", str(port)]
        options = ["--storage-path", f"{folder}/data", "--cache-size", "256M", "--log-level", "WARNING"]
        with log.open("wb") as output:
            server = subprocess.Popen(
                [*command, *options], stdout=output, stderr=output, start_new_session=True
            )
        try:
            yield wait_until_it_answers(server, port, log)
        finally:
            end(server)


def wait_until_it_answers(server: "subprocess.Popen[bytes]", port: int, log: Path) -> str:
    """Give the server's address, or end with what it had to say."""
    uri = f"mongodb://127.0.0.1:{port}/?replicaSet=secantus&connectTimeoutMS=20000"  # it is slow
    for _ in range(MUST_ANSWER_WITHIN):
        if server.poll() is not None:
            break
        if answers(uri):
            return uri
    sys.exit(f"The MongoDB test server does not answer:\n{log.read_text()}")


def end(process: "subprocess.Popen[bytes]") -> None:
    """Ask the process to end, and see that it does."""
    process.terminate()
    try:
        process.wait(MUST_END_WITHIN)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def run(command: list[str], uri: str) -> int:
    """Run the command with this server and return how it exited.

    Ctrl-C reaches the command without our help; sent again it would cut short its tidying up.
    """
    server = {"MONGO_URI": uri, "MONGO_DB_NAME": os.environ.get("MONGO_DB_NAME") or "hospital"}
    child = subprocess.Popen(command, env={**os.environ, **server, "DATABASE_URL": ""})
    try:
        return child.wait()
    except Stopped as stopped:
        if stopped.args[0] != signal.SIGINT:
            child.terminate()
        with suppress(subprocess.TimeoutExpired):
            child.wait(MUST_END_WITHIN)
        end(child)
        raise


def stop(signum: int, _frame: FrameType | None) -> None:
    """Turn the first signal into an exception, and be deaf to more of them."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    raise Stopped(signum)


def main(command: list[str]) -> int:
    """Run the command against the given server or one of our own."""
    if not command:
        sys.exit(__doc__)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)
    try:
        if uri := os.environ.get("MONGO_URI"):
            return run(command, uri)
        with test_server() as uri:
            return run(command, uri)
    except Stopped as stopped:
        return 128 + int(stopped.args[0])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
