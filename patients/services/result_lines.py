"""Reading a file of laboratory results: what stands in each line, or what is wrong with it and where."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from patients.clinical.loinc import is_loinc
from patients.models.results import NOT_LOINC

MOST_LINES = 5_000
MOST_BYTES = 2_000_000
LONGEST_CELL = 400
COLUMNS = (
    *("mrn", "birth_date", "loinc", "name", "value", "unit", "low", "high", "flag", "taken_at"),
    *("external_id", "text"),
)
NEEDED = ("mrn", "birth_date", "loinc", "taken_at")
FLAGS = {"N", "L", "H", "LL", "HH", "A"}
SIGNS = {"≤": "<=", "≥": ">=", "=<": "<=", "=>": ">="}
_NUMBER = re.compile(r"[+-]?\d{1,10}([.,]\d{1,9})?")
_GROUPED = re.compile(r"[+-]?\d{1,3}([.,]\d{3})+([.,]\d{1,9})?")


@dataclass
class Line:
    """What stands in a line of the file, and what is wrong with it by column."""

    number: int
    mrn: str = ""
    birth_date: date | None = None
    fields: dict[str, Any] = field(default_factory=dict)
    wrong: dict[str, str] = field(default_factory=dict)


def read_file(content: bytes, zone: ZoneInfo) -> list[Line]:
    """All lines of a file, those that are wrong too. Raises ValidationError for a file that cannot be read at all.

    UTF-8, with or without a byte order mark; columns by name in the first line, apart by commas, semicolons or
    tabulators. Times without a zone are those of `zone`.
    """
    text = _decoded(content)
    delimiter = _delimiter_of(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows = _numbered(reader)
    columns = _columns_of(next(rows, (1, []))[1])
    lines = [_read(number, cells, columns, delimiter, zone) for number, cells in rows if any(cells)]
    if not lines:
        raise _unreadable(_("There are no results in this file."))
    return lines


def _unreadable(words: str) -> ValidationError:
    return ValidationError({"file": ValidationError(words, code="unreadable")})


def _decoded(content: bytes) -> str:
    if len(content) > MOST_BYTES:
        raise _unreadable(_("This file is larger than 2 MB. Divide it."))
    if b"\x00" in content:
        raise _unreadable(_("This is no text in UTF-8. Save it as CSV in UTF-8."))
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        words = _("Line %(line)s is no text in UTF-8. Save the file as CSV in UTF-8.") % {"line": line}
        raise _unreadable(words) from error


def _delimiter_of(text: str) -> str:
    head = text.lstrip().partition("\n")[0][:2000]
    return max((",", ";", "\t"), key=head.count)


def _numbered(reader: Any) -> Iterator[tuple[int, list[str]]]:
    """Each row with the line on which it begins."""
    while True:
        number = reader.line_num + 1
        try:
            cells = next(reader, None)
        except csv.Error as error:
            words = _("Line %(line)s cannot be read: a quotation mark is missing, or a cell is too long.")
            raise _unreadable(words % {"line": number}) from error
        if cells is None:
            return
        if number > MOST_LINES + 1:
            raise _unreadable(_("This file has more than 5,000 lines. Divide it."))
        yield number, [cell.strip() for cell in cells]


def _columns_of(cells: list[str]) -> list[str]:
    names = [cell.lower() for cell in cells]
    missing = [name for name in NEEDED if name not in names]
    if "value" not in names and "text" not in names:
        missing.append("value")
    if missing:
        words = _("The first line names the columns. Missing: %(names)s.") % {"names": ", ".join(missing)}
        raise _unreadable(words)
    strange = [name[:40] for name in names if name not in COLUMNS]
    if strange or len(names) != len(set(names)):
        words = _("Each column stands once and is one of: %(names)s.") % {"names": ", ".join(COLUMNS)}
        raise _unreadable(words)
    return names


def _read(number: int, cells: list[str], columns: list[str], delimiter: str, zone: ZoneInfo) -> Line:
    line = Line(number)
    if len(cells) != len(columns):
        words = _("%(found)s cells instead of %(wanted)s.") % {"found": len(cells), "wanted": len(columns)}
        line.wrong[""] = words
        return line
    cell = dict.fromkeys(COLUMNS, "") | dict(zip(columns, cells, strict=True))
    for name, text in cell.items():
        if len(text) > LONGEST_CELL:
            line.wrong[name] = _("At most %(most)s characters.") % {"most": LONGEST_CELL}
            cell[name] = ""
    for name in NEEDED:
        if not cell[name] and name not in line.wrong:
            line.wrong[name] = _("This is missing.")
    if not is_loinc(cell["loinc"]) and "loinc" not in line.wrong:
        line.wrong["loinc"] = str(NOT_LOINC)
    line.mrn = cell["mrn"].upper()
    line.fields = {name: cell[name] for name in ("loinc", "name", "unit", "external_id", "text")}
    _put(line, "birth_date", cell, lambda text: setattr(line, "birth_date", _date(text)))
    _put(line, "taken_at", cell, lambda text: line.fields.update(taken_at=read_moment(text, zone)))
    _put(line, "value", cell, lambda text: line.fields.update(read_value(text, delimiter)))
    _put(line, "flag", cell, lambda text: line.fields.update(flag=_flag(text)))
    for name in ("low", "high"):
        _put(
            line, name, cell, lambda text, name=name: line.fields.update({name: read_number(text, delimiter)})
        )
    return line


def _put(line: Line, name: str, cell: dict[str, str], read: Any) -> None:
    """Read a cell; a ValueError says what is wrong with it."""
    if not cell[name] or name in line.wrong:
        return
    try:
        read(cell[name])
    except ValueError as error:
        line.wrong[name] = str(error)


def _flag(text: str) -> str:
    if text.upper() not in FLAGS:
        raise ValueError(_("One of N, L, H, LL, HH, A, or nothing."))
    return text.upper()


def _date(text: str) -> date:
    words = _("Write it as year, month and day: 1959-02-03.")
    if len(text) != len("1959-02-03"):
        raise ValueError(words)
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ValueError(words) from error


def read_moment(text: str, zone: ZoneInfo) -> datetime:
    """A time with its zone, or as the clock on the wall of the site shows it. Raises ValueError."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise ValueError(_("Write it as 2026-04-12T15:55+02:00.")) from error
    if len(text) < len("2026-04-12T15:55") or not 1900 <= moment.year <= 2200:
        raise ValueError(_("Write day and time, as 2026-04-12T15:55+02:00."))
    if moment.tzinfo is None:
        moment = _on_the_wall(moment, zone)
    return moment.astimezone(UTC)


