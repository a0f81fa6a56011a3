"""Shapes of vital signs in JSON."""

from typing import Any

from rest_framework import serializers

from patients.models import Vitals

MEASURED = (
    "taken_at",
    "encounter",
    "respiration",
    "spo2",
    "on_oxygen",
    "spo2_scale_2",
    "systolic",
    "diastolic",
    "pulse",
    "consciousness",
    "temperature",
    "pain",
    "glucose",
    "weight",
    "height",
    "pregnancy",
    "note",
)


class VitalsSerializer(serializers.ModelSerializer[Vitals]):
    """A set of measurements with its score. Units: /min, %, mmHg, °C, mmol/L, kg, cm."""

    patient = serializers.UUIDField(source="patient_id", read_only=True)
    encounter = serializers.UUIDField(source="encounter_id", read_only=True, allow_null=True)
    recorded_by = serializers.UUIDField(source="recorded_by_id", read_only=True)
    risk = serializers.CharField(
        source="risk.key",
        read_only=True,
        default=None,
        allow_null=True,
        help_text="low, low_medium, medium or high; null where the set was not scored",
    )

    class Meta:
        model = Vitals
        fields = (
            "id",
            "patient",
            *MEASURED,
            "news2",
            "news2_not_because",
            "risk",
            "recorded_by",
            "retracted_at",
            "retracted_because",
            "version",
            "created_at",
            "updated_at",
        )
        read_only_fields = fields


class RecordVitalsSerializer(serializers.ModelSerializer[Vitals]):
    """A new set: at least one value. What was not measured is left out or null."""

    taken_at = serializers.DateTimeField(help_text="Not in the future, not before birth")
    encounter = serializers.UUIDField(
        required=False, allow_null=True, help_text="A consultation of the same patient"
    )
    confirmed = serializers.BooleanField(
        default=False, help_text="Values that were refused as `implausible` have been checked and are right"
    )

    class Meta:
        model = Vitals
        fields = (*MEASURED, "confirmed")


class RetractSerializer(serializers.Serializer[Any]):
    """Why something was entered in error."""

    reason = serializers.CharField(max_length=300)
