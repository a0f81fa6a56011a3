"""Chat completions and embeddings, as OpenAI and its likes speak them."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from assistant.tests.wire.server import Handler, Wire

USAGE = {"prompt_tokens": 11, "completion_tokens": 7, "total_tokens": 18}


class OpenAiWire(Wire):
    name = "openai"

    @property
    def base_url(self) -> str:
        return f"{self.address}/v1"

    def whole(
        self, text: str = "", calls: Sequence[tuple[str, dict[str, Any]]] = (), cut: bool = False
    ) -> Any:
        message: dict[str, Any] = {"role": "assistant", "content": text or None}
        if calls:
            message["tool_calls"] = [
                {
                    "id": f"call_{name}",
                    "type": "function",
                    "function": {"name": name, "arguments": json.dumps(arguments)},
                }
                for name, arguments in calls
            ]
        reason = "length" if cut else "tool_calls" if calls else "stop"
        return {
            "id": "one",
            "object": "chat.completion",
            "created": 1,
            "model": "wire-1",
            "choices": [{"index": 0, "message": message, "finish_reason": reason}],
            "usage": USAGE,
        }

    def pieces(self, texts: Sequence[str], calls: Sequence[tuple[str, dict[str, Any]]] = ()) -> Iterator[str]:
        for text in texts:
            yield self._chunk({"content": text})
        for place, (name, arguments) in enumerate(calls):
            written = json.dumps(arguments)
            middle = len(written) // 2
            begun = {"index": place, "id": f"call_{name}", "type": "function"}
            yield self._chunk({"tool_calls": [begun | {"function": {"name": name, "arguments": ""}}]})
            for part in (written[:middle], written[middle:]):
                yield self._chunk({"tool_calls": [{"index": place, "function": {"arguments": part}}]})
        yield self._chunk({}, reason="tool_calls" if calls else "stop")
        yield json.dumps(self._frame([]) | {"usage": USAGE})
        yield "[DONE]"

    def _frame(self, choices: list[Any]) -> dict[str, Any]:
        return {
            "id": "one",
            "object": "chat.completion.chunk",
            "created": 1,
            "model": "wire-1",
            "choices": choices,
        }

    def _chunk(self, delta: dict[str, Any], reason: str | None = None) -> str:
        return json.dumps(self._frame([{"index": 0, "delta": delta, "finish_reason": reason}]))

    def embeds(self, handler: Handler) -> None:
        asked = self.received[-1].data["input"]
        rows = [
            {"object": "embedding", "index": place, "embedding": [0.5, 1.0]} for place in range(len(asked))
        ]
        answer = {
            "object": "list",
            "data": rows,
            "model": "wire-e",
            "usage": {"prompt_tokens": 1, "total_tokens": 1},
        }
        handler.answer(200, json.dumps(answer).encode())
