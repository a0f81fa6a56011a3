"""The medicines of a question, understood: their substances, and how many milligrams of each are given."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from prescriptions.safety.names import Resolved, resolve
from prescriptions.safety.question import Line, Question
from prescriptions.safety.strengths import IN_MILLIGRAMS, UNITS
from prescriptions.safety.substances import Ingredient, products

_PIECES = """
tablet tablets tab tabs capsule capsules cap caps piece pieces sachet sachets suppository suppositories ampoule
ampoules vial vials dose doses puff puffs spray sprays patch patches pen pens
"""
_FROM_OUTSIDE = """
cream creme ointment salbe gel eye ear nasal nasenspray augentropfen vaginal pessary shampoo lotion
"""
PIECES = frozenset(_PIECES.split())
LOCAL_WORDS = frozenset(_FROM_OUTSIDE.split())

_UNIT_OF = {written: unit for unit, ways in UNITS.items() for written in ways}
_MILLILITRES = frozenset({"ml", "millilitre", "millilitres", "milliliter", "milliliters"})


@dataclass(frozen=True, slots=True)
class Amount:
    """Milligrams of one substance: at once, and in a day if it is said how often."""

    single: Decimal
    daily: Decimal | None


@dataclass(frozen=True, slots=True)
class Medicine:
    """A line that was understood. `amounts` by substance; a substance that is missing there: nobody can tell."""

    number: int
    line: Line
    substances: tuple[str, ...]
    is_new: bool
    amounts: dict[str, Amount]

    @property
    def name(self) -> str:
        return self.line.shown

    @property
    def is_local(self) -> bool:
        """Whether the name says that it acts where it is put: on the skin, in the eye."""
        return not LOCAL_WORDS.isdisjoint(self.line.name.casefold().replace("-", " ").split())


@dataclass(frozen=True, slots=True)
class Given:
    """All that was understood, and the lines that were not."""

    question: Question
    medicines: tuple[Medicine, ...]
    unknown: tuple[Line, ...]

    @property
    def new(self) -> Iterator[Medicine]:
        return (one for one in self.medicines if one.is_new)


def understood(question: Question) -> Given:
    """The lines with their substances. What is not known goes to `unknown`, if it is about to be given or not."""
    medicines: list[Medicine] = []
    unknown: list[Line] = []
    for number, (line, is_new) in enumerate(_lines(question)):
        meant = resolve(line.name)
        if meant is None:
            unknown.append(line)
            continue
        amounts = _amounts(line, meant, question.weight_kg)
        medicines.append(Medicine(number, line, meant.substances, is_new, amounts))
    return Given(question, tuple(medicines), tuple(unknown))


def _lines(question: Question) -> Iterator[tuple[Line, bool]]:
    yield from ((line, True) for line in question.medicines)
    yield from ((line, False) for line in question.taken)


# ── Doses ───────────────────────────────────────────────────────────────────


def _amounts(line: Line, meant: Resolved, weight: Decimal | None) -> dict[str, Amount]:
    singles = _singles(line, meant, weight)
    times = line.times_a_day
    return {key: Amount(single, None if times is None else single * times) for key, single in singles.items()}


def _singles(line: Line, meant: Resolved, weight: Decimal | None) -> dict[str, Decimal]:
    """How many milligrams of which substance at once; nothing where it is not plain."""
    if line.dose is None:
        return {}
    unit = line.unit.casefold().strip().rstrip(".")
    if unit in PIECES:
        return _pieces(line.dose, meant)
    if unit in _MILLILITRES:
        return _millilitres(line.dose, meant)
    milligrams = _milligrams(line.dose, unit, weight)
    return {} if milligrams is None else _shared(milligrams, meant)


def _milligrams(dose: Decimal, unit: str, weight: Decimal | None) -> Decimal | None:
    unit, _, per = unit.partition("/")
    factor = IN_MILLIGRAMS.get(_UNIT_OF.get(unit.strip().replace("µ", "u").replace("μ", "u"), ""))
    if factor is None or (per and per.strip() != "kg"):
        return None
    if not per:
        return dose * factor
    return None if weight is None else dose * factor * weight


def _pieces(count: Decimal, meant: Resolved) -> dict[str, Decimal]:
    """So many tablets of a strength that is written, or that is the only one there is."""
    found: dict[str, Decimal] = {}
    for one in _with_strengths(meant):
        milligrams = one.strength.milligrams if one.strength and not one.strength.per else None
        if milligrams is not None:
            found[one.substance] = count * milligrams
    return found


def _millilitres(count: Decimal, meant: Resolved) -> dict[str, Decimal]:
    found: dict[str, Decimal] = {}
    for one in meant.ingredients:
        milligrams = one.strength.milligrams if one.strength and one.strength.per == "ml" else None
        if milligrams is not None:
            found[one.substance] = count * milligrams
    return found


def _shared(milligrams: Decimal, meant: Resolved) -> dict[str, Decimal]:
    """A dose in mg. That of a combination is the sum of its parts, or its first part, whichever makes whole pieces."""
    if len(meant.ingredients) == 1:
        return {meant.ingredients[0].substance: milligrams}
    parts = [
        (one.substance, one.strength.milligrams if one.strength else None) for one in _with_strengths(meant)
    ]
    known = [(key, part) for key, part in parts if part]
    if len(known) < len(parts):
        return {}
    for whole in (sum((part for _, part in known), Decimal(0)), known[0][1]):
        if (milligrams / whole * 2) % 1 == 0:
            return {key: part * milligrams / whole for key, part in known}
    return {}


def _with_strengths(meant: Resolved) -> tuple[Ingredient, ...]:
    if all(one.strength for one in meant.ingredients):
        return meant.ingredients
    return _only_strength().get(frozenset(meant.substances), meant.ingredients)


@cache
def _only_strength() -> dict[frozenset[str], tuple[Ingredient, ...]]:
    """Substances that our products hold in one strength only."""
    found: dict[frozenset[str], set[tuple[Ingredient, ...]]] = {}
    for product in products().values():
        keys = frozenset(one.substance for one in product.ingredients)
        found.setdefault(keys, set()).add(product.ingredients)
    return {keys: next(iter(ways)) for keys, ways in found.items() if len(ways) == 1}
