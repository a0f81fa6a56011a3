"""The prescriptions of a day at a site, counted."""

from datetime import date
from typing import Any
from uuid import UUID

from accounts.models import Site
from analytics.models import MedicinesDay
from prescriptions.models import PrescriptionLine, Warned


def count_medicines(site: Site, day: date) -> list[MedicinesDay]:
    """The rows of a day, in three queries."""
    departments = list(site.department_set.values_list("pk", flat=True))
    rows: dict[tuple[UUID, UUID], MedicinesDay] = {}
    signed: dict[tuple[UUID, UUID], set[UUID]] = {}
    lines = PrescriptionLine.objects.filter(signed_on=day, department_id__in=departments).order_by()
    for doctor, department, prescription in lines.values_list(
        "doctor_id", "department_id", "prescription_id"
    ):
        _row(rows, site, day, doctor, department).lines += 1
        signed.setdefault((doctor, department), set()).add(prescription)
    for key, prescriptions in signed.items():
        rows[key].signed = len(prescriptions)
    decided = Warned.objects.filter(decided_on=day, department_id__in=departments).order_by()
    decided = decided.exclude(outcome=Warned.Outcome.OPEN)
    for doctor, department, outcome in decided.values_list("doctor_id", "department_id", "outcome"):
        row = _row(rows, site, day, doctor, department)
        row.warned += 1
        row.overridden += outcome == Warned.Outcome.OVERRIDDEN
    return list(rows.values())


def _row(
    rows: dict[Any, MedicinesDay], site: Site, day: date, doctor: UUID, department: UUID
) -> MedicinesDay:
    made = MedicinesDay(
        day=day, weekday=day.weekday(), site_id=site.pk, doctor_id=doctor, department_id=department
    )
    return rows.setdefault((doctor, department), made)
