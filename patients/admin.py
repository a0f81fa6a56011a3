"""The administrators' window on patients."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from accounts import acting
from accounts.models import User
from hospital.admin import ReadOnlyAdmin, RecordAdmin
from patients import services
from patients.models import CareRelation, Patient


@admin.register(Patient)
class PatientAdmin(RecordAdmin):
    """Patients, found by the same search as everywhere."""

    add_permission = "patients.register_patient"
    change_permission = "patients.edit_patient"
    list_display = ("family_name", "given_name", "mrn", "birth_date", "sex", "phone", "is_active")
    list_display_links = ("family_name", "given_name")
    list_filter = ("is_active", "sex", "blood_group")
    ordering = ("-id",)
    sortable_by = ("birth_date", "mrn")
    search_fields = ("mrn",)
    search_help_text = "Name, MRN, phone or date of birth"
    readonly_fields = (
        "mrn",
        "site",
        "is_active",
        "deactivated_because",
        "id",
        "created_at",
        "updated_at",
        "version",
    )

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        return (queryset.search(search_term) if search_term.strip() else queryset), False

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """Opening the record is written down here too."""
        patient = super().get_object(request, object_id, from_field)
        if patient is not None:
            acting.opened(patient, by=request.user)
        return patient

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """A list that was read, or a search, is written down here too."""
        answer: Any = super().changelist_view(request, extra_context)
        shown = getattr(answer, "context_data", None) or {}
        count = len(shown["cl"].result_list) if "cl" in shown else 0
        acting.listed("patients.view_patient", by=request.user, filters=request.GET.dict(), count=count)
        return answer

    def act(self, *, record: Any, changes: dict[str, Any], adding: bool, by: User) -> Any:
        if adding:
            return services.register_patient(by=by, **changes)
        return services.edit_patient(record, by=by, **changes)


@admin.register(CareRelation)
class CareRelationAdmin(ReadOnlyAdmin):
    """Who treats whom. Written by bookings and by clinicians, never here."""

    list_display = ("user", "patient", "since", "until", "because", "is_open")
    list_filter = ("is_open",)
    list_select_related = ("user", "patient")
    ordering = ("-id",)
