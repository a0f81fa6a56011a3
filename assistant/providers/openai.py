"""OpenAI's chat completions, and the many servers that speak them: vLLM, Ollama, llama.cpp."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from assistant.providers import wire
from assistant.providers.outside import Outside, whole
from assistant.providers.protocol import Failed, Message, Piece, ProviderFailure, Reply, Role, Tool, ToolCall

MODEL = "gpt-5-mini"
EMBEDDING_MODEL = "text-embedding-3-small"


class OpenAi(Outside):
    name = "OpenAI"

    def _new_client(self, connections: Any) -> Any:
        from openai import OpenAI  # noqa: PLC0415 only when it is used

        return OpenAI(
            api_key=self.key or "none",  # servers of one's own often want none
            base_url=self.base_url or None,
            max_retries=0,
            timeout=self.seconds,
            http_client=connections,
        )

    def _asked_for(
        self, messages: Sequence[Message], tools: Sequence[Tool], most_tokens: int
    ) -> dict[str, Any]:
        limit = "max_tokens" if self.base_url else "max_completion_tokens"
        asked: dict[str, Any] = {
            "model": self.model or MODEL,
            "messages": [_said(one) for one in messages],
            limit: most_tokens,
            "timeout": wire.current().seconds(),
        }
        if tools:
            asked["tools"] = [_told(tool) for tool in tools]
        return asked

    def _chat(
        self,
        messages: Sequence[Message],
        tools: Sequence[Tool],
        schema: Mapping[str, Any] | None,
        most_tokens: int,
    ) -> Reply:
        asked = self._asked_for(messages, tools, most_tokens)
        if schema is not None:
            shape = {"name": "answer", "schema": dict(schema)}
            asked["response_format"] = {"type": "json_schema", "json_schema": shape}
        answer = self.client.chat.completions.create(**asked)
        choice = answer.choices[0]
        calls = [
            _Called(one.id, one.function.name, one.function.arguments)
            for one in choice.message.tool_calls or ()
        ]
        content = choice.message.content or ""
        if schema is not None:
            json.loads(content)  # what is no JSON is garbage
        return _reply(content, calls, answer.model, answer.usage, choice.finish_reason)

    def _pieces(
        self, messages: Sequence[Message], tools: Sequence[Tool], most_tokens: int
    ) -> Iterator[Piece]:
        asked = self._asked_for(messages, tools, most_tokens)
        chunks = self.client.chat.completions.create(
            **asked, stream=True, stream_options={"include_usage": True}
        )
        so_far = _SoFar()
        for chunk in chunks:
            text = so_far.take(chunk)
            if text:
                yield Piece(text)
        if not so_far.finished:
            raise ProviderFailure(Failed.UNREACHABLE, detail="the stream ended early")
        calls = [so_far.calls[place] for place in sorted(so_far.calls)]
        yield Piece(reply=_reply("".join(so_far.texts), calls, so_far.model, so_far.usage, so_far.finished))

    def _embed(self, texts: Sequence[str]) -> list[list[float]]:
        answer = self.client.embeddings.create(
            model=EMBEDDING_MODEL,
            input=list(texts),
            encoding_format="float",
            timeout=wire.current().seconds(),
        )
        vectors = [list(one.embedding) for one in answer.data]
        if len(vectors) != len(texts):
            raise ProviderFailure(Failed.GARBAGE, detail="not a vector for each text")
        return vectors

    def _failure(self, error: Exception) -> ProviderFailure:
        import openai  # noqa: PLC0415 it is there already: it has just failed

        if isinstance(error, openai.APIStatusError):
            return wire.failure_of_status(error.status_code, error.response.headers, str(error.code or ""))
        if isinstance(error, openai.APITimeoutError):
            return ProviderFailure(Failed.TIMEOUT)
        if isinstance(error, openai.APIConnectionError):
            cause = error.__cause__
            return (
                wire.failure_of_network(cause)
                if isinstance(cause, Exception)
                else ProviderFailure(Failed.UNREACHABLE)
            )
        return wire.failure_of_network(error)


@dataclass
class _Called:
    """A call of a tool; its arguments may come in pieces."""

    id: str = ""
    name: str = ""
    arguments: str = ""


@dataclass
class _SoFar:
    """What a stream has said."""

    texts: list[str] = field(default_factory=list)
    calls: dict[int, _Called] = field(default_factory=dict)
    model: str = ""
    usage: Any = None
    finished: str = ""

    def take(self, chunk: Any) -> str:
        self.model = chunk.model or self.model
        self.usage = chunk.usage or self.usage
        if not chunk.choices:
            return ""
        choice = chunk.choices[0]
        self.finished = choice.finish_reason or self.finished
        for part in choice.delta.tool_calls or ():
            self._take_call(part)
        text: str = choice.delta.content or ""
        self.texts.append(text)
        return text

    def _take_call(self, part: Any) -> None:
        call = self.calls.setdefault(part.index, _Called())
        call.id = part.id or call.id
        if part.function:
            call.name += part.function.name or ""
            call.arguments += part.function.arguments or ""


def _reply(content: str, calls: Sequence[_Called], model: str, usage: Any, finished: str) -> Reply:
    return whole(
        Reply(
            content=content,
            tool_calls=tuple(_call(place, one) for place, one in enumerate(calls)),
            model=model or "",
            tokens_in=getattr(usage, "prompt_tokens", 0) or 0,
            tokens_out=getattr(usage, "completion_tokens", 0) or 0,
            is_cut=finished == "length",
        )
    )


def _call(place: int, called: _Called) -> ToolCall:
    try:
        arguments = json.loads(called.arguments or "{}")
    except ValueError as error:
        raise ProviderFailure(Failed.GARBAGE, detail="arguments of a tool were cut") from error
    if not isinstance(arguments, dict) or not called.name:
        raise ProviderFailure(Failed.GARBAGE, detail="a call of no tool")
    return ToolCall(called.id or f"call_{place}", called.name, arguments)


def _said(message: Message) -> dict[str, Any]:
    said: dict[str, Any] = {"role": message.role.value, "content": message.content}
    if message.role is Role.TOOL:
        said["tool_call_id"] = message.call_id
    if message.tool_calls:
        said["tool_calls"] = [
            {
                "id": call.id,
                "type": "function",
                "function": {
                    "name": call.name,
                    "arguments": json.dumps(dict(call.arguments), ensure_ascii=False),
                },
            }
            for call in message.tool_calls
        ]
    return said


def _told(tool: Tool) -> dict[str, Any]:
    function = {"name": tool.name, "description": tool.description, "parameters": dict(tool.parameters)}
    return {"type": "function", "function": function}
