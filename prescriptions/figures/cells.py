"""Lines counted in the database by what was prescribed, and which patients stand behind the rare ones."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Count, Q

from prescriptions.figures.asked import Asked
from prescriptions.models import PrescriptionLine


class Cell(NamedTuple):
    """The lines of one product, or of none, with the same substances (`|key|key|`, empty where nobody knows)."""

    substances: str
    product_id: UUID | None
    lines: int
    patients: int


@dataclass(frozen=True)
class Cells:
    """All lines that were asked for; `rare` has the patients of the cells that have fewer than `least`."""

    all: tuple[Cell, ...]
    rare: Mapping[tuple[str, UUID | None], frozenset[UUID]]
    least: int

    @cached_property
    def lines(self) -> int:
        return sum(one.lines for one in self.all)

    def have_enough(self, cells: Iterable[Cell]) -> bool:
        """Whether so many different patients stand behind these cells together."""
        patients: set[UUID] = set()
        for one in cells:
            if one.patients >= self.least:
                return True
            patients |= self.rare.get((one.substances, one.product_id), frozenset())
        return len(patients) >= self.least

    def grouped(self, keys_of: Callable[[Cell], Iterable[str]]) -> dict[str, list[Cell]]:
        """The cells under each key; a cell stands once under each of its keys."""
        groups: dict[str, list[Cell]] = defaultdict(list)
        for one in self.all:
            for key in frozenset(keys_of(one)):
                groups[key].append(one)
        return groups


def cells_of(asked: Asked) -> Cells:
    """Two queries: the counts, and the patients of what was prescribed to few of them."""
    rows = asked.of(PrescriptionLine.objects.all(), "signed_on")
    counted = rows.values("substances", "product_id").annotate(
        lines=Count("*"), patients=Count("patient_id", distinct=True)
    )
    found = tuple(
        Cell(one["substances"], one["product_id"], one["lines"], one["patients"]) for one in counted
    )
    return Cells(found, _patients(rows, found, asked.least), asked.least)


def _patients(rows: Any, cells: Iterable[Cell], least: int) -> dict[tuple[str, UUID | None], frozenset[UUID]]:
    """At most `least` - 1 for each of the rare cells."""
    rare = {(one.substances, one.product_id) for one in cells if one.patients < least}
    known: dict[tuple[str, UUID | None], set[UUID]] = defaultdict(set)
    if not rare:
        return {}
    products = [product for _substances, product in rare if product]
    unknown = [substances for substances, product in rare if not product]
    wanted = Q(product_id__in=products) | Q(product_id=None, substances__in=unknown)
    for row in rows.filter(wanted).values("substances", "product_id", "patient_id").distinct():
        if (place := (row["substances"], row["product_id"])) in rare:
            known[place].add(row["patient_id"])
    return {place: frozenset(patients) for place, patients in known.items()}
