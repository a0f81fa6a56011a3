"""What is written in a prescription, as the rules of safety look it up."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Self
from uuid import UUID

from patients.models import Patient
from prescriptions.dosage import Written
from prescriptions.models import PrescriptionLine, Product
from prescriptions.safety.names import Resolved, resolve
from prescriptions.safety.question import Line
from prescriptions.safety.substances import Ingredient, several, substances

_AS_PIECES = {"pessary": "piece"}


def products_of(lines: Iterable[Written]) -> dict[str, Product]:
    """The products that are written there, by their ids as text. One query, or none."""
    ids = {pk for line in lines if (pk := _id(line.product))}
    return {str(one.pk): one for one in Product.objects.filter(pk__in=ids)} if ids else {}


@dataclass(frozen=True, slots=True)
class Taken:
    """A medicine of a signed prescription; `substances` are keys, none where nobody knows."""

    prescription_id: UUID
    written: Written
    substances: frozenset[str]

    @classmethod
    def of(cls, row: PrescriptionLine) -> Self:
        return cls(row.prescription_id, row.written, frozenset(several(row.substances)))

    @property
    def is_named_so(self) -> bool:
        """Whether its name says what is in it, so that its product need not be read."""
        meant = resolve(self.written.medicine)
        return (
            meant is not None
            and set(meant.substances) == self.substances
            and all(part.strength for part in meant.ingredients)
        )


def taken_by(patient: Patient, on: date, *, most: int) -> list[Taken]:
    """What a patient takes that day, the latest first, at most so many. One query."""
    rows = PrescriptionLine.objects.taken(patient.pk, on)
    return [
        Taken(pk, Written.of(facts), frozenset(several(substances)))
        for pk, facts, substances in rows.values_list("prescription_id", "facts", "substances")[:most]
    ]


def lines_of(line: Written, products: Mapping[str, Product]) -> tuple[Line, ...]:
    """One line; several of a product of which only some substances are known, one for each.

    A product is what it is made of, whatever its name sounds like.
    """
    product = products.get(line.product)
    dose, unit = line.dose, _AS_PIECES.get(line.unit, line.unit)
    names = _names(line.medicine, product) if product else (line.medicine,)
    return tuple(Line(name, dose, unit, line.times_a_day, called=line.medicine) for name in names)


def substances_of(line: Written, products: Mapping[str, Product]) -> frozenset[str]:
    """The keys of what is in it; none where nobody knows."""
    product = products.get(line.product)
    if product is not None:
        return frozenset(product.substance_keys)
    meant = resolve(line.medicine)
    return frozenset(meant.substances) if meant else frozenset()


def is_replaced(old: Taken, lines: Iterable[Written], products: Mapping[str, Product]) -> bool:
    """Whether a renewal with these lines takes the place of that medicine: the same name, or the same substances."""
    name = old.written.medicine.casefold()
    return any(
        name == one.medicine.casefold()
        or (bool(old.substances) and old.substances == substances_of(one, products))
        for one in lines
    )


def _id(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None


def _names(name: str, product: Product) -> tuple[str, ...]:
    parts = product.parts
    if _is(resolve(name), parts):
        return (name,)
    whole = f"{' / '.join(f'{_name(part)} {part.strength}' for part in parts)} {product.form}"
    if _is(resolve(whole), parts):
        return (whole,)
    return tuple(f"{_name(part)} {part.strength} {product.form}" for part in parts)


def _name(part: Ingredient) -> str:
    known = substances().get(part.substance)
    return known.name if known else part.substance.replace("-", " ")


def _is(meant: Resolved | None, parts: tuple[Ingredient, ...]) -> bool:
    """Whether this is exactly what the product is made of, with its strengths."""
    return meant is not None and set(meant.ingredients) == set(parts)
