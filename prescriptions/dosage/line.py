"""A line of a prescription, as it stands there."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any, Self

_NUMBERS = ("dose", "times_a_day", "quantity")


@dataclass(frozen=True, slots=True)
class Written:
    """One medicine of a prescription, as it stands there: FHIR MedicationRequest.dosageInstruction.

    `product` is the id of a product of the catalogue, or "" for what is not in it. `frequency` is in our
    shorthand (1-0-1, bd, q8h). `dose` and `unit` are taken at once, `times_a_day` may be a fraction (once a week is
    0.142857), None where nobody can say. `days` None: until further notice. `text` is for the patient.
    """

    medicine: str
    product: str = ""
    dose: Decimal | None = None
    unit: str = ""
    route: str = ""
    frequency: str = ""
    times_a_day: Decimal | None = None
    as_needed: bool = False
    as_needed_for: str = ""
    days: int | None = None
    quantity: Decimal | None = None
    quantity_unit: str = ""
    text: str = ""
    note: str = ""

    def as_json(self) -> dict[str, Any]:
        """As it is kept and signed: numbers as text, without zeros at their end."""
        facts = asdict(self)
        return facts | {name: plain(facts[name]) for name in _NUMBERS}

    @classmethod
    def of(cls, facts: Mapping[str, Any]) -> Self:
        """From what `as_json` has written."""
        values = dict(facts)
        for name in _NUMBERS:
            number = values.get(name)
            values[name] = Decimal(number) if number else None
        return cls(**values)


def plain(number: Decimal | None) -> str | None:
    """A number as people write it: 0.5, 20, never 2E+1 or 20.000."""
    if number is None:
        return None
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
