"""Rows as JSON, by the fields of a serializer that is made once for the process."""

from collections.abc import Callable, Iterable
from functools import cache
from operator import attrgetter
from typing import Any

from rest_framework.fields import Field
from rest_framework.relations import PKOnlyObject

Read = Callable[[Any], Any]


def as_json(shape: Any, row: Any) -> dict[str, Any]:
    """A row in a shape. Its serializer knows no request: everybody who sees the row sees the same of it."""
    written: dict[str, Any] = {}
    for name, read, write in _fields_of(shape):
        value = read(row)
        nothing = value is None or (isinstance(value, PKOnlyObject) and value.pk is None)
        written[name] = None if nothing else write(value)
    return written


def all_as_json(shape: Any, rows: Iterable[Any]) -> list[dict[str, Any]]:
    return [as_json(shape, row) for row in rows]


@cache
def _fields_of(shape: Any) -> list[tuple[str, Read, Callable[[Any], Any]]]:
    """Making the fields of a serializer costs more than reading a page of rows."""
    return [
        (name, _reader(field), field.to_representation)
        for name, field in shape().fields.items()
        if not field.write_only
    ]


def _reader(field: Any) -> Read:
    """What takes a field's value from a row: a column directly, all else as its field does."""
    model = getattr(getattr(field.parent, "Meta", None), "model", None)
    columns = {column.attname for column in model._meta.concrete_fields} if model else set()
    is_plain = type(field).get_attribute is Field.get_attribute and field.source in columns
    return attrgetter(field.source) if is_plain else field.get_attribute
