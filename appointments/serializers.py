"""JSON of visits and free times."""

from typing import Any

from rest_framework import serializers

from appointments.models import LONGEST_MINUTES, Appointment, VisitType
from doctors.models import Doctor
from patients.models import Patient


class VisibleRow(serializers.PrimaryKeyRelatedField[Any]):
    """The id of a row that the asker may know of."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(pk_field=serializers.UUIDField(), **kwargs)

    def get_queryset(self) -> Any:
        rows: Any = super().get_queryset()
        return rows.visible_to(self.context["request"].user)


class AppointmentSerializer(serializers.ModelSerializer[Appointment]):
    """A visit. Times are in UTC."""

    patient_name = serializers.CharField(source="patient.full_name", read_only=True)
    doctor_name = serializers.StringRelatedField[Doctor](source="doctor")

    class Meta:
        model = Appointment
        fields = (
            "id",
            "patient",
            "patient_name",
            "doctor",
            "doctor_name",
            "room",
            "starts_at",
            "ends_at",
            "minutes",
            "visit_type",
            "buffer_minutes",
            "status",
            "is_walk_in",
            "token",
            "priority",
            "called_at",
            "reason",
            "cancelled_because",
            "overridden_because",
            "arrived_at",
            "started_at",
            "finished_at",
            "created_at",
            "updated_at",
            "version",
        )
        read_only_fields = fields


BECAUSE: Any = {
    "max_length": 300,
    "required": False,
    "allow_blank": True,
    "help_text": "Pass over rules that allow it, for this reason. Needs appointments.override_booking_rules.",
}


class MoveSerializer(serializers.Serializer[Any]):
    """Another time, length, doctor, kind of visit or reason."""

    doctor = VisibleRow(queryset=Doctor.objects.select_related("user"))
    starts_at = serializers.DateTimeField()
    minutes = serializers.IntegerField(
        min_value=5,
        max_value=LONGEST_MINUTES,
        required=False,
        help_text="Left out: as long as the kind of visit.",
    )
    visit_type = VisibleRow(queryset=VisitType.objects.all(), required=False)
    reason = serializers.CharField(max_length=300, required=False, allow_blank=True)
    override_because = serializers.CharField(**BECAUSE)


class BookSerializer(MoveSerializer):
    """A visit that is to be booked."""

    patient = VisibleRow(queryset=Patient.objects.all())


class CancelSerializer(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=300)
    override_because = serializers.CharField(**BECAUSE)


class VisitTypeSerializer(serializers.ModelSerializer[VisitType]):
    """What a visit is for. `minutes` is its usual length, `buffer_minutes` what is kept free after it."""

    class Meta:
        model = VisitType
        fields = (
            "id",
            "code",
            "name",
            "minutes",
            "buffer_minutes",
            "colour",
            "is_active",
            "created_at",
            "updated_at",
            "version",
        )
        read_only_fields = fields


class KindSerializer(serializers.Serializer[Any]):
    """A kind of visit that can be booked."""

    visit_type = VisibleRow(queryset=VisitType.objects.filter(is_active=True))


class PrioritySerializer(serializers.Serializer[Any]):
    """1 comes before 2, and 2 before 3, which is what most have."""

    priority = serializers.ChoiceField(choices=Appointment.Priority.choices)


class CheckInSerializer(serializers.Serializer[Any]):
    priority = serializers.ChoiceField(choices=Appointment.Priority.choices, required=False)


class QueueOfSerializer(serializers.Serializer[Any]):
    """Whose queue."""

    doctor = VisibleRow(queryset=Doctor.objects.all())


class WalkInSerializer(serializers.Serializer[Any]):
    """Somebody who came without an appointment."""

    patient = VisibleRow(queryset=Patient.objects.all())
    doctor = VisibleRow(queryset=Doctor.objects.select_related("user"))
    reason = serializers.CharField(max_length=300, required=False, allow_blank=True)
    priority = serializers.ChoiceField(choices=Appointment.Priority.choices, required=False)


class EstimateSerializer(serializers.Serializer[Any]):
    """About how long somebody still waits."""

    from_minutes = serializers.IntegerField()
    to_minutes = serializers.IntegerField()


class WaitingSerializer(serializers.ModelSerializer[Appointment]):
    """Somebody in the queue. The estimate is null for who has been called."""

    patient_name = serializers.CharField(source="patient.full_name", read_only=True)
    estimated_wait = EstimateSerializer(allow_null=True, read_only=True)

    class Meta:
        model = Appointment
        fields = (
            "id",
            "patient",
            "patient_name",
            "starts_at",
            "is_walk_in",
            "token",
            "priority",
            "arrived_at",
            "queued_at",
            "called_at",
            "calls",
            "estimated_wait",
            "version",
        )
        read_only_fields = fields


class QueueSerializer(serializers.Serializer[Any]):
    waiting = WaitingSerializer(many=True)


class SlotSerializer(serializers.Serializer[Any]):
    starts_at = serializers.DateTimeField()
    minutes = serializers.IntegerField()


class SlotsSerializer(serializers.Serializer[Any]):
    slots = SlotSerializer(many=True)


class NextTimeSerializer(serializers.Serializer[Any]):
    """The next free time of a doctor: from a slot and its doctor."""

    starts_at = serializers.DateTimeField(source="slot.starts_at")
    minutes = serializers.IntegerField(source="slot.minutes")
    doctor = serializers.UUIDField(source="slot.doctor_id")
    doctor_name = serializers.CharField(source="who")
    department = serializers.CharField(source="who.place.name")
    site = serializers.CharField(source="who.site.name")


class NextFreeSerializer(serializers.Serializer[Any]):
    times = NextTimeSerializer(many=True)
