"""Brokers that are of no use, on real sockets: one hangs, one is slow, one talks garbage, one cuts the line."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

Manners = Callable[[socket.socket], None]


def hangs(line: socket.socket) -> None:
    """Reads, and never answers."""
    while line.recv(4096):
        pass


def answers_late(line: socket.socket) -> None:
    """What is right, after seconds: nobody waits for it any more."""
    while line.recv(4096):
        time.sleep(3)
        line.sendall(b"+PONG\r\n")


def talks_garbage(line: socket.socket) -> None:
    while line.recv(4096):
        line.sendall(b"\x00\xffHTTP/1.1 200 OK\r\n\r\n" * 50)


def cuts_the_line(line: socket.socket) -> None:
    line.recv(1)


MANNERS: dict[str, Manners] = {
    "hangs": hangs,
    "late": answers_late,
    "garbage": talks_garbage,
    "cuts": cuts_the_line,
}


@contextmanager
def broken_broker(manners: Manners) -> Iterator[tuple[str, list[object]]]:
    """Its address, and whoever has called."""
    calls: list[object] = []
    open_lines: list[socket.socket] = []

    def listen() -> None:
        with suppress(OSError):
            while True:
                line, caller = server.accept()
                calls.append(caller)
                open_lines.append(line)
                threading.Thread(target=serve, args=[line], daemon=True).start()

    def serve(line: socket.socket) -> None:
        with line, suppress(OSError):
            manners(line)

    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        listener = threading.Thread(target=listen, daemon=True)
        listener.start()
        try:
            yield f"redis://127.0.0.1:{server.getsockname()[1]}/0", calls
        finally:
            server.shutdown(socket.SHUT_RDWR)
            for line in open_lines:
                with suppress(OSError):
                    line.shutdown(socket.SHUT_RDWR)
            listener.join(5)
