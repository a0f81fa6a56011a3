"""The steps of a visit's day: from the door to the end of the consultation, and one step back."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.acting import note, service
from accounts.models import User
from accounts.services import next_number
from appointments import timeline
from appointments.models import Appointment
from appointments.services.claiming import claim, release
from appointments.signals import appointment_completed, appointment_reopened
from hospital import clock
from hospital.errors import Refusal

Status = Appointment.Status


def is_today(visit: Appointment) -> bool:
    """Whether the visit is on this day of the clinic's calendar."""
    zone = visit.zone
    return clock.now().astimezone(zone).date() == visit.starts_at.astimezone(zone).date()


def step(visit: Appointment, status: str, seen_version: int | None, **changes: Any) -> Appointment:
    """One step ahead; remembers where it came from, so that it can be undone."""
    changes |= {"status_before": visit.status, "stepped_at": clock.now()}
    visit.move_to(status, seen_version=seen_version, **changes)
    timeline.tell(visit)
    return visit


def begins_to_wait(visit: Appointment, priority: int) -> dict[str, Any]:
    """What an arrival writes into a visit: its number of the day at the site, and its place in the queue."""
    now = clock.now()
    token = visit.token
    if token is None:
        token = next_number(f"token:{visit.doctor.site.pk.hex}:{now.astimezone(visit.zone):%Y%m%d}")
    return {
        "token": token,
        "priority": checked_priority(priority),
        "arrived_at": now,
        "queued_at": now,
        "called_at": None,
        "calls": 0,
    }


def checked_priority(priority: int) -> int:
    if priority not in Appointment.Priority.values:
        raise ValidationError({"priority": _("Choose one of the priorities.")})
    return int(priority)


@service("appointments.confirm_appointment")
def confirm_appointment(
    appointment: Appointment, *, seen_version: int | None = None, by: User
) -> Appointment:
    """The patient has said that he or she will come."""
    return step(appointment, Status.CONFIRMED, seen_version)


@service("appointments.check_in_appointment")
def check_in_appointment(
    appointment: Appointment,
    *,
    priority: int = Appointment.Priority.NORMAL,
    seen_version: int | None = None,
    by: User,
) -> Appointment:
    """The patient is here: gets a number and waits. Only on the day of the visit.

    Whoever has a number already, because an arrival was undone, keeps it.
    """
    appointment.patient.check_open_for_work()
    if not is_today(appointment):
        raise Refusal(_("This visit is not today."), code="not_today")
    given = begins_to_wait(appointment, priority)
    return step(appointment, Status.ARRIVED, seen_version, **given)


@service("appointments.start_appointment")
def start_appointment(appointment: Appointment, *, seen_version: int | None = None, by: User) -> Appointment:
    """The patient is called in."""
    return step(appointment, Status.IN_CONSULTATION, seen_version, started_at=clock.now())


@service("appointments.complete_appointment")
def complete_appointment(
    appointment: Appointment, *, seen_version: int | None = None, by: User
) -> Appointment:
    """The consultation is over."""
    step(appointment, Status.COMPLETED, seen_version, finished_at=clock.now())
    appointment_completed.send(Appointment, appointment=appointment, by=by)
    return appointment


@service("appointments.mark_no_show")
def no_show_appointment(
    appointment: Appointment, *, seen_version: int | None = None, by: User
) -> Appointment:
    """The patient did not come. Not before the visit should have begun."""
    if clock.now() < appointment.starts_at:
        raise Refusal(_("This visit has not begun yet."), code="too_early")
    step(appointment, Status.NO_SHOW, seen_version)
    release(appointment)
    return appointment


# What a step wrote is taken back with it. The number that was given at the door stays the patient's.
WROTE: dict[str, dict[str, Any]] = {
    Status.ARRIVED: {"arrived_at": None, "queued_at": None, "called_at": None, "calls": 0},
    Status.IN_CONSULTATION: {"started_at": None},
    Status.COMPLETED: {"finished_at": None},
}


@service("appointments.undo_step")
def undo_step(appointment: Appointment, *, seen_version: int | None = None, by: User) -> Appointment:
    """Take back the last step, once, on the day on which it was taken.

    Refused with `nothing_to_undo`, `undo_too_late`, and of a no-show whose time somebody else has by
    now with `slot_taken`.
    """
    before, taken_at = appointment.status_before, appointment.stepped_at
    if not before or taken_at is None:
        raise Refusal(_("There is no step that could be undone."), code="nothing_to_undo")
    zone = appointment.zone
    if taken_at.astimezone(zone).date() != clock.now().astimezone(zone).date():
        raise Refusal(_("Steps can be undone on the same day only."), code="undo_too_late")
    note(undone=appointment.status)
    lost = appointment.status == Status.NO_SHOW
    reopened = appointment.status == Status.COMPLETED
    written = WROTE.get(appointment.status, {})
    if lost:  # its number of a limited day may be another's by now; as a live visit it counts anyway
        written = {**written, "day_number": None}
    appointment.move_back_to(before, seen_version=seen_version, status_before="", stepped_at=None, **written)
    timeline.tell(appointment)
    if reopened:
        appointment_reopened.send(Appointment, appointment=appointment, by=by)
    if lost:
        claim(appointment, appointment.claim_keys(), taken=_("This time has been given to somebody else."))
    return appointment
