"""What can be done with the catalogue of medicines."""

from collections.abc import Iterable, Mapping
from copy import copy
from dataclasses import dataclass
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.utils.translation import gettext as _

from accounts.acting import note, service
from accounts.models import User
from hospital.errors import LostRace
from prescriptions.lists import Complaints, Line, read
from prescriptions.models import Medicine, Product, Substance
from prescriptions.safety.substances import combinations, rows_of

KEEP = "prescriptions.keep_catalogue"
AT_ONCE = 500  # rows in one statement

M = TypeVar("M", bound=Medicine)


@dataclass(frozen=True)
class Imported:
    """What became of the lines of a file."""

    added: int = 0
    changed: int = 0
    same: int = 0


# ── One by one ──────────────────────────────────────────────────────────────


@service("prescriptions.keep_catalogue")
def add_substance(*, by: User, **fields: Any) -> Substance:
    """Add a substance. The rules of safety know only those that come with the program."""
    return _add(Substance(**fields))


@service("prescriptions.keep_catalogue")
def edit_substance(
    substance: Substance, *, by: User, seen_version: int | None = None, **changes: Any
) -> Substance:
    """Correct or withdraw a substance. Products with it are found under its new names at once."""
    note(fields=sorted(changes))
    substance.change(seen_version=seen_version, **changes)
    _find_products_anew({substance.key})
    return substance


@service("prescriptions.keep_catalogue")
def add_product(*, by: User, **fields: Any) -> Product:
    """Add a product of substances that are in the catalogue."""
    product = Product(**fields)
    product.check_row()
    product.find_under(_substances_of([product]))
    return _add(product)


@service("prescriptions.keep_catalogue")
def edit_product(product: Product, *, by: User, seen_version: int | None = None, **changes: Any) -> Product:
    """Correct or withdraw a product."""
    note(fields=sorted(changes))
    return _change_product(product, changes, seen_version=seen_version)


def _change_product(
    product: Product,
    changes: Mapping[str, Any],
    *,
    seen_version: int | None = None,
    substances: Mapping[str, Substance] | None = None,
) -> Product:
    draft = copy(product)
    for name, value in changes.items():
        setattr(draft, name, value)
    draft.check_row()
    draft.find_under(_substances_of([draft]) if substances is None else substances)
    return product.change(seen_version=seen_version, **dict(changes) | {"found_by": draft.found_by})


def _add(medicine: M) -> M:
    if type(medicine)._default_manager.filter(key=medicine.key).exists():
        raise ValidationError({"key": _("There is one with this key already.")})
    try:
        return medicine.add()
    except IntegrityError as error:
        raise LostRace("Somebody took the key a moment ago.") from error


def _substances_of(products: Iterable[Product]) -> dict[str, Substance]:
    """The substances of all these products, by their keys."""
    keys = sorted({key for one in products for key in one.substance_keys})
    return {one.key: one for one in Substance.objects.filter(key__in=keys)}


def _find_products_anew(keys: set[str]) -> None:
    """Their substances have other names now."""
    products = [one for one in Product.objects.all() if keys & set(one.substance_keys)]
    substances = _substances_of(products)
    for product in products:
        _change_product(product, {}, substances=substances)


# ── Whole lists ─────────────────────────────────────────────────────────────


@service("prescriptions.keep_catalogue")
def import_substances(content: bytes, *, by: User) -> Imported:
    """Add and change substances by their keys; remove none. If any line is wrong, nothing is changed."""
    imported, changed = _keep(Substance, read(Substance, content))
    _find_products_anew(changed)
    note(added=imported.added, changed=imported.changed)
    return imported


@service("prescriptions.keep_catalogue")
def import_products(content: bytes, *, by: User) -> Imported:
    """Add and change products by their keys; remove none. If any line is wrong, nothing is changed."""
    imported, _changed = _keep(Product, read(Product, content))
    note(added=imported.added, changed=imported.changed)
    return imported


def load_starter_set() -> tuple[Imported, Imported]:
    """Add the medicines that come with the program and are missing. What somebody has changed stays as it is."""
    brands = {frozenset(one.substances): "|".join(one.synonyms) for one in combinations().values()}
    substances = [Line(0, row) for row in rows_of("substances.csv")]
    products = []
    for row in rows_of("products.csv"):
        keys = frozenset(part.partition(":")[0] for part in row["ingredients"].split("|"))
        products.append(Line(0, row | {"synonyms": brands.get(keys, "")}))
    first, _changed = _keep(Substance, substances, only_new=True)
    return first, _keep(Product, products, only_new=True)[0]


def _keep(
    noun: type[Medicine], lines: Iterable[Line], *, only_new: bool = False
) -> tuple[Imported, set[str]]:
    """Add and change; answers how many, and the keys of what was changed."""
    known = {one.key: one for one in noun._default_manager.all()}
    substances = {one.key: one for one in Substance.objects.all()} if noun is Product else {}
    complaints, new, changed, same = Complaints(), [], {}, 0
    for line in lines:
        existing = known.get(line.values["key"])
        if existing is not None and (only_new or not _differing(existing, line.values)):
            same += 1
            continue
        draft = copy(existing) if existing is not None else noun()
        try:
            _fill(draft, line.values, substances)
        except ValidationError as error:
            complaints.about(line.number, error)
            continue
        if existing is None:
            new.append(draft)
        elif differing := _differing(existing, {name: getattr(draft, name) for name in line.values}):
            changed[existing.key] = (existing, differing | {"found_by": draft.found_by})
        else:
            same += 1
    complaints.stop_if_any()
    noun._default_manager.bulk_create(new, batch_size=AT_ONCE)
    for existing, differing in changed.values():
        existing.change(**differing)
    return Imported(len(new), len(changed), same), set(changed)


def _fill(draft: Medicine, values: Mapping[str, Any], substances: Mapping[str, Substance]) -> None:
    for name, value in values.items():
        setattr(draft, name, value)
    draft.check_row()
    if isinstance(draft, Product):
        draft.find_under(substances)


def _differing(existing: Medicine, values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if getattr(existing, name) != value}
