"""A real server of the index for tests, and servers that are ill in many ways."""

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
MUST_ANSWER_WITHIN = 60.0


class Server(NamedTuple):
    url: str
    pid: int


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(folder: Path) -> Iterator[Server]:
    """Start what `make run` starts, and end it."""
    port = free_port()
    env = os.environ | {"CHROMA_PORT": str(port), "CHROMA_DATA": str(folder)}
    server = subprocess.Popen([sys.executable, "tools/chroma.py"], cwd=ROOT, env=env)
    try:
        _wait_for(port, server)
        yield Server(f"http://127.0.0.1:{port}", server.pid)
    finally:
        server.kill()
        server.wait()


def _wait_for(port: int, server: "subprocess.Popen[bytes]") -> None:
    """Ask until it answers: there is nothing else to wait for."""
    ends = time.monotonic() + MUST_ANSWER_WITHIN
    while time.monotonic() < ends and server.poll() is None:
        connection = HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", "/api/v2/heartbeat")
            if connection.getresponse().status == 200:
                return
        except OSError:
            threading.Event().wait(0.1)
        finally:
            connection.close()
    raise AssertionError("The server of the index has not started.")


@contextmanager
def answering(answer: Callable[[socket.socket], None]) -> Iterator[str]:
    """A server that does this to everybody who connects."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        ends = threading.Event()

        def serve() -> None:
            while not ends.is_set():
                try:
                    there, _ = listening.accept()
                except OSError:
                    return
                threading.Thread(target=_one, args=(there, answer), daemon=True).start()

        threading.Thread(target=serve, daemon=True).start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        ends.set()
        listening.shutdown(socket.SHUT_RDWR)


def _one(there: socket.socket, answer: Callable[[socket.socket], None]) -> None:
    with there:
        try:
            answer(there)
        except OSError:
            return


def says_nothing(there: socket.socket) -> None:
    while there.recv(4096):
        pass


def hangs_up(there: socket.socket) -> None:
    there.recv(1)


def talks_garbage(there: socket.socket) -> None:
    there.recv(4096)
    there.sendall(b"\x00\xffnot http at all\r\n\r\n" * 20)


def answers_with(body: bytes, status: bytes = b"200 OK") -> Callable[[socket.socket], None]:
    def answer(there: socket.socket) -> None:
        there.recv(65_536)
        head = b"HTTP/1.1 %b\r\nContent-Type: application/json\r\nContent-Length: %d\r\nConnection: close\r\n\r\n"
        there.sendall(head % (status, len(body)) + body)

    return answer


def never_ends(there: socket.socket) -> None:
    """A body that comes a little at a time, for ever: each part in time, the whole never."""
    there.recv(65_536)
    there.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n")
    while True:
        there.sendall(b"1\r\n \r\n")
        threading.Event().wait(0.05)
