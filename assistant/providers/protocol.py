"""What every provider of language can be asked, and how it fails."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol


class Role(StrEnum):
    SYSTEM = "system"
    USER = "user"
    ASSISTANT = "assistant"
    TOOL = "tool"


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A tool that the provider asks for. `arguments` are what it said: to be checked like anybody's input."""

    id: str
    name: str
    arguments: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Tool:
    """A tool as a provider is told of it; `parameters` is a JSON schema of an object."""

    name: str
    description: str
    parameters: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Message:
    """One message of an exchange. `call_id` and `name` say which call a tool's message answers."""

    role: Role
    content: str
    tool_calls: tuple[ToolCall, ...] = ()
    call_id: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole answer: words, or tools to be asked first."""

    content: str
    tool_calls: tuple[ToolCall, ...] = ()
    model: str = ""
    tokens_in: int = 0
    tokens_out: int = 0
    is_cut: bool = False  # the limit of tokens ended it


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a streamed answer: some words, or at the end the whole reply."""

    text: str = ""
    reply: Reply | None = None


class Failed(StrEnum):
    OFF = "off"
    TIMEOUT = "timeout"
    BUSY = "busy"
    REFUSED = "refused"
    GARBAGE = "garbage"
    BUDGET = "budget"
    UNREACHABLE = "unreachable"


@dataclass
class ProviderFailure(Exception):
    """A provider did not answer, or not in a way that can be used. `retry_after` in seconds, if it said so."""

    code: Failed
    retry_after: float | None = None
    detail: str = field(default="", repr=False)

    def __str__(self) -> str:
        return self.code.value


class Provider(Protocol):
    """`name` is shown with each answer; `is_outside` says whether what is sent leaves the house."""

    name: str
    model: str
    is_outside: bool

    def chat(
        self,
        messages: Sequence[Message],
        *,
        tools: Sequence[Tool] = (),
        schema: Mapping[str, Any] | None = None,
        most_tokens: int = 1000,
    ) -> Reply:
        """One whole answer. With `schema` its content is JSON of that schema. Raises ProviderFailure."""

    def stream(
        self, messages: Sequence[Message], *, tools: Sequence[Tool] = (), most_tokens: int = 1000
    ) -> Iterator[Piece]:
        """The same in pieces; the last one carries the whole reply. Closing the iterator ends the request."""

    def embed(self, texts: Sequence[str]) -> list[list[float]]:
        """A vector of each text. Raises ProviderFailure."""
