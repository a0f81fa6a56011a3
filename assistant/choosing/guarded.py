"""A provider outside, as the house asks it: nothing passes that names somebody, and all that passes is written down."""

import json
import time
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import structlog
from django.utils.translation import gettext as _

from accounts.models import User
from assistant.models import Disclosure
from assistant.privacy.checking import StillNamed, refuse_if_named
from assistant.privacy.identifiers import Identifiers, identifiers_of
from assistant.privacy.vault import Vault, strings_of
from assistant.providers import wire
from assistant.providers.breaker import Breaker, breaker_of
from assistant.providers.outside import Outside
from assistant.providers.protocol import Failed, Message, Piece, ProviderFailure, Reply, Role, Tool, ToolCall
from assistant.services import send_outside, settle_outside
from hospital import db
from hospital.errors import Refusal
from patients.models import Patient

log = structlog.get_logger()

STREAM_TIMES = 4  # a stream may go on for so many time-outs
# Without a patient nobody can have agreed: then nothing goes out that was read about patients.
WITHOUT_A_PATIENT = frozenset({"search_guidelines", "availability"})
Outcome = Disclosure.Outcome


@dataclass
class Exchange:
    """One exchange with the provider, and the disclosure of its latest request."""

    guarded: "Guarded"
    purpose: str
    most_tokens: int
    vault: Vault = field(default_factory=lambda: Vault(Identifiers()))
    disclosure: Disclosure | None = None

    def show(self, payload: bytes) -> None:
        """Look at the very bytes, write them down, and commit, before anything is sent."""
        if db.in_atomic():
            raise RuntimeError("Nothing is sent from inside a transaction.")
        for text in strings_of(json.loads(payload)):
            refuse_if_named(text, self.vault.identifiers)
        self.settle(Outcome.FAILED, failure="retried")
        self.disclosure = send_outside(
            provider=self.guarded.name,
            model=self.guarded.model,
            purpose=self.purpose,
            payload=payload,
            most_tokens=self.most_tokens,
            patient=self.guarded.patient,
            by=self.guarded.by,
        )

    def settle(self, outcome: str, *, failure: str = "", reply: Reply | None = None) -> None:
        if self.disclosure is None:
            return
        tokens = {"tokens_in": reply.tokens_in, "tokens_out": reply.tokens_out} if reply else {}
        settle_outside(self.disclosure, outcome=outcome, failure=failure, **tokens, by=self.guarded.by)
        self.disclosure = None


