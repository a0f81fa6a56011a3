"""Giving a visit its time, another time, and freeing it again."""

from datetime import datetime
from typing import Any, cast

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from accounts.acting import note, service
from accounts.models import User
from accounts.once import Once
from accounts.roles import Role
from appointments import rules, timeline
from appointments.models import Appointment, Claim, VisitType
from appointments.services.claiming import claim, release
from appointments.services.objections import Objections
from appointments.services.placing import find_place
from appointments.signals import visit_changed
from appointments.telling import tell_booked, tell_cancelled, tell_died, tell_moved
from doctors.models import Doctor
from hospital import clock
from hospital.errors import WrongMove
from patients.models import Patient
from patients.services import begin_care

Status = Appointment.Status
BOOK = "appointments.book_appointment"
TOLD = ("doctor_id", "starts_at", "minutes")  # who has to come where, and when
PLACED = (*TOLD, "ends_at", "sequence", "visit_type_id", "buffer_minutes")
FOUND = ("lane", "room_id", "place", "day_number", "overridden_because")


def _check_time(visit: Appointment) -> None:
    visit.check_row()
    if visit.starts_at <= clock.now():
        raise ValidationError({"starts_at": _("This time has passed.")})


def check_whose(visit: Appointment, by: User) -> None:
    if by.role == Role.DOCTOR and visit.doctor_id != by.profile_id:
        raise PermissionDenied("Doctors book their own time.")


def _length(minutes: int | None, visit_type: VisitType | None) -> int:
    """The minutes that were said, or those of the kind of visit."""
    if visit_type is not None and not visit_type.is_active:
        raise ValidationError({"visit_type": _("This kind of visit can no longer be booked.")})
    if minutes is not None:
        return minutes
    if visit_type is None:
        raise ValidationError({"minutes": _("Say how long the visit is, or choose a kind of visit.")})
    return visit_type.minutes


def _put(visit: Appointment, objections: Objections, held: frozenset[str] = frozenset()) -> None:
    """Find the visit its place, and keep with it why a rule was passed over."""
    visit.buffer_minutes = rules.buffer_of(objections.limits, visit.visit_type)
    place = find_place(visit, objections, held)
    visit.lane, visit.room_id, visit.place = place.lane, place.room_id, place.place
    visit.day_number, visit.overridden_because = place.day_number, objections.reason
    if objections.passed:
        note(overridden=objections.passed)


def times_of(visit: Appointment) -> dict[str, str | int]:
    """What the history shows of a visit's time."""
    kind = {"visit_type": str(visit.visit_type_id)} if visit.visit_type_id else {}
    return {
        "starts_at": visit.starts_at.isoformat(),
        "minutes": visit.minutes,
        "doctor": str(visit.doctor_id),
        **kind,
    }


def _number_on(visit: Appointment, wanted: Appointment) -> int | None:
    """The number that an arrival, since undone, was given: it is one of that day at that site alone."""
    days = (one.starts_at.astimezone(one.zone).date() for one in (visit, wanted))
    same = len(set(days)) == 1 and visit.doctor.site.pk == wanted.doctor.site.pk
    return visit.token if same else None


@service(BOOK)
def book_appointment(
    *,
    patient: Patient,
    doctor: Doctor,
    starts_at: datetime,
    minutes: int | None = None,
    visit_type: VisitType | None = None,
    reason: str = "",
    override_because: str = "",
    once: Once | None = None,
    by: User,
) -> Appointment:
    """Give a patient a doctor's time, in minutes from an aware moment; both multiples of 5 minutes.

    Without `minutes` it takes as long as its kind of visit. Refused with the codes of
    `appointments.rules.RULES`; where the time is in the way, with other times. With a reason, somebody who
    may override passes over those rules that allow it.
    """
    if once and (made := once.earlier(BOOK, by=by)):
        return cast("Appointment", Appointment.objects.with_names().get(pk=made))
    visit = Appointment(
        patient=patient,
        doctor=doctor,
        starts_at=starts_at,
        minutes=_length(minutes, visit_type),
        visit_type=visit_type,
        reason=" ".join(reason.split()),
        booked_by=by,
    )
    check_whose(visit, by)
    objections = Objections(visit, because=override_because, by=by)
    _check_time(visit)
    objections.ask(rules.BOOK)
    _put(visit, objections)
    claim(visit, visit.claim_keys())
    visit.save(force_insert=True)
    if doctor.user is not None:
        begin_care(patient, user=doctor.user, because="booked", by=by)
    tell_booked(visit, by=by)
    timeline.tell_new(visit)
    note(**times_of(visit))
    if once:
        once.done(BOOK, visit, by=by)
    return visit


