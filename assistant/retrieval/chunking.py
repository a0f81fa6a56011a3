"""A document cut into passages: whole sentences of one page under one heading, about 200 words each."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

MOST_WORDS = 200
BELOW = " – "  # between a heading and the one under it
MOST_SIGNS = 3_600
LONGEST_HEADING = 300
HEADING = re.compile(r"(#{1,6})\s+(.+?)\s*#*$")
REFERENCES = re.compile(r"references|bibliography|literature|sources|further reading", re.IGNORECASE)
FENCE = re.compile(r"\s*(```|~~~)")
SENTENCE_ENDS = re.compile(r"(?<=[.!?…])[\"”’)\]]*\s+(?=[\"“‘(\[]?[A-Z0-9À-Þ])")
ABBREVIATION = re.compile(
    r"(?:^|[\s(])(?:e\.g|i\.e|approx|incl|vs|no|fig|dr|mr|mrs|st|cf|max|min|resp)\.$", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Chunk:
    """A passage in the words of its document. `page` is 0 where there are none; `heading` names those above it, too."""

    text: str
    heading: str = ""
    page: int = 0


@dataclass(frozen=True, slots=True)
class _Block:
    lines: tuple[str, ...]
    heading: str
    page: int

    @property
    def is_table(self) -> bool:
        return len(self.lines) > 1 and all(line.lstrip().startswith("|") for line in self.lines)


def chunks_of(pages: Iterable[str], *, is_markdown: bool, numbered: bool = False) -> list[Chunk]:
    """The passages of a document. `numbered`: its parts are pages, which a reader can turn to."""
    blocks = [
        block
        for number, page in enumerate(pages, start=1)
        for block in _blocks(page, page=number if numbered else 0, is_markdown=is_markdown)
    ]
    return list(_joined(blocks))


def sentences(text: str) -> list[str]:
    """The sentences of a paragraph, each as it stands there."""
    found: list[str] = []
    start = 0
    for end in SENTENCE_ENDS.finditer(text):
        if ABBREVIATION.search(text[: end.start()][-12:]):
            continue
        found.append(text[start : end.end()].strip())
        start = end.end()
    return [one for one in (*found, text[start:].strip()) if one]


def is_list_of_sources(heading: str) -> bool:
    """Whether a passage only names other documents: it answers nothing."""
    return bool(REFERENCES.fullmatch(heading.rpartition(BELOW)[2].strip()))


def _blocks(text: str, *, page: int, is_markdown: bool) -> Iterator[_Block]:
    """Paragraphs, lists and tables, each with the headings it stands under."""
    above: dict[int, str] = {}
    lines: list[str] = []
    in_fence = False
    for line in (*text.splitlines(), ""):
        in_fence ^= bool(is_markdown and FENCE.match(line))
        heading = HEADING.match(line) if is_markdown and not in_fence else None
        if (heading or not line.strip()) and lines:
            yield _Block(tuple(lines), BELOW.join(above.values())[:LONGEST_HEADING], page)
            lines = []
        if heading:
            level = len(heading[1])
            above = {depth: words for depth, words in above.items() if depth < level} | {level: heading[2]}
        elif line.strip():
            lines.append(line.rstrip())


def _joined(blocks: Iterable[_Block]) -> Iterator[Chunk]:
    """Blocks of one page under one heading, together as long as there is room."""
    held: list[str] = []
    place: tuple[str, int] = ("", 0)
    for block in blocks:
        for piece in _pieces(block):
            if held and ((block.heading, block.page) != place or not _fits((*held, piece))):
                yield Chunk("\n\n".join(held), *place)
                held = []
            held.append(piece)
            place = (block.heading, block.page)
    if held:
        yield Chunk("\n\n".join(held), *place)


def _fits(pieces: Iterable[str]) -> bool:
    text = "\n\n".join(pieces)
    return len(text) <= MOST_SIGNS and len(text.split()) <= MOST_WORDS


def _pieces(block: _Block) -> Iterator[str]:
    """The block itself, or as many of its sentences, rows or words at a time as fit."""
    text = "\n".join(block.lines)
    if _fits((text,)):
        yield text
    elif block.is_table:
        yield from _packed(block.lines[2:], "\n", before="\n".join(block.lines[:2]))
    else:
        yield from _packed(sentences(text), " ")


def _packed(parts: Iterable[str], between: str, *, before: str = "") -> Iterator[str]:
    """Rows and sentences, together as long as they fit; each piece of a table begins with the table's head."""
    first = [before] if before else []
    held = list(first)
    for part in (cut for one in parts for cut in _cut(one)):
        if len(held) > len(first) and not _fits((between.join((*held, part)),)):
            yield between.join(held)
            held = list(first)
        held.append(part)
    if len(held) > len(first):
        yield between.join(held)


def _cut(sentence: str) -> Iterator[str]:
    """A sentence without an end is cut between words, a word without an end somewhere."""
    if _fits((sentence,)):
        yield sentence
        return
    held: list[str] = []
    for word in (some for one in sentence.split() for some in _halves(one)):
        if held and not _fits((" ".join((*held, word)),)):
            yield " ".join(held)
            held = []
        held.append(word)
    yield " ".join(held)


def _halves(word: str) -> Iterator[str]:
    for start in range(0, len(word), MOST_SIGNS // 2):
        yield word[start : start + MOST_SIGNS // 2]
