"""The JSON door of problems, and of the codes for them."""

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from hospital.api import RecordViewSet
from patients import services
from patients.api.charts import ChartViewSet
from patients.clinical import icd
from patients.models import Problem
from patients.serializers.entries import ReasonSerializer
from patients.serializers.problems import (
    CodesSerializer,
    EditProblemSerializer,
    ProblemSerializer,
    RecordProblemSerializer,
    ResolveSerializer,
)

NEW_PROBLEM = OpenApiExample(
    "With a code", value={"code": "E11.9", "onset_on": "2014-01-01", "onset_is_year": True}, request_only=True
)
IN_WORDS = OpenApiExample(
    "In words", value={"title": "Lives alone since her husband died"}, request_only=True
)
PROBLEM = OpenApiExample(
    "A problem",
    value={
        "id": "0199f0c1-2d3e-7a4b-8c5d-6e7f8a9b0c4a",
        "patient": "0199f0c1-2d3e-7a4b-8c5d-6e7f8a9b0c1d",
        "recorded_by": "0199f0c0-1111-7d3e-9c5d-0c1d6e7f8a9b",
        "code": "E11.9",
        "title": "Type 2 diabetes mellitus without complications",
        "status": "active",
        "onset_on": "2014-01-01",
        "onset_is_year": True,
        "ended_on": None,
        "ended_is_year": False,
        "note": "",
        "retracted_at": None,
        "retracted_because": "",
        "version": 1,
        "created_at": "2026-04-12T15:10:00Z",
        "updated_at": "2026-04-12T15:10:00Z",
    },
    response_only=True,
)
CODES = OpenApiExample(
    "high blood pr",
    value={
        "edition": icd.VERSION,
        "codes": [{"code": "I10", "title": "Essential (primary) hypertension", "billable": True}],
    },
    response_only=True,
)


class ProblemViewSet(ChartViewSet):
    """What ails a patient."""

    queryset = Problem.objects.all()
    serializer_class = ProblemSerializer
    needs = {
        "list": "patients.view_problem",
        "retrieve": "patients.view_problem",
        "create": "patients.record_problem",
        "update": "patients.edit_problem",
        "destroy": "patients.retract_problem",
        "resolve": "patients.resolve_problem",
        "reopen": "patients.reopen_problem",
    }

    @extend_schema(examples=[PROBLEM])
    def list(self, request: Request, pk: str) -> Response:  # type: ignore[override]
        """All of them, the latest first: also what is resolved or taken back."""
        return super().list(request, pk)

    @extend_schema(examples=[PROBLEM])
    def retrieve(self, request: Request, pk: str, entry_pk: str) -> Response:  # type: ignore[override]
        """One of them. The ETag is the version to send when changing it."""
        return super().retrieve(request, pk, entry_pk)

    @extend_schema(
        request=RecordProblemSerializer,
        responses={201: ProblemSerializer},
        examples=[NEW_PROBLEM, IN_WORDS, PROBLEM],
    )
    def create(self, request: Request, pk: str) -> Response:
        """Write down a problem. Refused with `already_listed` if the same is active."""
        patient = self.patient
        fields = self.validated(RecordProblemSerializer)
        once = self.once(self.written)
        problem = services.record_problem(patient, once=once, by=self.user, **fields)
        return self.reply(problem, status=201, body=once.answer if once else None)

    @extend_schema(request=EditProblemSerializer, responses={200: ProblemSerializer}, examples=[PROBLEM])
    def update(self, request: Request, pk: str, entry_pk: str) -> Response:
        """Correct it. Send If-Match, or `version` in the body."""
        problem = self.get_object()
        seen = self.seen_version(problem)
        changes = self.validated(EditProblemSerializer)
        return self.reply(services.edit_problem(problem, seen_version=seen, by=self.user, **changes))

    @extend_schema(request=ReasonSerializer, responses={204: None})
    def destroy(self, request: Request, pk: str, entry_pk: str) -> Response:
        """Take it back as entered in error, with a `reason`. It stays in the record."""
        problem = self.get_object()
        seen = self.version_if_sent(problem)
        services.retract_problem(problem, seen_version=seen, by=self.user, **self.validated(ReasonSerializer))
        return Response(status=204, headers={"ETag": f'"{problem.version}"'})

    @extend_schema(request=ResolveSerializer, responses={200: ProblemSerializer}, examples=[PROBLEM])
    def resolve(self, request: Request, pk: str, entry_pk: str) -> Response:
        """Say that it is over, and since when, if that is known."""
        problem = self.get_object()
        seen = self.version_if_sent(problem)
        ending = self.validated(ResolveSerializer)
        return self.reply(services.resolve_problem(problem, seen_version=seen, by=self.user, **ending))

    @extend_schema(request=None, responses={200: ProblemSerializer}, examples=[PROBLEM])
    def reopen(self, request: Request, pk: str, entry_pk: str) -> Response:
        """Say that it is back, or was never over. Refused with `already_listed` if the same is active."""
        problem = self.get_object()
        seen = self.version_if_sent(problem)
        return self.reply(services.reopen_problem(problem, seen_version=seen, by=self.user))


class CodesViewSet(RecordViewSet):
    """The codes of ICD-10-CM."""

    queryset = Problem.objects.none()
    serializer_class = CodesSerializer
    needs = {"find": "patients.record_problem"}

    @extend_schema(
        parameters=[
            OpenApiParameter(
                "q",
                OpenApiTypes.STR,
                required=True,
                description="The beginning of a code, or beginnings of words; at least two characters.",
            )
        ],
        responses={200: CodesSerializer},
        examples=[CODES],
    )
    def find(self, request: Request) -> Response:
        """What the question means: at most twelve codes, the likeliest first."""
        codes = icd.search(request.query_params.get("q", ""))
        return Response(CodesSerializer({"edition": icd.VERSION, "codes": codes}).data)
