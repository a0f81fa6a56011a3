"""Shapes of notes in JSON."""

from typing import Any

from rest_framework import serializers

from patients.models import LONGEST_SECTION, SECTIONS, Addendum, Encounter, NoteTemplate


class _OfferedTemplate(serializers.PrimaryKeyRelatedField[NoteTemplate]):
    def get_queryset(self) -> Any:
        return NoteTemplate.objects.visible_to(self.context["request"].user).offered()


class AddendumSerializer(serializers.ModelSerializer[Addendum]):
    """What was added to a signed note."""

    signed_by = serializers.UUIDField(source="recorded_by_id", read_only=True)
    signed_by_name = serializers.CharField(source="recorded_by", read_only=True)
    signed_at = serializers.DateTimeField(source="created_at", read_only=True)
    verified = serializers.BooleanField(source="is_intact", read_only=True)

    class Meta:
        model = Addendum
        fields = (
            "id",
            "text",
            "signed_by",
            "signed_by_name",
            "signed_at",
            "content_hash",
            "verified",
            "version",
        )
        read_only_fields = fields


class EncounterSerializer(serializers.ModelSerializer[Encounter]):
    """A consultation with its note. `verified` is false where the text is not what was signed."""

    patient = serializers.UUIDField(source="patient_id", read_only=True)
    author = serializers.UUIDField(source="author_id", read_only=True)
    author_name = serializers.CharField(source="author", read_only=True)
    written_by = serializers.UUIDField(source="written_by_id", read_only=True)
    signed_by = serializers.UUIDField(source="signed_by_id", read_only=True)
    signed_by_name = serializers.CharField(source="signed_by", read_only=True)
    verified = serializers.BooleanField(
        source="is_intact", read_only=True, help_text="Whether the hash of what stands here is content_hash"
    )
    discarded_because = serializers.CharField(source="retracted_because", read_only=True)

    class Meta:
        model = Encounter
        fields = (
            "id",
            "patient",
            "kind",
            "status",
            "began_at",
            "author",
            "author_name",
            "written_by",
            *SECTIONS,
            "signed_at",
            "signed_by",
            "signed_by_name",
            "content_hash",
            "verified",
            "discarded_because",
            "created_at",
            "updated_at",
            "version",
        )
        read_only_fields = fields


class WholeEncounterSerializer(EncounterSerializer):
    """The same with what was added afterwards."""

    addenda = serializers.SerializerMethodField()

    class Meta:
        model = Encounter
        fields = (*EncounterSerializer.Meta.fields, "addenda")
        read_only_fields = fields

    def get_addenda(self, encounter: Encounter) -> list[dict[str, Any]]:
        rows = Addendum.objects.filter(encounter_id=encounter.pk).select_related("recorded_by")
        return list(AddendumSerializer(rows.order_by("id"), many=True).data)


def _section() -> Any:
    return serializers.CharField(
        max_length=LONGEST_SECTION, required=False, allow_blank=True, trim_whitespace=False
    )


class OpenEncounterSerializer(serializers.Serializer[Any]):
    """What kind of a contact it is, and with which words its note begins."""

    kind = serializers.ChoiceField(choices=Encounter.Kind.choices)
    template = _OfferedTemplate(pk_field=serializers.UUIDField(), required=False)


class WriteNoteSerializer(serializers.Serializer[Any]):
    """The sections. What a body leaves out stays as it is."""

    complaint = _section()
    examination = _section()
    assessment = _section()
    plan = _section()


class DiscardNoteSerializer(serializers.Serializer[Any]):
    """Why a draft is put aside."""

    reason = serializers.CharField(max_length=300)


class AddAddendumSerializer(serializers.Serializer[Any]):
    """What is to be added."""

    text = serializers.CharField(max_length=LONGEST_SECTION, trim_whitespace=False)
