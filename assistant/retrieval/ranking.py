"""Which passages come first: eight parts what they mean, two parts which words they have."""

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence

DENSE, LEXICAL = 0.8, 0.2
K1, B = 1.2, 0.75  # Robertson and Zaragoza, The Probabilistic Relevance Framework: BM25 and Beyond, 2009
WORD = re.compile(r"\w+(?:[.,/]\d+)*")
EMPTY_WORDS = frozenset(
    [
        "a",
        "about",
        "am",
        "an",
        "and",
        "are",
        "as",
        "at",
        "be",
        "been",
        "but",
        "by",
        "can",
        "could",
        "do",
        "does",
        "for",
        "from",
        "get",
        "had",
        "has",
        "have",
        "he",
        "her",
        "him",
        "his",
        "how",
        "i",
        "if",
        "in",
        "is",
        "it",
        "its",
        "may",
        "me",
        "my",
        "no",
        "not",
        "of",
        "on",
        "or",
        "our",
        "she",
        "should",
        "so",
        "some",
        "than",
        "that",
        "the",
        "their",
        "them",
        "then",
        "there",
        "these",
        "they",
        "this",
        "to",
        "us",
        "was",
        "we",
        "were",
        "what",
        "when",
        "where",
        "which",
        "who",
        "why",
        "will",
        "with",
        "would",
        "you",
        "your",
    ]
)


def words_of(text: str) -> list[str]:
    """The words that carry meaning, in small letters; a plural and its singular are one."""
    return [_singular(word) for word in WORD.findall(text.lower()) if word not in EMPTY_WORDS]


def _singular(word: str) -> str:
    return (
        word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")) else word
    )


def bm25(question: str, texts: Sequence[str]) -> list[float]:
    """How well the words of each text fit those of the question. How rare a word is, is counted among these texts."""
    asked = set(words_of(question))
    counts = [Counter(words_of(text)) for text in texts]
    lengths = [sum(one.values()) for one in counts]
    usual = (sum(lengths) / len(lengths) if lengths else 0.0) or 1.0
    weights = {word: _rarity(sum(word in one for one in counts), len(texts)) for word in asked}
    return [
        sum(_part(one[word], length / usual) * weight for word, weight in weights.items() if word in one)
        for one, length in zip(counts, lengths, strict=True)
    ]


def _rarity(having: int, number: int) -> float:
    return math.log(1 + (number - having + 0.5) / (having + 0.5))


def _part(times: int, length: float) -> float:
    return times * (K1 + 1) / (times + K1 * (1 - B + B * length))


def spread(scores: Sequence[float]) -> list[float]:
    """From 0 for the least to 1 for the most; all 0 where they are the same."""
    if not scores:
        return []
    low, high = min(scores), max(scores)
    return [(one - low) / (high - low) if high > low else 0.0 for one in scores]


def mixed(likeness: Sequence[float], question: str, texts: Sequence[str]) -> list[float]:
    """For sorting the candidates of one question only: what it says depends on what they are compared with."""
    lexical = spread(bm25(question, texts))
    return [DENSE * near + LEXICAL * word for near, word in zip(spread(likeness), lexical, strict=True)]


def rarest(question: str, most: int) -> list[str]:
    """The words of a question that tell most, by their length: what is looked for where nothing knows how rare they are."""
    return sorted(dict.fromkeys(words_of(question)), key=len, reverse=True)[:most]


def best(scores: Mapping[str, float], most: int) -> list[str]:
    """The keys with the highest scores, the highest first."""
    return sorted(scores, key=lambda key: (-scores[key], key))[:most]
