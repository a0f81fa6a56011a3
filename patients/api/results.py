"""The JSON door of laboratory results, of the list of tests, and of files of laboratories."""

from typing import IO, Any

from django.core.files.uploadedfile import SimpleUploadedFile
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.parsers import BaseParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from hospital.api import RecordViewSet
from hospital.gates import TooLarge
from hospital.pagination import DeclaredFilters
from patients import services
from patients.api.charts import ChartViewSet
from patients.filters import LabResultFilter, LabTestFilter
from patients.models import LabImport, LabResult, LabTest
from patients.serializers.results import (
    ImportResultsSerializer,
    LabImportSerializer,
    LabResultSerializer,
    LabTestSerializer,
    RecordResultSerializer,
    RetractResultSerializer,
)
from patients.services.result_lines import MOST_BYTES
from patients.services.results import MOST_AT_ONCE

CRP = {
    "loinc": "1988-5",
    "value": "118",
    "unit": "mg/L",
    "low": "0",
    "high": "5",
    "taken_at": "2026-04-12T13:55:00Z",
    "laboratory": "Central laboratory",
    "external_id": "4711-3",
}
ONE = OpenApiExample("A value with the range of the laboratory", value=CRP, request_only=True)
IN_WORDS = OpenApiExample(
    "A result in words",
    value={"loinc": "5802-4", "text": "negative", "taken_at": "2026-04-12T13:55:00Z"},
    request_only=True,
)
SEVERAL = OpenApiExample(
    "A whole sample, all or none",
    value=[CRP, {"loinc": "2823-3", "value": "4.3", "unit": "mmol/L", "taken_at": "2026-04-12T13:55:00Z"}],
    request_only=True,
)
RESULT = OpenApiExample(
    "A result",
    value=CRP
    | {
        "id": "0199f0c1-2d3e-7a4b-8c5d-6e7f8a9b0c1d",
        "patient": "0199f0c0-7a4b-7d3e-9c5d-0c1d6e7f8a9b",
        "name": "CRP",
        "comparator": "",
        "text": "",
        "flag": "H",
        "source": "api",
        "imported": None,
        "note": "",
        "recorded_by": "0199f0c0-7a4b-7d3e-9c5d-6e7f8a9b0c1d",
        "reviewed_at": None,
        "reviewed_by": None,
        "retracted_at": None,
        "retracted_because": "",
        "version": 1,
        "created_at": "2026-04-12T14:10:00Z",
        "updated_at": "2026-04-12T14:10:00Z",
    },
    response_only=True,
)
WRONG_LINE = OpenApiExample(
    "Something is wrong with a line",
    value={
        "type": "about:blank",
        "title": "Bad Request",
        "status": 400,
        "code": "invalid",
        "detail": "The request was not understood as it stands.",
        "errors": [{"field": "line 7, value", "code": "line", "message": "Write a number, such as 5.2."}],
    },
    response_only=True,
    status_codes=["400"],
)


class LabResultViewSet(ChartViewSet):
    """Laboratory results of a patient."""

    queryset = LabResult.objects.all()
    serializer_class = LabResultSerializer
    filter_backends = (DeclaredFilters,)
    filterset_class = LabResultFilter
    ordering_fields = ("taken_at",)
    ordering = ("-taken_at",)
    needs = {
        "list": "patients.view_labresult",
        "retrieve": "patients.view_labresult",
        "create": "patients.record_result",
        "destroy": "patients.retract_result",
        "review": "patients.review_result",
    }

    @extend_schema(examples=[RESULT])
    def list(self, request: Request, pk: str) -> Response:  # type: ignore[override]
        """Results of a patient, the latest sample first; those that were taken back too."""
        return super().list(request, pk)

    @extend_schema(examples=[RESULT])
    def retrieve(self, request: Request, pk: str, entry_pk: str) -> Response:  # type: ignore[override]
        """One result. The ETag is its version."""
        return super().retrieve(request, pk, entry_pk)

    @extend_schema(
        request=RecordResultSerializer,
        responses={201: LabResultSerializer},
        examples=[ONE, SEVERAL, IN_WORDS, RESULT],
    )
    def create(self, request: Request, pk: str) -> Response:
        """Write down a result, or a list of up to 500, all or none. The answer is an object or a list, as was sent.

        With an Idempotency-Key the same request is carried out once. 409 `already_recorded` for a number that
        this laboratory has used before.
        """
        patient = self.patient
        if isinstance(request.data, list):
            return self._create_several(patient)
        fields = self.validated(RecordResultSerializer)
        once = self.once(lambda recorded: self.written(recorded.results[0]))
        result = services.record_result(
            patient, once=once, source=LabResult.Source.API, by=self.user, **fields
        )
        return self.reply(result, status=201, body=once.answer if once else None)

    def _create_several(self, patient: Any) -> Response:
        data: Any = self.request.data
        if not 1 <= len(data) <= MOST_AT_ONCE:
            raise ValidationError({"": f"Between one and {MOST_AT_ONCE} results at once."})
        shape = RecordResultSerializer(data=data, many=True)
        if not shape.is_valid():
            wrong: Any = shape.errors
            numbered = wrong.items() if isinstance(wrong, dict) else enumerate(wrong)
            raise ValidationError({str(number): errors for number, errors in numbered if errors})
        once = self.once(lambda recorded: [self.written(one) for one in recorded.results])
        made = services.record_results(patient, results=shape.validated_data, once=once, by=self.user)
        return Response(once.answer if once else [self.written(one) for one in made], status=201)

    @extend_schema(request=RetractResultSerializer, responses={204: None})
    def destroy(self, request: Request, pk: str, entry_pk: str) -> Response:
        """Take back a result that was entered in error, with the `reason`. It stays, struck through."""
        result = self.get_object()
        seen = self.version_if_sent(result)
        services.retract_result(
            result, seen_version=seen, by=self.user, **self.validated(RetractResultSerializer)
        )
        return Response(status=204, headers={"ETag": f'"{result.version}"'})

    @extend_schema(request=None, responses={200: LabResultSerializer}, examples=[RESULT])
    def review(self, request: Request, pk: str, entry_pk: str) -> Response:
        """Say that one has seen it. What somebody has seen already stays as it is."""
        result = self.get_object()
        seen = self.version_if_sent(result)
        return self.reply(services.review_result(result, seen_version=seen, by=self.user))


