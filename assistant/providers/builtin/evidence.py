"""What the tools have answered: sources as a provider reads them, and the sentences in them."""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from assistant.providers.builtin.words import stems
from assistant.providers.protocol import Message

_END = re.compile(r"(?<=[.!?])(?<!\bDr\.)(?<!\bProf\.)(?<!\bMr\.)(?<!\bMrs\.)\s+(?=[A-Z0-9\"(])|\n+")
_LABEL = re.compile(r"^(?P<name>[A-Z][A-Za-z ]{2,24}):\s")
_OF_NOTES = {
    "complaint": "complaint",
    "examination": "examination",
    "findings": "examination",
    "assessment": "assessment",
    "impression": "assessment",
    "conclusion": "assessment",
    "plan": "plan",
    "recommendation": "plan",
}


@dataclass(frozen=True)
class Sentence:
    """As it stands in its source, and the section in which it stands there."""

    text: str
    section: str
    number: int

    @cached_property
    def stems(self) -> set[str]:
        return stems(self.text)


@dataclass(frozen=True)
class Read:
    """A source as it came in an answer of the tool `tool`."""

    key: str
    kind: str
    title: str
    text: str
    tool: str
    score: float = 0.0

    @cached_property
    def sentences(self) -> list[Sentence]:
        found: list[Sentence] = []
        section = ""
        for text in filter(None, map(str.strip, _END.split(self.text))):
            label = _LABEL.match(text)
            if label:
                section = _OF_NOTES.get(label["name"].casefold(), "")
            found.append(Sentence(text, section, len(found)))
        return found

    @cached_property
    def stems(self) -> set[str]:
        return stems(f"{self.title} {self.text}")

    @cached_property
    def title_stems(self) -> set[str]:
        return stems(self.title)


@dataclass(frozen=True)
class Evidence:
    """All that was read for a question, in the order in which it came."""

    sources: Sequence[Read]
    asked_tools: frozenset[str]
    proposed: bool = False

    def of(self, *tools: str) -> list[Read]:
        return [one for one in self.sources if one.tool in tools]

    def of_kind(self, *kinds: str) -> list[Read]:
        return [one for one in self.sources if one.kind in kinds]


def evidence_of(messages: Iterable[Message]) -> Evidence:
    """From the messages of tools; what is no JSON of ours is not read."""
    sources: list[Read] = []
    tools: set[str] = set()
    proposed = False
    for message in messages:
        tools.add(message.name)
        said = _object(message.content)
        proposed = proposed or "proposed" in said
        rows = [_read(row, message.name) for row in said.get("sources", [])]
        sources += [one for one in rows if one]
    return Evidence(sources, frozenset(tools), proposed)


def _object(content: str) -> dict[str, Any]:
    try:
        said = json.loads(content)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def _read(row: Any, tool: str) -> Read | None:
    if not isinstance(row, dict):
        return None
    key, kind, title, text = (row.get(name) for name in ("key", "kind", "title", "text"))
    if not all(isinstance(one, str) for one in (key, kind, title, text)):
        return None
    score = row.get("score")
    number = float(score) if isinstance(score, int | float) else 0.0
    return Read(str(key), str(kind), str(title), str(text), tool, number)
