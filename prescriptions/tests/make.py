"""Builds medicines for tests, without an actor."""

from prescriptions.models import Product, Substance
from prescriptions.safety.names import resolve
from prescriptions.safety.substances import substances


def make_substance(key: str = "ibuprofen", **fields: str) -> Substance:
    """A substance of our files, or with `name` another one; the one that is there if it is there."""
    found: Substance | None = Substance.objects.filter(key=key).first()
    if found:
        return found
    ours = substances().get(key)
    known = (
        {"name": ours.name, "synonyms": "|".join(ours.synonyms), "atc": "|".join(ours.atc)} if ours else {}
    )
    return Substance(key=key, **known | fields).add()


def make_product(name: str = "Ibuprofen 400 mg tablet", *, form: str = "tablet", **fields: str) -> Product:
    """A product; what is in it is read from its name."""
    found = resolve(name)
    assert found, name
    for part in found.ingredients:
        make_substance(part.substance)
    product = Product(
        key="-".join(name.casefold().replace("/", " ").replace(".", " ").split()),
        name=name,
        ingredients="|".join(f"{part.substance}:{part.strength}" for part in found.ingredients),
        form=form,
        **{"route": "oral"} | fields,
    )
    product.check_row()
    product.find_under({one.key: one for one in Substance.objects.all()})
    return product.add()
