"""Fields for amounts, quantities and reasons."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hospital.money import MOST_DIGITS, minor_digits


def number(**attrs: str) -> forms.TextInput:
    """Written as the hospital writes numbers; a phone shows digits."""
    return forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "class": "num"} | attrs)


class Amount(forms.DecimalField):
    """An amount in the hospital's currency, with point or comma."""

    def __init__(self, **options: Any) -> None:
        shape: dict[str, Any] = {
            "max_digits": MOST_DIGITS,
            "decimal_places": minor_digits(),
            "min_value": 0,
            "widget": number(),
        }
        super().__init__(**shape | options)

    def to_python(self, value: Any) -> Any:
        return super().to_python(with_point(value))


class Number(forms.DecimalField):
    """A number to the thousandth, with point or comma."""

    def __init__(self, **options: Any) -> None:
        shape: dict[str, Any] = {"decimal_places": 3, "min_value": 0, "widget": number()}
        super().__init__(**shape | options)

    def to_python(self, value: Any) -> Any:
        return super().to_python(with_point(value))


def with_point(value: Any) -> Any:
    """`12,50` as `12.50`; of what has both, the comma only groups."""
    if not isinstance(value, str):
        return value
    return value.replace(",", "" if "." in value else ".").replace(" ", "")


def reason(**options: Any) -> forms.CharField:
    shape: dict[str, Any] = {"label": _("Reason"), "max_length": 300}
    return forms.CharField(**shape | options)


def version() -> forms.IntegerField:
    """The version that was looked at."""
    return forms.IntegerField(widget=forms.HiddenInput, min_value=1)
