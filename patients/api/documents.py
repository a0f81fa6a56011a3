"""The JSON door of documents."""

from dataclasses import replace

from django.http import FileResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.parsers import MultiPartParser
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import acting
from accounts.once import Once, fingerprint
from hospital.gates import Json
from hospital.pagination import DeclaredFilters
from patients import services
from patients.api.charts import ChartViewSet
from patients.files import Incoming, content_of
from patients.files.sending import as_attachment
from patients.filters import DocumentFilter
from patients.models import Document
from patients.serializers.documents import (
    DocumentSerializer,
    EditDocumentSerializer,
    RetractDocumentSerializer,
    UploadSerializer,
    WholeDocumentSerializer,
)

FACTS = {
    "id": "0199f0c1-2d3e-7a4b-8c5d-6e7f8a9b0c1d",
    "patient": "0199f0c0-7a4b-7d3e-9c5d-0c1d6e7f8a9b",
    "encounter": None,
    "kind": "letter",
    "title": "Discharge letter",
    "dated_on": "2026-04-12",
    "file_name": "discharge.pdf",
    "media_type": "application/pdf",
    "size": 40308,
    "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "pages": 1,
    "text_state": "read",
    "recorded_by": "0199f0c0-1111-7d3e-9c5d-0c1d6e7f8a9b",
    "retracted_at": None,
    "retracted_because": "",
    "version": 1,
    "created_at": "2026-04-12T15:10:00Z",
    "updated_at": "2026-04-12T15:10:00Z",
}
DOCUMENT = OpenApiExample("A document", value=FACTS, response_only=True)
WHOLE = OpenApiExample(
    "With its text", value=FACTS | {"text": "Discharged in good health."}, response_only=True
)
CORRECTION = OpenApiExample(
    "The title was wrong",
    value={"title": "Discharge letter", "kind": "letter", "dated_on": "2026-04-12", "version": 1},
    request_only=True,
)
WRONG_CHART = OpenApiExample(
    "Put into the wrong chart", value={"reason": "Another patient"}, request_only=True
)


class Anything(JSONRenderer):
    """Whoever asks for a PDF gets a PDF, which no renderer makes; what goes wrong is still told in JSON."""

    media_type = "*/*"
    format = "file"


class DocumentViewSet(ChartViewSet):
    """Documents in a patient's chart: reports, letters, pictures."""

    queryset = Document.objects.without_text()
    serializer_class = DocumentSerializer
    filterset_class = DocumentFilter
    filter_backends = (DeclaredFilters,)
    parser_classes = (Json, MultiPartParser)
    needs = {
        "list": "patients.view_document",
        "retrieve": "patients.view_document",
        "file": "patients.view_document",
        "create": "patients.upload_document",
        "update": "patients.edit_document",
        "destroy": "patients.retract_document",
    }

    def get_renderers(self) -> list[BaseRenderer]:
        return [JSONRenderer(), Anything()] if self.action == "file" else super().get_renderers()

    @extend_schema(examples=[DOCUMENT])
    def list(self, request: Request, pk: str) -> Response:  # type: ignore[override]
        """The documents of a patient, the latest first. `q` are words of title, file name or text."""
        return super().list(request, pk)

    @extend_schema(responses={200: WholeDocumentSerializer}, examples=[WHOLE])
    def retrieve(self, request: Request, pk: str, entry_pk: str) -> Response:  # type: ignore[override]
        """One document, with the text that was read from it. Its content is at `…/file`."""
        document = self.get_object()
        return self.reply(document, body=WholeDocumentSerializer(document).data)

    @extend_schema(
        request={"multipart/form-data": UploadSerializer},
        responses={201: DocumentSerializer},
        examples=[DOCUMENT],
    )
    def create(self, request: Request, pk: str) -> Response:
        """Put a file into the chart. The same content twice is refused (`already_there`) unless `is_confirmed`."""
        patient = self.patient
        given = self.validated(UploadSerializer)
        once = self._once(given["file"])
        document = services.upload_document(patient, once=once, by=self.user, **given)
        return self.reply(document, status=201, body=once.answer if once else None)

    def _once(self, file: Incoming) -> Once | None:
        """The same key with another content is another request, though the file be called the same."""
        once = self.once(self.written)
        return once and replace(once, fingerprint=fingerprint([once.fingerprint, file.sha256]))

    @extend_schema(
        request=EditDocumentSerializer, responses={200: DocumentSerializer}, examples=[CORRECTION, DOCUMENT]
    )
    def update(self, request: Request, pk: str, entry_pk: str) -> Response:
        """Correct title, kind and date. Send If-Match, or `version` in the body."""
        document = self.get_object()
        seen = self.seen_version(document)
        changes = self.validated(EditDocumentSerializer)
        return self.reply(services.edit_document(document, seen_version=seen, by=self.user, **changes))

    @extend_schema(request=RetractDocumentSerializer, responses={204: None}, examples=[WRONG_CHART])
    def destroy(self, request: Request, pk: str, entry_pk: str) -> Response:
        """Take back what was put into the wrong chart, with the reason. Nothing is deleted."""
        document = self.get_object()
        seen = self.version_if_sent(document)
        taking_back = self.validated(RetractDocumentSerializer)
        services.retract_document(document, seen_version=seen, by=self.user, **taking_back)
        return Response(status=204, headers={"ETag": f'"{document.version}"'})

    @extend_schema(responses={(200, "*/*"): OpenApiTypes.BINARY})
    def file(self, request: Request, pk: str, entry_pk: str) -> FileResponse:
        """The content of a document, byte by byte as it came."""
        document = self.get_object()
        acting.opened(document, by=self.user)
        content = content_of(document)
        if content is None:
            raise NotFound("The file of this document is missing.")
        return as_attachment(document, content)
