"""Bodies that are taken at their word: no field that nobody knows, no text that sounds like a number."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

LARGEST_NUMBER = 1e9


class StrictSerializer(serializers.Serializer[Any]):
    """Refuses what it does not know: a misspelt `alergies` must not be read as none."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping):
            unknown = sorted(str(name) for name in set(data) - set(self.fields))
            if unknown:
                raise serializers.ValidationError(
                    {name[:60]: [_("There is no such field here.")] for name in unknown}
                )
        return super().to_internal_value(data)


class NumberField(serializers.FloatField):
    """A JSON number, neither text nor true, kept as a Decimal. `above`: it has to be more than this."""

    default_error_messages: ClassVar[dict[str, Any]] = {"above": _("More than {above} is needed.")}

    def __init__(self, *, above: float | None = None, **kwargs: Any) -> None:
        self.above = above
        super().__init__(**kwargs)

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, bool) or not isinstance(data, int | float) or not abs(data) < LARGEST_NUMBER:
            self.fail("invalid")
        if self.above is not None and data <= self.above:
            self.fail("above", above=self.above)
        return Decimal(str(data))


class YesOrNoField(serializers.BooleanField):
    """true or false, and no text that sounds like it."""

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data
