"""Sentences of guidelines that answer: chosen by the words that they share with the question, and by what they mean."""

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.providers.builtin.asked import Asked
from assistant.providers.builtin.evidence import Evidence, Read, Sentence
from assistant.providers.builtin.headings import fits, wanted_in
from assistant.providers.builtin.quoting import Draft, Statement
from assistant.providers.builtin.words import stands_in

COMPARED = 12  # of the sentences that share most words
BY_MEANING = 0.4
SHORTEST = 20
UNDER_ITS_HEADING = 0.15  # is added where the heading is what was asked for


@dataclass(frozen=True)
class _Candidate:
    sentence: Sentence
    source: Read
    shares: float  # of the words of the question, with those of its title and heading

    @property
    def text(self) -> str:
        return self.sentence.text


def from_passages(asked: Asked, evidence: Evidence) -> Draft:
    """The one sentence that fits best, and what stands right after it in the same passage where that fits too."""
    wanted = wanted_in(asked)
    candidates = _candidates(wanted, evidence.of_kind("guideline"))
    if not wanted or not candidates:
        return Draft()
    meaning = _likeness(asked.text, [one.text for one in candidates])
    scores = [
        (1 - BY_MEANING) * one.shares + BY_MEANING * near + UNDER_ITS_HEADING * fits(asked, one.source)
        for one, near in zip(candidates, meaning, strict=True)
    ]
    order = sorted(range(len(candidates)), key=lambda at: -scores[at])
    best = candidates[order[0]]
    also = [candidates[at] for at in order[1:2] if candidates[at].source is best.source]
    said = sorted([best, *also], key=lambda one: one.sentence.number)
    return Draft([Statement(one.text, one.source) for one in said], best.shares)


def _candidates(wanted: Sequence[str], passages: Sequence[Read]) -> list[_Candidate]:
    found = [
        _Candidate(sentence, one, _share(wanted, sentence, one))
        for one in passages
        for sentence in one.sentences
        if len(sentence.text) >= SHORTEST and not sentence.text.startswith(("|", "#", ">", "- "))
    ]
    return sorted(found, key=lambda one: -one.shares)[:COMPARED]


def _share(wanted: Sequence[str], sentence: Sentence, source: Read) -> float:
    """A sentence that has nothing of the question answers nothing, whatever its title says."""
    own = sum(stands_in(word, sentence.stems) for word in wanted)
    with_title = sum(stands_in(word, sentence.stems | source.title_stems) for word in wanted)
    return with_title / len(wanted) if own and wanted else 0.0


def _likeness(question: str, texts: Sequence[str]) -> list[float]:
    from assistant.embedding import NotAsExpected, embed  # noqa: PLC0415 its model is large

    try:
        asked, *others = embed([question, *texts])
    except (NotAsExpected, ImportError):
        return [0.0] * len(texts)
    return [sum(a * b for a, b in zip(asked, other, strict=True)) for other in others]