@dataclass
class Guarded:
    """Speaks the protocol of providers. Each call reads anew what is allowed and who the patient is."""

    outside: Outside
    by: User
    patient: Patient | None = None
    purpose: str = Disclosure.Purpose.ASK
    because: str = ""  # it is the one that was asked for
    is_outside: bool = field(default=True, init=False)

    def __post_init__(self) -> None:
        self.name, self.model = self.outside.name, self.outside.model

    @property
    def breaker(self) -> Breaker:
        return breaker_of(self.name)

    def chat(
        self,
        messages: Sequence[Message],
        *,
        tools: Sequence[Tool] = (),
        schema: Mapping[str, Any] | None = None,
        most_tokens: int = 1000,
    ) -> Reply:
        with self._exchange(self.purpose, most_tokens, messages) as exchange:
            hidden, offered = self._hidden(exchange.vault, messages), self._offered(tools)
            with wire.sending(self._sending(exchange)):
                reply = self.outside.chat(hidden, tools=offered, schema=schema, most_tokens=most_tokens)
            self._ended_well(exchange, reply)
        return self._restored(exchange.vault, reply, is_data=schema is not None)

    def stream(
        self, messages: Sequence[Message], *, tools: Sequence[Tool] = (), most_tokens: int = 1000
    ) -> Generator[Piece, None, None]:
        with self._exchange(self.purpose, most_tokens, messages) as exchange:
            hidden, offered = self._hidden(exchange.vault, messages), self._offered(tools)
            with wire.sending(self._sending(exchange, times=STREAM_TIMES)):
                pieces = self.outside.stream(hidden, tools=offered, most_tokens=most_tokens)
            replies: list[Reply] = []
            try:
                for text in exchange.vault.restore_pieces(_texts(pieces, replies)):
                    yield Piece(text)
            finally:
                pieces.close()
            if not replies:
                raise ProviderFailure(Failed.GARBAGE, detail="a stream without an end")
            self._ended_well(exchange, replies[-1])
        yield Piece(reply=self._restored(exchange.vault, replies[-1]))

    def embed(self, texts: Sequence[str]) -> list[list[float]]:
        with self._exchange(
            Disclosure.Purpose.EMBED, 0, [Message(Role.USER, text) for text in texts]
        ) as exchange:
            hidden = [exchange.vault.hide(text) for text in texts]
            with wire.sending(self._sending(exchange)):
                vectors = self.outside.embed(hidden)
            self._ended_well(exchange, None)
        return vectors

    @contextmanager
    def _exchange(self, purpose: str, most_tokens: int, messages: Sequence[Message]) -> Iterator[Exchange]:
        """Whatever goes wrong inside comes out as ProviderFailure, and what was begun is settled."""
        if not self.breaker.lets_through():
            raise ProviderFailure(Failed.UNREACHABLE, detail=_("It has failed several times in a row."))
        said = [one.content for one in messages if one.role is Role.USER]
        exchange = Exchange(self, purpose, most_tokens)
        try:
            exchange.vault = Vault(identifiers_of(self.patient, said=said))
            yield exchange
        except ProviderFailure as failure:
            self.breaker.failed(failure.code)
            exchange.settle(Outcome.FAILED, failure=failure.code.value)
            raise
        except GeneratorExit:
            self.breaker.succeeded()
            exchange.settle(Outcome.STOPPED)
            raise
        except Refusal as refusal:
            exchange.settle(Outcome.FAILED, failure=Failed.OFF.value)
            code = Failed.BUDGET if refusal.code == "budget" else Failed.OFF
            raise ProviderFailure(code, detail=refusal.message) from refusal
        except Exception as error:
            log.exception("nothing_sent", provider=self.name, reason=type(error).__name__)
            exchange.settle(Outcome.FAILED, failure=Failed.OFF.value)
            raise ProviderFailure(Failed.OFF, detail=_explained(error)) from error

    def _sending(self, exchange: Exchange, *, times: int = 1) -> wire.Sending:
        self.outside.ready()
        now, seconds = time.monotonic(), self.outside.seconds
        return wire.Sending(exchange.show, starts_by=now + seconds, ends_at=now + seconds * times)

    def _ended_well(self, exchange: Exchange, reply: Reply | None) -> None:
        self.breaker.succeeded()
        exchange.settle(Outcome.ANSWERED, reply=reply)

    def _hidden(self, vault: Vault, messages: Sequence[Message]) -> list[Message]:
        read_about_patients = {one.name for one in messages if one.role is Role.TOOL} - WITHOUT_A_PATIENT
        if self.patient is None and read_about_patients:
            raise ProviderFailure(
                Failed.OFF, detail=_("What was read about patients does not leave this house.")
            )
        hidden = [_hidden_message(vault, one) for one in messages]
        if not vault.tokens:
            return hidden
        return [Message(Role.SYSTEM, vault.legend()), *hidden]

    def _offered(self, tools: Sequence[Tool]) -> list[Tool]:
        return [one for one in tools if self.patient is not None or one.name in WITHOUT_A_PATIENT]

    def _restored(self, vault: Vault, reply: Reply, *, is_data: bool = False) -> Reply:
        calls = tuple(
            ToolCall(one.id, one.name, vault.restore_data(dict(one.arguments))) for one in reply.tool_calls
        )
        content = reply.content
        if is_data:
            content = json.dumps(vault.restore_data(json.loads(content)), ensure_ascii=False)
        else:
            content = vault.restore(content)
        return replace(reply, content=content, tool_calls=calls)


def _hidden_message(vault: Vault, message: Message) -> Message:
    if message.role is Role.SYSTEM:
        return replace(message, content=vault.hide(message.content))
    hide = vault.hide_data if message.role is Role.TOOL else vault.hide
    calls = tuple(
        ToolCall(one.id, one.name, vault.hide_strings(dict(one.arguments))) for one in message.tool_calls
    )
    return replace(message, content=hide(message.content), tool_calls=calls)


def _texts(pieces: Iterator[Piece], replies: list[Reply]) -> Iterator[str]:
    for piece in pieces:
        if piece.reply is not None:
            replies.append(piece.reply)
        if piece.text:
            yield piece.text


def _explained(error: Exception) -> str:
    if isinstance(error, StillNamed):
        return _("What names the patient could not be replaced. Nothing was sent.")
    return _("Something went wrong before anything was sent.")
