"""The queue at the doctor's door: who is called, called again, skipped, or comes before others."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from accounts.acting import note, service
from accounts.models import User
from accounts.roles import Role
from appointments.models import Appointment
from appointments.services.steps import checked_priority
from doctors.models import Doctor
from hospital import clock
from hospital.errors import LostRace, Refusal, Stale, WrongMove
from hospital.models import one_of

Status = Appointment.Status


def _write(visit: Appointment, **changes: Any) -> bool:
    """Write into a visit whose patient still waits, as it was read; False if somebody was faster.

    What the queue is made of stands on the visit itself, so the two can't disagree. The conditional
    UPDATE decides who wins a race.
    """
    changes |= {"updated_at": clock.now(), "version": visit.version + 1}
    unchanged = Appointment.objects.filter(pk=visit.pk, status=Status.ARRIVED, version=visit.version)
    if not unchanged.update(**changes):
        return False
    for name, value in changes.items():
        setattr(visit, name, value)
    return True


def _change(visit: Appointment, seen_version: int | None, **changes: Any) -> Appointment:
    if not visit.is_waiting:
        raise WrongMove(_("This patient is not waiting."))
    if seen_version not in {None, visit.version} or not _write(visit, **changes):
        raise Stale(_("Somebody else has just changed this appointment. Nothing was saved."))
    return visit


def _check_called(visit: Appointment) -> None:
    if visit.is_waiting and not visit.is_called:
        raise Refusal(_("This patient has not been called yet."), code="not_called")


@service("appointments.call_next")
def call_next(*, doctor: Doctor, by: User) -> Appointment:
    """Call whoever is next for this doctor. Two desks that press at once get two different patients.

    Those who have been called and are not in yet are left alone. Refused with `nobody_waits`.
    """
    if by.role == Role.DOCTOR and doctor.pk != by.profile_id:
        raise PermissionDenied("Doctors call their own patients.")
    today = clock.bounds_of_today(doctor.zone)
    queue = Appointment.objects.visible_to(by).with_names().waiting()
    queue = queue.filter(doctor_id=doctor.pk, starts_at__gte=today[0], starts_at__lt=today[1])
    head: Appointment | None = one_of(queue.filter(called_at=None))
    if head is None:
        raise Refusal(_("Nobody is waiting to be called."), code="nobody_waits")
    if not _write(head, called_at=clock.now(), calls=head.calls + 1):
        raise LostRace("Somebody else has just called this patient.")
    return head


@service("appointments.recall_appointment")
def recall_appointment(appointment: Appointment, *, seen_version: int | None = None, by: User) -> Appointment:
    """Call a number again. Refused with `not_called` for one that was never called."""
    _check_called(appointment)
    return _change(appointment, seen_version, called_at=clock.now(), calls=appointment.calls + 1)


@service("appointments.skip_appointment")
def skip_appointment(appointment: Appointment, *, seen_version: int | None = None, by: User) -> Appointment:
    """Whoever was called did not come: waits on, behind the others of the same priority."""
    _check_called(appointment)
    return _change(appointment, seen_version, queued_at=clock.now(), called_at=None)


@service("appointments.set_priority")
def set_priority(
    appointment: Appointment, *, priority: int, seen_version: int | None = None, by: User
) -> Appointment:
    """Let somebody who waits come before others, or no longer."""
    priority = checked_priority(priority)
    note(before=appointment.priority, priority=priority)
    return _change(appointment, seen_version, priority=priority)
