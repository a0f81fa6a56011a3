"""The JSON door of patients and their records."""

from patients.api.people import PatientViewSet
from patients.api.results import LabImportViewSet, LabResultViewSet, LabTestViewSet

__all__ = ["LabImportViewSet", "LabResultViewSet", "LabTestViewSet", "PatientViewSet"]
