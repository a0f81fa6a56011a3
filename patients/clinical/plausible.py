"""Which values are questioned before they are kept, and which are refused whatever anybody says.

The limits of questions are ours: they judge nobody, they catch slips of the finger and of the unit. The limits of
refusal leave room for everything that somebody lived through: body temperatures of 13.7 °C (Gilbert M et al.,
Lancet 2000; 355: 375–376) and 46.5 °C (Slovis CM et al., Ann Emerg Med 1982; 11: 269–271).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from patients.clinical.ages import Age
from patients.clinical.measures import MEASURES

IMPLAUSIBLE, IMPOSSIBLE = "implausible", "impossible"
Limits = dict[str, tuple[float, float]]

# Outside of these a value is refused.
POSSIBLE: Limits = {"temperature": (10, 47), "spo2": (0, 100), "weight": (0.2, 700), "height": (15, 280)}
# Outside of these, ends included, it is asked about.
EXPECTED: Limits = {
    "temperature": (34.0, 41.5),
    "spo2": (50, 100),
    "systolic": (60, 250),
    "diastolic": (30, 150),
    "glucose": (2.0, 35.0),
}
# From how many years on: of each measure that depends on the age.
EXPECTED_FROM: tuple[tuple[int, Limits], ...] = (
    (0, {"pulse": (60, 250), "respiration": (10, 100), "weight": (0.5, 16), "height": (25, 95)}),
    (1, {"pulse": (50, 250), "respiration": (10, 80), "weight": (4, 40), "height": (55, 135)}),
    (5, {"pulse": (40, 220), "respiration": (8, 60), "weight": (9, 110), "height": (80, 180)}),
    (10, {"pulse": (30, 220), "respiration": (6, 60), "weight": (15, 200), "height": (100, 220)}),
    (18, {"pulse": (30, 220), "respiration": (5, 60), "weight": (25, 300), "height": (100, 230)}),
)
GROWN_UP_YEARS = 18
MOST_CHANGE_OF_WEIGHT = 0.20
WITHIN = timedelta(days=30)
MOST_CHANGE_OF_HEIGHT = 0.05
FAHRENHEIT = (86, 116)
MILLIGRAMS = 18.016  # of glucose in a decilitre for one mmol in a litre


@dataclass(frozen=True)
class Measured:
    """A value of the same patient, and when it was measured."""

    value: float
    at: datetime


@dataclass(frozen=True)
class Doubt:
    """What is said at a field: `code` is IMPLAUSIBLE, which can be confirmed, or IMPOSSIBLE."""

    field: str
    code: str
    text: str


def doubts(
    values: Mapping[str, Any],
    *,
    age: Age,
    taken_at: datetime,
    weight_before: Measured | None = None,
    height_before: Measured | None = None,
) -> list[Doubt]:
    """What is doubtful about measured values, at most one doubt for each field, in the order of the fields."""
    expected = _expected(age)
    given = {name: float(values[name]) for name in MEASURES if values.get(name) is not None}
    found = [_doubt(name, value, expected) for name, value in given.items()]
    found += [_of_pressure(given)]
    if age.years >= GROWN_UP_YEARS:
        found += [_of_weight(given, weight_before, taken_at), _of_height(given, height_before)]
    first: dict[str, Doubt] = {}
    for doubt in sorted((one for one in found if one), key=lambda one: one.code != IMPOSSIBLE):
        first.setdefault(doubt.field, doubt)
    return [first[name] for name in MEASURES if name in first]


def _expected(age: Age) -> Limits:
    of_age = [limits for years, limits in EXPECTED_FROM if years <= age.years][-1]
    return EXPECTED | of_age


def _doubt(name: str, value: float, expected: Limits) -> Doubt | None:
    measure = MEASURES[name]
    words = {"value": measure.text(value), "unit": measure.unit, "name": str(measure.label)}
    low, high = POSSIBLE.get(name, (0, float("inf")))
    hint = _hint(name, value, expected)
    if not low <= value <= high:
        return Doubt(name, IMPOSSIBLE, _("%(value)s %(unit)s is not possible.") % words + hint)
    low, high = expected.get(name, (0, float("inf")))
    if not low <= value <= high:
        return Doubt(name, IMPLAUSIBLE, _("%(value)s %(unit)s is very unusual at this age.") % words + hint)
    return None


def _hint(name: str, value: float, expected: Limits) -> str:
    """What was probably meant: another unit, or a point in the wrong place."""
    if name not in expected:
        return ""
    low, high = expected[name]
    if low <= value <= high:
        return ""
    for meant in _slips(name, value):
        if low <= meant <= high:
            text = MEASURES[name].text(meant)
            if "." not in text and MEASURES[name].decimals:
                text = f"{text}.0"
            return " " + _("Did you mean %(meant)s?") % {"meant": text}
    return ""


def _slips(name: str, value: float) -> list[float]:
    units = {
        "temperature": [(value - 32) * 5 / 9] if FAHRENHEIT[0] <= value <= FAHRENHEIT[1] else [],
        "height": [value * 100] if value < 3 else [],
        "glucose": [value / MILLIGRAMS] if value > 40 else [],
    }
    return [round(meant, 1) for meant in (*units.get(name, []), value / 10, value * 10)]


def _of_pressure(given: Mapping[str, float]) -> Doubt | None:
    systolic, diastolic = given.get("systolic"), given.get("diastolic")
    if systolic is None or diastolic is None or diastolic < systolic:
        return None
    if diastolic > systolic:
        return Doubt(
            "diastolic", IMPOSSIBLE, _("The diastolic pressure cannot be higher than the systolic one.")
        )
    return Doubt("diastolic", IMPLAUSIBLE, _("Both pressures are the same."))


def _of_weight(given: Mapping[str, float], before: Measured | None, taken_at: datetime) -> Doubt | None:
    if before is None or "weight" not in given or abs(taken_at - before.at) > WITHIN:
        return None
    return _jump("weight", given["weight"], before, MOST_CHANGE_OF_WEIGHT)


def _of_height(given: Mapping[str, float], before: Measured | None) -> Doubt | None:
    if before is None or "height" not in given:
        return None
    return _jump("height", given["height"], before, MOST_CHANGE_OF_HEIGHT)


def _jump(name: str, value: float, before: Measured, most: float) -> Doubt | None:
    if before.value <= 0 or abs(value - before.value) / before.value <= most:
        return None
    measure = MEASURES[name]
    words = {
        "before": measure.text(before.value),
        "unit": measure.unit,
        "value": measure.text(Decimal(str(value))),
    }
    return Doubt(
        name,
        IMPLAUSIBLE,
        _("%(value)s %(unit)s is far from the last value, which was %(before)s %(unit)s.") % words,
    )
