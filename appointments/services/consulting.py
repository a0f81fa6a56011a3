"""The note of a visit: one for each visit, and the visit is over when it is signed."""

from django.utils.translation import gettext as _

from accounts.acting import note, service
from accounts.models import User
from appointments.models import Appointment
from appointments.services.steps import complete_appointment, start_appointment
from hospital.errors import LostRace, Refusal
from hospital.models import one_of
from patients.models import Encounter
from patients.services import open_encounter

Status = Appointment.Status
HAS_A_NOTE = frozenset({Status.ARRIVED, Status.IN_CONSULTATION, Status.COMPLETED})


@service("appointments.open_visit_note")
def open_visit_note(appointment: Appointment, *, by: User) -> Encounter:
    """The note of this visit: the one there is, or a new draft. A patient who waits is in consultation then.

    Two clicks, or two people, get the same note: who links it second begins again and finds it. A draft that
    was discarded gives way to a new one. Refused with `not_here` unless the patient has come, and with
    `patient_inactive`. Only who may start a visit starts it with this.
    """
    visit: Appointment = Appointment.objects.with_names().select_related("encounter").get(pk=appointment.pk)
    earlier = visit.encounter
    if earlier and not earlier.is_discarded:
        return earlier
    if visit.status not in HAS_A_NOTE:
        raise Refusal(_("The patient has not come yet. Check in first."), code="not_here")
    encounter = open_encounter(visit.patient, kind=Encounter.Kind.VISIT, by=by)
    free = Appointment.objects.filter(pk=visit.pk, encounter=earlier)
    if not free.update(encounter=encounter):
        raise LostRace("The note of this visit was begun a moment ago.")
    note(visit=str(visit.pk))
    if visit.status == Status.ARRIVED and by.has_perm("appointments.start_appointment"):
        start_appointment(visit, by=by)
    return encounter


def visit_of(encounter: Encounter) -> Appointment | None:
    """The visit that this is the note of, if it is one's."""
    visit: Appointment | None = one_of(Appointment.objects.with_names().filter(encounter_id=encounter.pk))
    return visit


def complete_visit_of(encounter: Encounter, *, by: User) -> str:
    """End the visit whose note was signed, where it is in consultation and the signer may.

    A sentence for the signer says what became of the visit; empty where the note is of none.
    """
    visit = visit_of(encounter)
    if visit is None:
        return ""
    if visit.status == Status.IN_CONSULTATION and by.has_perm("appointments.complete_appointment"):
        complete_appointment(visit, by=by)
    if visit.status == Status.COMPLETED:
        return _("The visit is completed.")
    return _("The visit stays as it is: %(status)s.") % {"status": visit.get_status_display().lower()}
