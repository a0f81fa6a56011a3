"""The JSON door of vital signs."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from hospital.models import one_of
from hospital.pagination import DeclaredFilters
from patients import services
from patients.api.charts import ChartViewSet
from patients.filters import VitalsFilter
from patients.models import Encounter, Vitals
from patients.serializers.vitals import RecordVitalsSerializer, RetractSerializer, VitalsSerializer

MEASURED = {
    "taken_at": "2026-04-12T08:12:00Z",
    "respiration": 22,
    "spo2": 94,
    "on_oxygen": False,
    "systolic": 128,
    "diastolic": 74,
    "pulse": 98,
    "consciousness": "A",
    "temperature": "38.3",
}
NEW_SET = OpenApiExample("What NEWS2 asks for", value=MEASURED, request_only=True)
CONFIRMED = OpenApiExample(
    "Unlikely, and checked",
    value={"taken_at": "2026-04-12T08:12:00Z", "temperature": "33.2", "confirmed": True},
    request_only=True,
)
A_SET = OpenApiExample(
    "A set of vital signs",
    value={
        "id": "0199f0c1-2d3e-7a4b-8c5d-6e7f8a9b0c1d",
        "patient": "0199f0c0-7a4b-7d3e-9c5d-0c1d6e7f8a9b",
        **MEASURED,
        "encounter": None,
        "spo2_scale_2": False,
        "pain": None,
        "glucose": None,
        "weight": None,
        "height": None,
        "pregnancy": "",
        "note": "",
        "news2": 5,
        "news2_not_because": "",
        "risk": "medium",
        "recorded_by": "0199f0c0-1a2b-7d3e-9c5d-0c1d6e7f8a9b",
        "retracted_at": None,
        "retracted_because": "",
        "version": 1,
        "created_at": "2026-04-12T08:13:00Z",
        "updated_at": "2026-04-12T08:13:00Z",
    },
    response_only=True,
)
WRONG = OpenApiExample("Another patient", value={"reason": "Another patient"}, request_only=True)


class VitalsViewSet(ChartViewSet):
    """Vital signs of one patient, scored with NEWS2 where that is allowed and complete."""

    queryset = Vitals.objects.all()
    serializer_class = VitalsSerializer
    filter_backends = (DeclaredFilters,)
    filterset_class = VitalsFilter
    ordering_fields = ("taken_at",)
    ordering = ("-taken_at",)
    needs = {
        "list": "patients.view_vitals",
        "retrieve": "patients.view_vitals",
        "create": "patients.record_vitals",
        "destroy": "patients.retract_vitals",
    }

    @extend_schema(examples=[A_SET])
    def list(self, request: Request, pk: str) -> Response:  # type: ignore[override]
        """The sets, the newest first; those taken back too. `from` is included, `to` is not."""
        return super().list(request, pk)

    @extend_schema(examples=[A_SET])
    def retrieve(self, request: Request, pk: str, entry_pk: str) -> Response:  # type: ignore[override]
        """One set. The ETag is the version to send when taking it back."""
        return super().retrieve(request, pk, entry_pk)

    @extend_schema(
        request=RecordVitalsSerializer,
        responses={201: VitalsSerializer},
        examples=[NEW_SET, CONFIRMED, A_SET],
    )
    def create(self, request: Request, pk: str) -> Response:
        """Write down what was measured together.

        A value that is very unlikely is refused with 400 and the code `implausible` at its field; sent again
        with `confirmed` it is accepted. What is impossible has the code `impossible` and is never accepted.
        `news2_not_because` says why a set was not scored: `child`, `pregnant`, `incomplete` or `age_not_known`.
        With an Idempotency-Key the same request is carried out once.
        """
        patient = self.patient
        given = self.validated(RecordVitalsSerializer)
        given["encounter"] = self._encounter(given.get("encounter"))
        once = self.once(self.written)
        row = services.record_vitals(patient, once=once, by=self.user, **given)
        return self.reply(row, status=201, body=once.answer if once else None)

    @extend_schema(request=RetractSerializer, responses={204: None}, examples=[WRONG])
    def destroy(self, request: Request, pk: str, entry_pk: str) -> Response:
        """Take a set back as entered in error, with the `reason`. It stays, with `retracted_at`."""
        row = self.get_object()
        seen = self.version_if_sent(row)
        services.retract_vitals(row, seen_version=seen, by=self.user, **self.validated(RetractSerializer))
        return Response(status=204, headers={"ETag": f'"{row.version}"'})

    def _encounter(self, pk: Any) -> Encounter | None:
        """The consultation of this patient that the body names; one of another patient is not found."""
        if pk is None:
            return None
        found: Encounter | None = one_of(Encounter.objects.of(self.patient).filter(pk=pk))
        if found is None:
            raise ValidationError({"encounter": _("This consultation is not one of this patient.")})
        return found
