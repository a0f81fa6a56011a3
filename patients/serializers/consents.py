"""Shapes of consents in JSON."""

from typing import Any

from rest_framework import serializers

from patients.models import Consent


class ConsentSerializer(serializers.ModelSerializer[Consent]):
    """What a patient said once. The latest of a kind counts; without one nobody has asked, which means no."""

    patient = serializers.UUIDField(source="patient_id", read_only=True)
    recorded_by = serializers.UUIDField(source="recorded_by_id", read_only=True)

    class Meta:
        model = Consent
        fields = ("id", "patient", "kind", "is_given", "note", "said_at", "recorded_by", "version")
        read_only_fields = fields


class RecordConsentSerializer(serializers.Serializer[Any]):
    """A yes or a no."""

    kind = serializers.ChoiceField(choices=Consent.Kind.choices)
    is_given = serializers.BooleanField()
    note = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")
