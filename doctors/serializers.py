"""JSON of doctors, their hours and time off."""

from decimal import Decimal
from typing import Any, cast

from django.conf import settings
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.models import Department, User
from accounts.roles import Role
from doctors.models import Doctor, Room, ScheduleBlock, Speciality, TimeOff
from hospital import clock
from hospital.money import minor_digits


class SpecialitySerializer(serializers.ModelSerializer[Speciality]):
    class Meta:
        model = Speciality
        fields = ("code", "name")


class BlockSerializer(serializers.ModelSerializer[ScheduleBlock]):
    """Weekly hours, or with `weekday` null extra hours on the one day `valid_from`."""

    starts = serializers.TimeField(format="%H:%M")
    ends = serializers.TimeField(format="%H:%M")
    room_name = serializers.CharField(source="room.name", default=None, read_only=True)

    class Meta:
        model = ScheduleBlock
        fields = (
            "id",
            "weekday",
            "starts",
            "ends",
            "visit_minutes",
            "capacity",
            "room",
            "room_name",
            "valid_from",
            "valid_until",
            "version",
        )
        read_only_fields = fields


class TimeOffSerializer(serializers.ModelSerializer[TimeOff]):
    """`kind` and `note` are null for those who need not know why somebody is away."""

    kind = serializers.SerializerMethodField()
    note = serializers.SerializerMethodField()

    class Meta:
        model = TimeOff
        fields: tuple[str, ...] = (
            "id",
            "doctor",
            "site",
            "starts_at",
            "ends_at",
            "kind",
            "note",
            "version",
        )
        read_only_fields: tuple[str, ...] = fields

    def _may_say_why(self, away: TimeOff) -> bool:
        return away.may_say_why(self.context["request"].user)

    def get_kind(self, away: TimeOff) -> str | None:
        return away.kind if self._may_say_why(away) else None

    def get_note(self, away: TimeOff) -> str | None:
        return away.note if self._may_say_why(away) else None


class DoctorSerializer(serializers.ModelSerializer[Doctor]):
    name = serializers.CharField(source="__str__", read_only=True)
    department_name = serializers.CharField(source="place.name", read_only=True)
    site_name = serializers.CharField(source="site.name", read_only=True)
    time_zone = serializers.CharField(source="site.time_zone", read_only=True)
    specialities = SpecialitySerializer(many=True, read_only=True)
    languages = serializers.ListField(source="language_list", child=serializers.CharField(), read_only=True)
    consultation_fee_amount = serializers.SerializerMethodField()
    currency = serializers.SerializerMethodField()

    class Meta:
        model = Doctor
        fields: tuple[str, ...] = (
            "id",
            "name",
            "title",
            "given_name",
            "family_name",
            "department",
            "department_name",
            "site_name",
            "time_zone",
            "specialities",
            "qualifications",
            "languages",
            "consultation_fee_amount",
            "currency",
            "licence_number",
            "licence_until",
            "phone",
            "email",
            "is_active",
            "user",
            "created_at",
            "updated_at",
            "version",
        )
        read_only_fields: tuple[str, ...] = fields

    @extend_schema_field(OpenApiTypes.DECIMAL)
    def get_consultation_fee_amount(self, doctor: Doctor) -> str:
        return str(doctor.consultation_fee_amount)

    def get_currency(self, _doctor: Doctor) -> str:
        return str(settings.CURRENCY)


class DoctorDetailSerializer(DoctorSerializer):
    """The same with the hours that are not over, and the time off that is not over."""

    schedule = serializers.SerializerMethodField()
    time_off = serializers.SerializerMethodField()

    class Meta(DoctorSerializer.Meta):
        fields = (*DoctorSerializer.Meta.fields, "schedule", "time_off")
        read_only_fields = fields

    @extend_schema_field(BlockSerializer(many=True))
    def get_schedule(self, doctor: Doctor) -> Any:
        blocks = doctor.blocks.in_force(clock.today(doctor.site.time_zone)).as_planned()
        return BlockSerializer(blocks, many=True, context=self.context).data

    @extend_schema_field(TimeOffSerializer(many=True))
    def get_time_off(self, doctor: Doctor) -> Any:
        return TimeOffSerializer(TimeOff.objects.ahead_of(doctor), many=True, context=self.context).data


class DoctorInputSerializer(serializers.Serializer[Any]):
    """What is said of a doctor. `user` links a user of role doctor; it can't be taken away."""

    title = serializers.CharField(max_length=20, allow_blank=True, default="Dr.")
    given_name = serializers.CharField(max_length=80)
    family_name = serializers.CharField(max_length=80)
    department = serializers.PrimaryKeyRelatedField(queryset=Department.objects.all())
    specialities = serializers.SlugRelatedField(
        slug_field="code", many=True, queryset=Speciality.objects.all(), default=list
    )
    qualifications = serializers.CharField(max_length=600, allow_blank=True, default="")
    languages = serializers.ListField(child=serializers.CharField(max_length=40), max_length=12, default=list)
    consultation_fee_amount = serializers.DecimalField(
        max_digits=9, decimal_places=minor_digits(settings.CURRENCY), min_value=0, default=Decimal(0)
    )
    licence_number = serializers.CharField(max_length=60, allow_blank=True, required=False)
    licence_until = serializers.DateField(allow_null=True, required=False, help_text="The last day.")
    phone = serializers.CharField(max_length=40, allow_blank=True, default="")
    email = serializers.EmailField(allow_blank=True, default="")
    user = serializers.PrimaryKeyRelatedField(
        queryset=User.objects.filter(role=Role.DOCTOR), required=False, allow_null=True
    )

    def validate_languages(self, words: list[str]) -> str:
        """They are kept as one text."""
        return ", ".join(word.replace(",", " ") for word in words)

    def get_fields(self) -> Any:
        """Only users whom the asker may see can be linked."""
        fields = super().get_fields()
        request = self.context.get("request")
        if request is not None:
            user = cast("Any", fields["user"])
            user.queryset = user.queryset.visible_to(request.user)
        return fields


class BlockInputSerializer(serializers.Serializer[Any]):
    """Hours by the clock on the wall of the doctor's site; `weekday` 0 is Monday, null is extra hours on one date."""

    weekday = serializers.ChoiceField(choices=ScheduleBlock.Weekday.choices, allow_null=True)
    starts = serializers.TimeField()
    ends = serializers.TimeField()
    visit_minutes = serializers.IntegerField(min_value=5, max_value=240, default=20)
    capacity = serializers.IntegerField(min_value=1, max_value=8, default=1)
    room = serializers.PrimaryKeyRelatedField(queryset=Room.objects.all(), allow_null=True, default=None)
    valid_from = serializers.DateField()
    valid_until = serializers.DateField(allow_null=True, default=None)


class TimeOffInputSerializer(serializers.Serializer[Any]):
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    kind = serializers.ChoiceField(choices=TimeOff.Kind.choices, default=TimeOff.Kind.LEAVE)
    note = serializers.CharField(max_length=200, allow_blank=True, default="")


class RecordedTimeOffSerializer(TimeOffSerializer):
    """As recorded, with the number of visits that are booked within it and stay booked."""

    booked_visits = serializers.IntegerField(read_only=True)

    class Meta(TimeOffSerializer.Meta):
        fields = (*TimeOffSerializer.Meta.fields, "booked_visits")
        read_only_fields = fields
