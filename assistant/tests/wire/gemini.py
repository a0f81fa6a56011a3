"""Gemini's generateContent, its stream and its embeddings."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from assistant.tests.wire.server import Handler, Wire

USAGE = {"promptTokenCount": 11, "candidatesTokenCount": 7, "totalTokenCount": 18}


class GeminiWire(Wire):
    name = "gemini"

    @property
    def base_url(self) -> str:
        return self.address

    def whole(
        self, text: str = "", calls: Sequence[tuple[str, dict[str, Any]]] = (), cut: bool = False
    ) -> Any:
        return self._answer(self._parts([text] if text else [], calls), "MAX_TOKENS" if cut else "STOP")

    def pieces(self, texts: Sequence[str], calls: Sequence[tuple[str, dict[str, Any]]] = ()) -> Iterator[str]:
        for text in texts:
            yield json.dumps(self._answer(self._parts([text], ()), None))
        for call in calls:
            yield json.dumps(self._answer(self._parts((), [call]), None))
        yield json.dumps(self._answer([], "STOP"))

    def _parts(
        self, texts: Sequence[str], calls: Sequence[tuple[str, dict[str, Any]]]
    ) -> list[dict[str, Any]]:
        called = [
            {"functionCall": {"name": name, "args": arguments}, "thoughtSignature": "c2lnbmVk"}
            for name, arguments in calls
        ]
        return [{"text": text} for text in texts] + called

    def _answer(self, parts: list[dict[str, Any]], reason: str | None) -> dict[str, Any]:
        candidate: dict[str, Any] = {"index": 0, "content": {"role": "model", "parts": parts}}
        if reason:
            candidate["finishReason"] = reason
        return {"candidates": [candidate], "usageMetadata": USAGE, "modelVersion": "wire-1"}

    def embeds(self, handler: Handler) -> None:
        asked = self.received[-1].data
        number = len(asked.get("requests", [asked]))
        handler.answer(200, json.dumps({"embeddings": [{"values": [0.5, 1.0]}] * number}).encode())
