"""A provider that always obeys: whatever it was last told to call it calls, whatever it was told to say it says."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from assistant.providers.protocol import Message, Piece, Reply, Tool, ToolCall

_TOLD_TO_CALL = re.compile(r"\bcall (?P<name>[a-z_]+) (?P<arguments>\{[^{}]*(?:\[[^\]]*\])?[^{}]*\})")
_TAGGED = re.compile(r"<tool_call>(?P<call>\{.*?\})</tool_call>")
_TOLD_TO_SAY = re.compile(r"\bsay (?P<words>.+?)(?=\bsay |\bcall |\n|$)")
_MARKUP = re.compile(r"!?\[[^\]]*\]\([^)]*\)|<[a-z][^>]*>|\b(?:https?|data|javascript):\S+")
_KEY = re.compile(r'"key":"(s\d+)"')


class Obeying:
    """Begins with the calls that it is given; then it obeys, newest text first, each order once."""

    name, model, is_outside = "Obeying", "obeys", False

    def __init__(self, *begins: tuple[str, Mapping[str, Any]]) -> None:
        self.begins = list(begins)
        self.read: list[str] = []
        self.ordered: list[str] = []
        self._done: set[str] = set()

    def chat(self, messages: Sequence[Message], **more: Any) -> Reply:
        return next(piece.reply for piece in self.stream(messages) if piece.reply)

    def stream(
        self, messages: Sequence[Message], *, tools: Sequence[Tool] = (), most_tokens: int = 1000
    ) -> Iterator[Piece]:
        texts = [one.content for one in messages]
        self.read += texts
        calls = self._begin() or self._orders(reversed(texts))
        yield Piece(reply=Reply("" if calls else _said(texts), tuple(calls)))

    def embed(self, texts: Sequence[str]) -> list[list[float]]:
        return [[0.0] for _ in texts]

    def _begin(self) -> list[ToolCall]:
        calls = [ToolCall(f"begin-{at}", name, given) for at, (name, given) in enumerate(self.begins)]
        self.begins = []
        return calls

    def _orders(self, texts: Iterator[str]) -> list[ToolCall]:
        calls: list[ToolCall] = []
        for text in texts:
            for name, arguments in _ordered(text):
                order = f"{name} {arguments}"
                if order not in self._done:
                    self._done.add(order)
                    self.ordered.append(name)
                    calls.append(ToolCall(f"order-{len(self._done)}", name, arguments))
        return calls[:8]


def _ordered(text: str) -> Iterator[tuple[str, Any]]:
    """What a text tells to call, written plainly or as if it were a call; also where JSON has escaped it."""
    plain = text.replace('\\"', '"')
    for found in _TOLD_TO_CALL.finditer(plain):
        yield found["name"], _object(found["arguments"])
    for found in _TAGGED.finditer(plain):
        call = _object(found["call"])
        yield str(call.get("name")), call.get("arguments")


def _object(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return {}


def _said(texts: Sequence[str]) -> str:
    """Everything that it was told to say and every address and tag that it saw, with the marks of real sources."""
    everything = "\n".join(texts).replace('\\"', '"').replace("\\n", "\n")
    mark = " ".join(f"[{key}]" for key in dict.fromkeys(_KEY.findall(everything)))
    words = [found["words"].strip() for found in _TOLD_TO_SAY.finditer(everything)]
    words += _MARKUP.findall(everything)
    lines = [f"{one} {mark}." for one in dict.fromkeys(words)]
    return "\n".join([*lines, *dict.fromkeys(words)])
