"""Proof that an answer says nothing but what its sources say: each word and each number, by code."""

import re
from collections.abc import Iterator, Mapping

from assistant.providers.tables import Row, rows_in, without_cells
from assistant.sources import Source

_STATEMENT = re.compile(r"(?P<words>.+?) \[(?P<key>s\d+)\]\.")
_PIECES = re.compile(r": |; ")
_NUMBER = re.compile(r"(?<![\w.])\d+(?:\.\d+)?(?![\w]|\.\d)")


def faults_in(answer: str, sources: Mapping[str, Source]) -> Iterator[str]:
    """What stands in an answer and not in the source that it cites; nothing, where all of it does."""
    for line in filter(None, map(str.strip, answer.splitlines())):
        statement = _STATEMENT.fullmatch(line.removeprefix("- "))
        if statement is None:
            yield f"no statement with one source: {line}"
        elif statement["key"] not in sources:
            yield f"no such source: {line}"
        else:
            yield from _not_there(statement["words"], sources[statement["key"]].text)


def _is_row(said: str, row: Row, there: str) -> bool:
    """Whether nothing but cells of one row is said, each but the first two beside the head of its column."""
    cells = [cell for _head, cell in row]
    left = [one for one in _PIECES.split(without_cells(said, row)) if one]
    return cells[:2] == left and all(cell in there for cell in cells)


def _not_there(words: str, text: str) -> Iterator[str]:
    """The words are those of the source in a row, or pieces of it between colons and semicolons, in its order."""
    there = " ".join(text.split())
    said = " ".join(words.split())
    if said in there or any(_is_row(said, row, there) for row in rows_in(text)):
        return
    at = 0
    for piece in _PIECES.split(said):
        found = there.find(piece, at)
        if found < 0:
            yield f"not in its source: {piece!r}"
        else:
            at = found + len(piece)
    yield from (f"no such number: {one}" for one in set(_NUMBER.findall(said)) - set(_NUMBER.findall(there)))
