"""The numbers of a set of vital signs: what they are called, in which unit, with how many decimals."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Measure:
    """A column of Vitals. `label` stands in lists, where `name` of the column itself is too long."""

    key: str
    label: str | Promise
    unit: str
    decimals: int = 0

    def text(self, value: Decimal | float) -> str:
        """The value without its unit: 38.3, 71.4, 22."""
        words = f"{float(value):.{self.decimals}f}"
        return words.rstrip("0").rstrip(".") if self.decimals > 1 else words


# In the order of a bedside chart.
MEASURES = {
    one.key: one
    for one in (
        Measure("respiration", _("Respiration"), "/min"),
        Measure("spo2", _("SpO₂"), "%"),
        Measure("temperature", _("Temperature"), "°C", 1),
        Measure("systolic", _("Systolic BP"), "mmHg"),
        Measure("diastolic", _("Diastolic BP"), "mmHg"),
        Measure("pulse", _("Pulse"), "/min"),
        Measure("glucose", _("Glucose"), "mmol/L", 1),
        Measure("pain", _("Pain"), "/10"),
        Measure("weight", _("Weight"), "kg", 2),
        Measure("height", _("Height"), "cm", 1),
    )
}
