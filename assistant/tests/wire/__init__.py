"""Servers of ours that speak what providers speak, over real sockets, and misbehave when told to."""

from assistant.tests.wire.gemini import GeminiWire
from assistant.tests.wire.openai import OpenAiWire
from assistant.tests.wire.server import Wire

__all__ = ["GeminiWire", "OpenAiWire", "Wire"]
