"""Places in a text that name somebody, and words with their places."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache


class Kind(StrEnum):
    """What a token says about what it stands for."""

    PATIENT = "PATIENT"
    KIN = "KIN"
    PERSON = "PERSON"
    BORN = "BORN"
    DATE = "DATE"
    PHONE = "PHONE"
    EMAIL = "EMAIL"
    ADDRESS = "ADDRESS"
    NUMBER = "NUMBER"
    ID = "ID"
    TEXT = "TEXT"


# Where two overlap, what is known goes before what is guessed. The key of a row is one whatever its digits look like.
GUESSED = (Kind.TEXT, Kind.PERSON, Kind.DATE, Kind.ADDRESS, Kind.EMAIL, Kind.PHONE, Kind.NUMBER)
STRENGTH = {kind: place for place, kind in enumerate((*GUESSED, Kind.BORN, Kind.KIN, Kind.PATIENT, Kind.ID))}


@dataclass(frozen=True, slots=True)
class Span:
    start: int
    end: int
    kind: Kind


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text; `key` is without case and accents, `spelt` is with ä as ae."""

    start: int
    end: int
    text: str
    key: str
    spelt: str

    @property
    def is_capital(self) -> bool:
        return self.text[:1].isupper()


GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
LETTERS = str.maketrans(
    {
        "\u0131": "i",
        "ł": "l",
        "ø": "o",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "æ": "ae",
        "œ": "oe",
        "ə": "e",
        "ß": "ss",
    }
    | dict.fromkeys("'\u2019\u2018\u02bc`\u00b4", "")
)
WORD = re.compile(r"[^\W\d_]+(?:['\u2019\u2018\u02bc][^\W\d_]+)*")
OWNING = re.compile(r"['\u2019\u2018][sS]$")
INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")


def readable(text: str) -> str:
    """NFC, without signs that nobody sees and that could hide a name."""
    return unicodedata.normalize("NFC", INVISIBLE.sub("", text))


@lru_cache(maxsize=20_000)
def key_of(word: str) -> str:
    """Müller is muller."""
    plain = unicodedata.normalize("NFKD", word.casefold().translate(LETTERS))
    return "".join(sign for sign in plain if not unicodedata.combining(sign))


@lru_cache(maxsize=20_000)
def spelt_key_of(word: str) -> str:
    """Müller is mueller."""
    return key_of(unicodedata.normalize("NFC", word).lower().translate(GERMAN))


def words_in(text: str) -> list[Word]:
    return [_word(found) for found in WORD.finditer(text)]


def _word(found: re.Match[str]) -> Word:
    text = OWNING.sub("", found.group())
    return Word(found.start(), found.start() + len(text), text, key_of(text), spelt_key_of(text))


def settled(spans: Iterable[Span]) -> Iterator[Span]:
    """Without overlaps: of two that overlap, one from the first to the last sign, of the stronger kind."""
    standing: Span | None = None
    for span in sorted(spans, key=lambda one: (one.start, -one.end)):
        if standing is None:
            standing = span
        elif span.start < standing.end:
            kind = max(standing.kind, span.kind, key=STRENGTH.__getitem__)
            standing = Span(standing.start, max(standing.end, span.end), kind)
        else:
            yield standing
            standing = span
    if standing is not None:
        yield standing
