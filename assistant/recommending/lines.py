"""A treatment of a guideline as a line of a prescription: the product of the catalogue that fits, or its name."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from django.core.exceptions import ValidationError

from assistant.recommending.tables import Row
from prescriptions.dosage import Prescribable, Written, written
from prescriptions.dosage.prescribable import pieces_of
from prescriptions.models import Product
from prescriptions.safety.substances import BETWEEN

# Forms that act at once, the usual ones first: a guideline that means another one says so.
FORMS = (
    *("tablet", "capsule", "granules", "powder", "oral solution", "oral suspension"),
    *("inhaler", "nebuliser solution", "powder for injection", "solution for injection"),
    *("solution for infusion", "auto-injector"),
)
MOST_PIECES = 4
MOST_PRODUCTS = 400


def composition_of(row: Row) -> str:
    return BETWEEN.join(["", *sorted(set(row.substances)), ""])


def products_for(rows: Iterable[Row]) -> dict[str, list[Product]]:
    """What the catalogue has of these substances, by what is in it. One query, or none."""
    wanted = {composition_of(row) for row in rows}
    found: dict[str, list[Product]] = {one: [] for one in wanted}
    if wanted:
        offered = Product.objects.offered().filter(composition__in=wanted).order_by("name_key", "id")
        for product in offered[:MOST_PRODUCTS]:
            found[product.composition].append(product)
    return found


def line_of(row: Row, products: Mapping[str, Sequence[Product]]) -> Written:
    """Raises ValidationError where no such dose can be given."""
    best = _best(row, products.get(composition_of(row), ()))
    return _written(best.prescribable if best else Prescribable.named(row.medicine), row)


def _best(row: Row, products: Sequence[Product]) -> Product | None:
    fitting = [one for one in products if one.route == row.route and one.form in FORMS and _fits(row, one)]
    return min(fitting, key=lambda one: _order(row, one), default=None)


def _fits(row: Row, product: Product) -> bool:
    pieces = pieces_of(Decimal(row.dose), row.unit, product.prescribable)
    if pieces is None:
        return False
    try:
        _written(product.prescribable, row)
    except ValidationError:
        return False
    form = product.prescribable.counted
    return form is None or form.unit == "ml" or pieces <= MOST_PIECES


def _order(row: Row, product: Product) -> tuple[bool, int, Decimal, bool, str]:
    """One whole piece before halves or several; then the usual forms; the plain name before a brand."""
    pieces = pieces_of(Decimal(row.dose), row.unit, product.prescribable) or Decimal(0)
    is_named_so = product.name.casefold().startswith(row.medicine.casefold()[:4])
    return pieces != 1, FORMS.index(product.form), abs(pieces - 1), not is_named_so, product.name_key


def _written(of: Prescribable, row: Row) -> Written:
    return written(
        of,
        dose=Decimal(row.dose),
        unit=row.unit,
        route=row.route,
        frequency=row.frequency,
        days=row.days,
    )
