"""Visits in the administrators' window."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from appointments import services
from appointments.models import Appointment, WaitingBoard
from hospital.admin import RecordAdmin


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
        "reason",
        "status",
        "cancelled_because",
        "lane",
        "room",
        "number",
        "priority",
        "is_walk_in",
    )
    readonly_fields = (
        *("status", "cancelled_because", "lane", "room"),
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
            if visit.may_move_to(Appointment.Status.CANCELLED):
                services.cancel_appointment(visit, reason="Cancelled by an administrator", by=request.user)  # type: ignore[arg-type]
            else:
                self.message_user(request, f"{visit.get_status_display()}: {visit}", "warning")


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
