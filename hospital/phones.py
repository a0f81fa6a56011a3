"""Phone numbers that are taken apart when somebody looks at them: a page of 25 patients has fifty, and shows few."""

from typing import Any

from phonenumber_field.modelfields import PhoneNumberDescriptor, PhoneNumberField
from phonenumber_field.phonenumber import to_python


class Unread(str):
    """A number as its column holds it."""

    __slots__ = ()


class ReadWhenAsked(PhoneNumberDescriptor):  # type: ignore[misc]
    """Gives a PhoneNumber, as the descriptor of the library does, and makes it at the first look."""

    def __get__(self, instance: Any, owner: type) -> Any:
        value = super().__get__(instance, owner)
        if isinstance(value, Unread):
            value = instance.__dict__[self.field.name] = to_python(str(value))
        return value

    def __set__(self, instance: Any, value: Any) -> None:
        if isinstance(value, Unread):
            instance.__dict__[self.field.name] = value
        else:
            super().__set__(instance, value)


class _PhoneField(PhoneNumberField):  # type: ignore[misc]
    """The same column as the library's, for migrations too."""

    descriptor_class = ReadWhenAsked

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> Any:
        return Unread(value) if value else value

    def deconstruct(self) -> Any:
        name, _path, args, kwargs = super().deconstruct()
        return name, f"{PhoneNumberField.__module__}.{PhoneNumberField.__qualname__}", args, kwargs


PhoneField: Any = _PhoneField  # the library has no types, and a checker takes a field for its value
