"""Amounts and other exact numbers in JSON: text going out, text or a number coming in, never rounded."""

import re
from decimal import Decimal
from typing import Any, ClassVar

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from hospital.money import MOST_DIGITS, exact_minor, from_minor, minor_digits, minor_unit

PLAIN = re.compile(r"-?(\d{1,30})(?:\.(\d{1,30}))?", re.ASCII)
MOST_PLACES = 20  # of a number of JSON that is looked at
WRITTEN = {
    "oneOf": [{"type": "string", "pattern": r"^\d{1,15}(\.\d{1,3})?$"}, {"type": "number", "minimum": 0}],
    "example": "12.50",
}


@extend_schema_field(WRITTEN)
class ExactField(serializers.Field[Any, Any, Any, Any]):
    """A number in plain digits with so many places at most, as text or as a number of JSON."""

    default_error_messages: ClassVar[dict[str, Any]] = {
        "invalid": _("A number in plain digits, such as 12 or “12.5”."),
        "too_fine": _("At most {places} places behind the point."),
        "too_large": _("This is too large."),
        "too_small": _("A number above zero."),
        "negative": _("Not below zero."),
    }

    def __init__(self, *, digits: int, places: int, zero: bool = False, **kwargs: Any) -> None:
        self.digits, self.most_places, self.zero = digits, places, zero
        super().__init__(**kwargs)

    @property
    def places(self) -> int:
        return self.most_places

    def to_internal_value(self, data: Any) -> Decimal:
        if isinstance(data, bool) or not isinstance(data, str | int | Decimal):
            self.fail("invalid")
        if isinstance(data, Decimal) and not (data.is_finite() and abs(data.adjusted()) <= MOST_PLACES):
            self.fail("too_large" if data.is_finite() and data.adjusted() > 0 else "invalid")
        found = PLAIN.fullmatch(f"{data:f}" if isinstance(data, Decimal) else str(data))
        if found is None:
            self.fail("invalid")
        whole, fraction = found[1].lstrip("0"), found[2] or ""
        if len(fraction) > self.places:
            self.fail("too_fine", places=self.places, currency=settings.CURRENCY)
        if len(whole) > self.digits - self.places:
            self.fail("too_large")
        number = Decimal(found[0])
        if number < 0 or (not number and not self.zero):
            self.fail("negative" if self.zero else "too_small")
        return number

    def to_representation(self, value: Any) -> str:
        """Without zeros that say nothing, whatever the engine made of them."""
        return f"{value.normalize():f}" if value else "0"


class AmountField(ExactField):
    """An amount in the hospital's currency, with no more places than it has."""

    default_error_messages: ClassVar[dict[str, Any]] = {
        "too_fine": _("{currency} has {places} places behind the point."),
        "too_small": _("An amount above zero."),
        "negative": _("An amount, not below zero."),
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(digits=MOST_DIGITS, places=0, **kwargs)

    @property
    def places(self) -> int:
        return minor_digits()

    def to_representation(self, value: Any) -> str:
        """With the places of the currency, which an amount of the database has already."""
        if isinstance(value, Decimal) and value.same_quantum(minor_unit(settings.CURRENCY)):
            return str(value)
        return str(from_minor(exact_minor(value)))


@extend_schema_field({"type": "string", "format": "decimal", "example": "12.50"})
class AmountText(AmountField):
    """An amount that is shown: with the places of its currency; below zero where it is owed the other way round."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"read_only": True} | kwargs)


@extend_schema_field({"type": "string", "format": "decimal", "example": "1.5"})
class NumberText(ExactField):
    """A quantity or a percentage that is shown."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(digits=10, places=3, **{"read_only": True} | kwargs)


def quantity_field(**options: Any) -> ExactField:
    return ExactField(digits=10, places=3, **options)


def percent_field(**options: Any) -> ExactField:
    return ExactField(digits=6, places=3, zero=True, **options)


def text_field(longest: int, **options: Any) -> Any:
    """Text that may be left out."""
    return serializers.CharField(max_length=longest, required=False, allow_blank=True, default="", **options)
