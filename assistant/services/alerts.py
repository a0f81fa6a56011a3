"""What becomes of what was found: kept once, shown within a budget, acknowledged or dismissed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError

from accounts import places
from accounts.acting import note, service
from accounts.models import User
from assistant.anomalies import Finding, Severity
from assistant.models import AnomalyAlert, Desk
from assistant.models.alerts import desk_of, reason_of
from hospital import clock
from hospital.db import atomic
from hospital.errors import LostRace
from patients.front import renew

Status = AnomalyAlert.Status
ON_THE_FRONT = 5


@dataclass(frozen=True)
class Found:
    """A finding, and of what: `key` is the same whenever the same thing is found again."""

    finding: Finding
    key: str
    subject_type: str
    subject_id: UUID
    patient_id: UUID | None = None
    about_id: UUID | None = None
    department_id: UUID | None = None
    series: Sequence[tuple[str, float]] = ()

    @property
    def facts(self) -> dict[str, Any]:
        more = {"series": [list(one) for one in self.series]} if self.series else {}
        return {**self.finding.facts, **more}


@service("assistant.acknowledge_alert")
def acknowledge_alert(
    alert: AnomalyAlert, *, reason: str = "", seen_version: int | None = None, by: User
) -> AnomalyAlert:
    """Say that it is right, and with `reason` what was done. Refused with `wrong_move` where it was decided."""
    return _decide(alert, Status.ACKNOWLEDGED, reason_of(reason, needed=False), seen_version, by)


@service("assistant.dismiss_alert")
def dismiss_alert(
    alert: AnomalyAlert, *, reason: str, seen_version: int | None = None, by: User
) -> AnomalyAlert:
    """Say that it is no concern, and why. Refused with `wrong_move` where it was decided."""
    return _decide(alert, Status.DISMISSED, reason_of(reason, needed=True), seen_version, by)


def _decide(
    alert: AnomalyAlert, status: str, because: str, seen_version: int | None, by: User
) -> AnomalyAlert:
    if not AnomalyAlert.objects.visible_to(by).filter(pk=alert.pk).exists():
        raise PermissionDenied("assistant.view_anomalyalert")
    alert.move_to(
        status,
        seen_version=seen_version,
        decided_because=because,
        decided_by=by,
        decided_at=clock.now(),
    )
    note(kind=alert.kind, status=status)
    _renew([alert.patient_id])
    return alert


# ── For the worker ──────────────────────────────────────────────────────────


def keep(found: Iterable[Found]) -> int:
    """Keep what is not kept yet, and choose what is shown; how many are new.

    The unique key decides: raises LostRace where somebody else keeps the same at the same time.
    """
    some = {one.key: one for one in found}
    today = clock.now().astimezone(places.first_site().zone).date()
    with atomic():
        known = _known(some)
        new = [_alert(one, today) for key, one in some.items() if key not in known]
        for alert in new:
            _insert(alert)
        touched = {one.patient_id for one in new}
        for desk, department_id in {(one.desk, one.department_id) for one in new}:
            touched |= _show_the_gravest(desk, department_id, today)
        _renew(touched)
    return len(new)


def _known(keys: Iterable[str]) -> set[str]:
    return set(AnomalyAlert.objects.filter(key__in=list(keys)).values_list("key", flat=True))


def _alert(found: Found, today: date) -> AnomalyAlert:
    finding = found.finding
    return AnomalyAlert(
        kind=finding.kind,
        desk=desk_of(finding.kind),
        severity=finding.severity,
        score=finding.score,
        key=found.key,
        subject_type=found.subject_type,
        subject_id=found.subject_id,
        patient_id=found.patient_id,
        about_id=found.about_id,
        department_id=found.department_id,
        facts=found.facts,
        found_on=today,
    )


def _insert(alert: AnomalyAlert) -> None:
    try:
        alert.add()
    except IntegrityError as error:
        raise LostRace(alert.key) from error


def _show_the_gravest(desk: str, department_id: UUID | None, day: date) -> set[UUID | None]:
    """Show as many as the budget of the department allows, the gravest of the day, and whatever is urgent.

    Returns the patients of those that are shown or hidden by it.
    """
    of_day = AnomalyAlert.objects.filter(found_on=day, desk=desk, severity__lt=Severity.URGENT)
    rows = (
        of_day.filter(department_id=department_id)
        if department_id
        else of_day.filter(department_id__isnull=True)
    )
    spent = rows.filter(is_shown=True).exclude(status=Status.OPEN).count()
    left = max(0, settings.ASSISTANT_ALERTS_PER_DAY - spent)
    waiting = rows.filter(status=Status.OPEN)
    columns = ("pk", "patient_id", "is_shown")
    ranked = list(waiting.gravest_first().values_list(*columns))
    turned = [
        (pk, patient_id, place < left)
        for place, (pk, patient_id, is_shown) in enumerate(ranked)
        if is_shown != (place < left)
    ]
    for shown in (True, False):
        AnomalyAlert.objects.filter(pk__in=[pk for pk, _patient, to in turned if to is shown]).update(
            is_shown=shown
        )
    return {patient_id for _pk, patient_id, _to in turned}


def withdraw(alerts: Iterable[AnomalyAlert]) -> int:
    """Those whose subject was taken back are no concern any more. How many there were."""
    some, now = list(alerts), clock.now()
    gone: Mapping[str, Any] = {"status": Status.WITHDRAWN, "decided_at": now, "updated_at": now}
    with atomic():
        waiting = AnomalyAlert.objects.filter(pk__in=[one.pk for one in some], status=Status.OPEN)
        number: int = waiting.update(**gone)
        _renew(one.patient_id for one in some)
    return number


# ── On the first page of a chart ────────────────────────────────────────────


def _renew(patient_ids: Iterable[UUID | None]) -> None:
    for patient_id in sorted({one for one in patient_ids if one}):
        renew(patient_id, oddities=oddities_of(patient_id))


def oddities_of(patient_id: UUID) -> list[dict[str, Any]]:
    """What the record page says: those of the chart that are open and shown, the gravest first."""
    rows = AnomalyAlert.objects.waiting().filter(patient_id=patient_id, desk=Desk.CLINICAL, is_shown=True)
    return [
        {
            "id": str(one.pk),
            "kind": one.kind,
            "severity": one.severity,
            "facts": {name: value for name, value in one.facts.items() if name != "series"},
        }
        for one in rows.gravest_first()[:ON_THE_FRONT]
    ]
