"""What is written down when a patient has died, and taken back where that was wrong."""

from datetime import date, datetime, time

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts import places
from accounts.acting import note, service
from accounts.models import User
from hospital import clock
from hospital.errors import Refusal
from patients import timeline
from patients.models import Patient, TimelineEntry
from patients.signals import patient_died

KIND = "death"


@service("patients.record_death")
def record_death(patient: Patient, *, died_on: date, seen_version: int | None = None, by: User) -> Patient:
    """Write down that a patient has died. The record stays readable; nothing new is begun under it.

    `patient_died` is announced in the same transaction: visits that lie ahead are cancelled, and nobody writes to
    the dead. Refused with `already_deceased`.
    """
    if patient.is_deceased:
        raise Refusal(_("It is written down already that this patient has died."), code="already_deceased")
    note(deceased_on=died_on.isoformat())
    patient.change(
        seen_version=seen_version, is_deceased=True, deceased_on=died_on, death_taken_back_because=""
    )
    timeline.tell(KIND, patient.pk, patient_id=patient.pk, at=at_of(patient), on=died_on.isoformat())
    patient_died.send(Patient, patient=patient, by=by)
    return patient


@service("patients.take_back_death")
def take_back_death(patient: Patient, *, reason: str, seen_version: int | None = None, by: User) -> Patient:
    """The patient lives: the death was written down by mistake. Visits that were cancelled stay so."""
    if not patient.is_deceased:
        raise Refusal(_("This patient is not written down as deceased."), code="not_deceased")
    reason = " ".join(reason.split())
    if not reason:
        raise ValidationError({"reason": _("Say why this was wrong.")})
    patient.change(
        seen_version=seen_version, is_deceased=False, deceased_on=None, death_taken_back_because=reason
    )
    TimelineEntry.objects.filter(pk=timeline.key_of(KIND, patient.pk)).delete()
    return patient


def at_of(patient: Patient) -> datetime:
    """Where a death stands in the stream: at the end of its day, on the clocks of the patient's site."""
    zone = places.site(patient.site_id).zone
    end = datetime.combine(patient.deceased_on or clock.today(str(zone)), time(23, 59))
    return clock.first_moment(end, zone)
