"""Somebody between a process and its database who passes on what both say: late, or not at all while told so."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress


class Relay:
    """While it holds, nothing passes and nothing is cut: so a server that hangs looks to who waits for it."""

    def __init__(self, there: tuple[str, int]) -> None:
        self.there, self.late = there, 0.0
        self.passes = threading.Event()
        self.passes.set()
        self.server = socket.create_server(("127.0.0.1", 0))
        self.port = int(self.server.getsockname()[1])
        self.lines: list[socket.socket] = []

    @contextmanager
    def holding(self) -> Iterator[None]:
        self.passes.clear()
        try:
            yield
        finally:
            self.passes.set()

    @contextmanager
    def answering_after(self, seconds: float) -> Iterator[None]:
        self.late = seconds
        try:
            yield
        finally:
            self.late = 0.0

    def listen(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self.server.accept()
                far = socket.create_connection(self.there)
                self.lines += [near, far]
                for ends in ((near, far, False), (far, near, True)):
                    threading.Thread(target=self._pass_on, args=ends, daemon=True).start()

    def _pass_on(self, of: socket.socket, to: socket.socket, is_answer: bool) -> None:
        with suppress(OSError):
            while said := of.recv(65536):
                self.passes.wait()
                if is_answer and self.late:
                    time.sleep(self.late)
                to.sendall(said)
            to.shutdown(socket.SHUT_WR)


@contextmanager
def relay(host: str, port: int) -> Iterator[Relay]:
    made = Relay((host, port))
    threading.Thread(target=made.listen, daemon=True).start()
    try:
        yield made
    finally:
        made.passes.set()
        made.server.shutdown(socket.SHUT_RDWR)
        made.server.close()
        for line in made.lines:
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
            line.close()
