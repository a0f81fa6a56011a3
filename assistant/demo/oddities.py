"""Odd things of the demonstration: a point in the wrong place, somebody else's sample, a service charged twice."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

from accounts.models import User
from assistant import watching
from billing.models import Service
from billing.services import add_charge
from hospital import clock
from patients.models import CareRelation, LabResult, Patient
from patients.services import record_results

SECONDS = 60.0
ALT = "1742-6"
OF_SOMEBODY_ELSE = {
    "718-7": "8.9",
    "6690-2": "15.8",
    "777-3": "96",
    "14682-9": "265",
    "2823-3": "5.7",
    "2951-2": "128",
    "1742-6": "118",
}
FEWEST = 4
CHARGED = "XRAY"
LOOK_BACK = timedelta(days=330)


def plant(*, people: dict[str, User], progress: Callable[[str], None]) -> None:
    """Through the services, as they would happen; then looked for, as the worker does."""
    treated = CareRelation.objects.filter(user_id=people["doctor"].pk, is_open=True).order_by("patient_id")
    ids = list(treated.values_list("patient_id", flat=True))
    latest = _latest(ids)
    alive = [one for one in Patient.objects.filter(pk__in=ids).order_by("id") if one.is_open_for_work]
    moved = next((one for one in alive if ALT in latest.get(one.pk, {})), None)
    if moved:
        row = latest[moved.pk][ALT]
        _record(moved, [row | {"value": row["value"] * 10}], by=people["nurse"])
    mixed = next((one for one in alive if one != moved and len(_known(latest, one)) >= FEWEST), None)
    if mixed:
        rows = [row | {"value": Decimal(OF_SOMEBODY_ELSE[row["loinc"]])} for row in _known(latest, mixed)]
        _record(mixed, rows, by=people["nurse"])
    service = Service.objects.filter(code=CHARGED).first()
    if service and alive:
        for _time in range(2):
            add_charge(alive[0], service=service, by=people["reception"])
    looked = watching.sweep(SECONDS)
    progress(f"{looked.found} alerts of something odd")


def _latest(patients: list[Any]) -> dict[Any, dict[str, dict[str, Any]]]:
    rows = LabResult.objects.standing().filter(
        patient_id__in=patients,
        loinc__in=list(OF_SOMEBODY_ELSE),
        taken_at__gte=clock.now() - LOOK_BACK,
        value__isnull=False,
    )
    found: dict[Any, dict[str, dict[str, Any]]] = {}
    columns = ("patient_id", "loinc", "name", "unit", "low", "high", "value", "laboratory")
    for row in rows.order_by("taken_at", "id").values(*columns):
        found.setdefault(row.pop("patient_id"), {})[row["loinc"]] = row
    return found


def _known(latest: dict[Any, dict[str, dict[str, Any]]], patient: Patient) -> list[dict[str, Any]]:
    return list(latest.get(patient.pk, {}).values())


def _record(patient: Patient, rows: list[dict[str, Any]], *, by: User) -> None:
    at = (clock.now() - timedelta(hours=2)).replace(second=0, microsecond=0)
    record_results(patient, results=[row | {"taken_at": at} for row in rows], by=by)
