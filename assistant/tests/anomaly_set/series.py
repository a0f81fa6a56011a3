"""Invented people with the results of their samples over time, as a hospital sees them. The same seed, the same people.

Medians lie within the usual ranges of adults. How far a test moves within a person and between persons (coefficients
of variation, in percent) is from Ricós C et al., Current databases on biological variation: pros, cons and progress,
Scand J Clin Lab Invest 1999; 59: 491–500, with the update of 2014; half of the first is added for the measurement,
as the same authors call it desirable. People in hospital are ill: chronic disease moves a person's own level, acute
illness moves several tests together for some days and fades. Without it every fault would be easy to find.
"""

import math
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal

BEGIN = datetime(2025, 1, 6, 7, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Test:
    """`within` and `between` in percent; `decimals` as it is reported."""

    __test__ = False

    loinc: str
    name: str
    unit: str
    median: float
    within: float
    between: float
    decimals: int
    panel: str


TESTS = (
    Test("718-7", "Haemoglobin", "g/dL", 13.8, 2.85, 6.8, 1, "count"),
    Test("6690-2", "Leukocytes", "10*9/L", 6.8, 11.4, 21.3, 1, "count"),
    Test("777-3", "Platelets", "10*9/L", 250, 9.1, 21.9, 0, "count"),
    Test("787-2", "MCV", "fL", 90, 1.4, 4.85, 0, "count"),
    Test("2951-2", "Sodium", "mmol/L", 140, 0.6, 0.7, 0, "kidney"),
    Test("2823-3", "Potassium", "mmol/L", 4.2, 4.6, 5.6, 1, "kidney"),
    Test("2075-0", "Chloride", "mmol/L", 102, 1.2, 1.5, 0, "kidney"),
    Test("14682-9", "Creatinine", "umol/L", 78, 5.95, 14.7, 0, "kidney"),
    Test("22664-7", "Urea", "mmol/L", 5.0, 12.1, 18.7, 1, "kidney"),
    Test("2000-8", "Calcium", "mmol/L", 2.35, 2.1, 2.5, 2, "bone"),
    Test("14879-1", "Phosphate", "mmol/L", 1.15, 8.15, 10.8, 2, "bone"),
    Test("1742-6", "ALT", "U/L", 24, 19.4, 41.6, 0, "liver"),
    Test("1920-8", "AST", "U/L", 22, 12.3, 23.1, 0, "liver"),
    Test("6768-6", "ALP", "U/L", 70, 6.45, 26.1, 0, "liver"),
    Test("14631-6", "Bilirubin", "umol/L", 10, 21.8, 28.4, 0, "liver"),
    Test("1751-7", "Albumin", "g/L", 42, 3.2, 4.75, 0, "liver"),
    Test("1988-5", "CRP", "mg/L", 3.0, 42.2, 76.3, 1, "inflammation"),
    Test("14749-6", "Glucose", "mmol/L", 5.4, 5.6, 7.5, 1, "glucose"),
)
BY_CODE = {one.loinc: one for one in TESTS}
PANELS = {"count": 0.75, "kidney": 0.85, "bone": 0.25, "liver": 0.45, "inflammation": 0.45, "glucose": 0.4}

Moves = dict[str, tuple[float, float]]  # test → by which factor at least and at most
CHRONIC: tuple[tuple[float, Moves], ...] = (
    (0.15, {"14682-9": (1.4, 5.0), "22664-7": (1.3, 4.0), "2823-3": (1.0, 1.2), "14879-1": (1.0, 1.5)}),
    (0.15, {"718-7": (0.62, 0.88), "787-2": (0.8, 1.12)}),
    (0.08, {"1742-6": (1.3, 5.0), "1920-8": (1.3, 5.0), "14631-6": (1.2, 5.0), "1751-7": (0.6, 0.95)}),
    (0.15, {"14749-6": (1.2, 2.2)}),
)
ACUTE: tuple[Moves, ...] = (
    {"1988-5": (5, 60), "6690-2": (1.2, 2.8), "777-3": (0.7, 1.5), "1751-7": (0.75, 0.95)},
    {"718-7": (0.55, 0.85), "22664-7": (1.0, 2.5)},
    {"14682-9": (1.4, 4.0), "22664-7": (1.4, 3.5), "2823-3": (1.05, 1.4)},
    {"1742-6": (2, 20), "1920-8": (2, 20), "14631-6": (1.2, 6), "6768-6": (1.1, 3)},
    {"2951-2": (0.88, 1.08), "2075-0": (0.9, 1.08), "22664-7": (1.0, 2.0)},
    {"14749-6": (1.3, 4.0), "2823-3": (0.85, 1.2)},
)


@dataclass(frozen=True)
class Sample:
    """What was measured in one sample, by LOINC code."""

    at: datetime
    values: dict[str, Decimal]


@dataclass(frozen=True)
class Person:
    samples: tuple[Sample, ...]


def people(count: int, seed: int) -> list[Person]:
    dice = random.Random(f"people {seed}")
    return [_person(dice) for _number in range(count)]


def _person(dice: random.Random) -> Person:
    levels = {one.loinc: one.median * _spread(dice, one.between) for one in TESTS}
    for share, moves in CHRONIC:
        if dice.random() < share:
            for code, (least, most) in moves.items():
                levels[code] *= _between(dice, least, most)
    return Person(tuple(_samples(dice, levels)))


def _samples(dice: random.Random, levels: dict[str, float]) -> Iterator[Sample]:
    """A stay of daily samples, or visits weeks apart; about every fourth time something acute begins."""
    at = BEGIN + timedelta(days=dice.randrange(200), minutes=dice.randrange(300))
    acute: dict[str, float] = {}
    for _number in range(dice.randint(3, 16)):
        in_stay = bool(acute) or dice.random() < 0.4
        gap = (
            timedelta(hours=dice.choice((6, 12, 24, 24, 48)))
            if in_stay
            else timedelta(days=dice.randint(7, 150))
        )
        at += gap
        fading = math.exp(-gap.total_seconds() / 86400 / 4)  # what was acute has halved after three days
        acute = {code: factor**fading for code, factor in acute.items() if abs(math.log(factor)) > 0.05}
        if dice.random() < 0.22:
            for code, (least, most) in dice.choice(ACUTE).items():
                acute[code] = _between(dice, least, most)
        yield Sample(at, _values(dice, levels, acute))


def _values(dice: random.Random, levels: dict[str, float], acute: dict[str, float]) -> dict[str, Decimal]:
    panels = {name for name, share in PANELS.items() if dice.random() < share} or {"kidney"}
    values = {}
    for one in TESTS:
        if one.panel in panels:
            level = levels[one.loinc] * acute.get(one.loinc, 1.0)
            value = level * _spread(dice, math.hypot(one.within, one.within / 2))
            values[one.loinc] = max(
                Decimal(str(round(value, one.decimals))), Decimal(1).scaleb(-one.decimals)
            )
    return values


def _spread(dice: random.Random, percent: float) -> float:
    """A factor around 1, lognormal, with this coefficient of variation."""
    return math.exp(dice.gauss(0, math.sqrt(math.log(1 + (percent / 100) ** 2))))


def _between(dice: random.Random, least: float, most: float) -> float:
    return math.exp(dice.uniform(math.log(least), math.log(most)))
