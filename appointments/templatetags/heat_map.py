"""How much is free, as a table: rows of doctors or of hours, a column for each day."""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from appointments.availability import Slot

GRADES = 5
Row = tuple[Hashable, Any]


@dataclass
class Cell:
    """One day of one row: how many of its times are to come, and how many of these are free."""

    day: date
    free: int = 0
    ahead: int = 0
    over: int = 0
    first: Slot | None = None  # the first free time
    url: str = ""

    @property
    def is_closed(self) -> bool:
        """Nobody sees patients then."""
        return not self.ahead and not self.over

    @property
    def is_over(self) -> bool:
        """There were hours, and the last of their times has begun."""
        return not self.ahead and bool(self.over)

    @property
    def is_full(self) -> bool:
        return bool(self.ahead) and not self.free

    @property
    def grade(self) -> int:
        """How strong the ground is: 0 without anything free, 1 for little, 5 for four fifths and more."""
        return min(GRADES, 1 + GRADES * self.free // self.ahead) if self.free else 0


@dataclass
class Line:
    """A row of the table, and what it is about."""

    about: Any
    cells: list[Cell] = field(default_factory=list)

    @property
    def free(self) -> int:
        return sum(cell.free for cell in self.cells)


def heat_map(
    rows: Sequence[Row],
    days: Sequence[date],
    *,
    every: Iterable[Slot],
    free: Iterable[Slot],
    place: Callable[[Slot], tuple[Hashable, date]],
    now: datetime,
) -> list[Line]:
    """A line for each of the rows, which are keys with what they are about; `place` says where a time belongs."""
    cells = {(key, day): Cell(day) for key, _ in rows for day in days}
    for slot in every:
        cell = cells.get(place(slot))
        if cell is not None and slot.starts_at > now:
            cell.ahead += 1
        elif cell is not None:
            cell.over += 1
    for slot in free:
        cell = cells.get(place(slot))
        if cell is not None:
            cell.free += 1
            cell.first = min(cell.first, slot) if cell.first else slot
    for cell in cells.values():
        cell.ahead = max(cell.ahead, cell.free)  # free times need not be those of the hours one after another
    return [Line(about, [cells[key, day] for day in days]) for key, about in rows]
