"""A provider for tests that says what it was told to, word by word, and notes what it was sent."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from assistant.providers.protocol import Message, Piece, ProviderFailure, Reply, Tool, ToolCall
from hospital import db


def calls(name: str, **arguments: Any) -> Reply:
    """A reply that asks for one tool."""
    return Reply("", (ToolCall(f"call-{name}", name, arguments),))


class Scripted:
    """Each request gets the next of `replies`: words, a Reply, a failure, or words that end in a failure."""

    model = "scripted-1"

    def __init__(self, *replies: Any, name: str = "Scripted", is_outside: bool = False) -> None:
        self.name, self.is_outside = name, is_outside
        self.replies = list(replies)
        self.sent: list[tuple[Message, ...]] = []
        self.offered: list[tuple[str, ...]] = []
        self.was_closed = False

    def chat(self, messages: Sequence[Message], **more: Any) -> Reply:
        return [piece.reply for piece in self.stream(messages) if piece.reply][-1]

    def stream(
        self, messages: Sequence[Message], *, tools: Sequence[Tool] = (), most_tokens: int = 1000
    ) -> Iterator[Piece]:
        assert not db.in_atomic()
        self.sent.append(tuple(messages))
        self.offered.append(tuple(one.name for one in tools))
        try:
            yield from self._said(self.replies.pop(0))
        except GeneratorExit:
            self.was_closed = True
            raise

    def _said(self, reply: Any) -> Iterator[Piece]:
        for part in reply if isinstance(reply, list) else [reply]:
            if isinstance(part, ProviderFailure):
                raise part
            if callable(part):
                part()
                continue
            whole = part if isinstance(part, Reply) else Reply(part)
            for word in re.findall(r"\S+\s*|\s+", whole.content):
                yield Piece(word)
            yield Piece(reply=whole)

    def embed(self, texts: Sequence[str]) -> list[list[float]]:
        return [[0.0] for _ in texts]
