"""The administrators' window on patients."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from accounts.models import User
from hospital.admin import ReadOnlyAdmin, RecordAdmin
from patients import services
from patients.models import SECTIONS, CareRelation, NoteTemplate, Patient


@admin.register(Patient)
class PatientAdmin(RecordAdmin):
    """Patients, found by the same search as everywhere."""

    about_patients = True
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
        "is_deceased",
        "deceased_on",
        "death_taken_back_because",
        "id",
        "created_at",
        "updated_at",
        "version",
    )

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        return (queryset.search(search_term) if search_term.strip() else queryset), False

    def act(self, *, record: Any, changes: dict[str, Any], adding: bool, by: User) -> Any:
        if adding:
            return services.register_patient(by=by, **changes)
        return services.edit_patient(record, by=by, **changes)


@admin.register(CareRelation)
class CareRelationAdmin(ReadOnlyAdmin):
    """Who treats whom. Written by bookings and by clinicians, never here."""

    about_patients = True
    list_display = ("user", "patient", "since", "until", "because", "is_open")
    list_filter = ("is_open",)
    list_select_related = ("user", "patient")
    ordering = ("-id",)


@admin.register(NoteTemplate)
class NoteTemplateAdmin(RecordAdmin):
    """Words to begin a note with. One that is not wanted any more is offered no longer."""

    add_permission = change_permission = "patients.keep_note_templates"
    list_display = ("name", "is_active")
    list_filter = ("is_active",)
    search_fields = ("name",)
    ordering = ("name",)
    fields = ("name", *SECTIONS, "is_active")

    def act(self, *, record: Any, changes: dict[str, Any], adding: bool, by: User) -> Any:
        if adding:
            return services.add_note_template(by=by, **changes)
        return services.edit_note_template(record, by=by, **changes)
