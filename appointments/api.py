"""Visits and free times for other systems."""

from typing import Any
from uuid import UUID

from django.http import Http404
from django.utils.dateparse import parse_date
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import acting, places
from appointments import services
from appointments.availability import LONGEST_SEARCH, free_slots, next_free
from appointments.filters import AppointmentFilter
from appointments.models import Appointment, VisitType
from appointments.serializers import (
    AppointmentSerializer,
    BookSerializer,
    CancelSerializer,
    CheckInSerializer,
    KindSerializer,
    MoveSerializer,
    NextFreeSerializer,
    PrioritySerializer,
    QueueOfSerializer,
    QueueSerializer,
    SlotsSerializer,
    VisitTypeSerializer,
    WalkInSerializer,
)
from appointments.waiting import in_order, put_estimates
from doctors.models import Doctor, Speciality
from hospital import clock
from hospital.api import RecordViewSet
from hospital.web import get_visible
from patients.models import may_see_chart
from patients.serializers.notes import WholeEncounterSerializer

IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description="Your own key of this request: sent again with the same body, it is answered as before.",
)
IF_MATCH = OpenApiParameter(
    "If-Match",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description='The ETag that you read, such as `"3"`.',
)
BOOK = OpenApiExample(
    "Book half an hour",
    value={
        "patient": "01927b1c-0000-7000-8000-000000000001",
        "doctor": "01927b1c-0000-7000-8000-000000000002",
        "starts_at": "2026-12-01T09:00:00Z",
        "minutes": 30,
        "reason": "Blood pressure",
    },
    request_only=True,
)
BOOK_A_KIND = OpenApiExample(
    "Book a kind of visit: as long as it is",
    value={
        "patient": "01927b1c-0000-7000-8000-000000000001",
        "doctor": "01927b1c-0000-7000-8000-000000000002",
        "starts_at": "2026-12-01T09:00:00Z",
        "visit_type": "01927b1c-0000-7000-8000-000000000003",
    },
    request_only=True,
)
BOOK_ANYWAY = OpenApiExample(
    "Squeeze somebody in, with a reason",
    value=BOOK.value | {"override_because": "Chest pain, sent by the family doctor"},
    request_only=True,
)
CANCEL_ANYWAY = OpenApiExample(
    "Cancel after the cut-off, with a reason",
    value={"reason": "Patient is ill", "override_because": "Taken to hospital this morning"},
    request_only=True,
)

CALL = OpenApiExample(
    "Call the next patient of a doctor",
    value={"doctor": "01927b1c-0000-7000-8000-000000000002"},
    request_only=True,
)
WALK_IN = OpenApiExample(
    "Somebody with a cut finger",
    value={
        "patient": "01927b1c-0000-7000-8000-000000000001",
        "doctor": "01927b1c-0000-7000-8000-000000000002",
        "reason": "Cut finger",
        "priority": 2,
    },
    request_only=True,
)


