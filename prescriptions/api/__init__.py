"""The JSON doors of medicines and prescriptions."""

from prescriptions.api.catalogue import MedicationViewSet, SafetyView
from prescriptions.api.stock import StockViewSet

__all__ = ["MedicationViewSet", "SafetyView", "StockViewSet"]
