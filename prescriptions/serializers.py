"""JSON of medicines."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from prescriptions.models import Product


class IngredientSerializer(serializers.Serializer[Any]):
    """How much of which substance; `key` is its international name as a slug."""

    key = serializers.CharField()
    name = serializers.CharField()
    strength = serializers.CharField()
    atc = serializers.ListField(child=serializers.CharField())
    classes = serializers.ListField(child=serializers.CharField())


class MedicationSerializer(serializers.ModelSerializer[Product]):
    """A product. `synonyms` are brands of its own; those of its substances are searched too."""

    ingredients = serializers.SerializerMethodField()
    synonyms = serializers.ListField(child=serializers.CharField(), source="other_names", read_only=True)

    class Meta:
        model = Product
        fields = ("id", "key", "name", "synonyms", "ingredients", "form", "route", "is_active", "version")
        read_only_fields = fields

    @extend_schema_field(IngredientSerializer(many=True))
    def get_ingredients(self, product: Product) -> list[dict[str, Any]]:
        return [
            {
                "key": part.substance,
                "name": substance.name if substance else part.substance,
                "strength": str(part.strength),
                "atc": list(substance.codes) if substance else [],
                "classes": list(substance.class_keys) if substance else [],
            }
            for part, substance in product.with_substances()
        ]
