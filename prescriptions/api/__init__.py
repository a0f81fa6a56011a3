"""The JSON doors of medicines and prescriptions."""

from prescriptions.api.catalogue import MedicationViewSet, SafetyView

__all__ = ["MedicationViewSet", "SafetyView"]
