"""The last look before bytes leave: does anything in them still name the patient? Knows nothing of how names are hidden."""

import re
from collections.abc import Iterator

from assistant.privacy.identifiers import Identifiers
from assistant.privacy.lists import is_word
from assistant.privacy.names import PARTICLES
from assistant.privacy.spans import INVISIBLE, key_of, spelt_key_of

SHORTEST_WORD = 4
SHORTEST_NUMBER = 6
SEPARATORS = re.compile(r"[\s./()_\-\u2010-\u2015]")


class StillNamed(Exception):
    """Something that names the patient is left. `what` says of which kind; never the text itself."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


def refuse_if_named(text: str, identifiers: Identifiers) -> None:
    """Raise StillNamed if the text holds a name, number, date of birth or address that is known."""
    plain = key_of(INVISIBLE.sub("", text))
    for word in _words(identifiers):
        if re.search(rf"(?<![^\W_]){re.escape(word)}(?![^\W_])", plain):
            raise StillNamed("name")
    closed = SEPARATORS.sub("", plain)
    for number in _numbers(identifiers):
        if number in closed:
            raise StillNamed("number")
    for written in _written(identifiers):
        if written in plain:
            raise StillNamed("address or date")


def _words(identifiers: Identifiers) -> Iterator[str]:
    for name in identifiers.names:
        for word in re.findall(r"[^\W\d_]+", f"{name.given} {name.family}"):
            for key in {key_of(word), spelt_key_of(word)}:
                if len(key) >= SHORTEST_WORD and not is_word(key) and key not in PARTICLES:
                    yield key


def _numbers(identifiers: Identifiers) -> Iterator[str]:
    phones = [number.removeprefix("+")[2:] for number in identifiers.phones if number.startswith("+")]
    record = identifiers.mrn.partition("-")[2]
    for number in (*phones, record, *identifiers.codes):
        signs = key_of(SEPARATORS.sub("", number))
        if len(signs) >= SHORTEST_NUMBER:
            yield signs


def _written(identifiers: Identifiers) -> Iterator[str]:
    yield from (key_of(email) for email in identifiers.emails)
    day = identifiers.birth_date
    if day is not None:
        yield from (day.isoformat(), f"{day:%d.%m.%Y}", f"{day:%d/%m/%Y}", f"{day:%m/%d/%Y}")
        yield from (f"{day.day} {day:%B %Y}".lower(), f"{day:%B} {day.day}, {day.year}".lower())
