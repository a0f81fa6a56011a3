"""Medicines, what is prescribed of them, and what is given out."""

from prescriptions.models.catalogue import (
    MOST_INGREDIENTS,
    Medicine,
    MedicineQuerySet,
    Product,
    Route,
    Substance,
    bring_substances,
    found_under,
    in_order,
)
from prescriptions.models.dispensing import Dispensing, Stock, StockMovement, StockQuerySet
from prescriptions.models.lines import NO_END, Favourite, PrescriptionLine, Warned
from prescriptions.models.prescribing import Prescription, StopReason

__all__ = [
    "MOST_INGREDIENTS",
    "NO_END",
    "Dispensing",
    "Favourite",
    "Medicine",
    "MedicineQuerySet",
    "Prescription",
    "PrescriptionLine",
    "Product",
    "Route",
    "Stock",
    "StockMovement",
    "StockQuerySet",
    "StopReason",
    "Substance",
    "Warned",
    "bring_substances",
    "found_under",
    "in_order",
]
