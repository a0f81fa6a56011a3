"""The JSON door of patients and their records."""

from patients.api.people import PatientViewSet
from patients.api.vitals import VitalsViewSet

__all__ = ["PatientViewSet", "VitalsViewSet"]
