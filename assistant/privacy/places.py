"""Where somebody lives, however the street is written."""

import re
from collections.abc import Iterator
from itertools import pairwise

from assistant.privacy.lists import is_word
from assistant.privacy.spans import Kind, Span, key_of, spelt_key_of

PIECE = re.compile(r"[^\W\d_]+|\d+")
STREET = re.compile(r"(?:strasse|straße|str)$")
LONG_ENOUGH = 6
SHORTEST_POSTCODE = 4
GAP = re.compile(r"[\s,./;\-\u2010-\u2015]{0,3}")
ROADS = frozenset({"strasse", "street", "avenue", "allee", "platz", "square"})


def _keys(piece: str) -> frozenset[str]:
    """All that this word of an address may be written as."""
    plain = piece.casefold()
    forms = {key_of(plain), spelt_key_of(plain)}
    if STREET.search(plain):
        stem = STREET.sub("", plain)
        forms |= {key + end for key in (key_of(stem), spelt_key_of(stem)) for end in ("str", "strasse")}
    return frozenset(forms)


def find_address(text: str, address: str) -> Iterator[Span]:
    """Whole lines of it in any spelling, and by themselves the words and numbers that mean little else."""
    lines = [part for line in address.splitlines() for part in line.split(",")]
    wanted = [[_keys(piece) for piece in PIECE.findall(line)] for line in lines]
    pieces = [(found.start(), found.end(), _keys(found.group())) for found in PIECE.finditer(text)]
    for line in wanted:
        if len(line) > 1:
            yield from _sequences(text, pieces, line)
    alone = {key for line in wanted for keys in line for key in keys if _tells(key)}
    for start, end, keys in pieces:
        if keys & alone:
            yield Span(start, end, Kind.ADDRESS)


def _tells(key: str) -> bool:
    if key.isdigit():
        return len(key) >= SHORTEST_POSTCODE
    return len(key) >= LONG_ENOUGH and key not in ROADS and not is_word(key)


def _sequences(
    text: str, pieces: list[tuple[int, int, frozenset[str]]], line: list[frozenset[str]]
) -> Iterator[Span]:
    for place in range(len(pieces) - len(line) + 1):
        stretch = pieces[place : place + len(line)]
        alike = all(here[2] & there for here, there in zip(stretch, line, strict=True))
        if alike and all(GAP.fullmatch(text, one[1], two[0]) for one, two in pairwise(stretch)):
            yield Span(stretch[0][0], stretch[-1][1], Kind.ADDRESS)
