"""Patients who never existed, and what stands in their charts."""

from patients.demo.charts import Told, plant_charts
from patients.demo.people import CHUNK, MOST_RETURNED, ORIGINS, plant

__all__ = ["CHUNK", "MOST_RETURNED", "ORIGINS", "Told", "plant", "plant_charts"]
