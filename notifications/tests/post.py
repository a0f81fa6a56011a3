"""The other side, for tests: a mail server that does as it is told, and a gateway for text messages."""

import asyncio
import email
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.policy import default
from typing import Any, ClassVar

from aiosmtpd.controller import Controller

from notifications.channels import NotSent, Uncertain

FOREVER = 3600.0


class Server:
    """A mail server. `plan` says at which point it answers with a text, hangs or cuts the line.

    Points: `MAIL`, `RCPT`, `DATA` (the text is here, and is not kept) and `KEPT` (it is kept; the answer is due).
    """

    def __init__(self) -> None:
        self.plan: dict[str, str] = {}
        self.one_by_one: dict[str, list[str]] = {}  # the same, for the first time, the second …
        self.kept: list[EmailMessage] = []
        self.recipients: list[str] = []
        self.connections = 0

    async def handle_EHLO(  # noqa: N802
        self, server: Any, session: Any, envelope: Any, hostname: str, responses: list[str]
    ) -> list[str]:
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_MAIL(  # noqa: N802
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        envelope.mail_from = address
        return await self._answer("MAIL", server) or "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        answer = await self._answer("RCPT", server)
        if answer is None or answer.startswith("25"):
            envelope.rcpt_tos.append(address)
        return answer or "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        answer = await self._answer("DATA", server)
        if answer:
            return answer
        self.kept.append(email.message_from_bytes(envelope.content, policy=default))
        self.recipients += envelope.rcpt_tos
        return await self._answer("KEPT", server) or "250 OK"

    async def _answer(self, point: str, server: Any) -> str | None:
        in_turn = self.one_by_one.get(point)
        what = in_turn.pop(0) if in_turn else self.plan.get(point)
        if what == "cut":
            server.transport.abort()
        if what in {"cut", "hang"}:
            await asyncio.sleep(FOREVER)
        return what or None


@contextmanager
def mail_server(settings: Any) -> Iterator[Server]:
    """A server of this test alone, to which the product sends its mail."""
    handler = Server()
    controller = Controller(handler, hostname="127.0.0.1", port=free_port())
    controller.start()
    send_by(settings, controller.port)
    try:
        yield handler
    finally:
        controller.stop()


def send_by(settings: Any, port: int) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", port, 0.3


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Gateway:
    """A gateway for text messages. It knows no keys, so that nothing is repeated by itself."""

    deduplicates = False
    sent: ClassVar[list[tuple[str, str, str]]] = []

    def send(self, number: str, text: str, key: str) -> None:
        self.sent.append((number, text, key))


class Refusing(Gateway):
    def send(self, number: str, text: str, key: str) -> None:
        raise NotSent("no such number", for_good=True)


class Silent(Gateway):
    def send(self, number: str, text: str, key: str) -> None:
        raise Uncertain("no answer")


class Broken(Gateway):
    """Raises what no gateway should."""

    def send(self, number: str, text: str, key: str) -> None:
        raise ZeroDivisionError


class Knowing(Silent):
    """Never answers, but knows the key of what it has sent."""

    deduplicates = True
