"""What is written in a prescription, as the rules of safety look it up."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from prescriptions.dosage import Written
from prescriptions.models import Product
from prescriptions.safety.names import Resolved, resolve
from prescriptions.safety.question import Line
from prescriptions.safety.substances import Ingredient, substances

_AS_PIECES = {"pessary": "piece"}


def products_of(lines: Iterable[Written]) -> dict[str, Product]:
    """The products that are written there, by their ids as text. One query, or none."""
    ids = {pk for line in lines if (pk := _id(line.product))}
    return {str(one.pk): one for one in Product.objects.filter(pk__in=ids)} if ids else {}


def lines_of(line: Written, products: Mapping[str, Product]) -> tuple[Line, ...]:
    """One line; several of a product of which only some substances are known, one for each.

    A product is what it is made of, whatever its name sounds like.
    """
    product = products.get(line.product)
    dose, unit = line.dose, _AS_PIECES.get(line.unit, line.unit)
    names = _names(line.medicine, product) if product else (line.medicine,)
    return tuple(Line(name, dose, unit, line.times_a_day, called=line.medicine) for name in names)


def _id(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None


def _names(name: str, product: Product) -> tuple[str, ...]:
    parts = product.parts
    if _is(resolve(name), parts):
        return (name,)
    in_full = f"{'/'.join(_name(part) for part in parts)} {'/'.join(str(part.strength) for part in parts)}"
    whole = f"{in_full} {product.form}"
    if _is(resolve(whole), parts):
        return (whole,)
    return tuple(f"{_name(part)} {part.strength} {product.form}" for part in parts)


def _name(part: Ingredient) -> str:
    known = substances().get(part.substance)
    return known.name if known else part.substance.replace("-", " ")


def _is(meant: Resolved | None, parts: tuple[Ingredient, ...]) -> bool:
    """Whether this is exactly what the product is made of, with its strengths."""
    return meant is not None and set(meant.ingredients) == set(parts)