class LabTestViewSet(RecordViewSet):
    """The tests that results are written down for."""

    queryset = LabTest.objects.offered()
    serializer_class = LabTestSerializer
    filterset_class = LabTestFilter
    ordering_fields = ("loinc", "short_name")
    ordering = ("short_name",)
    needs = {"list": "patients.view_labtest"}

    def list(self, request: Request) -> Response:
        """Tests by name. `q` is the beginning of a LOINC code, or a part of a name."""
        return super().list(request)


def _see_that_it_is_short(parser_context: Any) -> None:
    """What says itself that it is too long is not read at all. What says less than it is, is cut there."""
    length = str(parser_context["request"].META.get("CONTENT_LENGTH") or "0")
    if not length.isdecimal() or int(length) > MOST_BYTES + 10_000:
        raise TooLarge


class ShortForm(MultiPartParser):
    """A form with one file, refused by its length before anything of it is read."""

    def parse(self, stream: IO[Any], media_type: str | None = None, parser_context: Any = None) -> Any:
        _see_that_it_is_short(parser_context)
        return super().parse(stream, media_type, parser_context)


class Csv(BaseParser):
    """The file itself as the body; `laboratory` and `file_name` stand in the address."""

    media_type = "text/csv"

    def parse(self, stream: IO[Any], media_type: str | None = None, parser_context: Any = None) -> Any:
        _see_that_it_is_short(parser_context)
        content = stream.read(MOST_BYTES + 1)
        if len(content) > MOST_BYTES:
            raise TooLarge
        asked = parser_context["request"].query_params
        file = SimpleUploadedFile(asked.get("file_name", "")[:200] or "results.csv", content, "text/csv")
        return {"file": file, "laboratory": asked.get("laboratory", "")}


class LabImportViewSet(RecordViewSet):
    """Files of laboratories."""

    queryset = LabImport.objects.all()
    serializer_class = LabImportSerializer
    parser_classes = (ShortForm, Csv)
    needs = {"create": "patients.import_results"}

    @extend_schema(
        request={"multipart/form-data": ImportResultsSerializer, "text/csv": OpenApiTypes.BINARY},
        responses={201: LabImportSerializer},
        examples=[WRONG_LINE],
        parameters=[
            OpenApiParameter("laboratory", description="Its name, where the file is the body"),
            OpenApiParameter("file_name", description="Name of the file, where it is the body"),
        ],
    )
    def create(self, request: Request) -> Response:
        """Take in a file of results, all of them or none.

        Columns: mrn, birth_date, loinc, taken_at, value or text; also name, unit, low, high, flag, external_id.
        A 400 names each place in `errors`, such as `line 7, value`. 409 `already_imported` for the same file.
        """
        given = self.validated(ImportResultsSerializer)
        file = given["file"]
        taken = services.import_results(
            file.read(), laboratory=given["laboratory"], file_name=file.name, by=self.user
        )
        return Response(self.get_serializer(taken).data, status=201)
