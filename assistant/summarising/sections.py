"""A report cut into its sections by their headings, and these into sentences; each knows where it stands."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum


class Section(StrEnum):
    FINDINGS = "findings"
    IMPRESSION = "impression"
    FOLLOW_UP = "follow_up"
    LABORATORY = "laboratory"
    BACKGROUND = "background"
    OTHER = "other"  # under a heading that is not known here
    NONE = ""  # before the first heading


# How reports head their parts, in small letters.
NAMES = {
    Section.FINDINGS: (
        "findings|finding|results|observations|description|report|microscopy|macroscopy|examination|"
        "physical examination|on examination|echocardiography|echocardiogram|ecg|imaging"
    ),
    Section.IMPRESSION: (
        "impression|impressions|conclusion|conclusions|assessment|summary|opinion|interpretation|diagnosis|"
        "diagnoses|final diagnosis"
    ),
    Section.FOLLOW_UP: "follow-up|follow up|followup|recommendation|recommendations|plan|advice|next steps",
    Section.LABORATORY: (
        "laboratory|laboratory results|laboratory findings|labs|lab results|blood results|blood tests|biochemistry|"
        "haematology|hematology|investigations|full blood count|complete blood count"
    ),
    Section.BACKGROUND: (
        "history|clinical history|medical history|past medical history|family history|social history|indication|"
        "indications|clinical information|clinical details|clinical indication|reason for examination|"
        "reason for referral|technique|comparison|procedure|medication|medications|current medication|allergies|"
        "patient|patient details|specimen|exam"
    ),
}
_OF = {name: section for section, names in NAMES.items() for name in names.split("|")}
_NAMED = "|".join(re.escape(name) for name in sorted(_OF, key=len, reverse=True))
_HEADING = re.compile(
    rf"[ \t]*(?:#{{1,6}}[ \t]*|\*\*)?(?P<name>{_NAMED})[ \t]*(?:\*\*)?[ \t]*(?P<colon>:)?(?:\*\*)?[ \t]*",
    re.IGNORECASE,
)
_OTHER = re.compile(r"[ \t]*(?:#{1,6}[ \t]+\S.*|[A-Z][A-Z /&-]{3,40}:?|[A-Z][\w /&-]{2,40}:)[ \t]*")
_FOOT = re.compile(
    r"[ \t]*(?:page\s+)?\d{1,4}\s*(?:of|/)\s*\d{1,4}[ \t]*|[ \t]*page\s+\d{1,4}[ \t]*", re.IGNORECASE
)
_LINE = re.compile(r"[^\r\n]*")
_ENDS = re.compile(r"[.!?][\"”’)\]]*(?=\s|$)")
_NO_END = re.compile(
    r"(?:\b(?:dr|mr|mrs|ms|prof|st|no|nr|fig|approx|ca|vs|e\.g|i\.e|resp|incl|[a-z])|^\s*\d{1,2})\.$",
    re.IGNORECASE,
)
_ITEM = re.compile(r"[ \t]*(?:[-*•·–]|\d{1,2}[.)])[ \t]+")
_GOES_ON = re.compile(
    r"(?:,|\b(?:a|an|and|as|at|by|evidence|for|from|in|is|are|no|not|of|on|or|nor|suggestive|sign|signs|the|to|was|were|"
    r"which|with|without))[ \t]*$",
    re.IGNORECASE,
)
SHORT = 0.75  # of the longest line: a shorter one was not broken because it was full
SHORTEST_FULL = 60


@dataclass(frozen=True, slots=True)
class Piece:
    """Signs `start` to `end` of a text, which are `text`, in a section."""

    text: str
    start: int
    end: int
    section: Section


@dataclass(frozen=True, slots=True)
class _Line:
    start: int
    end: int
    section: Section
    opens: bool  # whether nothing before it goes on in it


def pieces_of(text: str) -> list[Piece]:
    """The sentences of a report, without its headings, in their order."""
    pieces: list[Piece] = []
    for run in _runs(text):
        pieces += _sentences(text, run)
    return pieces


def lines_of(text: str) -> Iterator[Piece]:
    """Its lines, without headings and empty ones."""
    for line in _lines(text):
        if line.start < line.end:
            yield _piece(text, line.start, line.end, line.section)


def _lines(text: str) -> Iterator[_Line]:
    """What stands in each line behind a heading, if there is one."""
    section, opens = Section.NONE, True
    for found in _LINE.finditer(text):
        start, line = found.start(), found.group()
        if not line.strip():
            opens = opens or start == len(text) or text[start - 1 : start] in "\r\n"
            continue
        if _FOOT.fullmatch(line):
            continue
        heading = _HEADING.match(line)
        if heading and (heading["colon"] or heading.end() == len(line)):
            section, opens = _OF[heading["name"].casefold()], True
            start += heading.end()
        elif _OTHER.fullmatch(line):
            section, opens = _under(section), True
            continue
        item = _ITEM.match(text[start : found.end()])
        yield _Line(start + (item.end() if item else 0), found.end(), section, opens or bool(item))
        opens = False


def _under(section: Section) -> Section:
    """A heading that is not known, such as Lungs, is one below the last; but it ends what is only background."""
    return Section.OTHER if section is Section.BACKGROUND else section


def _runs(text: str) -> Iterator[list[_Line]]:
    """Lines that are one paragraph: broken only because they were full, or in the middle of a phrase."""
    lines = [line for line in _lines(text) if text[line.start : line.end].strip()]
    full = max(SHORTEST_FULL, SHORT * max((line.end - line.start for line in lines), default=0))
    run: list[_Line] = []
    for line in lines:
        if run and (line.opens or not _goes_on(text[run[-1].start : run[-1].end], full)):
            yield run
            run = []
        run.append(line)
    if run:
        yield run


def _goes_on(line: str, full: float) -> bool:
    return bool(_GOES_ON.search(line)) or (
        len(line) >= full and not line.rstrip().endswith((".", "!", "?", ":", ";"))
    )


def _sentences(text: str, run: list[_Line]) -> Iterator[Piece]:
    start, last, section = run[0].start, run[-1].end, run[0].section
    for end in _ENDS.finditer(text, start, last):
        if _NO_END.search(text[start : end.end()]):
            continue
        if text[start : end.end()].strip():
            yield _piece(text, start, end.end(), section)
        start = end.end()
    if text[start:last].strip():
        yield _piece(text, start, last, section)


def _piece(text: str, start: int, end: int, section: Section) -> Piece:
    """Without the space around it."""
    said = text[start:end]
    start += len(said) - len(said.lstrip())
    end = start + len(said.strip())
    return Piece(text[start:end], start, end, section)
