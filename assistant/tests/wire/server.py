"""A server in a thread that answers as it was told, one behaviour for each request, and keeps what it was sent."""

import json
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import islice
from types import TracebackType
from typing import Any, Self


@dataclass(frozen=True)
class Received:
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def data(self) -> Any:
        return json.loads(self.body)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wire: "Wire"

    def handle(self) -> None:
        with suppress(ConnectionError):  # those who ask hang up whenever they like
            super().handle()

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        self.wire.received.append(Received(self.path, dict(self.headers), body))
        behave = self.wire.behaviours.popleft() if self.wire.behaviours else self.wire.usual
        with suppress(ConnectionError):
            behave(self)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 its name
        """Says nothing."""

    def answer(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def begin_stream(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()

    def chunk(self, data: bytes) -> None:
        self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
        self.wfile.flush()

    def hang_up(self) -> None:
        self.close_connection = True
        self.connection.close()


Behaviour = Callable[[Handler], None]


@dataclass
class Wire:
    """`with SomeWire() as wire: wire.then(wire.says("Hello"))`. Subclasses know the protocol."""

    received: list[Received] = field(default_factory=list)
    behaviours: deque[Behaviour] = field(default_factory=deque)
    _released: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> Self:
        handler = type("Bound", (Handler,), {"wire": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._released.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def forget(self) -> None:
        self.received.clear()
        self.behaviours.clear()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def then(self, *behaviours: Behaviour) -> Self:
        """What the next requests meet, in this order; later ones meet `usual`."""
        self.behaviours.extend(behaviours)
        return self

    def usual(self, handler: Handler) -> None:
        self.says("ready")(handler)

    # What each protocol says in its own words
    def whole(
        self, text: str = "", calls: Sequence[tuple[str, dict[str, Any]]] = (), cut: bool = False
    ) -> Any:
        raise NotImplementedError

    def pieces(self, texts: Sequence[str], calls: Sequence[tuple[str, dict[str, Any]]] = ()) -> Iterator[str]:
        """The events of a stream."""
        raise NotImplementedError

    # Behaviours
    def says(self, text: str, *, cut: bool = False) -> Behaviour:
        return lambda handler: handler.answer(200, json.dumps(self.whole(text, cut=cut)).encode())

    def calls(self, name: str, **arguments: Any) -> Behaviour:
        return lambda handler: handler.answer(200, json.dumps(self.whole(calls=[(name, arguments)])).encode())

    def streams(self, *texts: str, calls: Sequence[tuple[str, dict[str, Any]]] = ()) -> Behaviour:
        def behave(handler: Handler) -> None:
            handler.begin_stream()
            for event in self.pieces(texts, calls):
                handler.chunk(f"data: {event}\n\n".encode())
            handler.chunk(b"")

        return behave

    def streams_until(
        self, events: int, *texts: str, calls: Sequence[tuple[str, dict[str, Any]]] = ()
    ) -> Behaviour:
        """So many events and the first half of another; then the connection is gone."""

        def behave(handler: Handler) -> None:
            handler.begin_stream()
            for number, event in enumerate(self.pieces(texts, calls)):
                if number == events:
                    handler.chunk(f"data: {event}"[: len(event) // 2].encode())
                    break
                handler.chunk(f"data: {event}\n\n".encode())
            handler.hang_up()

        return behave

    def ends_in_the_middle(
        self, events: int, *texts: str, calls: Sequence[tuple[str, dict[str, Any]]] = ()
    ) -> Behaviour:
        """So many events, and then an orderly end, as if that were all."""

        def behave(handler: Handler) -> None:
            handler.begin_stream()
            for event in list(self.pieces(texts, calls))[:events]:
                handler.chunk(f"data: {event}\n\n".encode())
            handler.chunk(b"")

        return behave

    def never_ends(self, *texts: str) -> Behaviour:
        """These words, and then a space for ever: whoever reads it has to stop."""

        def behave(handler: Handler) -> None:
            handler.begin_stream()
            for event in islice(self.pieces(texts), len(texts)):
                handler.chunk(f"data: {event}\n\n".encode())
            space = next(self.pieces([" "]))
            while not self._released.wait(0.05):
                handler.chunk(f"data: {space}\n\n".encode())

        return behave

    def fails(self, status: int, **headers: str) -> Behaviour:
        body = json.dumps({"error": {"message": "no", "code": status, "status": "NO"}}).encode()
        return lambda handler: handler.answer(status, body, **headers)

    def garbage(self, handler: Handler) -> None:
        handler.answer(200, b'{"choices": [{"mess')

    def another_shape(self, handler: Handler) -> None:
        handler.answer(200, b'{"choices": "none", "candidates": 7}')

    def hangs(self, handler: Handler) -> None:
        self._released.wait(20)

    def drips(self, handler: Handler) -> None:
        """An answer that never ends, a sign at a time: no single wait is long."""
        handler.begin_stream()
        while not self._released.wait(0.02):
            handler.chunk(b" ")

    def closes(self, handler: Handler) -> None:
        handler.hang_up()
