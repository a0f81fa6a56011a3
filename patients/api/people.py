"""The JSON door of patients."""

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from audit.models import Entry
from hospital.api import RecordViewSet
from notifications.models import ContactPreference
from notifications.serializers import PreferenceSerializer
from notifications.services import set_contact_preference
from patients import services
from patients.clinical.duplicates import NEAR_CERTAIN
from patients.filters import PatientFilter
from patients.models import Patient
from patients.serializers.deaths import DeathSerializer, TakeBackDeathSerializer
from patients.serializers.people import (
    CareRelationSerializer,
    DeactivateSerializer,
    EditPatientSerializer,
    OpenedSerializer,
    PatientSerializer,
    RegisterPatientSerializer,
    TreatSerializer,
)

NEW_PATIENT = OpenApiExample(
    "Register a patient",
    value={
        "given_name": "Amara",
        "family_name": "Nwosu",
        "birth_date": "1959-02-03",
        "sex": "female",
        "phone": "+49 30 23125 014",
        "language": "en",
    },
    request_only=True,
)
ONLY_THE_YEAR = OpenApiExample(
    "Only the year of birth is known",
    value={
        "given_name": "Samir",
        "family_name": "Haddad",
        "birth_date": "1974-01-01",
        "birth_date_is_estimated": True,
        "sex": "male",
    },
    request_only=True,
)
PATIENT = OpenApiExample(
    "A patient",
    value={
        "id": "0199f0c1-2d3e-7a4b-8c5d-6e7f8a9b0c1d",
        "mrn": "NF-204417-3",
        "given_name": "Amara",
        "family_name": "Nwosu",
        "birth_date": "1959-02-03",
        "birth_date_is_estimated": False,
        "sex": "female",
        "phone": "+493023125014",
        "email": "",
        "address": "",
        "language": "en",
        "blood_group": "",
        "next_of_kin_name": "",
        "next_of_kin_relation": "",
        "next_of_kin_phone": "",
        "site": "0199f0c0-7a4b-7d3e-9c5d-0c1d6e7f8a9b",
        "is_active": True,
        "deactivated_because": "",
        "is_deceased": False,
        "deceased_on": None,
        "version": 1,
        "created_at": "2026-04-12T15:10:00Z",
        "updated_at": "2026-04-12T15:10:00Z",
    },
    response_only=True,
)
DEATH = OpenApiExample("A death", value={"deceased_on": "2026-05-03", "version": 4}, request_only=True)
CORRECTION = OpenApiExample("A new number", value={"phone": "030 23125 015", "version": 1}, request_only=True)


