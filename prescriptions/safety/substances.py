"""The medicines that come with the program: the files of prescriptions/data, read once per process."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from prescriptions.safety.strengths import Strength

DATA = Path(__file__).resolve().parent.parent / "data"
BETWEEN = "|"  # between several values in one column


@dataclass(frozen=True, slots=True)
class Substance:
    """An active substance. `key` is its INN as a slug: of the base, never of a salt."""

    key: str
    name: str
    atc: tuple[str, ...] = ()
    classes: frozenset[str] = frozenset()
    synonyms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Combination:
    """Substances (keys, in the order of the name) that are known together under a name of their own."""

    key: str
    name: str
    substances: tuple[str, ...]
    synonyms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ingredient:
    """How much of which substance (key). No strength: nobody has said."""

    substance: str
    strength: Strength | None = None


@dataclass(frozen=True, slots=True)
class Product:
    """A generic product in one strength and form."""

    key: str
    name: str
    ingredients: tuple[Ingredient, ...]
    form: str
    route: str


def rows_of(name: str) -> Iterator[dict[str, str]]:
    """The rows of one of our files."""
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def several(text: str) -> tuple[str, ...]:
    """The values of a column that may hold several."""
    return tuple(one.strip() for one in text.split(BETWEEN) if one.strip())


@cache
def classes() -> dict[str, str]:
    """What our classes are called, by their keys."""
    return {row["key"]: row["label"] for row in rows_of("classes.csv")}


@cache
def substances() -> dict[str, Substance]:
    """All of them, by their keys."""
    return {
        row["key"]: Substance(
            row["key"],
            row["name"],
            several(row["atc"]),
            frozenset(several(row["classes"])),
            several(row["synonyms"]),
        )
        for row in rows_of("substances.csv")
    }


@cache
def combinations() -> dict[str, Combination]:
    """All of them, by their keys."""
    return {
        row["key"]: Combination(row["key"], row["name"], several(row["substances"]), several(row["synonyms"]))
        for row in rows_of("combinations.csv")
    }


@cache
def products() -> dict[str, Product]:
    """All of them, by their keys."""
    return {
        row["key"]: Product(
            row["key"], row["name"], ingredients_in(row["ingredients"]), row["form"], row["route"]
        )
        for row in rows_of("products.csv")
    }


@cache
def products_of(keys: frozenset[str]) -> tuple[Product, ...]:
    """The products that hold exactly these substances."""
    return tuple(one for one in products().values() if {part.substance for part in one.ingredients} == keys)


def ingredients_in(text: str) -> tuple[Ingredient, ...]:
    """`amoxicillin:875 mg|clavulanic-acid:125 mg`, taken apart. Raises ValueError where it is not so."""
    return tuple(_ingredient(one) for one in several(text))


def _ingredient(text: str) -> Ingredient:
    substance, colon, strength = text.partition(":")
    if not colon or not substance.strip():
        raise ValueError(text)
    return Ingredient(substance.strip(), Strength.read(strength))