def _wanted(
    appointment: Appointment,
    starts_at: datetime,
    minutes: int | None,
    doctor: Doctor | None,
    visit_type: VisitType | None,
) -> Appointment:
    """The same visit at its other time; what is not said stays as it is."""
    other = visit_type is not None and visit_type.pk != appointment.visit_type_id
    usual = appointment.minutes if minutes is None and not other else minutes
    return Appointment(
        id=appointment.pk,
        patient=appointment.patient,
        doctor=doctor or appointment.doctor,
        starts_at=starts_at,
        minutes=_length(usual, visit_type if other else None),
        visit_type=visit_type or appointment.visit_type,
        reason=appointment.reason,
        booked_by_id=appointment.booked_by_id,
        sequence=appointment.sequence,
    )


def _stay(wanted: Appointment, appointment: Appointment) -> None:
    """Nothing of the time changes: the place, and what is kept free after it, stay as they were booked."""
    for name in ("buffer_minutes", *FOUND):
        setattr(wanted, name, getattr(appointment, name))
    wanted.check_row()


@service("appointments.move_appointment")
def move_appointment(
    appointment: Appointment,
    *,
    starts_at: datetime,
    minutes: int | None = None,
    doctor: Doctor | None = None,
    visit_type: VisitType | None = None,
    reason: str | None = None,
    override_because: str = "",
    seen_version: int | None = None,
    by: User,
) -> Appointment:
    """Give a visit another time, length, doctor, kind or reason. Its old time is free in the same moment.

    Without `minutes` it takes as long as the other kind of visit, or as before.
    """
    if not appointment.is_movable:
        raise WrongMove(
            _("This appointment is %(status)s; it can no longer be moved.")
            % {"status": appointment.get_status_display().lower()}
        )
    before, held = times_of(appointment), frozenset(appointment.claim_keys())
    doctor_before, starts_before = appointment.doctor, appointment.starts_at
    wanted = _wanted(appointment, starts_at, minutes, doctor, visit_type)
    if reason is not None:
        wanted.reason = " ".join(reason.split())
    check_whose(wanted, by)
    is_news = any(getattr(wanted, name) != getattr(appointment, name) for name in TOLD)
    wanted.sequence += is_news
    objections = Objections(wanted, because=override_because, by=by)
    if times_of(wanted) == before:
        _stay(wanted, appointment)
    else:
        objections.ask_to_leave(rules.MOVE, appointment)
        _check_time(wanted)
        objections.ask(rules.MOVE)
        _put(wanted, objections, held)
    wanted.token = _number_on(appointment, wanted)
    keys = wanted.claim_keys()
    names = (*PLACED, "reason", "token", *FOUND)
    appointment.change(seen_version=seen_version, **{name: getattr(wanted, name) for name in names})
    Claim.objects.filter(key__in=sorted(held - keys)).delete()
    claim(appointment, keys - held)
    if wanted.doctor.user is not None and before["doctor"] != str(wanted.doctor_id):
        begin_care(appointment.patient, user=wanted.doctor.user, because="booked", by=by)
    appointment.doctor = wanted.doctor
    visit_changed.send(Appointment, doctor=doctor_before, starts_at=starts_before)
    if is_news:
        tell_moved(appointment, by=by, before=doctor_before, starts_before=starts_before)
    timeline.tell(appointment)
    note(before=before, **times_of(appointment))
    return appointment


@service("appointments.cancel_appointment")
def cancel_appointment(
    appointment: Appointment,
    *,
    reason: str,
    override_because: str = "",
    has_died: bool = False,
    seen_version: int | None = None,
    by: User,
) -> Appointment:
    """Free the doctor's time again. The appointment stays, as cancelled.

    `has_died` says that the patient has: no rule of booking stands against it, and only the doctor is told.
    """
    reason = " ".join(reason.split())
    if not reason:
        raise ValidationError({"reason": _("Say why, in a few words.")})
    changes: dict[str, Any] = {"cancelled_because": reason[:300], "sequence": appointment.sequence + 1}
    objections = Objections(appointment, because=override_because, by=by)
    if appointment.may_move_to(Status.CANCELLED) and not has_died:
        objections.ask_to_leave(rules.CANCEL, appointment)
    if objections.passed:
        note(overridden=objections.passed)
        changes["overridden_because"] = objections.reason
    appointment.move_to(Status.CANCELLED, seen_version=seen_version, **changes)
    release(appointment)
    tell = tell_died if has_died else tell_cancelled
    tell(appointment, by=by)
    timeline.tell(appointment)
    return appointment
