"""The JSON door of allergies."""

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from patients import services
from patients.api.charts import ChartViewSet
from patients.models import Allergy, AllergyStatement
from patients.serializers.allergies import (
    AllergySerializer,
    AllergyStatementSerializer,
    EditAllergySerializer,
    RecordAllergySerializer,
)
from patients.serializers.entries import ReasonSerializer

NEW_ALLERGY = OpenApiExample(
    "Penicillin",
    value={
        "substance_key": "penicillins",
        "reaction": "anaphylaxis",
        "severity": "severe",
        "criticality": "high",
        "verification": "confirmed",
    },
    request_only=True,
)
IN_WORDS = OpenApiExample(
    "Something that is not in the list",
    value={"substance": "Grandmother's ointment", "category": "medication", "reaction": "rash"},
    request_only=True,
)
ALLERGY = OpenApiExample(
    "An allergy",
    value={
        "id": "0199f0c1-2d3e-7a4b-8c5d-6e7f8a9b0c2e",
        "patient": "0199f0c1-2d3e-7a4b-8c5d-6e7f8a9b0c1d",
        "recorded_by": "0199f0c0-1111-7d3e-9c5d-0c1d6e7f8a9b",
        "substance": "Penicillins",
        "substance_key": "penicillins",
        "coded": True,
        "atc": "J01C",
        "drug_class": "penicillins",
        "category": "medication",
        "kind": "allergy",
        "reaction": "anaphylaxis",
        "severity": "severe",
        "criticality": "high",
        "verification": "confirmed",
        "status": "active",
        "noted_on": None,
        "note": "",
        "retracted_at": None,
        "retracted_because": "",
        "version": 1,
        "created_at": "2026-04-12T15:10:00Z",
        "updated_at": "2026-04-12T15:10:00Z",
    },
    response_only=True,
)
STATEMENT = OpenApiExample(
    "No known allergies",
    value={
        "id": "0199f0c1-2d3e-7a4b-8c5d-6e7f8a9b0c3f",
        "patient": "0199f0c1-2d3e-7a4b-8c5d-6e7f8a9b0c1d",
        "recorded_by": "0199f0c0-1111-7d3e-9c5d-0c1d6e7f8a9b",
        "stated_at": "2026-04-12T15:10:00Z",
        "is_current": True,
        "version": 1,
        "created_at": "2026-04-12T15:10:00Z",
        "updated_at": "2026-04-12T15:10:00Z",
    },
    response_only=True,
)


class AllergyViewSet(ChartViewSet):
    """What a patient must not be given."""

    queryset = Allergy.objects.all()
    serializer_class = AllergySerializer
    needs = {
        "list": "patients.view_allergy",
        "retrieve": "patients.view_allergy",
        "create": "patients.record_allergy",
        "update": "patients.edit_allergy",
        "destroy": "patients.retract_allergy",
    }

    @extend_schema(examples=[ALLERGY])
    def list(self, request: Request, pk: str) -> Response:  # type: ignore[override]
        """All of them, the latest first: also what is over, refuted or taken back."""
        return super().list(request, pk)

    @extend_schema(examples=[ALLERGY])
    def retrieve(self, request: Request, pk: str, entry_pk: str) -> Response:  # type: ignore[override]
        """One of them. The ETag is the version to send when changing it."""
        return super().retrieve(request, pk, entry_pk)

    @extend_schema(
        request=RecordAllergySerializer,
        responses={201: AllergySerializer},
        examples=[NEW_ALLERGY, IN_WORDS, ALLERGY],
    )
    def create(self, request: Request, pk: str) -> Response:
        """Write down an allergy. It ends a statement that none are known.

        Words that are the exact name of something in the list of allergens mean that entry: Augmentin.
        """
        patient = self.patient
        fields = self.validated(RecordAllergySerializer)
        once = self.once(self.written)
        allergy = services.record_allergy(patient, once=once, by=self.user, **fields)
        return self.reply(allergy, status=201, body=once.answer if once else None)

    @extend_schema(request=EditAllergySerializer, responses={200: AllergySerializer}, examples=[ALLERGY])
    def update(self, request: Request, pk: str, entry_pk: str) -> Response:
        """Verify, refute, say that it is over, or correct. Send If-Match, or `version` in the body."""
        allergy = self.get_object()
        seen = self.seen_version(allergy)
        changes = self.validated(EditAllergySerializer)
        return self.reply(services.edit_allergy(allergy, seen_version=seen, by=self.user, **changes))

    @extend_schema(request=ReasonSerializer, responses={204: None})
    def destroy(self, request: Request, pk: str, entry_pk: str) -> Response:
        """Take it back as entered in error, with a `reason`. It stays in the record."""
        allergy = self.get_object()
        seen = self.version_if_sent(allergy)
        services.retract_allergy(allergy, seen_version=seen, by=self.user, **self.validated(ReasonSerializer))
        return Response(status=204, headers={"ETag": f'"{allergy.version}"'})


class NoKnownAllergiesViewSet(ChartViewSet):
    """That somebody asked, and no allergies are known."""

    queryset = AllergyStatement.objects.all()
    serializer_class = AllergyStatementSerializer
    needs = {"list": "patients.view_allergy", "create": "patients.state_no_known_allergies"}

    @extend_schema(examples=[STATEMENT])
    def list(self, request: Request, pk: str) -> Response:  # type: ignore[override]
        """When it was stated, the latest first. None is current where allergies are known or nobody was asked."""
        return super().list(request, pk)

    @extend_schema(request=None, responses={201: AllergyStatementSerializer}, examples=[STATEMENT])
    def create(self, request: Request, pk: str) -> Response:
        """State it, or state it again with today's date. Refused with `has_allergies` while one counts."""
        statement = services.state_no_known_allergies(self.patient, by=self.user)
        return self.reply(statement, status=201)
