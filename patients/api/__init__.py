"""The JSON door of patients and their records."""

from patients.api.notes import EncounterViewSet
from patients.api.people import PatientViewSet
from patients.api.timeline import TimelineViewSet

__all__ = ["EncounterViewSet", "PatientViewSet", "TimelineViewSet"]
