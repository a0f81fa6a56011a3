"""Patients who come without an appointment."""

from itertools import chain
from typing import cast

from django.utils.translation import gettext as _

from accounts.acting import note, service
from accounts.models import User
from accounts.once import Once
from appointments import rules, timeline
from appointments.models import CELL, Appointment, Claim, cells, doctor_keys, patient_keys, room_keys
from appointments.services.booking import check_whose, times_of
from appointments.services.claiming import EXTRA_LANES, claim, extra_lane, first_free
from appointments.services.objections import Objections
from appointments.services.steps import begins_to_wait
from doctors.models import Doctor, OpenBlock, open_blocks
from hospital import clock
from hospital.errors import Refusal
from patients.models import Patient
from patients.services import begin_care

ADMIT = "appointments.admit_walk_in"


@service(ADMIT)
def admit_walk_in(
    *,
    patient: Patient,
    doctor: Doctor,
    reason: str = "",
    priority: int = Appointment.Priority.NORMAL,
    once: Once | None = None,
    by: User,
) -> Appointment:
    """Make a visit of this moment for somebody who is here, with a number at once.

    It is as long as the doctor's visits are now, or in the next hours of today. Refused with
    `not_here_today` if there are none, `patient_busy` if the patient has another visit now, `desk_full`
    if too many are squeezed in already, `patient_inactive` or `doctor_inactive`.
    """
    if once and (made := once.earlier(ADMIT, by=by)):
        return cast("Appointment", Appointment.objects.with_names().get(pk=made))
    now = clock.now()
    visit = Appointment(
        patient=patient,
        doctor=doctor,
        starts_at=now - (now - clock.EPOCH) % CELL,
        reason=" ".join(reason.split()),
        is_walk_in=True,
        status=Appointment.Status.ARRIVED,
        booked_by=by,
    )
    check_whose(visit, by)
    objections = Objections(visit, because="", by=by)
    objections.ask(rules.ADMIT)
    block = _hours_now(visit)
    visit.minutes = block.visit_minutes
    visit.buffer_minutes = rules.buffer_of(objections.limits, None)
    visit.check_row()
    _find_place(visit, block)
    for name, value in begins_to_wait(visit, priority).items():
        setattr(visit, name, value)
    claim(visit, visit.claim_keys())
    visit.save(force_insert=True)
    if doctor.user is not None:
        begin_care(patient, user=doctor.user, because="booked", by=by)
    timeline.tell_new(visit)
    note(**times_of(visit))
    if once:
        once.done(ADMIT, visit, by=by)
    return visit


def _hours_now(visit: Appointment) -> OpenBlock:
    """The doctor's hours at this moment, or the next ones of today."""
    today = visit.starts_at.astimezone(visit.zone).date()
    blocks = open_blocks([visit.doctor], today, today)[visit.doctor_id]
    found = next((one for one in blocks if one.ends_at > visit.starts_at), None)
    if found is None:
        raise Refusal(
            _("This doctor sees no more patients today. Choose another one."),
            code="not_here_today",
            field="doctor",
        )
    return found


def _find_place(visit: Appointment, block: OpenBlock) -> None:
    """A lane of the hours if one is free, else one beside them; a place in the room likewise.

    The patient waits anyway: a doctor's full hours and a full room don't send anybody away.
    """
    wanted = cells(visit.starts_at, visit.free_again_at)
    patient = patient_keys(visit.patient_id, cells(visit.starts_at, visit.ends_at))
    inside = block.starts_at <= visit.starts_at
    lanes = [doctor_keys(visit.doctor_id, lane, wanted) for lane in range(block.capacity if inside else 0)]
    room_id = block.room_id
    most = (block.places or 1) + EXTRA_LANES
    places = [room_keys(room_id, place, wanted) for place in range(most)] if room_id else []
    taken = Claim.objects.taken([*patient, *chain(*lanes, *places)])
    if taken.intersection(patient):
        _say_that_there_is_another(visit, patient)
    lane = first_free(lanes, taken)
    lane = extra_lane(visit, block.capacity) if lane is None else lane
    if lane is None:
        raise Refusal(
            _(
                "Too many patients have been squeezed in with this doctor. Choose another one, or book a time."
            ),
            code="desk_full",
            field="doctor",
        )
    visit.lane, place = lane, first_free(places, taken) if room_id else None
    visit.room_id, visit.place = (None, 0) if place is None else (room_id, place)


def _say_that_there_is_another(visit: Appointment, keys: list[str]) -> None:
    """The claims in the way are the patient's own, so they lead to the visit that should be checked in."""
    others = Claim.objects.filter(key__in=keys).values_list("appointment_id", flat=True)
    raise Refusal(
        _("This patient has an appointment at this time already. Check that one in instead."),
        code="patient_busy",
        field="patient",
        offers=[{"appointment": str(pk)} for pk in sorted(set(others))],
    )