class PatientViewSet(RecordViewSet):
    """Patients: demographics, and who treats them."""

    queryset = Patient.objects.all()
    serializer_class = PatientSerializer
    filterset_class = PatientFilter
    ordering_fields = ("id", "mrn", "birth_date")
    ordering = ("-id",)
    about_patients = True
    needs = {
        "list": "patients.view_patient",
        "retrieve": "patients.view_patient",
        "create": "patients.register_patient",
        "update": "patients.edit_patient",
        "partial_update": "patients.edit_patient",
        "destroy": "patients.deactivate_patient",
        "reactivate": "patients.reactivate_patient",
        "treat": "patients.declare_care",
        "record_death": "patients.record_death",
        "take_back_death": "patients.take_back_death",
        "opened": "audit.view_entry",
        "contact_preference": "notifications.view_contactpreference",
        "set_contact_preference": "notifications.set_contact_preference",
    }

    @extend_schema(examples=[PATIENT])
    def list(self, request: Request) -> Response:
        """Patients, the latest registered first. `q` searches names (also misspelt), phone, MRN, date of birth."""
        return super().list(request)

    @extend_schema(examples=[PATIENT])
    def retrieve(self, request: Request, pk: str) -> Response:
        """One patient. The ETag is the version to send when changing it."""
        return super().retrieve(request, pk)

    @extend_schema(
        request=RegisterPatientSerializer,
        responses={201: PatientSerializer},
        examples=[NEW_PATIENT, ONLY_THE_YEAR, PATIENT],
    )
    def create(self, request: Request) -> Response:
        """Register a patient. With an Idempotency-Key the same request is carried out once.

        Where names, date of birth and phone are those of somebody who is registered already, it is refused with
        409 `possible_duplicate`; `offers` are the records that there are, each with `id`, `mrn`, `score` and
        `reasons`. Use one of them, or send `confirmed_new: true`. Who is only somewhat alike is registered and
        comes onto the list of suspected duplicates.
        """
        fields = self.validated(RegisterPatientSerializer)
        unless_alike = None if fields.pop("confirmed_new") else NEAR_CERTAIN
        once = self.once(self.written)
        patient = services.register_patient(once=once, unless_alike=unless_alike, by=self.user, **fields)
        return self.reply(patient, status=201, body=once.answer if once else None)

    @extend_schema(request=EditPatientSerializer, responses={200: PatientSerializer}, examples=[PATIENT])
    def update(self, request: Request, pk: str) -> Response:
        """Correct demographics; the required fields must stand. Send If-Match, or `version` in the body."""
        return self._edit(partial=False)

    @extend_schema(
        request=EditPatientSerializer(partial=True),
        responses={200: PatientSerializer},
        examples=[CORRECTION, PATIENT],
    )
    def partial_update(self, request: Request, pk: str) -> Response:
        """Correct some of the demographics. Send If-Match, or `version` in the body."""
        return self._edit(partial=True)

    def _edit(self, *, partial: bool) -> Response:
        patient = self.get_object()
        seen = self.seen_version(patient)
        changes = self.validated(EditPatientSerializer, partial=partial)
        return self.reply(services.edit_patient(patient, seen_version=seen, by=self.user, **changes))

    @extend_schema(request=DeactivateSerializer, responses={204: None})
    def destroy(self, request: Request, pk: str) -> Response:
        """Close the record for new work, with an optional `reason`. Nothing is deleted."""
        patient = self.get_object()
        seen = self.version_if_sent(patient)
        closing = self.validated(DeactivateSerializer)
        services.deactivate_patient(patient, seen_version=seen, by=self.user, **closing)
        return Response(status=204, headers={"ETag": f'"{patient.version}"'})

    @extend_schema(request=None, responses={200: PatientSerializer})
    def reactivate(self, request: Request, pk: str) -> Response:
        """Open a closed record again."""
        patient = self.get_object()
        services.reactivate_patient(patient, seen_version=self.version_if_sent(patient), by=self.user)
        return self.reply(patient)

    @extend_schema(request=TreatSerializer, responses={200: CareRelationSerializer})
    def treat(self, request: Request, pk: str) -> Response:
        """Declare that one treats this patient, and why. It is reviewed."""
        patient = self.get_object()
        relation = services.declare_care(patient, by=self.user, **self.validated(TreatSerializer))
        return Response(CareRelationSerializer(relation).data)

    @extend_schema(request=DeathSerializer, responses={200: PatientSerializer}, examples=[DEATH])
    def record_death(self, request: Request, pk: str) -> Response:
        """Write down that a patient has died. Visits that lie ahead are cancelled; nothing new can be begun."""
        patient = self.get_object()
        seen = self.version_if_sent(patient)
        died_on = self.validated(DeathSerializer)["deceased_on"]
        return self.reply(services.record_death(patient, died_on=died_on, seen_version=seen, by=self.user))

    @extend_schema(request=TakeBackDeathSerializer, responses={200: PatientSerializer})
    def take_back_death(self, request: Request, pk: str) -> Response:
        """Take back that a patient has died, with a reason. Cancelled visits stay cancelled."""
        patient = self.get_object()
        seen = self.version_if_sent(patient)
        why = self.validated(TakeBackDeathSerializer)
        return self.reply(services.take_back_death(patient, seen_version=seen, by=self.user, **why))

    @extend_schema(responses={200: OpenedSerializer(many=True)}, filters=False)
    def opened(self, request: Request, pk: str) -> Response:
        """Who did or saw something of this patient's record, the latest first."""
        patient = self.get_object()
        entries = self.paginate_queryset(Entry.objects.about_patient(patient.pk)) or []
        return self.get_paginated_response(OpenedSerializer(entries, many=True).data)

    @extend_schema(responses={200: PreferenceSerializer})
    def contact_preference(self, request: Request, pk: str) -> Response:
        """How the patient wants to be told, and of what. Empty: e-mail, else text message; of everything."""
        preference = ContactPreference.objects.of(self.get_object().pk)
        return Response(PreferenceSerializer(preference or ContactPreference()).data)

    @extend_schema(request=PreferenceSerializer, responses={200: PreferenceSerializer})
    def set_contact_preference(self, request: Request, pk: str) -> Response:
        """Write it down, for all messages from now on; those that wait already are asked again before they leave."""
        patient = self.get_object()
        wanted = self.validated(PreferenceSerializer)
        row = set_contact_preference(person_type="patient", person_id=patient.pk, by=self.user, **wanted)
        return Response(PreferenceSerializer(row).data)
