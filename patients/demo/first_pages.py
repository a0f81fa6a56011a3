"""Writing a part of the first pages of many charts, for what is planted in bulk."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from patients.models import Chart


def write(column: str, parts: Mapping[UUID, Any]) -> None:
    """Put a part into each patient's chart; the other parts stay as they are."""
    there = set(Chart.objects.filter(pk__in=list(parts)).values_list("pk", flat=True))
    Chart.objects.bulk_create(Chart(pk=pk) for pk in parts if pk not in there)
    for pk, part in parts.items():
        Chart.objects.filter(pk=pk).update(**{column: part})
