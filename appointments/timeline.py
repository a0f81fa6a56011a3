"""Visits on the timeline of a patient: one line each, which changes with the visit."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.roles import Role
from appointments.models import Appointment
from appointments.signals import visit_changed
from patients import timeline
from patients.models import TimelineEntry
from patients.timeline import Kind, Line, Told

VISIT = "visit"
Status = Appointment.Status
TONES = {
    Status.ARRIVED: "warn",
    Status.IN_CONSULTATION: "busy",
    Status.COMPLETED: "ok",
    Status.NO_SHOW: "danger",
}


def told(visit: Appointment) -> Told:
    """The line of a visit, at its beginning."""
    facts: dict[str, Any] = {
        "status": str(visit.status),
        "doctor": str(visit.doctor_id),
        "name": str(visit.doctor),
        "reason": visit.reason,
    }
    return Told(visit.pk, visit.starts_at, facts)


def tell(visit: Appointment) -> None:
    """Write the line as the visit is now, and announce it. Part of every service that changes one."""
    visit_changed.send(Appointment, doctor=visit.doctor, starts_at=visit.starts_at)
    line = told(visit)
    timeline.tell(VISIT, line.subject_id, patient_id=visit.patient_id, at=line.at, **line.facts)


def tell_new(visit: Appointment) -> None:
    timeline.tell_first(VISIT, told(visit), patient_id=visit.patient_id).save(force_insert=True)


def _draw(entry: TimelineEntry, user: User) -> Line:
    """A doctor opens the own visits only; of those with others it is known that they were."""
    facts, status = entry.facts, entry.facts["status"]
    theirs = user.role == Role.DOCTOR and facts["doctor"] != str(user.profile_id)
    return Line(
        title=_("Appointment with %(doctor)s") % {"doctor": facts["name"]},
        detail=" · ".join(filter(None, (str(Status(status).label), facts["reason"]))),
        url="" if theirs else reverse("appointments:detail", args=[entry.subject_id]),
        tone=TONES.get(status, ""),
        struck=status == Status.CANCELLED,
    )


def _rebuild(patient_id: UUID) -> Iterable[Told]:
    return map(told, Appointment.objects.filter(patient_id=patient_id).select_related("doctor"))


def register_kind() -> None:
    timeline.register(
        Kind(
            key=VISIT,
            label=gettext_lazy("Appointments"),
            icon="door",
            permission="appointments.view_appointment",
            draw=_draw,
            rebuild=_rebuild,
        )
    )
