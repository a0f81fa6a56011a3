"""Shapes of laboratory results in JSON."""

from typing import Any

from rest_framework import serializers

from patients.clinical.results import as_text
from patients.models import LabImport, LabResult, LabTest
from patients.services.result_lines import MOST_BYTES


def _number(**options: Any) -> Any:
    return serializers.DecimalField(max_digits=14, decimal_places=4, **options)


class PlainNumberField(serializers.DecimalField):
    """A number written without zeros that say nothing, as text, so that no reader rounds it."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_digits=14, decimal_places=4, **options)

    def to_representation(self, value: Any) -> str:
        return as_text(value)


class LabResultSerializer(serializers.ModelSerializer[LabResult]):
    """A result as it is written down. `flag` is that of the laboratory, else by the range; "" is "no range"."""

    patient = serializers.UUIDField(source="patient_id", read_only=True)
    value = PlainNumberField(read_only=True)
    low = PlainNumberField(read_only=True)
    high = PlainNumberField(read_only=True)
    reviewed_by = serializers.UUIDField(source="reviewed_by_id", read_only=True)
    recorded_by = serializers.UUIDField(source="recorded_by_id", read_only=True)
    imported = serializers.UUIDField(source="imported_id", read_only=True)

    class Meta:
        model = LabResult
        fields = (
            "id",
            "patient",
            "loinc",
            "name",
            "comparator",
            "value",
            "text",
            "unit",
            "low",
            "high",
            "flag",
            "taken_at",
            "laboratory",
            "external_id",
            "source",
            "imported",
            "note",
            "recorded_by",
            "reviewed_at",
            "reviewed_by",
            "retracted_at",
            "retracted_because",
            "version",
            "created_at",
            "updated_at",
        )
        read_only_fields = fields


class RecordResultSerializer(serializers.Serializer[Any]):
    """A new result: loinc, taken_at, and value or text."""

    loinc = serializers.CharField(max_length=10)
    name = serializers.CharField(
        max_length=120,
        required=False,
        allow_blank=True,
        help_text="Needed for a code outside of the list of tests",
    )
    comparator = serializers.ChoiceField(choices=["", "<", "<=", ">=", ">"], required=False)
    value = _number(required=False, allow_null=True)
    text = serializers.CharField(max_length=400, required=False, allow_blank=True)
    unit = serializers.CharField(max_length=30, required=False, allow_blank=True, help_text="UCUM")
    low = _number(
        required=False, allow_null=True, help_text="Range of the laboratory; both ends belong to it"
    )
    high = _number(required=False, allow_null=True)
    flag = serializers.ChoiceField(
        choices=LabResult.Flag.choices, required=False, help_text="As the laboratory gives it"
    )
    taken_at = serializers.DateTimeField(help_text="When the sample was taken")
    laboratory = serializers.CharField(max_length=120, required=False, allow_blank=True)
    external_id = serializers.CharField(max_length=120, required=False, allow_blank=True)
    note = serializers.CharField(max_length=400, required=False, allow_blank=True)
    confirmed = serializers.BooleanField(
        required=False, help_text="Somebody looked again at a value that is 10 000 times away from its range"
    )


class RetractResultSerializer(serializers.Serializer[Any]):
    """Why it is wrong."""

    reason = serializers.CharField(max_length=300)


class LabTestSerializer(serializers.ModelSerializer[LabTest]):
    """A test that is offered. `low` and `high` are the usual range of adults."""

    low = PlainNumberField(read_only=True)
    high = PlainNumberField(read_only=True)

    class Meta:
        model = LabTest
        fields = ("id", "loinc", "name", "short_name", "unit", "low", "high", "group")
        read_only_fields = fields


class LabImportSerializer(serializers.ModelSerializer[LabImport]):
    """A file that was taken in."""

    class Meta:
        model = LabImport
        fields = ("id", "file_name", "laboratory", "results", "sha256", "created_at")
        read_only_fields = fields


class ImportResultsSerializer(serializers.Serializer[Any]):
    """A file of results, and the laboratory that it comes from."""

    file = serializers.FileField(max_length=200, help_text=f"CSV in UTF-8, at most {MOST_BYTES:,} bytes")
    laboratory = serializers.CharField(max_length=120, required=False, allow_blank=True, default="")