class AppointmentViewSet(RecordViewSet):
    """Book, move and cancel visits, and say how far they are. No status is ever written directly."""

    queryset = Appointment.objects.with_names()
    serializer_class = AppointmentSerializer
    filterset_class = AppointmentFilter
    ordering_fields = ("starts_at",)
    ordering = ("-starts_at",)
    about_patients = True
    needs = {
        "list": "appointments.view_appointment",
        "retrieve": "appointments.view_appointment",
        "create": "appointments.book_appointment",
        "update": "appointments.move_appointment",
        "partial_update": "appointments.move_appointment",
        "destroy": "appointments.cancel_appointment",
        "cancel": "appointments.cancel_appointment",
        "confirm": "appointments.confirm_appointment",
        "check_in": "appointments.check_in_appointment",
        "start": "appointments.start_appointment",
        "complete": "appointments.complete_appointment",
        "no_show": "appointments.mark_no_show",
        "undo": "appointments.undo_step",
        "recall": "appointments.recall_appointment",
        "skip": "appointments.skip_appointment",
        "priority": "appointments.set_priority",
        "open_note": "appointments.open_visit_note",
    }

    def get_queryset(self) -> Any:
        rows: Any = super().get_queryset()
        return rows.with_names_alone() if self.action == "list" else rows

    @extend_schema(
        request=BookSerializer,
        responses={201: AppointmentSerializer},
        examples=[BOOK, BOOK_A_KIND, BOOK_ANYWAY],
        parameters=[IDEMPOTENCY_KEY],
    )
    def create(self, request: Request) -> Response:
        """Book a visit. A 409 says by its `code` which rule is in the way, and offers other times.

        `slot_taken`, `outside_schedule`, `too_soon`, `too_far` and `day_full` can be passed over with
        `override_because` by whoever may; `patient_busy`, `room_taken`, `patient_inactive`,
        `doctor_inactive` and `lanes_full` can't.
        """
        given = self.validated(BookSerializer)
        once = self.once(self.written)
        visit = services.book_appointment(**given, once=once, by=self.user)
        return self.reply(visit, 201, body=once.answer if once else None)

    @extend_schema(request=MoveSerializer, parameters=[IF_MATCH])
    def update(self, request: Request, pk: str) -> Response:
        """Reschedule: another time, length, doctor, kind of visit or reason. Refused as a booking is.

        Also with `cutoff_passed`, when it is too late to move this visit.
        """
        visit = self.get_object()
        seen = self.seen_version(visit)
        given = self.validated(MoveSerializer)
        return self.reply(services.move_appointment(visit, **given, seen_version=seen, by=self.user))

    @extend_schema(request=MoveSerializer, parameters=[IF_MATCH])
    def partial_update(self, request: Request, pk: str) -> Response:
        """Reschedule, naming only what changes."""
        visit = self.get_object()
        seen = self.seen_version(visit)
        given = {"starts_at": visit.starts_at} | self.validated(MoveSerializer, partial=True)
        return self.reply(services.move_appointment(visit, **given, seen_version=seen, by=self.user))

    @extend_schema(responses={204: None}, parameters=[IF_MATCH])
    def destroy(self, request: Request, pk: str) -> Response:
        """Cancel. The visit stays, as cancelled; its time is free."""
        visit = self.get_object()
        seen = self.version_if_sent(visit)
        services.cancel_appointment(
            visit, reason="Cancelled through the API", seen_version=seen, by=self.user
        )
        return Response(status=204)

    @extend_schema(request=CancelSerializer, examples=[CANCEL_ANYWAY], parameters=[IF_MATCH])
    def cancel(self, request: Request, pk: str) -> Response:
        """Cancel, with the reason. 409 `cutoff_passed` when it is too late."""
        visit = self.get_object()
        given = self.validated(CancelSerializer)
        seen = self.version_if_sent(visit)
        return self.reply(services.cancel_appointment(visit, **given, seen_version=seen, by=self.user))

    def _step(self, act: Any) -> Response:
        visit = self.get_object()
        return self.reply(act(visit, seen_version=self.version_if_sent(visit), by=self.user))

    @extend_schema(request=None)
    def confirm(self, request: Request, pk: str) -> Response:
        """The patient will come."""
        return self._step(services.confirm_appointment)

    @extend_schema(request=CheckInSerializer, parameters=[IF_MATCH])
    def check_in(self, request: Request, pk: str) -> Response:
        """The patient is here: gets the next number of the day and waits, with `priority` before others."""
        visit = self.get_object()
        given = self.validated(CheckInSerializer)
        seen = self.version_if_sent(visit)
        return self.reply(services.check_in_appointment(visit, **given, seen_version=seen, by=self.user))

    @extend_schema(request=None)
    def start(self, request: Request, pk: str) -> Response:
        """The consultation begins."""
        return self._step(services.start_appointment)

    @extend_schema(request=None)
    def complete(self, request: Request, pk: str) -> Response:
        """The consultation is over."""
        return self._step(services.complete_appointment)

    @extend_schema(request=None)
    def no_show(self, request: Request, pk: str) -> Response:
        """The patient did not come."""
        return self._step(services.no_show_appointment)

    @extend_schema(request=None, parameters=[IF_MATCH])
    def undo(self, request: Request, pk: str) -> Response:
        """Take back the last step of today. 409 `nothing_to_undo`, `undo_too_late` or `slot_taken`."""
        return self._step(services.undo_step)

    @extend_schema(request=None, parameters=[IF_MATCH])
    def recall(self, request: Request, pk: str) -> Response:
        """Call the number again. 409 `not_called` for one that was never called."""
        return self._step(services.recall_appointment)

    @extend_schema(request=None, parameters=[IF_MATCH])
    def skip(self, request: Request, pk: str) -> Response:
        """Was called and did not come: waits on, behind the others of the same priority."""
        return self._step(services.skip_appointment)

    @extend_schema(request=PrioritySerializer, parameters=[IF_MATCH])
    def priority(self, request: Request, pk: str) -> Response:
        """Let somebody who waits come before others: 1 before 2, and 2 before 3."""
        visit = self.get_object()
        given = self.validated(PrioritySerializer)
        seen = self.version_if_sent(visit)
        return self.reply(services.set_priority(visit, **given, seen_version=seen, by=self.user))

    @extend_schema(request=None, responses=WholeEncounterSerializer)
    def open_note(self, request: Request, pk: str) -> Response:
        """The note of this visit, or a new draft; whoever waits is in consultation then. 409 `not_here`."""
        visit = self.get_object()
        if not may_see_chart(self.user, visit.patient):
            acting.not_in_care(visit.patient, self.needs["open_note"], by=self.user)
            raise Http404
        encounter = services.open_visit_note(visit, by=self.user)
        return self.reply(encounter, body=WholeEncounterSerializer(encounter).data)


