"""The audit in the administrators' window: to be read, never to be touched."""

from typing import Any
from uuid import UUID

from django.contrib import admin
from django.http import HttpRequest

from audit.models import Entry
from hospital.admin import ReadOnlyAdmin


@admin.register(Entry)
class EntryAdmin(ReadOnlyAdmin):
    readonly_fields = ()
    list_display = ("at", "actor", "verb", "outcome", "door", "subject_type", "subject_id", "patient_id")
    list_filter = ("outcome", "door")
    list_select_related = ("actor",)
    ordering = ("-id",)
    show_facets = admin.ShowFacets.NEVER
    search_fields = ("subject_id", "patient_id", "request_id")
    search_help_text = "The whole id of a record, a patient or a request."

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        """By whole ids: the table grows for ever and is never scanned."""
        if not search_term:
            return queryset, False
        try:
            wanted = UUID(search_term.strip())
        except ValueError:
            return queryset.none(), False
        return queryset.filter(subject_id=wanted) | queryset.filter(patient_id=wanted), False
