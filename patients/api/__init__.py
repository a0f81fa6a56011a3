"""The JSON door of patients and their records."""

from patients.api.people import PatientViewSet
from patients.api.timeline import TimelineViewSet

__all__ = ["PatientViewSet", "TimelineViewSet"]
