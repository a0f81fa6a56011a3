"""The tables of treatment in guidelines, read strictly: a row that is not plain is not understood, and is said to be so."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache

from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.translation import gettext as _

from prescriptions.dosage import read_frequency, unit_in
from prescriptions.models import Route
from prescriptions.safety.names import resolve

HEAD = ("condition (icd-10)", "medicine", "dose", "route", "frequency", "days", "when not")
MOST_DAYS = 730
_CODE = r"[A-Z]\d[0-9A-Z](?:\.[0-9A-Z]{1,4})?"
_CONDITION = re.compile(rf"(?P<words>[^()|]+?)\s*\((?P<codes>{_CODE}(?:,\s*{_CODE})*)\)")
_DOSE = re.compile(r"(?P<number>\d{1,5}(?:\.\d{1,3})?)\s*(?P<unit>[^\W\d_][^\d(),/]*)")
_RULE = re.compile(r":?-+:?")
_NEVER = re.compile(r"none\b.*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Row:
    """A treatment as a guideline gives it. `text` is the row as it stands there, `dose` a number without its unit.

    `frequency` and `route` are ours, `days` None until further notice, `when_not` what speaks against it.
    """

    text: str
    condition: str
    codes: tuple[str, ...]
    medicine: str
    substances: tuple[str, ...]
    dose: str
    unit: str
    route: str
    frequency: str
    days: int | None
    when_not: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Unread:
    """A row of which somebody has to read the words: nothing of it was guessed."""

    text: str
    why: str
    condition: str = ""
    codes: tuple[str, ...] = ()


@dataclass
class _Cells:
    """What was read of a row; what is wrong first is what is said."""

    text: str
    wrong: list[str] = field(default_factory=list)

    def say(self, why: str) -> None:
        self.wrong.append(why)


def rows_in(passage: str) -> list[Row | Unread]:
    """All rows of all tables of treatment in a passage, in their order."""
    return [row for table in _tables(passage) for row in _rows(table)]


def _tables(passage: str) -> Iterator[list[str]]:
    lines: list[str] = []
    for line in (*passage.splitlines(), ""):
        if line.lstrip().startswith("|"):
            lines.append(line.strip())
        elif lines:
            yield lines
            lines = []


def _rows(table: list[str]) -> Iterator[Row | Unread]:
    head = tuple(cell.casefold() for cell in _cells(table[0]))
    if not {"medicine", "dose"} <= set(head):
        return
    ruled = len(table) > 1 and all(_RULE.fullmatch(cell) for cell in _cells(table[1]))
    if head != HEAD or not ruled:
        yield Unread(table[0], _("The columns of this table are not those that are understood here."))
        return
    for line in table[2:]:
        yield _row(line)


def _cells(line: str) -> list[str]:
    return [" ".join(cell.split()) for cell in line.strip().removeprefix("|").removesuffix("|").split("|")]


def _row(line: str) -> Row | Unread:
    cells = _cells(line)
    condition = _CONDITION.fullmatch(cells[0])
    if len(cells) != len(HEAD) or condition is None:
        why = _("It has not the seven columns.") if condition else _("Its condition has no code of ICD-10.")
        return Unread(line, why)
    words = condition["words"]
    codes = tuple(code.strip() for code in condition["codes"].split(","))
    _first, medicine, dose, route, frequency, days, when_not = cells
    read = _Cells(line)
    meant = resolve(medicine)
    amount = _DOSE.fullmatch(dose)
    unit = unit_in(amount["unit"]) if amount else ""
    way = _ways().get(route.casefold(), "")
    if meant is None:
        read.say(_("The medicine is not known here."))
    if not unit:
        read.say(_("The dose is not one number with one unit."))
    if not way:
        read.say(_("The route is not known here."))
    code = _code_of(frequency, read)
    length = _length_of(days, read)
    if read.wrong or meant is None or amount is None:
        return Unread(line, " ".join(read.wrong), words, codes)
    return Row(
        line,
        words,
        codes,
        medicine,
        meant.substances,
        amount["number"],
        unit,
        way,
        code,
        length,
        _limits(when_not),
    )


def _code_of(frequency: str, read: _Cells) -> str:
    try:
        return read_frequency(frequency).code
    except (ValueError, ValidationError):
        read.say(_("How often it is given is not plain."))
        return ""


def _length_of(days: str, read: _Cells) -> int | None:
    if days.casefold() == "ongoing":
        return None
    if days.isascii() and days.isdecimal() and 0 < int(days) <= MOST_DAYS:
        return int(days)
    read.say(_("How long it is given is not plain."))
    return None


def _limits(when_not: str) -> tuple[str, ...]:
    some = (one.strip() for one in when_not.split(";"))
    return tuple(one for one in some if one and not _NEVER.fullmatch(one))


@cache
def _ways() -> dict[str, str]:
    """Our routes by the English words that guidelines use."""
    with translation.override("en"):
        return {str(label).casefold(): str(value) for value, label in Route.choices}
