"""Rows as both engines understand them: plain JSON values, always written the same way, so that they can be compared."""

import hashlib
import json
from collections.abc import Iterable
from datetime import UTC, datetime, time
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import models

# What is not copied, and why: said to whoever moves.
LEFT_OUT = {
    "sessions.Session": "people log in again",
    "account.EmailConfirmation": "its links live for days only",
    "contenttypes.ContentType": "made by migrate, on both sides",
    "auth.Permission": "made by migrate, on both sides",
    "auth.Group": "nothing here uses groups; accounts/roles.py is the policy",
    "auth.Group_permissions": "nothing here uses groups; accounts/roles.py is the policy",
}
# Their keys are numbers on SQLite and ObjectIds on MongoDB. Nothing points at them, so each side gives its own.
RENUMBERED = ("account.EmailAddress", "admin.LogEntry")


def all_models() -> list[Any]:
    """Every model that is copied under its own keys, each after those that it points to."""
    numbered = {*LEFT_OUT, *RENUMBERED}
    todo = [
        model for model in apps.get_models(include_auto_created=True) if model._meta.label not in numbered
    ]
    ordered: list[Any] = []
    while todo:
        ready = [model for model in todo if not _waits_for(model) & set(todo)] or todo[:1]
        ordered += ready
        todo = [model for model in todo if model not in ready]
    return ordered


def _waits_for(model: Any) -> set[Any]:
    pointed_at = {field.related_model for field in model._meta.concrete_fields if field.is_relation}
    return pointed_at - {model}


def renumbered_models() -> list[Any]:
    return [apps.get_model(label) for label in RENUMBERED]


def rows_of(model: Any) -> models.QuerySet[Any]:
    """All of them, also what the model's own manager would not show or change."""
    return models.QuerySet(model)


def fields_of(model: Any) -> list[Any]:
    """What is copied of a row: all columns, but for a key that the other side gives."""
    fields = model._meta.concrete_fields
    return [field for field in fields if not (field.primary_key and model._meta.label in RENUMBERED)]


def encoded(row: models.Model) -> dict[str, Any]:
    return {field.attname: _encode(field, field.value_from_object(row)) for field in fields_of(type(row))}


def _encode(field: Any, value: Any) -> Any:
    if value is None or isinstance(field, models.JSONField):
        return value
    if field.related_model is ContentType:
        return _kind(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="milliseconds")  # MongoDB keeps no more
    if isinstance(value, time):
        return value.isoformat(timespec="milliseconds")
    if isinstance(value, Decimal):
        return f"{value:.{field.decimal_places}f}" if isinstance(field, models.DecimalField) else str(value)
    return value if isinstance(value, bool | int | float) else str(value)


def _kind(pk: Any) -> str:
    kind = ContentType.objects.get_for_id(pk)
    return f"{kind.app_label}.{kind.model}"


def decoded(model: Any, values: dict[str, Any]) -> models.Model:
    """A row that is not saved yet."""
    return model(**{field.attname: _decode(field, values[field.attname]) for field in fields_of(model)})  # type: ignore[no-any-return]


def _decode(field: Any, value: Any) -> Any:
    if value is None:
        return None
    if field.related_model is ContentType:
        return ContentType.objects.get_by_natural_key(*value.split(".")).pk
    return (field.target_field if field.is_relation else field).to_python(value)


def hash_of(values: dict[str, Any]) -> str:
    """The SHA-256 of the canonical JSON of a row."""
    text = json.dumps(values, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def key_of(row: models.Model) -> str:
    return str(row.pk)


def by_key(model: Any, keys: Iterable[str]) -> models.QuerySet[Any]:
    return rows_of(model).filter(pk__in=[model._meta.pk.to_python(key) for key in keys])
