"""Shapes of patients in JSON."""

from typing import Any

from phonenumber_field.serializerfields import PhoneNumberField
from rest_framework import serializers

from accounts.models import Site
from audit.models import Entry
from patients.models import CareRelation, Patient

DEMOGRAPHICS = (
    "given_name",
    "family_name",
    "birth_date",
    "birth_date_is_estimated",
    "sex",
    "phone",
    "email",
    "address",
    "language",
    "blood_group",
    "next_of_kin_name",
    "next_of_kin_relation",
    "next_of_kin_phone",
)


class PatientSerializer(serializers.ModelSerializer[Patient]):
    """A patient as everybody sees him or her who may: demographics, never clinical data."""

    site = serializers.UUIDField(source="site_id", read_only=True)
    phone = serializers.CharField(read_only=True, help_text="E.164")
    next_of_kin_phone = serializers.CharField(read_only=True, help_text="E.164")

    class Meta:
        model = Patient
        fields = (
            "id",
            "mrn",
            *DEMOGRAPHICS,
            "site",
            "is_active",
            "deactivated_because",
            "is_deceased",
            "deceased_on",
            "version",
            "created_at",
            "updated_at",
        )
        read_only_fields = fields


class EditPatientSerializer(serializers.ModelSerializer[Patient]):
    """What may be corrected. What a body leaves out stays as it is."""

    phone = PhoneNumberField(
        required=False, allow_blank=True, help_text="E.164, or as dialled in the country"
    )
    next_of_kin_phone = PhoneNumberField(required=False, allow_blank=True)

    class Meta:
        model = Patient
        fields = DEMOGRAPHICS


class _VisibleSite(serializers.PrimaryKeyRelatedField[Site]):
    def get_queryset(self) -> Any:
        return Site.objects.visible_to(self.context["request"].user)


class RegisterPatientSerializer(EditPatientSerializer):
    """A new patient. Required: given_name, family_name, birth_date, sex."""

    site = _VisibleSite(
        required=False, pk_field=serializers.UUIDField(), help_text="The first site, where it is left out"
    )
    confirmed_new = serializers.BooleanField(
        default=False, write_only=True, help_text="This is somebody else than those who are alike"
    )

    class Meta:
        model = Patient
        fields = (*DEMOGRAPHICS, "site", "confirmed_new")


class DeactivateSerializer(serializers.Serializer[Any]):
    """Why a record is closed."""

    reason = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")


class TreatSerializer(serializers.Serializer[Any]):
    """Why the record is needed."""

    reason = serializers.CharField(max_length=400)


class CareRelationSerializer(serializers.ModelSerializer[CareRelation]):
    """That somebody treats a patient."""

    patient = serializers.UUIDField(source="patient_id", read_only=True)
    user = serializers.UUIDField(source="user_id", read_only=True)

    class Meta:
        model = CareRelation
        fields = ("id", "patient", "user", "since", "until", "because", "is_open", "version")
        read_only_fields = fields


class OpenedSerializer(serializers.ModelSerializer[Entry]):
    """Who did or saw something of a patient's record, when, and through which door."""

    actor = serializers.UUIDField(source="actor_id", read_only=True)
    actor_name = serializers.SerializerMethodField()

    class Meta:
        model = Entry
        fields = (
            "id",
            "at",
            "actor",
            "actor_name",
            "verb",
            "subject_type",
            "subject_id",
            "door",
            "outcome",
            "request_id",
        )
        read_only_fields = fields

    def get_actor_name(self, entry: Entry) -> str:
        return str(entry.actor or "")
