"""The lists of names and words; read once, when first needed."""

from functools import cache
from pathlib import Path

DATA = Path(__file__).parent / "data"


@cache
def _lines(name: str) -> frozenset[str]:
    return frozenset((DATA / name).read_text().split())


def is_given_name(key: str) -> bool:
    return key in _lines("given_names.txt")


def is_also_a_word(key: str) -> bool:
    """Whether notes use this name as a word, such as rose."""
    return key in _lines("also_words.txt")


def is_word(key: str) -> bool:
    return key in _lines("words.txt") or is_also_a_word(key)
