"""Identifiers for tokens, and tokens for identifiers: one vault for each thing that is sent."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from assistant.privacy.dates import read_date
from assistant.privacy.identifiers import Identifiers
from assistant.privacy.spans import Kind, Span, key_of, readable

TOKEN = re.compile(r"\[\s*([A-Za-z]{2,10})[_ ](\d{1,4})([a-z]{0,2})\s*\]")
BEGUN = re.compile(r"\[\s*(?:[A-Za-z]{0,10}|[A-Za-z]{2,10}[_ ]\d{0,4}[a-z]{0,2}\s*)$")
ONE_PERSON = frozenset({Kind.PATIENT, Kind.KIN, Kind.BORN})
LEGEND = (
    "Names, numbers and dates of people are replaced by tokens such as [PATIENT_1] or [DATE_2]. Write a token exactly "
    "as it stands wherever you mean what it stands for. [PATIENT_1b] is the same as [PATIENT_1], written in another way."
)


@dataclass
class Vault:
    """What was hidden behind which token. Kept in memory, for as long as the exchange lasts."""

    identifiers: Identifiers
    tokens: dict[str, str] = field(default_factory=dict)  # by token
    _by_text: dict[tuple[Kind, str], str] = field(default_factory=dict)
    _groups: dict[tuple[Kind, str], tuple[int, int]] = field(default_factory=dict)
    _counts: dict[Kind, int] = field(default_factory=dict)

    def hide(self, text: str) -> str:
        text = readable(text)
        pieces: list[str] = []
        place = 0
        for span in self.identifiers.find(text):
            pieces += [text[place : span.start], self._token(span, text[span.start : span.end])]
            place = span.end
        return "".join([*pieces, text[place:]])

    def hide_data(self, content: str) -> str:
        """The same for what may be JSON, whose strings are looked at one by one, as they are read."""
        try:
            data = json.loads(content)
        except ValueError:
            return self.hide(content)
        return json.dumps(self.hide_strings(data), ensure_ascii=False)

    def hide_strings(self, data: Any) -> Any:
        return each_string(data, self.hide)

    def restore(self, text: str) -> str:
        """A token that nobody gave out stays as it is."""
        return TOKEN.sub(self._meant, text)

    def restore_data(self, data: Any) -> Any:
        return each_string(data, self.restore)

    def restore_pieces(self, pieces: Iterator[str]) -> Iterator[str]:
        """Of a text that comes in pieces: what may be the beginning of a token waits for its end."""
        waiting = ""
        for piece in pieces:
            waiting += piece
            begun = BEGUN.search(waiting)
            cut = begun.start() if begun else len(waiting)
            if cut:
                yield self.restore(waiting[:cut])
            waiting = waiting[cut:]
        if waiting:
            yield self.restore(waiting)

    def legend(self) -> str:
        """What a reader of the tokens has to know; how far the dates lie apart, and not which they are."""
        days = sorted((day, token) for token, day in self._days())
        if len(days) < 2:
            return LEGEND
        first = days[0][0]
        apart = ", ".join(f"{token} is day {(day - first).days}" for day, token in days)
        return f"{LEGEND} In order of time: {apart}."

    def _days(self) -> Iterator[tuple[str, date]]:
        for token, text in self.tokens.items():
            if token.startswith("[DATE_") and token[-2].isdigit() and (day := read_date(text)):
                yield token, day

    def _meant(self, found: re.Match[str]) -> str:
        kind, number, form = found.groups()
        return self.tokens.get(f"[{kind.upper()}_{number}{form}]", found.group())

    def _token(self, span: Span, text: str) -> str:
        known = self._by_text.get((span.kind, text))
        if known is None:
            known = self._by_text[span.kind, text] = self._new_token(span.kind, text)
            self.tokens[known] = text
        return known

    def _new_token(self, kind: Kind, text: str) -> str:
        """[PERSON_2b] is another way of writing [PERSON_2]."""
        group = (kind, "" if kind in ONE_PERSON else _same(kind, text))
        number, forms = self._groups.get(group, (0, 0))
        if not number:
            number = self._counts[kind] = self._counts.get(kind, 0) + 1
        self._groups[group] = (number, forms + 1)
        return f"[{kind}_{number}{_form(forms)}]"


def _same(kind: Kind, text: str) -> str:
    """What two ways of writing the same have in common."""
    if kind is Kind.DATE and (day := read_date(text)):
        return day.isoformat()
    return " ".join(key_of(text).split())


def _form(number: int) -> str:
    """Nothing, b, c, … z, ba, bb."""
    letters = ""
    while number:
        number, rest = divmod(number, 26)
        letters = chr(ord("a") + rest) + letters
    return letters


def each_string(data: Any, change: Callable[[str], str]) -> Any:
    """The same data with every string in it changed; names of fields stay."""
    if isinstance(data, str):
        return change(data)
    if isinstance(data, dict):
        return {name: each_string(value, change) for name, value in data.items()}
    if isinstance(data, list | tuple):
        return [each_string(value, change) for value in data]
    return data


def strings_of(data: Any) -> list[str]:
    found: list[str] = []

    def take(text: str) -> str:
        found.append(text)
        return text

    each_string(data, take)
    return found