class QueueViewSet(RecordViewSet):
    """Who waits for a doctor today. The queue is the visits that have arrived: it has no rows of its own."""

    queryset = Appointment.objects.with_names()
    serializer_class = AppointmentSerializer
    pagination_class = None
    about_patients = True
    needs = {
        "list": "appointments.view_appointment",
        "call_next": "appointments.call_next",
        "admit_walk_in": "appointments.admit_walk_in",
    }

    @extend_schema(
        parameters=[OpenApiParameter("doctor", OpenApiTypes.UUID, required=True, description="Whose queue.")],
        responses=QueueSerializer,
    )
    def list(self, request: Request) -> Response:
        """Those who wait for this doctor today, in the order in which they are called.

        `estimated_wait` is a range in minutes, null for who has been called.
        """
        doctor = self._doctor_asked_for(request)
        today = clock.bounds_of_today(doctor.zone)
        rows: Any = self.get_queryset().filter(doctor_id=doctor.pk)
        visits = list(rows.between(*today).with_names_alone())
        put_estimates(visits)
        waiting = in_order(visits)
        filters = {"doctor": str(doctor.pk), "status": Appointment.Status.ARRIVED}
        acting.listed("appointments.view_appointment", by=self.user, filters=filters, count=len(waiting))
        return Response(QueueSerializer({"waiting": waiting}).data)

    def _doctor_asked_for(self, request: Request) -> Doctor:
        try:
            pk = UUID(request.query_params.get("doctor", ""))
        except ValueError as error:
            raise ValidationError({"doctor": "The id of a doctor."}) from error
        return get_visible(Doctor, request._request, pk)  # noqa: SLF001 DRF's request wraps that of Django

    @extend_schema(request=QueueOfSerializer, responses=AppointmentSerializer, examples=[CALL])
    def call_next(self, request: Request) -> Response:
        """Call whoever is next for this doctor. 409 `nobody_waits`."""
        given = self.validated(QueueOfSerializer)
        return self.reply(services.call_next(**given, by=self.user))

    @extend_schema(
        request=WalkInSerializer,
        responses={201: AppointmentSerializer},
        examples=[WALK_IN],
        parameters=[IDEMPOTENCY_KEY],
    )
    def admit_walk_in(self, request: Request) -> Response:
        """Make a visit of this moment. 409 `not_here_today`, `desk_full` or `patient_busy`, with that visit."""
        given = self.validated(WalkInSerializer)
        once = self.once(self.written)
        visit = services.admit_walk_in(**given, once=once, by=self.user)
        answer = self.reply(visit, 201, body=once.answer if once else None)
        answer["Location"] = f"/api/v1/appointments/{visit.pk}"
        return answer


