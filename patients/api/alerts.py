"""The JSON door of alerts."""

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from patients import services
from patients.api.charts import ChartViewSet
from patients.models import Alert
from patients.serializers.entries import ReasonSerializer
from patients.serializers.problems import AlertSerializer, RaiseAlertSerializer

NEW_ALERT = OpenApiExample(
    "Falls", value={"category": "safety", "text": "Falls: never leave alone on the couch"}, request_only=True
)
ALERT = OpenApiExample(
    "An alert",
    value={
        "id": "0199f0c1-2d3e-7a4b-8c5d-6e7f8a9b0c5b",
        "patient": "0199f0c1-2d3e-7a4b-8c5d-6e7f8a9b0c1d",
        "recorded_by": "0199f0c0-1111-7d3e-9c5d-0c1d6e7f8a9b",
        "category": "safety",
        "text": "Falls: never leave alone on the couch",
        "raised_at": "2026-04-12T15:10:00Z",
        "ended_at": None,
        "ended_by": None,
        "ended_because": "",
        "version": 1,
        "created_at": "2026-04-12T15:10:00Z",
        "updated_at": "2026-04-12T15:10:00Z",
    },
    response_only=True,
)


class AlertViewSet(ChartViewSet):
    """What stands in the head of a record until somebody ends it."""

    queryset = Alert.objects.all()
    serializer_class = AlertSerializer
    needs = {
        "list": "patients.view_alert",
        "retrieve": "patients.view_alert",
        "create": "patients.raise_alert",
        "end": "patients.end_alert",
    }

    @extend_schema(examples=[ALERT])
    def list(self, request: Request, pk: str) -> Response:  # type: ignore[override]
        """All of them, the latest first: also those that are over."""
        return super().list(request, pk)

    @extend_schema(examples=[ALERT])
    def retrieve(self, request: Request, pk: str, entry_pk: str) -> Response:  # type: ignore[override]
        """One of them."""
        return super().retrieve(request, pk, entry_pk)

    @extend_schema(
        request=RaiseAlertSerializer, responses={201: AlertSerializer}, examples=[NEW_ALERT, ALERT]
    )
    def create(self, request: Request, pk: str) -> Response:
        """Put it into the head of the record."""
        patient = self.patient
        fields = self.validated(RaiseAlertSerializer)
        once = self.once(self.written)
        alert = services.raise_alert(patient, once=once, by=self.user, **fields)
        return self.reply(alert, status=201, body=once.answer if once else None)

    @extend_schema(request=ReasonSerializer, responses={200: AlertSerializer}, examples=[ALERT])
    def end(self, request: Request, pk: str, entry_pk: str) -> Response:
        """Take it out of the head of the record, with a `reason`. It stays in the record."""
        alert = self.get_object()
        seen = self.version_if_sent(alert)
        return self.reply(
            services.end_alert(alert, seen_version=seen, by=self.user, **self.validated(ReasonSerializer))
        )
