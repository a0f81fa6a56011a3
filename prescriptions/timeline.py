"""Prescriptions in the record: a line of the timeline each, and what is taken now on the first page."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import places
from accounts.models import User
from hospital import clock
from patients import front, timeline
from patients.models import Patient, TimelineEntry
from patients.timeline import Kind, Line, Told
from prescriptions.models import Prescription, PrescriptionLine

PRESCRIPTION = "prescription"
MOST_ON_FRONT = 40
Status = Prescription.Status
MOST_NAMED = 3
LONGEST_NAME = 80
TONES = {
    Status.DRAFT: "warn",
    Status.AWAITING: "warn",
    Status.SIGNED: "info",
    Status.PARTLY: "info",
    Status.DISPENSED: "ok",
}


def told(prescription: Prescription) -> Told:
    """The line of a prescription, at its signature, or at its beginning where there is none."""
    facts: dict[str, Any] = {
        "status": str(prescription.status),
        "medicines": [_short(one.medicine) for one in prescription.written],
        "name": str(prescription.doctor),
    }
    return Told(prescription.pk, prescription.signed_at or prescription.created_at, facts)


def _short(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1].rstrip()}…"


def tell(prescription: Prescription) -> None:
    """Write line and first page as they are now. Part of every service that changes a prescription."""
    line = told(prescription)
    timeline.tell(PRESCRIPTION, line.subject_id, patient_id=prescription.patient_id, at=line.at, **line.facts)
    if prescription.is_signed:
        front.renew(prescription.patient_id, medicines=medicines_of(prescription.patient_id))


def medicines_of(patient_id: UUID) -> list[dict[str, Any]]:
    """What a patient takes, for the first page of the chart: the latest first, each with the day at which it ends."""
    site_id = Patient.objects.values_list("site_id", flat=True).get(pk=patient_id)
    today = clock.now().astimezone(places.site(site_id).zone).date()
    rows = PrescriptionLine.objects.taken(patient_id, today)[:MOST_ON_FRONT]
    return [
        {
            "id": str(one.pk),
            "prescription": str(one.prescription_id),
            "medicine": one.medicine,
            "text": one.written.text,
            "since": one.signed_on.isoformat(),
            "until": "" if one.is_long_term else one.taken_until.isoformat(),
        }
        for one in rows
    ]


def _draw(entry: TimelineEntry, user: User) -> Line:
    facts, status = entry.facts, entry.facts["status"]
    return Line(
        title=_title(facts["medicines"]),
        detail=" · ".join((str(Status(status).label), facts["name"])),
        url=reverse("prescriptions:detail", args=[entry.patient_id, entry.subject_id]),
        tone=TONES.get(status, ""),
        struck=status in {Status.STOPPED, Status.DISCARDED},
    )


def _title(medicines: list[str]) -> str:
    """The first ones by name, of the others how many."""
    if not medicines:
        return _("Prescription without medicines yet")
    named, others = ", ".join(medicines[:MOST_NAMED]), len(medicines) - MOST_NAMED
    if others > 0:
        named = _("%(medicines)s and %(number)d more") % {"medicines": named, "number": others}
    return _("Prescription: %(medicines)s") % {"medicines": named}


def _rebuild(patient_id: UUID) -> Iterable[Told]:
    return map(told, Prescription.objects.filter(patient_id=patient_id).select_related("doctor"))


def fill_registers() -> None:
    front.add_part("medicines", medicines_of)
    timeline.register(
        Kind(
            key=PRESCRIPTION,
            label=gettext_lazy("Prescriptions"),
            icon="pill",
            permission="prescriptions.view_prescription",
            draw=_draw,
            rebuild=_rebuild,
        )
    )
