"""Doctors, rooms, specialities and hours in the administrators' window."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from doctors import services
from doctors.models import Doctor, Room, ScheduleBlock, Speciality, TimeOff
from hospital.admin import RecordAdmin
from hospital.money import from_minor


@admin.register(Speciality)
class SpecialityAdmin(RecordAdmin):
    add_permission = change_permission = "doctors.keep_reference_data"
    list_display = ("name", "code")
    search_fields = ("name", "code")
    fields = ("name", "code")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """The code stays: others refer to it."""
        return (*super().get_readonly_fields(request, obj), *(["code"] if obj else []))

    def act(self, *, record: Any, changes: dict[str, Any], adding: bool, by: User) -> Any:
        if adding:
            return services.add_speciality(**changes, by=by)
        return services.edit_speciality(record, **{"name": record.name} | changes, by=by)


@admin.register(Room)
class RoomAdmin(RecordAdmin):
    add_permission = change_permission = "doctors.keep_reference_data"
    list_display = ("name", "department", "places")
    list_select_related = ("department",)
    list_filter = ("department",)
    search_fields = ("name",)
    fields = ("department", "name", "places")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return (*super().get_readonly_fields(request, obj), *(["department"] if obj else []))

    def act(self, *, record: Any, changes: dict[str, Any], adding: bool, by: User) -> Any:
        return services.add_room(**changes, by=by) if adding else services.edit_room(record, **changes, by=by)


@admin.register(Doctor)
class DoctorAdmin(RecordAdmin):
    """The profile; specialities are chosen on the page of the doctor."""

    add_permission = "doctors.add_doctor"
    change_permission = "doctors.edit_doctor"
    list_display = ("family_name", "given_name", "department", "licence_until", "is_active")
    list_select_related = ("department",)
    list_filter = ("is_active", "department")
    search_fields = ("name_key__startswith", "given_key__startswith")
    ordering = ("name_key",)
    fields = (
        "title",
        "given_name",
        "family_name",
        "department",
        "qualifications",
        "languages",
        "consultation_fee_minor",
        "licence_number",
        "licence_until",
        "phone",
        "email",
        "is_active",
        "user",
    )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        linked = obj is not None and obj.user_id is not None
        return (*super().get_readonly_fields(request, obj), "is_active", *(["user"] if linked else []))

    def act(self, *, record: Any, changes: dict[str, Any], adding: bool, by: User) -> Any:
        if "consultation_fee_minor" in changes:
            changes["consultation_fee_amount"] = from_minor(changes.pop("consultation_fee_minor"))
        if "phone" in changes:
            changes["phone"] = str(changes["phone"] or "")
        if adding:
            return services.add_doctor(**changes, by=by)
        return services.edit_doctor(record, **changes, by=by)


@admin.register(ScheduleBlock)
class ScheduleBlockAdmin(RecordAdmin):
    """Hours are added here; afterwards they can only be ended."""

    add_permission = "doctors.add_schedule_block"
    change_permission = "doctors.end_schedule_block"
    list_display = ("doctor", "weekday", "starts", "ends", "room", "valid_from", "valid_until")
    list_select_related = ("doctor", "room")
    list_filter = ("weekday",)
    search_fields = ("doctor__name_key__startswith",)
    fields = (
        "doctor",
        "weekday",
        "starts",
        "ends",
        "visit_minutes",
        "capacity",
        "room",
        "valid_from",
        "valid_until",
    )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        kept = [name for name in self.fields if name != "valid_until"] if obj else []
        return (*super().get_readonly_fields(request, obj), *kept)

    def act(self, *, record: Any, changes: dict[str, Any], adding: bool, by: User) -> Any:
        if adding:
            doctor = changes.pop("doctor")
            return services.add_schedule_block(doctor, **changes, by=by)
        last = changes.get("valid_until")
        if last is None:
            raise forms.ValidationError({"valid_until": _("Hours can be ended; ended hours are added anew.")})
        return services.end_schedule_block(record, on=last, by=by)


@admin.register(TimeOff)
class TimeOffAdmin(RecordAdmin):
    """Leave, and days on which a whole site is closed. It is removed on the page of a doctor."""

    add_permission = "doctors.add_time_off"
    list_display = ("doctor", "site", "starts_at", "ends_at", "kind")
    list_select_related = ("doctor", "site")
    list_filter = ("kind", "site")
    search_fields = ("doctor__name_key__startswith",)
    fields = ("doctor", "site", "starts_at", "ends_at", "kind", "note")

    def act(self, *, record: Any, changes: dict[str, Any], adding: bool, by: User) -> Any:
        return services.add_time_off(changes.pop("doctor"), **changes, by=by)
