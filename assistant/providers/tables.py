"""Tables in the text of guidelines, read row by row: each cell beside the head of its column."""

import re
from collections.abc import Iterator

_RULE = re.compile(r"\|(?:\s*:?-{3,}:?\s*\|)+")

Row = tuple[tuple[str, str], ...]  # head of the column, cell


def rows_in(text: str) -> Iterator[Row]:
    """The rows of all tables, without their heads."""
    head: list[str] = []
    before = ""
    for line in map(str.strip, text.splitlines()):
        if _RULE.fullmatch(line):
            head = _cells(before)
        elif head and line.startswith("|"):
            cells = _cells(line)
            if len(cells) == len(head):
                yield tuple(zip(head, cells, strict=True))
        else:
            head = []
        before = line


def as_sentence(row: Row) -> str:
    """Pneumonia, mild (J18.9): Amoxicillin; Dose: 500 mg; Days: 5."""
    (_condition, first), *others = row
    named = [cell if number == 0 else f"{head}: {cell}" for number, (head, cell) in enumerate(others) if cell]
    return f"{first}: {'; '.join(named)}"


def without_cells(said: str, row: Row) -> str:
    """A sentence without what stands in it word for word as the head of a column and its cell."""
    for head, cell in row:
        if cell:
            said = said.replace(f"{head}: {cell}", "")
    return said


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")]
