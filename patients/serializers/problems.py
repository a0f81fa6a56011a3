"""Shapes of problems, codes and alerts in JSON."""

from typing import Any

from rest_framework import serializers

from patients.clinical import icd
from patients.models import Alert, Problem
from patients.serializers.entries import ENTRY, KEPT, RETRACTED, EntrySerializer

WHEN = ("onset_on", "onset_is_year", "ended_on", "ended_is_year")
NO_CODE = "This is not a code of ICD-10-CM."


class ProblemSerializer(EntrySerializer):
    """A problem. `…_is_year`: of the day before it only the year is known."""

    class Meta:
        model = Problem
        fields = (*ENTRY, "code", "title", "status", *WHEN, "note", *RETRACTED, *KEPT)
        read_only_fields = fields


class EditProblemSerializer(serializers.ModelSerializer[Problem]):
    """What may be corrected. A code brings its own title; the end only of what is resolved."""

    code = serializers.CharField(max_length=8, required=False, allow_blank=True)
    title = serializers.CharField(max_length=300, required=False)

    class Meta:
        model = Problem
        fields = ("code", "title", *WHEN, "note")

    def validate_code(self, code: str) -> str:
        """Looked up before the transaction: reading the classification takes its time."""
        found = icd.find(code) if code else None
        if code and found is None:
            raise serializers.ValidationError(NO_CODE)
        return found.code if found else ""


class RecordProblemSerializer(EditProblemSerializer):
    """A new problem: `code` or `title`. With `ended_on` it is a resolved one."""

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not attrs.get("code") and not attrs.get("title"):
            raise serializers.ValidationError({"title": "A code, or a title in words."})
        return attrs


class ResolveSerializer(serializers.Serializer[Any]):
    """Since when it is over, if that is known."""

    ended_on = serializers.DateField(required=False, allow_null=True, default=None)
    ended_is_year = serializers.BooleanField(required=False, default=False)


class CodeSerializer(serializers.Serializer[Any]):
    """A code of ICD-10-CM. One that is not billable has more exact ones below it."""

    code = serializers.CharField()
    title = serializers.CharField()
    billable = serializers.BooleanField()


class CodesSerializer(serializers.Serializer[Any]):
    """What a question means, the likeliest first, and in which edition it was looked up."""

    edition = serializers.CharField()
    codes = CodeSerializer(many=True)


class AlertSerializer(EntrySerializer):
    """What everybody who opens the record must know."""

    ended_by = serializers.UUIDField(source="ended_by_id", read_only=True)

    class Meta:
        model = Alert
        fields = (
            *ENTRY,
            "category",
            "text",
            "raised_at",
            "ended_at",
            "ended_by",
            "ended_because",
            *KEPT,
        )
        read_only_fields = fields


class RaiseAlertSerializer(serializers.ModelSerializer[Alert]):
    """A new alert."""

    class Meta:
        model = Alert
        fields = ("category", "text")
