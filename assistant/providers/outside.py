"""What those outside have in common: tries, time, and that no exception of a library comes through."""

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, TypeVar

from assistant.providers import wire
from assistant.providers.protocol import Failed, Message, Piece, ProviderFailure, Reply, Tool
from assistant.providers.retrying import retried

T = TypeVar("T")


@dataclass
class Outside:
    """A provider behind a network. Asked only inside `wire.sending`; its client is kept alive, one for the process."""

    key: str
    base_url: str = ""
    model: str = ""
    seconds: float = 30.0
    name = ""
    is_outside = True
    _client: Any = field(default=None, repr=False)
    _connections: Any = field(default=None, repr=False)
    _lock: Lock = field(default_factory=Lock, repr=False)

    def chat(
        self,
        messages: Sequence[Message],
        *,
        tools: Sequence[Tool] = (),
        schema: Mapping[str, Any] | None = None,
        most_tokens: int = 1000,
    ) -> Reply:
        return self._asked(lambda: self._chat(messages, tools, schema, most_tokens))

    def stream(
        self, messages: Sequence[Message], *, tools: Sequence[Tool] = (), most_tokens: int = 1000
    ) -> Generator[Piece, None, None]:
        """The request is made at once; what is returned only reads its answer."""
        first, rest = self._asked(lambda: self._begun(messages, tools, most_tokens))
        return self._read(wire.current(), first, rest)

    def embed(self, texts: Sequence[str]) -> list[list[float]]:
        return self._asked(lambda: self._embed(texts))

    # What each says in its own words
    def _chat(
        self,
        messages: Sequence[Message],
        tools: Sequence[Tool],
        schema: Mapping[str, Any] | None,
        most_tokens: int,
    ) -> Reply:
        raise NotImplementedError

    def _pieces(
        self, messages: Sequence[Message], tools: Sequence[Tool], most_tokens: int
    ) -> Iterator[Piece]:
        raise NotImplementedError

    def _embed(self, texts: Sequence[str]) -> list[list[float]]:
        raise NotImplementedError

    def _new_client(self, connections: Any) -> Any:
        raise NotImplementedError

    def _failure(self, error: Exception) -> ProviderFailure:
        """What an exception of the library means."""
        raise NotImplementedError

    @property
    def client(self) -> Any:
        with self._lock:
            if self._client is None:
                self._connections = wire.client(self.seconds)
                self._client = self._new_client(self._connections)
            return self._client

    def ready(self) -> None:
        """Read the library, which may take seconds, before the time of an answer begins to count."""
        _ = self.client

    def close(self) -> None:
        """End the connections that are kept alive."""
        with self._lock:
            if self._connections is not None:
                self._connections.close()
            self._client = self._connections = None

    def _begun(
        self, messages: Sequence[Message], tools: Sequence[Tool], most_tokens: int
    ) -> tuple[Piece, Iterator[Piece]]:
        pieces = self._pieces(messages, tools, most_tokens)
        return next(pieces), pieces

    def _read(self, one: wire.Sending, first: Piece, rest: Iterator[Piece]) -> Generator[Piece, None, None]:
        try:
            yield first
            yield from rest
        except Exception as error:
            raise self._meaning(one, error) from error
        finally:
            one.hang_up()

    def _asked(self, ask: Callable[[], T]) -> T:
        one = wire.current()
        return retried(lambda: self._once(one, ask), ends_at=one.starts_by)

    def _once(self, one: wire.Sending, ask: Callable[[], T]) -> T:
        try:
            return ask()
        except Exception as error:
            one.hang_up()
            raise self._meaning(one, error) from error

    def _meaning(self, one: wire.Sending, error: Exception) -> Exception:
        """What was refused before it was sent is no failure of the provider's."""
        if one.refused is not None:
            return one.refused
        if isinstance(error, ProviderFailure):
            return error
        if isinstance(error, StopIteration):
            return ProviderFailure(Failed.GARBAGE, detail="an empty answer")
        return self._failure(error)


def whole(reply: Reply) -> Reply:
    """A reply that says nothing and asks for nothing is none."""
    if not reply.content and not reply.tool_calls and not reply.is_cut:
        raise ProviderFailure(Failed.GARBAGE, detail="an empty answer")
    return reply
