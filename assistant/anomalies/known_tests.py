"""What is known of laboratory tests beforehand: how far they move, and at which values somebody is called.

Usual value, and how far it moves within a person and between persons (coefficients of variation, in percent): Ricós C
et al., Current databases on biological variation: pros, cons and progress, Scand J Clin Lab Invest 1999; 59: 491–500,
update of 2014. Critical limits: means of a survey, Kost GJ, Critical limits for urgent clinician notification at US
medical centers, JAMA 1990; 263: 704–707.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType

CRITICAL_SOURCE = "Kost GJ, JAMA 1990; 263: 704–707"
IN_ILLNESS = (
    1.6  # in hospital both vary more than in the healthy people of the tables; fitted on seeds of its own
)


@dataclass(frozen=True)
class Known:
    """`usual` in the unit; `within` and `between` as standard deviations of the natural logarithm."""

    unit: str
    usual: float
    within: float
    between: float


def _known(unit: str, usual: float, within: float, between: float) -> Known:
    """Half of the variation within a person is added for the measurement."""
    return Known(unit, usual, math.hypot(within, within / 2) / 100, IN_ILLNESS * between / 100)


KNOWN: Mapping[str, Known] = MappingProxyType(
    {
        "718-7": _known("g/dL", 14, 2.85, 6.8),
        "6690-2": _known("10*9/L", 7, 11.4, 21.3),
        "777-3": _known("10*9/L", 250, 9.1, 21.9),
        "787-2": _known("fL", 90, 1.4, 4.85),
        "2951-2": _known("mmol/L", 140, 0.6, 0.7),
        "2823-3": _known("mmol/L", 4.2, 4.6, 5.6),
        "2075-0": _known("mmol/L", 102, 1.2, 1.5),
        "14682-9": _known("umol/L", 80, 5.95, 14.7),
        "22664-7": _known("mmol/L", 5, 12.1, 18.7),
        "2000-8": _known("mmol/L", 2.35, 2.1, 2.5),
        "2601-3": _known("mmol/L", 0.85, 3.6, 6.4),
        "14879-1": _known("mmol/L", 1.15, 8.15, 10.8),
        "1742-6": _known("U/L", 24, 19.4, 41.6),
        "1920-8": _known("U/L", 22, 12.3, 23.1),
        "6768-6": _known("U/L", 70, 6.45, 26.1),
        "14631-6": _known("umol/L", 10, 21.8, 28.4),
        "1751-7": _known("g/L", 42, 3.2, 4.75),
        "1988-5": _known("mg/L", 3, 42.2, 76.3),
        "14749-6": _known("mmol/L", 5.5, 5.6, 7.5),
        "3016-3": _known("m[IU]/L", 1.5, 19.3, 24.6),
        # Measured at the bedside: how far they move is ours.
        "weight": _known("kg", 72, 3, 20),
        "height": _known("cm", 170, 1, 6),
    }
)
WITHIN_UNKNOWN, BETWEEN_UNKNOWN = 0.25, 0.5  # of a test that is not in the table


@dataclass(frozen=True)
class Critical:
    """Below `low` or above `high` somebody is called at once."""

    unit: str
    low: Decimal | None
    high: Decimal | None

    def is_beyond(self, value: Decimal) -> bool:
        return (self.low is not None and value < self.low) or (self.high is not None and value > self.high)


def _critical(unit: str, low: str, high: str) -> Critical:
    return Critical(unit, Decimal(low) if low else None, Decimal(high) if high else None)


CRITICAL: Mapping[str, Critical] = MappingProxyType(
    {
        "14749-6": _critical("mmol/L", "2.6", "26.9"),
        "2823-3": _critical("mmol/L", "2.8", "6.2"),
        "2000-8": _critical("mmol/L", "1.65", "3.22"),
        "2951-2": _critical("mmol/L", "120", "158"),
        "1963-8": _critical("mmol/L", "11", "40"),
        "2601-3": _critical("mmol/L", "0.41", "2.02"),
        "14879-1": _critical("mmol/L", "0.39", "2.87"),
        "2075-0": _critical("mmol/L", "75", "126"),
        "14682-9": _critical("umol/L", "", "654"),
        "718-7": _critical("g/dL", "6.6", "19.9"),
        "777-3": _critical("10*9/L", "37", "910"),
        "6690-2": _critical("10*9/L", "2.0", "37.0"),
    }
)


def known_of(loinc: str, unit: str) -> Known | None:
    found = KNOWN.get(loinc)
    return found if found and found.unit == unit else None


def critical_of(loinc: str, unit: str) -> Critical | None:
    found = CRITICAL.get(loinc)
    return found if found and found.unit == unit else None
