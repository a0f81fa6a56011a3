"""The JSON door of records that may be of one person."""

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from hospital.api import RecordViewSet
from patients import services
from patients.filters import PairFilter
from patients.models import SuspectedPair
from patients.serializers.duplicates import DismissSerializer, SuspectedPairSerializer

PAIR = OpenApiExample(
    "Two records that may be of one person",
    value={
        "id": "0199f0c5-5b1a-7c2d-8e3f-4a5b6c7d8e9f",
        "first": "0199f0c1-2d3e-7a4b-8c5d-6e7f8a9b0c1d",
        "second": "0199f0c4-9a8b-7c6d-9e5f-4a3b2c1d0e9f",
        "score": 71,
        "reasons": [
            {"code": "same_family_name", "points": 23},
            {"code": "alike_given_name", "points": 21},
            {"code": "birth_date_swapped", "points": 27},
        ],
        "status": "suspected",
        "found_at": "2026-04-12T15:10:00Z",
        "decided_by": None,
        "decided_because": "",
        "version": 1,
    },
    response_only=True,
)


class SuspectedPairViewSet(RecordViewSet):
    """The list of suspected duplicates, and what is decided about each."""

    queryset = SuspectedPair.objects.all()
    serializer_class = SuspectedPairSerializer
    filterset_class = PairFilter
    ordering_fields = ("id", "score")
    ordering = ("-score", "-id")
    about_patients = True
    needs = {
        "list": "patients.view_suspectedpair",
        "retrieve": "patients.view_suspectedpair",
        "dismiss": "patients.dismiss_duplicate",
        "suspect": "patients.suspect_duplicate",
    }

    @extend_schema(examples=[PAIR])
    def list(self, request: Request) -> Response:
        """Pairs of records that may be of one person, the likest first. `status` narrows the list."""
        return super().list(request)

    @extend_schema(examples=[PAIR])
    def retrieve(self, request: Request, pk: str) -> Response:
        """One pair. The ETag is its version."""
        return super().retrieve(request, pk)

    @extend_schema(request=DismissSerializer, responses={200: SuspectedPairSerializer}, examples=[PAIR])
    def dismiss(self, request: Request, pk: str) -> Response:
        """Say that they are two people, and why."""
        pair = self.get_object()
        seen = self.version_if_sent(pair)
        why = self.validated(DismissSerializer)
        return self.reply(services.dismiss_duplicate(pair, seen_version=seen, by=self.user, **why))

    @extend_schema(request=None, responses={200: SuspectedPairSerializer}, examples=[PAIR])
    def suspect(self, request: Request, pk: str) -> Response:
        """Take back that they are two people."""
        pair = self.get_object()
        seen = self.version_if_sent(pair)
        return self.reply(services.suspect_duplicate(pair, seen_version=seen, by=self.user))
