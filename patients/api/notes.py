"""The JSON door of notes: `/api/v1/patients/{pk}/encounters`."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from patients import services
from patients.api.charts import ChartViewSet
from patients.models import Encounter
from patients.serializers.notes import (
    AddAddendumSerializer,
    AddendumSerializer,
    DiscardNoteSerializer,
    EncounterSerializer,
    OpenEncounterSerializer,
    WholeEncounterSerializer,
    WriteNoteSerializer,
)

NEW = OpenApiExample("Begin a note of a telephone call", value={"kind": "phone"}, request_only=True)
WORDS = OpenApiExample(
    "Write what was found",
    value={
        "complaint": "Cough and fever for three days.",
        "examination": "38.4 °C, crackles on the right.",
        "assessment": "Pneumonia, likely bacterial.",
        "plan": "Chest X-ray today, come back in two days.",
        "version": 1,
    },
    request_only=True,
)
ADDED = OpenApiExample(
    "A result that came later",
    value={"text": "X-ray: consolidation in the right lower lobe."},
    request_only=True,
)
ENTRY = OpenApiParameter("entry_pk", OpenApiTypes.UUID, OpenApiParameter.PATH)


@extend_schema(parameters=[OpenApiParameter("id", OpenApiTypes.UUID, OpenApiParameter.PATH)])
class EncounterViewSet(ChartViewSet):
    """Notes of one patient: drafts until they are signed, and then as they are for ever."""

    queryset = Encounter.objects.with_names()
    serializer_class = WholeEncounterSerializer
    ordering = ("-began_at",)
    needs = {
        "list": "patients.view_encounter",
        "retrieve": "patients.view_encounter",
        "create": "patients.open_encounter",
        "update": "patients.write_note",
        "sign": "patients.sign_note",
        "discard": "patients.discard_note",
        "restore": "patients.restore_note",
        "addenda": "patients.add_addendum",
    }

    def get_serializer_class(self) -> Any:
        return EncounterSerializer if self.action == "list" else WholeEncounterSerializer

    @extend_schema(responses={200: EncounterSerializer(many=True)})
    def list(self, request: Request, pk: str) -> Response:  # type: ignore[override]
        """All notes of the patient, the latest first; without addenda."""
        return super().list(request, pk)

    def retrieve(self, request: Request, pk: str, entry_pk: str) -> Response:  # type: ignore[override]
        """One note with its addenda. `verified` says whether a signed one is what was signed."""
        return super().retrieve(request, pk, entry_pk)

    @extend_schema(request=OpenEncounterSerializer, responses={201: WholeEncounterSerializer}, examples=[NEW])
    def create(self, request: Request, pk: str) -> Response:
        """Begin a note, as a draft. With an Idempotency-Key the same request is carried out once."""
        patient = self.patient
        fields = self.validated(OpenEncounterSerializer)
        once = self.once(self.written)
        note = services.open_encounter(patient, once=once, by=self.user, **fields)
        return self.reply(note, status=201, body=once.answer if once else None)

    @extend_schema(request=WriteNoteSerializer, responses={200: WholeEncounterSerializer}, examples=[WORDS])
    def update(self, request: Request, pk: str, entry_pk: str) -> Response:
        """Write into a draft. Send If-Match, or `version` in the body. A signed note answers 409 `note_signed`."""
        note = self.get_object()
        seen = self.seen_version(note)
        sections = self.validated(WriteNoteSerializer)
        return self.reply(services.write_note(note, seen_version=seen, by=self.user, **sections))

    @extend_schema(request=WriteNoteSerializer, responses={200: WholeEncounterSerializer})
    def sign(self, request: Request, pk: str, entry_pk: str) -> Response:
        """Sign a draft, for ever; sections in the body are written first. Send the version that was read."""
        note = self.get_object()
        seen = self.seen_version(note)
        sections = self.validated(WriteNoteSerializer)
        return self.reply(services.sign_encounter(note, seen_version=seen, by=self.user, **sections))

    @extend_schema(request=DiscardNoteSerializer, responses={200: WholeEncounterSerializer})
    def discard(self, request: Request, pk: str, entry_pk: str) -> Response:
        """Put a draft aside, with the reason."""
        note = self.get_object()
        seen = self.version_if_sent(note)
        discarding = self.validated(DiscardNoteSerializer)
        return self.reply(services.discard_note(note, seen_version=seen, by=self.user, **discarding))

    @extend_schema(request=None, responses={200: WholeEncounterSerializer})
    def restore(self, request: Request, pk: str, entry_pk: str) -> Response:
        """Make a draft again of a note that was discarded."""
        note = self.get_object()
        return self.reply(services.restore_note(note, seen_version=self.version_if_sent(note), by=self.user))

    @extend_schema(request=AddAddendumSerializer, responses={201: AddendumSerializer}, examples=[ADDED])
    def addenda(self, request: Request, pk: str, entry_pk: str) -> Response:
        """Add to a signed note. With an Idempotency-Key the same request is carried out once."""
        note = self.get_object()
        adding = self.validated(AddAddendumSerializer)
        once = self.once(lambda row: AddendumSerializer(row).data)
        addendum = services.add_addendum(note, once=once, by=self.user, **adding)
        body = once.answer if once else AddendumSerializer(addendum).data
        return Response(body, status=201, headers={"ETag": f'"{addendum.version}"'})
