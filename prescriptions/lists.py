"""Lists of medicines as files: reading them, with what is wrong in which line, and writing them."""

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from prescriptions.models import Medicine, Product, Substance

LARGEST_FILE = 5_000_000  # bytes
MOST_LINES = 20_000
MOST_COMPLAINTS = 50
YES, NO = "yes", "no"
BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")

COLUMNS: dict[type[Medicine], tuple[str, ...]] = {
    Substance: ("key", "name", "atc", "classes", "synonyms"),
    Product: ("key", "name", "ingredients", "form", "route"),
}
OPTIONAL: dict[type[Medicine], tuple[str, ...]] = {
    Substance: ("is_active",),
    Product: ("synonyms", "is_active"),
}


@dataclass(frozen=True)
class Line:
    """One row of a file, and where it stands."""

    number: int
    values: Mapping[str, Any]


@dataclass
class Complaints:
    """What is wrong, line by line."""

    texts: list[str] = field(default_factory=list)

    def about(self, number: int, error: ValidationError | str) -> None:
        for text in [error] if isinstance(error, str) else _texts_of(error):
            self.texts.append(_("Line %(number)d: %(text)s") % {"number": number, "text": text})

    def stop_if_any(self) -> None:
        """Raise ValidationError with the first of them, and with how many more there are."""
        if not self.texts:
            return
        more = len(self.texts) - MOST_COMPLAINTS
        said = self.texts[:MOST_COMPLAINTS]
        if more > 0:
            said.append(ngettext("… and %(n)d more.", "… and %(n)d more.", more) % {"n": more})
        raise ValidationError(said)


def _texts_of(error: ValidationError) -> list[str]:
    if not hasattr(error, "error_dict"):
        return list(error.messages)
    return [f"{name}: {text}" for name, texts in error.message_dict.items() for text in texts]


def read(noun: type[Medicine], content: bytes) -> list[Line]:
    """The lines of a file for this noun. Raises ValidationError if it is none, or naming the lines that are wrong."""
    rows = csv.reader(io.StringIO(_text(content), newline=""))
    header = [name.strip().casefold() for name in next(rows, [])]
    _check_header(noun, header)
    lines: list[Line] = []
    complaints, seen = Complaints(), set[str]()
    for row in rows:
        if not any(row):
            continue
        if len(lines) == MOST_LINES:
            raise ValidationError(_("At most %(n)d lines.") % {"n": MOST_LINES})
        if len(row) != len(header):
            count = {"found": len(row), "expected": len(header)}
            complaints.about(rows.line_num, _("%(found)d columns where %(expected)d are expected.") % count)
            continue
        values = {name: _plain(value) for name, value in zip(header, row, strict=True)}
        if values["key"] in seen:
            complaints.about(rows.line_num, _("The key %(key)s stands here twice.") % values)
        seen.add(values["key"])
        try:
            lines.append(Line(rows.line_num, _with_offered(values)))
        except ValidationError as error:
            complaints.about(rows.line_num, error)
    complaints.stop_if_any()
    return lines


def _text(content: bytes) -> str:
    if len(content) > LARGEST_FILE:
        raise ValidationError(_("The file is too large: at most 5 MB."))
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValidationError(_("The file is not a text in UTF-8.")) from error


def _check_header(noun: type[Medicine], header: list[str]) -> None:
    needed, allowed = set(COLUMNS[noun]), {*COLUMNS[noun], *OPTIONAL[noun]}
    if not needed <= set(header) <= allowed or len(set(header)) < len(header):
        said = _("The first line must name the columns %(columns)s, and may name %(optional)s.")
        raise ValidationError(
            said % {"columns": ", ".join(COLUMNS[noun]), "optional": ", ".join(OPTIONAL[noun])}
        )


def _with_offered(values: dict[str, Any]) -> dict[str, Any]:
    if "is_active" in values:
        word = values["is_active"].casefold()
        if word not in {YES, NO}:
            raise ValidationError({"is_active": _("yes or no")})
        values["is_active"] = word == YES
    return values


def write(noun: type[Medicine], medicines: Iterable[Medicine]) -> str:
    """A file that `read` understands. No value begins as a formula of a spreadsheet would."""
    columns = (*COLUMNS[noun], *OPTIONAL[noun])
    file = io.StringIO(newline="")
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow(columns)
    for one in medicines:
        writer.writerow([guarded(getattr(one, name)) for name in columns])
    return file.getvalue()


def guarded(value: Any) -> str:
    """The text for a file: what a spreadsheet would take for a formula has an apostrophe before it."""
    if isinstance(value, bool):
        return YES if value else NO
    return f"'{value}" if str(value).startswith(BEGINS_A_FORMULA) else str(value)


def _plain(value: str) -> str:
    value = value.strip()
    return value[1:] if value[:1] == "'" and value[1:].startswith(BEGINS_A_FORMULA) else value
