"""JSON of medicines, and of what is asked and answered about their safety."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from prescriptions.models import Product
from prescriptions.safety.question import Check, Line, Question, Severity
from prescriptions.serializers.strict import NumberField, StrictSerializer, YesOrNoField

MOST_MEDICINES = 60
MOST_ALLERGIES = 60
LONGEST_NAME = 200
SEVERITIES = [(one.value, one.value) for one in Severity]
CHECKS = [(one.value, one.value) for one in Check]


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


# ── The safety check ────────────────────────────────────────────────────────


class LineSerializer(StrictSerializer):
    """A medicine with its dose. `times_a_day` may be a fraction: 0.142857 is once a week."""

    name = serializers.CharField(max_length=LONGEST_NAME)
    dose = NumberField(above=0, max_value=1_000_000, required=False, allow_null=True, default=None)
    unit = serializers.CharField(
        max_length=30,
        required=False,
        default="",
        help_text="mg, g, micrograms, mg/kg, ml or tablets. In another unit no dose can be judged",
    )
    times_a_day = NumberField(above=0, max_value=48, required=False, allow_null=True, default=None)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs["dose"] is not None and not attrs["unit"]:
            raise serializers.ValidationError({"unit": _("Say in which unit the dose is.")}, code="required")
        if attrs["dose"] is None and attrs["unit"]:
            raise serializers.ValidationError(
                {"dose": _("Say how much; a unit alone is no dose.")}, code="required"
            )
        return attrs


@extend_schema_field(
    {
        "oneOf": [
            {"type": "string", "minLength": 1, "maxLength": LONGEST_NAME},
            {
                "type": "object",
                "required": ["name"],
                "additionalProperties": False,
                "properties": {
                    "name": {"type": "string", "minLength": 1, "maxLength": LONGEST_NAME},
                    "dose": {"type": "number", "exclusiveMinimum": True, "minimum": 0, "maximum": 1_000_000},
                    "unit": {"type": "string", "maxLength": 30},
                    "times_a_day": {"type": "number", "exclusiveMinimum": True, "minimum": 0, "maximum": 48},
                },
            },
        ]
    }
)
class MedicineField(serializers.Field[Line, Any, Any, Any]):
    """A medicine: its name alone, or an object with its dose."""

    default_error_messages: ClassVar[dict[str, Any]] = {
        "invalid": _("The name of a medicine, or an object with `name`, `dose`, `unit` and `times_a_day`.")
    }

    def to_internal_value(self, data: Any) -> Line:
        if isinstance(data, str):
            return Line(serializers.CharField(max_length=LONGEST_NAME).run_validation(data))
        if not isinstance(data, Mapping):
            self.fail("invalid")
        shape = LineSerializer(data=data)
        shape.is_valid(raise_exception=True)
        return Line(**shape.validated_data)


class SafetyQuestionSerializer(StrictSerializer):
    """What is to be checked, for whom. What is left out, or null, is not known, and is answered as not screened."""

    medicines = serializers.ListField(child=MedicineField(), min_length=1, max_length=MOST_MEDICINES)
    taken = serializers.ListField(
        child=MedicineField(),
        max_length=MOST_MEDICINES,
        required=False,
        default=list,
        help_text="What the patient takes already: held against the medicines, not checked anew",
    )
    allergies = serializers.ListField(
        child=serializers.CharField(max_length=LONGEST_NAME),
        max_length=MOST_ALLERGIES,
        required=False,
        allow_null=True,
        default=None,
        help_text="Substances or classes. An empty list says that there are none",
    )
    age_years = NumberField(min_value=0, max_value=130, required=False, allow_null=True, default=None)
    weight_kg = NumberField(above=0, max_value=700, required=False, allow_null=True, default=None)
    egfr = NumberField(
        min_value=0,
        max_value=250,
        required=False,
        allow_null=True,
        default=None,
        help_text="ml/min/1.73 m², by CKD-EPI 2021",
    )
    pregnant = YesOrNoField(required=False, allow_null=True, default=None)


def as_question(asked: Mapping[str, Any]) -> Question:
    """What was asked, of what a SafetyQuestionSerializer has let in."""
    known = dict(asked)
    medicines, taken, allergies = (known.pop(name) for name in ("medicines", "taken", "allergies"))
    return Question(
        tuple(medicines),
        taken=tuple(taken),
        allergies=None if allergies is None else tuple(allergies),
        **known,
    )


class FindingSerializer(serializers.Serializer[Any]):
    """A danger. `rule` is stable and for machines, `text` is for the prescriber."""

    rule = serializers.CharField()
    severity = serializers.ChoiceField(choices=SEVERITIES)
    medicines = serializers.ListField(child=serializers.CharField(), help_text="As they were written")
    text = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]  # the word of the answer


class ScreenedSerializer(serializers.Serializer[Any]):
    """The checks that a medicine has come through with nothing found."""

    medicine = serializers.CharField()
    checks = serializers.ListField(child=serializers.ChoiceField(choices=CHECKS))


class NotScreenedSerializer(serializers.Serializer[Any]):
    """What could not be checked. Never to be shown as clear."""

    medicine = serializers.CharField()
    why = serializers.CharField()


class SafetyReportSerializer(serializers.Serializer[Any]):
    """The gravest finding first."""

    findings = FindingSerializer(many=True)
    screened = ScreenedSerializer(many=True)
    not_screened = NotScreenedSerializer(many=True)
    ruleset_version = serializers.CharField()
