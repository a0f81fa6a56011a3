"""The JSON door of doctors."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from doctors import services
from doctors.filters import DoctorFilters
from doctors.models import Doctor
from doctors.serializers import (
    BlockInputSerializer,
    BlockSerializer,
    DoctorDetailSerializer,
    DoctorInputSerializer,
    DoctorSerializer,
    RecordedTimeOffSerializer,
    TimeOffInputSerializer,
)
from hospital.api import RecordViewSet

NEW_DOCTOR = OpenApiExample(
    "Add a doctor",
    value={
        "title": "Dr.",
        "given_name": "Alma",
        "family_name": "Example",
        "department": "0192f0c1-2d3e-7a4b-8c5d-6e7f8a9b0c1d",
        "specialities": ["cardiology"],
        "qualifications": "Specialist in cardiology, 2011",
        "languages": ["German", "English"],
        "consultation_fee_amount": "80.00",
    },
    request_only=True,
)
NEW_HOURS = OpenApiExample(
    "Mondays",
    value={
        "weekday": 0,
        "starts": "09:00",
        "ends": "12:00",
        "visit_minutes": 30,
        "capacity": 1,
        "room": None,
        "valid_from": "2026-01-05",
        "valid_until": None,
    },
    request_only=True,
)
EXTRA_HOURS = OpenApiExample(
    "Extra hours on one Saturday",
    value={"weekday": None, "starts": "10:00", "ends": "12:00", "valid_from": "2026-01-10"},
    request_only=True,
)
LEAVE = OpenApiExample(
    "Leave",
    value={"starts_at": "2026-03-01T23:00:00Z", "ends_at": "2026-03-08T23:00:00Z", "kind": "leave"},
    request_only=True,
)


class DoctorViewSet(RecordViewSet):
    """Doctors: who they are, where they work, at which hours they see patients."""

    queryset = Doctor.objects.with_specialities()
    serializer_class = DoctorSerializer
    filterset_class = DoctorFilters
    ordering_fields = ("name_key", "created_at")
    ordering = ("name_key",)
    needs = {
        "list": "doctors.view_doctor",
        "retrieve": "doctors.view_doctor",
        "create": "doctors.add_doctor",
        "update": "doctors.edit_doctor",
        "partial_update": "doctors.edit_doctor",
        "destroy": "doctors.deactivate_doctor",
        "reactivate": "doctors.reactivate_doctor",
        "schedule": "doctors.add_schedule_block",
        "time_off": "doctors.add_time_off",
    }

    def get_serializer_class(self) -> Any:
        return DoctorDetailSerializer if self.action == "retrieve" else DoctorSerializer

    @extend_schema(request=DoctorInputSerializer, responses={201: DoctorSerializer}, examples=[NEW_DOCTOR])
    def create(self, request: Request) -> Response:
        """Add a doctor."""
        return self.reply(
            services.add_doctor(**self.validated(DoctorInputSerializer), by=self.user), status=201
        )

    @extend_schema(request=DoctorInputSerializer, responses={200: DoctorSerializer})
    def update(self, request: Request, pk: str) -> Response:
        """Replace the profile. Send If-Match, or `version` in the body."""
        return self._edit(partial=False)

    @extend_schema(request=DoctorInputSerializer(partial=True), responses={200: DoctorSerializer})
    def partial_update(self, request: Request, pk: str) -> Response:
        """Correct some of the profile. Send If-Match, or `version` in the body."""
        return self._edit(partial=True)

    def _edit(self, *, partial: bool) -> Response:
        doctor = self.get_object()
        seen = self.seen_version(doctor)
        changes = self.validated(DoctorInputSerializer, partial=partial)
        return self.reply(services.edit_doctor(doctor, **changes, seen_version=seen, by=self.user))

    @extend_schema(request=None, responses={204: None})
    def destroy(self, request: Request, pk: str) -> Response:
        """Deactivate; nothing is deleted. 409 `future_visits` with a list of them while any is booked."""
        doctor = self.get_object()
        services.deactivate_doctor(doctor, seen_version=self.version_if_sent(doctor), by=self.user)
        return Response(status=204, headers={"ETag": f'"{doctor.version}"'})

    @extend_schema(request=None, responses={200: DoctorSerializer})
    def reactivate(self, request: Request, pk: str) -> Response:
        """Let the doctor see patients again, at the hours that are still valid."""
        doctor = self.get_object()
        services.reactivate_doctor(doctor, seen_version=self.version_if_sent(doctor), by=self.user)
        return self.reply(doctor)

    @extend_schema(
        request=BlockInputSerializer, responses={201: BlockSerializer}, examples=[NEW_HOURS, EXTRA_HOURS]
    )
    def schedule(self, request: Request, pk: str) -> Response:
        """Add weekly or extra hours. 409 `block_overlaps` names those that stand in the way."""
        doctor = self.get_object()
        block = services.add_schedule_block(doctor, **self.validated(BlockInputSerializer), by=self.user)
        return Response(BlockSerializer(block, context=self.get_serializer_context()).data, status=201)

    @extend_schema(
        request=TimeOffInputSerializer, responses={201: RecordedTimeOffSerializer}, examples=[LEAVE]
    )
    def time_off(self, request: Request, pk: str) -> Response:
        """Record leave. Booked visits stay; `booked_visits` says how many there are."""
        doctor = self.get_object()
        away = services.add_time_off(doctor, **self.validated(TimeOffInputSerializer), by=self.user)
        return Response(
            RecordedTimeOffSerializer(away, context=self.get_serializer_context()).data, status=201
        )
