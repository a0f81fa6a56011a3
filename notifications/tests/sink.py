"""A mail server that keeps what it takes in a file, and misbehaves: `python -m notifications.tests.sink …`.

Until the file `--calm` exists it refuses, hangs and cuts off at random. With `--deduplicates` it takes
a letter with a Message-ID that it has already for granted and does not keep it twice.
"""

import argparse
import asyncio
import json
import signal
import time
from email import message_from_bytes
from email.message import Message
from pathlib import Path
from random import Random
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

# What it does with a letter, and how often.
MANNERS = {
    "take": 70,
    "refuse for now": 6,
    "refuse the text": 6,
    "hang before the text": 4,
    "hang after the text": 4,
    "cut off before keeping": 5,
    "cut off after keeping": 5,
}
HANGS_FOR = 30


def _read(envelope: Envelope) -> Message:
    content = envelope.content or b""
    return message_from_bytes(content if isinstance(content, bytes) else content.encode())


class Sink:
    """Writes a line for each letter before it says that it has taken it."""

    def __init__(self, asked: argparse.Namespace) -> None:
        self.asked = asked
        self.random = Random(asked.seed)
        self.kept: set[str] = set()

    def manner(self) -> str:
        if self.asked.calm.exists():
            return "take"
        return self.random.choices(list(MANNERS), list(MANNERS.values()))[0]

    def write(self, what: str, envelope: Envelope | None = None) -> None:
        line: dict[str, Any] = {"what": what, "at": time.time()}
        if envelope is not None:
            mail = _read(envelope)
            line |= {"id": mail["Message-ID"], "to": envelope.rcpt_tos[0], "title": mail["Subject"]}
        with self.asked.file.open("a") as file:
            file.write(json.dumps(line) + "\n")

    def keep(self, envelope: Envelope) -> None:
        key = str(_read(envelope)["Message-ID"])
        again = self.asked.deduplicates and key in self.kept
        self.kept.add(key)
        self.write("known" if again else "kept", envelope)

    def cut(self, server: SMTP) -> None:
        """Without a word."""
        transport: Any = server.transport
        transport.abort()

    async def handle_RCPT(  # noqa: N802 aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        manner = session.manner = self.manner()  # type: ignore[attr-defined]
        if manner == "refuse for now":
            return "451 try again later"
        if manner == "hang before the text":
            await asyncio.sleep(HANGS_FOR)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        manner = session.manner  # type: ignore[attr-defined]
        if manner == "refuse the text":
            return "452 no room at this moment"
        if manner == "cut off before keeping":
            self.write("cut")
            self.cut(server)
            return "421 gone"
        if manner == "hang after the text":
            self.write("cut")
            await asyncio.sleep(HANGS_FOR)
            return "451 too late"
        self.keep(envelope)
        if manner == "cut off after keeping":
            self.write("cut")
            self.cut(server)
        return "250 kept"


async def serve(asked: argparse.Namespace) -> None:
    loop = asyncio.get_running_loop()
    sink, stop = Sink(asked), asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, stop.set)
    server = await loop.create_server(lambda: SMTP(sink, loop=loop, hostname="sink"), "127.0.0.1", asked.port)
    asked.file.touch()
    async with server:
        await stop.wait()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--file", type=Path, required=True)
    parser.add_argument("--calm", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--deduplicates", action="store_true")
    asyncio.run(serve(parser.parse_args()))


if __name__ == "__main__":
    main()
