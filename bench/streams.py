"""What pages cost while answers stream: `python -m bench.streams`, beside a slow provider of words.

Two workers of 16 threads as in the Procfile; 30 pages a second are asked for at fixed moments, and each is measured
from the moment at which it was due, so that a server that stalls is not asked less. In turn, block by block, with no
stream open and with 20, each of which brings 20 words a second.
"""

import argparse
import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from http.client import HTTPConnection, HTTPException
from itertools import cycle
from statistics import median, quantiles
from typing import Any

from assistant.tests.wire import OpenAiWire
from assistant.tests.wire.server import Handler
from bench import __main__ as bench

STREAMS = 20
PAGES_A_SECOND = 30
PAUSE = 0.05  # between two words of a stream
CLIENTS = 24
SERVER = ("--worker-class", "gthread", "--workers", "2", "--threads", "16", "--keep-alive", "75")
SENTENCE = ("Nothing ", "of ", "this ", "stands ", "in ", "a ", "source. ")


class Slow(OpenAiWire):
    """Words that come one by one, until whoever asked hangs up."""

    def usual(self, handler: Handler) -> None:
        handler.begin_stream()
        for word in cycle(SENTENCE):
            handler.chunk(f"data: {self._chunk({'content': word})}\n\n".encode())
            time.sleep(PAUSE)


def planted(env: dict[str, str], patients: int) -> None:
    collect = ("collectstatic", "--noinput", "--verbosity", "0")
    subprocess.run([sys.executable, "manage.py", *collect], cwd=bench.ROOT, env=env, check=True)
    file = bench.FOLDER / "streams.sqlite3"
    if file.exists():
        return
    bench.FOLDER.mkdir(parents=True, exist_ok=True)
    for command in (("migrate", "--verbosity", "0"), ("seed_demo", "--patients", str(patients))):
        subprocess.run(
            [sys.executable, "manage.py", *command], cwd=bench.ROOT, env=env | {"DEBUG": "true"}, check=True
        )


class Stream:
    """One answer that is being read, by a thread of its own."""

    def __init__(self, port: int, headers: dict[str, str]) -> None:
        self.connection = HTTPConnection("127.0.0.1", port, timeout=60)
        self.opened = self._open({**headers, "Accept": "text/event-stream"})
        self.read = 0
        if self.opened:
            threading.Thread(target=self._listen, daemon=True).start()

    def _open(self, headers: dict[str, str]) -> bool:
        body = json.dumps({"message": "How is pneumonia treated?"})
        self.connection.request("POST", "/api/v1/ai/chat", body, headers)
        self.answer = self.connection.getresponse()
        assert self.answer.status in {200, 503}, self.answer.read()
        return self.answer.status == 200

    def _listen(self) -> None:
        with suppress(OSError, ValueError, AttributeError, HTTPException):
            while part := self.answer.read1():
                self.read += len(part)

    def close(self) -> None:
        with suppress(OSError):
            self.connection.sock.shutdown(2)
        self.connection.close()


@contextmanager
def streaming(port: int, headers: dict[str, str], number: int) -> Iterator[int]:
    """So many open streams; a worker that has its share answers 503, and another connection is tried."""
    streams: list[Stream] = []
    refused = 0
    while len(streams) < number:
        one = Stream(port, headers)
        if one.opened:
            streams.append(one)
        else:
            refused += 1
            one.close()
            time.sleep(0.05)
    try:
        yield refused
    finally:
        for one in streams:
            one.close()


def pages(port: int, cookie: dict[str, str], paths: list[str], seconds: float) -> list[float]:
    """Milliseconds from when each page was due until it was there."""
    local, begun = threading.local(), time.monotonic() + 0.5

    def ask(number: int) -> float:
        due = begun + number / PAGES_A_SECOND
        time.sleep(max(0.0, due - time.monotonic()))
        if not hasattr(local, "connection"):
            local.connection = HTTPConnection("127.0.0.1", port, timeout=60)
        local.connection.request("GET", paths[number % len(paths)], None, cookie)
        answer = local.connection.getresponse()
        answer.read()
        assert answer.status == 200, (paths[number % len(paths)], answer.status)
        return (time.monotonic() - due) * 1000

    with ThreadPoolExecutor(CLIENTS) as pool:
        return list(pool.map(ask, range(int(seconds * PAGES_A_SECOND))))


def measured(server: Any, seconds: float, rounds: int) -> dict[int, list[float]]:
    bench.log_in_to_api(server, "doctor")
    token = dict(server.headers)
    bench.log_in_to_pages(server, "reception")
    cookie = dict(server.headers)
    _, text, _ = server.ask("/patients/")
    found = [one.split(b'"')[0].decode() for one in text.split(b'href="/patients/')[1:]]
    records = [f"/patients/{one}" for one in found if len(one) == 37][:10]
    paths = ["/patients/", *records]
    pages(server.port, cookie, paths, 3)
    times: dict[int, list[float]] = {0: [], STREAMS: []}
    for _ in range(rounds):
        for number, kept in times.items():
            with streaming(server.port, token, number) as refused:
                kept.extend(pages(server.port, cookie, paths, seconds))
            if number:
                print(f"{number} streams open; {refused} more were told to come again", flush=True)
            time.sleep(2)
    return times


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seconds", type=float, default=20)
    options.add_argument("--rounds", type=int, default=3)
    given = options.parse_args()
    bench.SERVER = SERVER
    with Slow() as wire:
        env = bench.environment("streams") | {
            "ASSISTANT_PROVIDER": "openai",
            "ASSISTANT_OUTSIDE": "true",
            "ASSISTANT_TOKENS_PER_DAY": "1000000000",
            "OPENAI_API_KEY": "none",
            "OPENAI_BASE_URL": wire.base_url,
        }
        planted(env, 300)
        with bench.served("hospital.wsgi:application", env, "/healthz") as server:
            times = measured(server, given.seconds, given.rounds)
    print("| streams open | pages | p50, ms | p95, ms |\n|---:|---:|---:|---:|")
    p95 = {number: quantiles(kept, n=20)[18] for number, kept in times.items()}
    for number, kept in times.items():
        print(f"| {number} | {len(kept)} | {median(kept):.1f} | {p95[number]:.1f} |")
    print(f"p95 with {STREAMS} streams to that without: {p95[STREAMS] / p95[0]:.2f} ×")


if __name__ == "__main__":
    main()
