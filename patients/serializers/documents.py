"""Shapes of documents in JSON."""

from typing import Any

from django.core.exceptions import ValidationError
from rest_framework import serializers
from rest_framework.fields import get_error_detail

from patients.files import let_in
from patients.models import Document, Encounter


class DocumentSerializer(serializers.ModelSerializer[Document]):
    """What is known of a document. Its content is at `…/file`."""

    patient = serializers.UUIDField(source="patient_id", read_only=True)
    encounter = serializers.UUIDField(source="encounter_id", read_only=True)
    recorded_by = serializers.UUIDField(source="recorded_by_id", read_only=True)

    class Meta:
        model = Document
        fields: tuple[str, ...] = (
            "id",
            "patient",
            "encounter",
            "kind",
            "title",
            "dated_on",
            "file_name",
            "media_type",
            "size",
            "sha256",
            "pages",
            "text_state",
            "recorded_by",
            "retracted_at",
            "retracted_because",
            "version",
            "created_at",
            "updated_at",
        )
        read_only_fields = fields


class WholeDocumentSerializer(DocumentSerializer):
    """The same with the text that was read from it."""

    class Meta(DocumentSerializer.Meta):
        fields = (*DocumentSerializer.Meta.fields, "text")
        read_only_fields = fields


class _EncounterOfThePatient(serializers.PrimaryKeyRelatedField[Encounter]):
    def get_queryset(self) -> Any:
        return Encounter.objects.of(self.context["view"].patient)


class EditDocumentSerializer(serializers.Serializer[Any]):
    """What may be corrected."""

    title = serializers.CharField(max_length=200)
    kind = serializers.ChoiceField(choices=Document.Kind.choices)
    dated_on = serializers.DateField(required=False, allow_null=True)


class UploadSerializer(serializers.Serializer[Any]):
    """A file as multipart/form-data, and what it is."""

    file = serializers.FileField(allow_empty_file=True, help_text="PDF, JPEG, PNG, or plain text in UTF-8")
    kind = serializers.ChoiceField(choices=Document.Kind.choices, default=Document.Kind.REPORT)
    title = serializers.CharField(
        max_length=200, required=False, allow_blank=True, help_text="The file's name, where it is left out"
    )
    dated_on = serializers.DateField(required=False, allow_null=True)
    encounter = _EncounterOfThePatient(
        required=False, allow_null=True, pk_field=serializers.UUIDField(), help_text="One of this patient"
    )
    is_confirmed = serializers.BooleanField(
        default=False, help_text="Keep it although the same content is in this chart already"
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Let the file in, when all else is right."""
        try:
            return attrs | {"file": let_in(attrs["file"])}
        except ValidationError as error:
            raise serializers.ValidationError({"file": get_error_detail(error)}) from error


class RetractDocumentSerializer(serializers.Serializer[Any]):
    """Why it does not belong into this chart."""

    reason = serializers.CharField(max_length=300)
