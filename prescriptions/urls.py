"""Addresses of prescriptions: in a patient's record, at the pharmacy, and for those who verify one."""

from typing import Any

app_name = "prescriptions"
urlpatterns: list[Any] = []