def _on_the_wall(wall: datetime, zone: ZoneInfo) -> datetime:
    first, second = (wall.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    if first.utcoffset() != second.utcoffset():
        raise ValueError(_("The clocks change at this hour. Write the zone with it: 2026-04-12T15:55+02:00."))
    return first


def read_value(text: str, delimiter: str = ",") -> dict[str, Any]:
    """Comparator and number of "118", "< 5" or "≥ 90". Raises ValueError."""
    for spelt, sign in SIGNS.items():
        text = text.replace(spelt, sign)
    sign = next((one for one in ("<=", ">=", "<", ">") if text.startswith(one)), "")
    return {"comparator": sign, "value": read_number(text.removeprefix(sign).strip(), delimiter)}


def read_number(text: str, delimiter: str = ",") -> Decimal:
    """A number with a point, or with a comma that can be nothing but a decimal one. Raises ValueError.

    1,5 is 1.5. 1,234 may be a thousand or a little more than one, and so may 1.234 in a file with semicolons.
    """
    if not text.isascii() or not (_NUMBER.fullmatch(text) or _GROUPED.fullmatch(text)):
        raise ValueError(_("Write a number, such as 5.2; a result in words goes into the column text."))
    if _is_unclear(text, delimiter):
        raise ValueError(
            _(
                "Nobody can tell whether the sign in %(text)s divides thousands or decimals. Write 1234 or 1.2340."
            )
            % {"text": text}
        )
    point = max(text.rfind("."), text.rfind(","))
    whole, part = (text[:point], text[point + 1 :]) if point >= 0 else (text, "")
    try:
        return Decimal(re.sub("[.,]", "", whole) + (f".{part}" if part else ""))
    except InvalidOperation as error:
        raise ValueError(_("Write a number, such as 5.2.")) from error


def _is_unclear(text: str, delimiter: str) -> bool:
    digits = text.lstrip("+-")
    signs = [sign for sign in digits if sign in ".,"]
    if len(signs) > 1:  # both signs, each in its role, are clear: 1.234,5
        return signs[-1] in signs[:-1]
    looks_grouped = re.fullmatch(r"[1-9]\d{0,2}[.,]\d{3}", digits) is not None
    return looks_grouped and ("," in digits or delimiter == ";")
