"""A sentence against the sources that it cites: what cannot be found there is not shown."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from assistant.citing import words
from assistant.citing.figures import Figures, figures_of
from assistant.citing.sentences import LONGEST, opening
from assistant.providers.phrases import ALLOWED
from assistant.providers.tables import rows_in, without_cells
from assistant.sources import Citation, Kind, Source

LONGEST_QUOTE = 300
ENOUGH_WORDS = 0.5  # so much of what a sentence says must stand in the source, besides all figures and names

# What is about nobody; and what may be told besides where no patient is pinned: who was found by name.
ABOUT_NOBODY = frozenset({Kind.GUIDELINE, Kind.FREE_TIME, Kind.SAFETY})
FOUND_BY_NAME = frozenset({Kind.PATIENT, Kind.APPOINTMENT})

_MARKS = re.compile(r"(?:\s*\[\s*s\d{1,3}(?:\s*[,;]\s*s\d{1,3})*\s*\])+")
_KEY = re.compile(r"s\d{1,3}")
_ADDRESS = re.compile(
    r"(?:https?|ftp|data|javascript|file|mailto):\S|\bwww\.|!\[|\]\s*\(|</?[a-z!]", re.IGNORECASE
)
_UNIT_ENDS = re.compile(r"(?<=[.!?])\s+|\n+|;\s+|\s+but\s+")


@dataclass(frozen=True, slots=True)
class Verified:
    """A sentence without its marks. `citations` are those of its sources, with the words that it rests on."""

    text: str
    citations: tuple[Citation, ...] = ()
    opens: str = ""

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(one.id for one in self.citations)

    def as_json(self) -> dict[str, Any]:
        return {"text": self.text, "keys": list(self.keys), "opens": self.opens}


class _Unit:
    """A line or sentence of a source."""

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def content(self) -> set[str]:
        return words.content(self.text)

    @cached_property
    def figures(self) -> Figures:
        return figures_of(self.text)

    @cached_property
    def denies(self) -> bool:
        return words.denies(self.text)


def allowed_without_source(sentence: str) -> bool:
    """Whether this is one of the few sentences that need no source."""
    return " ".join(sentence.split()) in ALLOWED


def verified(sentence: str, sources: Mapping[str, Source], *, patient: str = "") -> Verified | None:
    """The sentence without its marks, with its citations; or None: it must not be shown.

    `sources` are those of this turn by their keys, `patient` is the id of the pinned one or "". Each part of
    the sentence, up to a mark such as `[s1]` or `[s1, s3]`, has to stand in the sources of that mark: all of
    its figures with their units, its dates, its medicines, what it denies and how it judges, and most of its
    other words.
    """
    opens, said = opening(sentence)
    if len(said) > LONGEST or _ADDRESS.search(_MARKS.sub(" ", said)):
        return None
    parts = _parts(said)
    if not parts:
        return None
    citations: list[Citation] = []
    for part, keys in parts:
        cited = [sources.get(key) for key in keys]
        if not all(one and _may_be_told(one, patient) for one in cited):
            return None
        found = _found_in(part, [one for one in cited if one])
        if not found:
            return None
        citations += [one for one in found if one not in citations]
    text = " ".join(_MARKS.sub("", said).split())
    return Verified(text, tuple(citations), opens) if words.words_of(text) else None


def _parts(said: str) -> list[tuple[str, tuple[str, ...]]]:
    """What stands before each group of marks, with its keys; what follows the last belongs to it."""
    parts: list[tuple[str, tuple[str, ...]]] = []
    begins = 0
    for marks in _MARKS.finditer(said):
        keys = tuple(dict.fromkeys(_KEY.findall(marks.group())))
        parts.append((said[begins : marks.start()], keys))
        begins = marks.end()
    if parts and words.words_of(said[begins:]):
        last, keys = parts[-1]
        parts[-1] = (f"{last} {said[begins:]}", keys)
    return parts


def _may_be_told(source: Source, patient: str) -> bool:
    """Of the pinned patient or of nobody; without a pinned one, besides, who was found by name."""
    if not source.url.startswith("/") or source.url.startswith("//"):
        return False
    if source.patient:
        return source.patient == patient if patient else source.kind in FOUND_BY_NAME
    return source.kind in ABOUT_NOBODY


def _found_in(part: str, cited: list[Source]) -> list[Citation]:
    """The words of the sources on which this part rests; none where anything of it is missing there."""
    said = words.content(part)
    units = {source.key: [_Unit(one) for one in _units(source)] for source in cited}
    everything = "\n".join(f"{source.title}\n{source.text}" for source in cited)
    if not _words_stand(part, said, everything) or not _figures_stand(part, said, units):
        return []
    best = {source.key: _best(units[source.key], part, said) for source in cited}
    denials = {words.denies(part), words.denies(_without_cells(part, cited))}
    if all(one is None or one.denies not in denials for one in best.values()):
        return []
    return [
        Citation(source.key, source.kind, source.title, _quote(source, best[source.key]), source.url)
        for source in cited
    ]


def _without_cells(part: str, cited: list[Source]) -> str:
    """Without what is read out of a table: a column named “When not” denies nothing of the rest of its row."""
    for source in cited:
        for row in rows_in(source.text):
            part = without_cells(part, row)
    return part


def _units(source: Source) -> list[str]:
    return [one.strip() for one in _UNIT_ENDS.split(source.text) if one and one.strip()]


def _words_stand(part: str, said: set[str], everything: str) -> bool:
    there = words.content(everything)
    return (
        bool(said & there or not said)
        and words.share(said, there) >= ENOUGH_WORDS
        and words.judgements(part) <= words.judgements(everything)
        and words.mixed(part) <= words.mixed(everything)
        and words.names_all(everything, words.medicines(part))
    )


def _figures_stand(part: str, said: set[str], units: Mapping[str, list[_Unit]]) -> bool:
    """Whether each figure stands in a line or sentence that speaks of the same thing."""
    wanted = figures_of(part)
    if wanted.is_empty:
        return bool(said)
    there = Figures()
    alone = sum(map(len, units.values())) == 1
    for of_one in units.values():
        for unit in of_one:
            if alone or not said or not unit.content or unit.content & said:
                for name in ("amounts", "pairs", "days", "times"):
                    getattr(there, name).update(getattr(unit.figures, name))
    return there.hold(wanted)


def _best(units: list[_Unit], part: str, said: set[str]) -> _Unit | None:
    """The line or sentence that says most of it; of equal ones, one that denies as the part does."""
    if not units:
        return None
    wanted = figures_of(part)
    denied = words.denies(part)
    return max(
        units,
        key=lambda unit: (
            len(unit.content & said) + len(unit.figures.amounts & wanted.amounts),
            unit.denies == denied,
        ),
    )


def _whole_row(source: Source, text: str) -> str:
    """Of a table the row to its end, whatever stands in its cells."""
    if not text.startswith("|"):
        return text
    return next((line.strip() for line in source.text.splitlines() if line.strip().startswith(text)), text)


def _quote(source: Source, best: _Unit | None) -> str:
    """Words as they stand in the source, not more than can be read at a glance."""
    text = _whole_row(source, best.text) if best else source.text
    if len(text) <= LONGEST_QUOTE:
        return text
    return text[:LONGEST_QUOTE].rsplit(" ", 1)[0]