class VisitTypeViewSet(RecordViewSet):
    """What visits are for: their lengths, and what is kept free after them."""

    queryset = VisitType.objects.all()
    serializer_class = VisitTypeSerializer
    ordering_fields = ("name",)
    ordering = ("name",)
    needs = {"list": "appointments.view_visittype"}


class AvailabilityView(RecordViewSet):
    """Free times of a doctor."""

    queryset = Doctor.objects.all()
    serializer_class = SlotsSerializer
    needs = {"availability": "doctors.view_doctor", "next": "doctors.view_doctor"}

    @extend_schema(
        parameters=[
            OpenApiParameter("from", OpenApiTypes.DATE, description="First day, at the doctor's site."),
            OpenApiParameter("to", OpenApiTypes.DATE, description="Last day, included; 31 days at most."),
            OpenApiParameter(
                "visit_type", OpenApiTypes.UUID, description="Only times that are long enough for this kind."
            ),
        ],
        responses=SlotsSerializer,
    )
    def availability(self, request: Request, pk: str) -> Response:
        """The times that can be booked now. Somebody else may be faster."""
        doctor = self.get_object()
        first, last = (self._day(request, name) for name in ("from", "to"))
        if not first <= last <= first + LONGEST_SEARCH:
            raise ValidationError({"to": "Not before `from`, and at most 31 days after it."})
        slots = free_slots([doctor], first, last, visit_type=self._visit_type(request))[doctor.pk]
        return Response(SlotsSerializer({"slots": slots}).data)

    @extend_schema(
        parameters=[
            OpenApiParameter("speciality", OpenApiTypes.STR, description="Its code; without it, any doctor."),
            OpenApiParameter(
                "from", OpenApiTypes.DATE, description="First day, at the doctors' sites; today if left out."
            ),
        ],
        responses=NextFreeSerializer,
    )
    def next(self, request: Request) -> Response:
        """The next free time of each doctor who has the speciality, soonest first, within two weeks.

        Doctors without a free time in these days are left out. Somebody else may be faster.
        """
        code = request.query_params.get("speciality", "")
        first = clock.today(places.first_site().time_zone)
        if "from" in request.query_params:
            first = self._day(request, "from")
        doctors = self._who_has(code)
        by_pk = {doctor.pk: doctor for doctor in doctors}
        times = [{"slot": slot, "who": by_pk[slot.doctor_id]} for slot in next_free(doctors, first)]
        return Response(NextFreeSerializer({"times": times}).data)

    def _who_has(self, code: str) -> list[Doctor]:
        """Those who see patients and have it; all of them without a code."""
        doctors: Any = self.get_queryset()
        doctors = doctors.active()
        if code:
            if not Speciality.objects.filter(code=code).exists():
                raise ValidationError({"speciality": "There is no speciality with this code."})
            doctors = doctors.with_speciality(code)
        return list(doctors.order_by("name_key", "id"))

    def _visit_type(self, request: Request) -> VisitType | None:
        if "visit_type" not in request.query_params:
            return None
        given = KindSerializer(data=request.query_params, context=self.get_serializer_context())
        given.is_valid(raise_exception=True)
        found: VisitType = given.validated_data["visit_type"]
        return found

    def _day(self, request: Request, name: str) -> Any:
        try:
            day = parse_date(request.query_params.get(name, ""))
        except ValueError:
            day = None
        if day is None or not 2000 <= day.year <= 2200:
            raise ValidationError({name: "A date, as 2026-12-31."})
        return day
