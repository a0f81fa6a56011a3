"""Google's Gemini, through google-genai."""

import base64
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from assistant.providers import wire
from assistant.providers.outside import Outside, whole
from assistant.providers.protocol import Failed, Message, Piece, ProviderFailure, Reply, Role, Tool, ToolCall

MODEL = "gemini-2.5-flash"
EMBEDDING_MODEL = "gemini-embedding-001"
API_VERSION = "v1beta"  # v1 knows neither tools nor instructions
SIGNATURE = "~"  # stands between the id of a call and what Gemini wants back with it


class Gemini(Outside):
    name = "Gemini"

    def _new_client(self, connections: Any) -> Any:
        from google import genai  # noqa: PLC0415 only when it is used

        options = genai.types.HttpOptions(
            api_version=API_VERSION,
            base_url=self.base_url or None,
            timeout=int(self.seconds * 1000),
            httpx_client=connections,
        )
        return genai.Client(api_key=self.key, vertexai=False, http_options=options)

    def _config(
        self, messages: Sequence[Message], tools: Sequence[Tool], most_tokens: int, **more: Any
    ) -> Any:
        from google.genai import types  # noqa: PLC0415 only when it is used

        declared = [
            types.FunctionDeclaration(
                name=tool.name, description=tool.description, parameters_json_schema=dict(tool.parameters)
            )
            for tool in tools
        ]
        return types.GenerateContentConfig(
            system_instruction="\n\n".join(one.content for one in messages if one.role is Role.SYSTEM)
            or None,
            tools=[types.Tool(function_declarations=declared)] if declared else None,
            automatic_function_calling=types.AutomaticFunctionCallingConfig(disable=True),
            max_output_tokens=most_tokens,
            http_options=types.HttpOptions(timeout=int(wire.current().seconds() * 1000)),
            **more,
        )

    def _chat(
        self,
        messages: Sequence[Message],
        tools: Sequence[Tool],
        schema: Mapping[str, Any] | None,
        most_tokens: int,
    ) -> Reply:
        shape = (
            {}
            if schema is None
            else {"response_mime_type": "application/json", "response_json_schema": dict(schema)}
        )
        answer = self.client.models.generate_content(
            model=self.model or MODEL,
            contents=_contents(messages),
            config=self._config(messages, tools, most_tokens, **shape),
        )
        so_far = _SoFar()
        so_far.take(answer)
        if schema is not None:
            json.loads("".join(so_far.texts))  # what is no JSON is garbage
        return so_far.reply()

    def _pieces(
        self, messages: Sequence[Message], tools: Sequence[Tool], most_tokens: int
    ) -> Iterator[Piece]:
        answers = self.client.models.generate_content_stream(
            model=self.model or MODEL,
            contents=_contents(messages),
            config=self._config(messages, tools, most_tokens),
        )
        so_far = _SoFar()
        for answer in answers:
            text = so_far.take(answer)
            if text:
                yield Piece(text)
        if not so_far.finished:
            raise ProviderFailure(Failed.UNREACHABLE, detail="the stream ended early")
        yield Piece(reply=so_far.reply())

    def _embed(self, texts: Sequence[str]) -> list[list[float]]:
        from google.genai import types  # noqa: PLC0415 only when it is used

        options = types.HttpOptions(timeout=int(wire.current().seconds() * 1000))
        answer = self.client.models.embed_content(
            model=EMBEDDING_MODEL, contents=list(texts), config=types.EmbedContentConfig(http_options=options)
        )
        vectors = [list(one.values or ()) for one in answer.embeddings or ()]
        if len(vectors) != len(texts):
            raise ProviderFailure(Failed.GARBAGE, detail="not a vector for each text")
        return vectors

    def _failure(self, error: Exception) -> ProviderFailure:
        from google.genai import errors  # noqa: PLC0415 it is there already: it has just failed

        if isinstance(error, errors.APIError):
            headers = getattr(error.response, "headers", {})
            return wire.failure_of_status(int(error.code or 500), headers, str(error.status or ""))
        return wire.failure_of_network(error)


class _SoFar:
    """What an answer, or a stream of them, has said."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.calls: list[ToolCall] = []
        self.model = self.finished = ""
        self.usage: Any = None

    def take(self, answer: Any) -> str:
        self.model = answer.model_version or self.model
        self.usage = answer.usage_metadata or self.usage
        if not answer.candidates:
            return ""
        candidate = answer.candidates[0]
        if candidate.finish_reason is not None:
            self.finished = str(getattr(candidate.finish_reason, "value", candidate.finish_reason))
        parts = (candidate.content.parts if candidate.content else None) or ()
        said = [part.text for part in parts if part.text and not part.thought]
        self.calls += [
            _call(part, len(self.calls) + place) for place, part in enumerate(parts) if part.function_call
        ]
        self.texts += said
        return "".join(said)

    def reply(self) -> Reply:
        return whole(
            Reply(
                content="".join(self.texts),
                tool_calls=tuple(self.calls),
                model=self.model,
                tokens_in=getattr(self.usage, "prompt_token_count", 0) or 0,
                tokens_out=getattr(self.usage, "candidates_token_count", 0) or 0,
                is_cut=self.finished == "MAX_TOKENS",
            )
        )


def _call(part: Any, place: int) -> ToolCall:
    called = part.function_call
    if not called.name:
        raise ProviderFailure(Failed.GARBAGE, detail="a call of no tool")
    key = called.id or f"call_{place}"
    if part.thought_signature:
        key += SIGNATURE + base64.b64encode(part.thought_signature).decode()
    return ToolCall(key, called.name, dict(called.args or {}))


def _contents(messages: Sequence[Message]) -> list[Any]:
    """Turns; the answers of several tools are one turn."""
    from google.genai import types  # noqa: PLC0415 only when it is used

    contents: list[Any] = []
    for message in messages:
        if message.role is Role.SYSTEM:
            continue
        role = "model" if message.role is Role.ASSISTANT else "user"
        parts = _parts(message, types)
        if message.role is Role.TOOL and contents and contents[-1].parts[-1].function_response:
            contents[-1].parts += parts
        else:
            contents.append(types.Content(role=role, parts=parts))
    return contents


def _parts(message: Message, types: Any) -> list[Any]:
    if message.role is Role.TOOL:
        answer = {"result": message.content}
        key = message.call_id.partition(SIGNATURE)[0]
        return [
            types.Part(function_response=types.FunctionResponse(id=key, name=message.name, response=answer))
        ]
    parts = [types.Part(text=message.content)] if message.content else []
    for call in message.tool_calls:
        key, _, signature = call.id.partition(SIGNATURE)
        parts.append(
            types.Part(
                function_call=types.FunctionCall(id=key, name=call.name, args=dict(call.arguments)),
                thought_signature=base64.b64decode(signature) if signature else None,
            )
        )
    return parts
