"""The JSON door of patients and their records."""

from patients.api.consents import ConsentViewSet
from patients.api.duplicates import SuspectedPairViewSet
from patients.api.people import PatientViewSet

__all__ = ["ConsentViewSet", "PatientViewSet", "SuspectedPairViewSet"]
