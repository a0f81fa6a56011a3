"""Shapes of allergies in JSON."""

from typing import Any

from rest_framework import serializers

from patients.models import Allergy, AllergyStatement
from patients.serializers.entries import ENTRY, KEPT, RETRACTED, EntrySerializer

SAID = ("kind", "reaction", "severity", "criticality", "verification", "status", "noted_on", "note")


class AllergySerializer(EntrySerializer):
    """An allergy or intolerance. `coded` is false for what is kept in words only: it can't be checked."""

    coded = serializers.BooleanField(source="is_coded", read_only=True)

    class Meta:
        model = Allergy
        fields = (
            *ENTRY,
            "substance",
            "substance_key",
            "coded",
            "atc",
            "drug_class",
            "category",
            *SAID,
            *RETRACTED,
            *KEPT,
        )
        read_only_fields = fields


class EditAllergySerializer(serializers.ModelSerializer[Allergy]):
    """What may be corrected. `substance` and `category` only of what is not coded."""

    substance = serializers.CharField(max_length=200, required=False)
    category = serializers.ChoiceField(Allergy.Category.choices, required=False)

    class Meta:
        model = Allergy
        fields = ("substance", "category", *SAID)


class RecordAllergySerializer(serializers.ModelSerializer[Allergy]):
    """Either `substance_key`, of the list of allergens, or `substance` in words with its `category`."""

    substance_key = serializers.CharField(
        max_length=60, required=False, default="", help_text="Of patients/clinical/allergens.py: penicillins"
    )
    substance = serializers.CharField(max_length=200, required=False, default="")
    category = serializers.ChoiceField(Allergy.Category.choices, required=False)

    class Meta:
        model = Allergy
        fields = (
            *("substance_key", "substance", "category", "kind", "reaction", "severity"),
            *("criticality", "verification", "noted_on", "note"),
        )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not attrs["substance_key"] and not attrs["substance"]:
            raise serializers.ValidationError({"substance": "A substance_key, or a substance in words."})
        return attrs


class AllergyStatementSerializer(EntrySerializer):
    """That somebody asked and none are known. Only the current one says what is known now."""

    class Meta:
        model = AllergyStatement
        fields = (*ENTRY, "stated_at", "is_current", *KEPT)
        read_only_fields = fields
