"""Shapes in JSON that the entries of a chart share."""

from typing import Any

from rest_framework import serializers


class ReasonSerializer(serializers.Serializer[Any]):
    """Why an entry is taken back or ended."""

    reason = serializers.CharField(max_length=200)


ENTRY = ("id", "patient", "recorded_by")
RETRACTED = ("retracted_at", "retracted_because")
KEPT = ("version", "created_at", "updated_at")


class EntrySerializer(serializers.ModelSerializer[Any]):
    """What every entry says of itself."""

    patient = serializers.UUIDField(source="patient_id", read_only=True)
    recorded_by = serializers.UUIDField(source="recorded_by_id", read_only=True)
