"""Sections of guidelines whose heading is what was asked for: treatment, dose, monitoring, red flags, diagnosis."""

import re
from collections.abc import Sequence

from assistant.providers.builtin.asked import Asked
from assistant.providers.builtin.evidence import Evidence, Read
from assistant.providers.builtin.quoting import Draft, Statement
from assistant.providers.builtin.words import plain, stands_in, stem, stems, words_of
from assistant.providers.tables import Row, as_sentence, rows_in

MOST_ROWS = 6
MOST_SENTENCES = 4
ABOUT_THE_SEARCH = frozenset({"guideline", "guidelin", "accord", "recommendation", "recommend"})
_PAGE = re.compile(r", p\. \d+$")

# What is asked | the headings under which it stands
_TOPICS = tuple(
    (re.compile(asked), re.compile(heading))
    for asked, heading in (
        (r"\b(?:treat\w*|therap\w+|first ?line)\b", r"\b(?:treat|therap|management|first ?line)"),
        (r"\b(?:dose|doses|dosage|dosing|how much)\b", r"\b(?:dos(?:e|ing|age)|treat|therap|first ?line)"),
        (r"\bmonitor\w*", r"\b(?:monitor|follow ?up)"),
        (r"\b(?:red flags?|warning signs?|danger signs?)\b", r"\b(?:red flag|warning|danger)"),
        (r"\bdiagnos\w+", r"\bdiagnos"),
    )
)


def wanted_in(asked: Asked) -> list[str]:
    """The words of a question that a guideline has to hold."""
    return [word for word in asked.content if word not in ABOUT_THE_SEARCH]


def fits(asked: Asked, source: Read) -> bool:
    """Whether the heading of a passage is what was asked for."""
    question, heading = plain(asked.text), plain(_heading(source))
    return any(topic.search(question) and under.search(heading) for topic, under in _TOPICS)


def from_headings(asked: Asked, evidence: Evidence) -> Draft:
    """The rows of its table, or its first sentences; only where all else that was asked stands there, too."""
    subject = _subject(asked)
    passages = [one for one in evidence.of_kind("guideline") if fits(asked, one)]
    if not subject or not passages:
        return Draft()
    by_name = sorted(passages, key=lambda one: -_count(subject, one.title_stems))
    said = next(filter(None, (_read_out(subject, one) for one in by_name)), [])
    are_rows = bool(said) and any(rows_in(said[0].source.text))
    return Draft(said, 1.0 if said else 0.0, are_rows)


def _subject(asked: Asked) -> list[str]:
    """What it is about: pneumonia, in “first-line treatment of pneumonia”."""
    topics = {
        stem(word)
        for topic, _under in _TOPICS
        for one in topic.findall(plain(asked.text))
        for word in words_of(one)
    }
    return [word for word in wanted_in(asked) if word not in topics]


def _heading(source: Read) -> str:
    return _PAGE.sub("", source.title).rpartition(", ")[2]


def _read_out(subject: Sequence[str], source: Read) -> list[Statement]:
    rows = list(rows_in(source.text))
    if rows:
        return [Statement(as_sentence(row), source) for row in _rows_of(subject, source, rows)[:MOST_ROWS]]
    if _count(subject, source.title_stems) < len(subject):
        return []
    return [Statement(one.text, source) for one in source.sentences[:MOST_SENTENCES]]


def _rows_of(subject: Sequence[str], source: Read, rows: Sequence[Row]) -> list[Row]:
    """Those that speak of it most; none where a word of it stands neither there nor in the title."""
    own = [(_count(subject, _stems_of(row)), row) for row in rows]
    most = max(count for count, _row in own)
    return [
        row
        for count, row in own
        if count == most and _count(subject, _stems_of(row) | source.title_stems) == len(subject)
    ]


def _stems_of(row: Row) -> set[str]:
    """Of its condition and medicine; not of when it is not given."""
    return stems(" ".join(cell for _head, cell in row[:2]))


def _count(wanted: Sequence[str], there: set[str]) -> int:
    return sum(stands_in(word, there) for word in wanted)
