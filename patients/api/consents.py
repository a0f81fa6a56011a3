"""The JSON door of consents."""

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from patients import services
from patients.api.charts import ChartViewSet
from patients.models import Consent
from patients.serializers.consents import ConsentSerializer, RecordConsentSerializer

SAID = OpenApiExample(
    "A patient says yes",
    value={"kind": "data_sharing", "is_given": True, "note": "On paper"},
    request_only=True,
)
CONSENT = OpenApiExample(
    "What a patient said",
    value={
        "id": "0199f0d1-5b1a-7c2d-8e3f-4a5b6c7d8e9f",
        "patient": "0199f0c1-2d3e-7a4b-8c5d-6e7f8a9b0c1d",
        "kind": "data_sharing",
        "is_given": True,
        "note": "On paper",
        "said_at": "2026-04-12T15:10:00Z",
        "recorded_by": "0199f0c0-1a2b-7c3d-8e4f-5a6b7c8d9e0f",
        "version": 1,
    },
    response_only=True,
)


class ConsentViewSet(ChartViewSet):
    """What a patient allows: statements that are never changed, the latest of a kind counts."""

    queryset = Consent.objects.all()
    serializer_class = ConsentSerializer
    needs = {
        "list": "patients.view_consent",
        "retrieve": "patients.view_consent",
        "create": "patients.record_consent",
    }

    @extend_schema(examples=[CONSENT])
    def list(self, request: Request, pk: str) -> Response:  # type: ignore[override]
        """What this patient has said, the latest first."""
        return super().list(request, pk)

    @extend_schema(examples=[CONSENT])
    def retrieve(self, request: Request, pk: str, entry_pk: str) -> Response:  # type: ignore[override]
        """One statement."""
        return super().retrieve(request, pk, entry_pk)

    @extend_schema(
        request=RecordConsentSerializer, responses={201: ConsentSerializer}, examples=[SAID, CONSENT]
    )
    def create(self, request: Request, pk: str) -> Response:
        """Write down a yes or a no. With an Idempotency-Key the same request is carried out once."""
        patient = self.patient
        said = self.validated(RecordConsentSerializer)
        once = self.once(self.written)
        consent = services.record_consent(
            patient,
            kind=said["kind"],
            is_given=said["is_given"],
            note_text=said["note"],
            once=once,
            by=self.user,
        )
        return self.reply(consent, status=201, body=once.answer if once else None)
