"""Visits, their kinds and the rules of booking in the administrators' window."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from appointments import services
from appointments.forms import CancelForm
from appointments.models import Appointment, BookingPolicy, VisitType, WaitingBoard
from appointments.rules import NAMES
from hospital.admin import RecordAdmin
from hospital.web import refusals_on


@admin.register(Appointment)
class AppointmentAdmin(RecordAdmin):
    """Book, move and cancel: the claims follow, because the services do it."""

    about_patients = True
    add_permission = "appointments.book_appointment"
    change_permission = "appointments.move_appointment"
    list_display = ("starts_at", "minutes", "patient", "doctor", "status")
    list_filter = ("status", "doctor")
    list_select_related = ("patient", "doctor")
    ordering = ("-starts_at",)
    show_facets = admin.ShowFacets.NEVER
    raw_id_fields = ("patient", "doctor")
    fields = (
        "patient",
        "doctor",
        "starts_at",
        "minutes",
        "visit_type",
        "reason",
        "status",
        "cancelled_because",
        "overridden_because",
        "lane",
        "room",
        "number",
        "priority",
        "is_walk_in",
    )
    readonly_fields = (
        *("status", "cancelled_because", "overridden_because", "lane", "room"),
        *("number", "priority", "is_walk_in"),
    )
    actions = ("cancel",)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return (*self.readonly_fields, "patient") if obj is not None else self.readonly_fields

    def act(self, *, record: Any, changes: dict[str, Any], adding: bool, by: User) -> Any:
        if adding:
            return services.book_appointment(**changes, by=by)
        same = {"starts_at": record.starts_at, "minutes": record.minutes}
        return services.move_appointment(record, **same | changes, by=by)

    @admin.action(description=_("Cancel these visits"), permissions=["change"])
    def cancel(self, request: HttpRequest, visits: QuerySet[Appointment]) -> None:
        """Cancel each by itself; those that can't be cancelled are left as they are, and named."""
        for visit in visits:
            form = CancelForm({"reason": "Cancelled by an administrator", "version": visit.version})
            if form.is_valid():
                with refusals_on(form):
                    services.cancel_appointment(visit, reason=form.cleaned_data["reason"], by=request.user)  # type: ignore[arg-type]
            for error in form.non_field_errors():
                self.message_user(request, f"{visit}: {error}", "warning")


@admin.register(VisitType)
class VisitTypeAdmin(RecordAdmin):
    """A kind of visit is not removed, but no longer booked."""

    add_permission = change_permission = "appointments.keep_visit_types"
    list_display = ("name", "minutes", "buffer_minutes", "colour", "is_active")
    list_filter = ("is_active",)
    search_fields = ("name", "code")
    fields = ("name", "code", "minutes", "buffer_minutes", "colour", "is_active")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """The code stays: others refer to it."""
        return (*super().get_readonly_fields(request, obj), *(["code"] if obj else []))

    def act(self, *, record: Any, changes: dict[str, Any], adding: bool, by: User) -> Any:
        if adding:
            return services.add_visit_type(**changes, by=by)
        return services.edit_visit_type(record, **changes, by=by)


@admin.register(BookingPolicy)
class BookingPolicyAdmin(RecordAdmin):
    """The limits of a site or of a doctor. Whose they are stays."""

    add_permission = change_permission = "appointments.keep_booking_policies"
    list_display = ("__str__", *NAMES)
    list_select_related = ("site", "doctor")
    fields = ("site", "doctor", *NAMES)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return (*super().get_readonly_fields(request, obj), *(["site", "doctor"] if obj else []))

    def act(self, *, record: Any, changes: dict[str, Any], adding: bool, by: User) -> Any:
        if adding:
            return services.add_booking_policy(**changes, by=by)
        return services.edit_booking_policy(record, **changes, by=by)


@admin.register(WaitingBoard)
class WaitingBoardAdmin(RecordAdmin):
    """Put up boards, close them, and give them another address."""

    add_permission = change_permission = services.KEEP
    list_display = ("name", "site", "department", "is_open", "public_path")
    list_select_related = ("site", "department")
    list_filter = ("is_open",)
    fields = ("name", "site", "department", "is_open", "public_path")
    readonly_fields = ("public_path",)
    actions = ("renew",)

    def act(self, *, record: Any, changes: dict[str, Any], adding: bool, by: User) -> Any:
        if adding:
            return services.add_board(**changes, by=by)
        return services.edit_board(record, **changes, by=by)

    @admin.action(description=_("Give these boards another address"), permissions=["change"])
    def renew(self, request: HttpRequest, boards: QuerySet[WaitingBoard]) -> None:
        for board in boards:
            services.renew_board(board, by=request.user)  # type: ignore[arg-type]
