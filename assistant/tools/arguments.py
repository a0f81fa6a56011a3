"""The shapes of what a provider may ask for: checked like anybody's input, and told to it as JSON schemas."""

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers

from patients.clinical.measures import MEASURES

MOST_ROWS = 50


class Arguments(serializers.Serializer[Any]):
    """What is not named here is not looked at: least of all the id of a patient."""


class NoArguments(Arguments):
    pass


class FindPatientArguments(Arguments):
    name = serializers.CharField(
        min_length=2, max_length=120, help_text="Name, date of birth or record number, as typed"
    )


class _SpanArguments(Arguments):
    since = serializers.DateField(required=False, allow_null=True, default=None, help_text="First day")
    until = serializers.DateField(required=False, allow_null=True, default=None, help_text="Last day")
    most = serializers.IntegerField(
        min_value=1, max_value=MOST_ROWS, required=False, default=10, help_text="The newest so many"
    )


class VitalsArguments(_SpanArguments):
    measures = serializers.ListField(
        child=serializers.ChoiceField(choices=sorted(MEASURES)),
        required=False,
        default=list,
        max_length=len(MEASURES),
        help_text="Only sets that have one of these",
    )


class LabsArguments(_SpanArguments):
    tests = serializers.ListField(
        child=serializers.CharField(max_length=60),
        required=False,
        default=list,
        max_length=8,
        help_text="Names or LOINC codes, such as potassium",
    )
    collection = serializers.BooleanField(
        required=False, default=False, help_text="Only those of the last collection, abnormal ones first"
    )
    abnormal = serializers.BooleanField(
        required=False, default=False, help_text="Only those outside their range"
    )


class AppointmentsArguments(_SpanArguments):
    coming = serializers.BooleanField(required=False, default=False, help_text="Only those still to come")


class PrescriptionsArguments(Arguments):
    medicine = serializers.CharField(max_length=120, required=False, allow_blank=True, default="")
    past = serializers.BooleanField(
        required=False, default=False, help_text="Also what is no longer taken, and drafts"
    )


class SafetyArguments(Arguments):
    medicines = serializers.ListField(
        child=serializers.CharField(max_length=200),
        min_length=1,
        max_length=6,
        help_text="As one writes them: amoxicillin 500 mg",
    )


class AvailabilityArguments(Arguments):
    doctor = serializers.CharField(max_length=120, required=False, allow_blank=True, default="")
    speciality = serializers.CharField(max_length=120, required=False, allow_blank=True, default="")
    since = serializers.DateField(required=False, allow_null=True, default=None, help_text="From this day on")


class SearchArguments(Arguments):
    question = serializers.CharField(min_length=3, max_length=500)


class TextsArguments(_SpanArguments):
    words = serializers.CharField(
        max_length=120, required=False, allow_blank=True, default="", help_text="That must stand in it"
    )


class ProposeAppointmentArguments(Arguments):
    doctor = serializers.CharField(max_length=120, help_text="Name or id")
    starts_at = serializers.DateTimeField(help_text="With its offset from UTC; a multiple of 5 minutes")
    minutes = serializers.IntegerField(min_value=5, max_value=240, required=False, default=20)
    reason = serializers.CharField(max_length=300, required=False, allow_blank=True, default="")


class LineArguments(Arguments):
    medicine = serializers.CharField(max_length=240, help_text="Name, strength and form")
    dose = serializers.CharField(max_length=30, required=False, allow_blank=True, default="")
    unit = serializers.CharField(max_length=30, required=False, allow_blank=True, default="")
    frequency = serializers.CharField(max_length=60, required=False, allow_blank=True, default="")
    days = serializers.IntegerField(
        min_value=1, max_value=3_650, required=False, allow_null=True, default=None
    )
    note = serializers.CharField(max_length=300, required=False, allow_blank=True, default="")


class ProposePrescriptionArguments(Arguments):
    medicines = serializers.ListField(child=LineArguments(), min_length=1, max_length=6)
    indication = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")


class ProposeNoteArguments(Arguments):
    complaint = serializers.CharField(max_length=4_000, required=False, allow_blank=True, default="")
    examination = serializers.CharField(max_length=4_000, required=False, allow_blank=True, default="")
    assessment = serializers.CharField(max_length=4_000, required=False, allow_blank=True, default="")
    plan = serializers.CharField(max_length=4_000, required=False, allow_blank=True, default="")


# ── As JSON schema ──────────────────────────────────────────────────────────

_PLAIN: tuple[tuple[type[Any], dict[str, Any]], ...] = (
    (serializers.UUIDField, {"type": "string", "format": "uuid"}),
    (serializers.DateTimeField, {"type": "string", "format": "date-time"}),
    (serializers.DateField, {"type": "string", "format": "date"}),
    (serializers.BooleanField, {"type": "boolean"}),
    (serializers.IntegerField, {"type": "integer"}),
    (serializers.CharField, {"type": "string"}),
)


def schema_of(shape: type[Arguments] | serializers.Serializer[Any]) -> Mapping[str, Any]:
    """The JSON schema of an object of this shape."""
    fields = (shape() if isinstance(shape, type) else shape).fields
    return {
        "type": "object",
        "properties": {name: _schema(one) for name, one in fields.items()},
        "required": [name for name, one in fields.items() if one.required],
    }


def _schema(field: Any) -> dict[str, Any]:
    said = {"description": str(field.help_text)} if field.help_text else {}
    if isinstance(field, serializers.Serializer):
        return dict(schema_of(field))
    if isinstance(field, serializers.ListField):
        return {"type": "array", "items": _schema(field.child), "maxItems": field.max_length} | said
    if isinstance(field, serializers.ChoiceField):
        return {"type": "string", "enum": list(field.choices)} | said
    kind = next(dict(schema) for known, schema in _PLAIN if isinstance(field, known))
    return kind | said
