"""Keeping the first page of a chart ready: who writes a noun renews its part, in the same transaction."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db import IntegrityError
from django.db.models import F

from hospital.errors import LostRace
from patients.models import (
    Alert,
    Allergy,
    Chart,
    Consent,
    Document,
    Encounter,
    LabResult,
    Problem,
    Vitals,
)

PARTS: dict[str, Any] = {
    "alerts": Alert,
    "allergies": Allergy,
    "consents": Consent,
    "documents": Document,
    "encounters": Encounter,
    "problems": Problem,
    "results": LabResult,
    "vitals": Vitals,
}


Maker = Callable[[UUID], Any]
_above: dict[str, Maker] = {}


def add_part(part: str, make: Maker) -> None:
    """Have a part that an app above writes: how it is made anew."""
    _above[part] = make


def renew(patient_id: UUID, **parts: Any) -> None:
    """Write parts of the first page anew: JSON values by the names of `Chart`'s columns.

    Call it inside the service that has changed the rows of which they are made. All writers of one patient
    meet in this one row, so that none of them writes from what was before another.
    """
    if Chart.objects.filter(pk=patient_id).update(**parts, revision=F("revision") + 1):
        return
    try:
        Chart.objects.create(pk=patient_id, **parts)
    except IntegrityError as error:
        raise LostRace("The chart was begun a moment ago.") from error


def rebuild(patient_id: UUID) -> None:
    """Write the whole first page anew, from the rows it tells of."""
    own = {part: noun.objects.front(patient_id) for part, noun in PARTS.items()}
    renew(patient_id, **own, **{part: make(patient_id) for part, make in _above.items()})
