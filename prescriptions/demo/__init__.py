"""Prescriptions of a hospital that never existed: half a year of them in all states, stock, and what waits today."""

from prescriptions.demo.planting import plant

__all__ = ["plant"]
