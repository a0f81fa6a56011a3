"""What the vector of a passage is made of: its words, and once more what it says it is about."""

import math
from collections.abc import Sequence

from assistant.embedding import embed

Told = tuple[str, str, str]  # title, heading, text


def as_told(title: str, heading: str, text: str) -> str:
    """A passage with what stands above it: alone it may not say what it is about."""
    return "\n".join(one for one in (title, heading, text) if one)


def vectors_of(passages: Sequence[Told]) -> list[list[float]]:
    """The middle between what a passage means and what its title and heading mean.

    People ask by what a thing is called. On the questions of TREC LiveQA this was better than the words alone; see
    bench/README.md.
    """
    about = {(title, heading): as_told(title, heading, "") for title, heading, _ in passages}
    named = dict(zip(about, embed(list(about.values())), strict=True))
    whole = embed([as_told(*one) for one in passages])
    return [_middle(vector, named[one[0], one[1]]) for one, vector in zip(passages, whole, strict=True)]


def likeness(one: Sequence[float], other: Sequence[float]) -> float:
    """The cosine of the angle between two vectors of length one."""
    return sum(a * b for a, b in zip(one, other, strict=True))


def _middle(one: Sequence[float], other: Sequence[float]) -> list[float]:
    both = [a + b for a, b in zip(one, other, strict=True)]
    length = math.sqrt(sum(a * a for a in both)) or 1.0
    return [a / length for a in both]
