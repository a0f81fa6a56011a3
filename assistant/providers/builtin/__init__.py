"""The provider that needs no key and no network."""

from assistant.providers.builtin.provider import ENOUGH, BuiltIn

__all__ = ["ENOUGH", "BuiltIn"]
