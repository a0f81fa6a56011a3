"""Giving a visit its time, another time, and freeing it again."""

from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import cast
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from accounts.acting import note, service
from accounts.models import User
from accounts.once import Once
from accounts.roles import Role
from appointments.availability import covering_block, offers_near
from appointments.models import Appointment, Claim, cells, doctor_keys, patient_keys, room_keys
from appointments.services.claiming import claim, first_free, release
from doctors.models import Doctor
from hospital import clock
from hospital.errors import Refusal, WrongMove
from patients.models import Patient
from patients.services import begin_care

Status = Appointment.Status
BOOK = "appointments.book_appointment"


@dataclass(frozen=True)
class Place:
    """Where a visit fits: the doctor's lane, and the room with the place in it, if the hours name one."""

    lane: int
    room_id: UUID | None
    place: int


def _find_place(visit: Appointment, held: frozenset[str] = frozenset()) -> Place:
    """A lane and a place for this visit that nobody holds, or a refusal that says what stands in the way.

    `held` are claims that the visit has already. What is found here may be gone a moment later: the
    unique key of the claims decides.
    """
    block = covering_block(visit.doctor, visit.starts_at, visit.ends_at)
    if block is None:
        raise _refusal(
            visit, "outside_schedule", _("The doctor has no consultation hours then."), field="starts_at"
        )
    wanted = cells(visit.starts_at, visit.ends_at)
    patient = patient_keys(visit.patient_id, wanted)
    lanes = [doctor_keys(visit.doctor_id, lane, wanted) for lane in range(block.capacity)]
    room_id = block.room_id
    places = [room_keys(room_id, place, wanted) for place in range(block.places or 1)] if room_id else []
    taken = Claim.objects.taken([*patient, *chain(*lanes, *places)]) - held
    if taken.intersection(patient):
        raise _refusal(
            visit, "patient_busy", _("The patient has another visit at this time."), field="starts_at"
        )
    lane = first_free(lanes, taken)
    if lane is None:
        raise _refusal(
            visit,
            "slot_taken",
            _("This time has just been taken. Nothing was booked, and what you typed is still here."),
            field="starts_at",
        )
    place = first_free(places, taken) if room_id else 0
    if place is None:
        raise _refusal(visit, "room_taken", _("The room is taken at this time."), field="starts_at")
    return Place(lane, room_id, place)


def _refusal(visit: Appointment, code: str, message: str, *, field: str) -> Refusal:
    """A refusal that offers the nearest free times of the same doctor."""
    return Refusal(message, code=code, field=field, offers=offers_near(visit.doctor, visit.starts_at))


def _check_time(visit: Appointment) -> None:
    visit.check_row()
    if visit.starts_at <= clock.now():
        raise ValidationError({"starts_at": _("This time has passed.")})


def check_people(visit: Appointment, by: User) -> None:
    """Whether this patient can have visits, this doctor gives them, and this user may say so."""
    if not visit.patient.is_active:
        raise Refusal(
            _("This patient's record is closed. Reopen it before you book."),
            code="patient_inactive",
            field="patient",
        )
    if not visit.doctor.is_active:
        raise Refusal(_("This doctor no longer sees patients here."), code="doctor_inactive", field="doctor")
    if by.role == Role.DOCTOR and visit.doctor_id != by.profile_id:
        raise PermissionDenied("Doctors book their own time.")


def times_of(visit: Appointment) -> dict[str, str | int]:
    """What the history shows of a visit's time."""
    return {
        "starts_at": visit.starts_at.isoformat(),
        "minutes": visit.minutes,
        "doctor": str(visit.doctor_id),
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
    minutes: int,
    reason: str = "",
    once: Once | None = None,
    by: User,
) -> Appointment:
    """Give a patient a doctor's time, in minutes from an aware moment; both multiples of 5 minutes.

    Refused with `outside_schedule`, `slot_taken`, `patient_busy`, `room_taken`, `patient_inactive` or
    `doctor_inactive`; the first four offer other times.
    """
    if once and (made := once.earlier(BOOK, by=by)):
        return cast("Appointment", Appointment.objects.with_names().get(pk=made))
    visit = Appointment(
        patient=patient,
        doctor=doctor,
        starts_at=starts_at,
        minutes=minutes,
        reason=" ".join(reason.split()),
        booked_by=by,
    )
    check_people(visit, by)
    _check_time(visit)
    place = _find_place(visit)
    visit.lane, visit.room_id, visit.place = place.lane, place.room_id, place.place
    claim(visit, visit.claim_keys())
    visit.save(force_insert=True)
    if doctor.user is not None:
        begin_care(patient, user=doctor.user, because="booked", by=by)
    note(**times_of(visit))
    if once:
        once.done(BOOK, visit, by=by)
    return visit


@service("appointments.move_appointment")
def move_appointment(
    appointment: Appointment,
    *,
    starts_at: datetime,
    minutes: int,
    doctor: Doctor | None = None,
    reason: str | None = None,
    seen_version: int | None = None,
    by: User,
) -> Appointment:
    """Give a visit another time, length, doctor or reason. Its old time is free in the same moment."""
    if not appointment.is_movable:
        raise WrongMove(
            _("This appointment is %(status)s; it can no longer be moved.")
            % {"status": appointment.get_status_display().lower()}
        )
    before, held = times_of(appointment), frozenset(appointment.claim_keys())
    doctor = doctor or appointment.doctor
    old_lane, old_room = (appointment.lane, appointment.place), appointment.room_id
    wanted = Appointment(
        id=appointment.pk,
        patient=appointment.patient,
        doctor=doctor,
        starts_at=starts_at,
        minutes=minutes,
        reason=appointment.reason if reason is None else " ".join(reason.split()),
        booked_by_id=appointment.booked_by_id,
    )
    check_people(wanted, by)
    if times_of(wanted) == before:
        wanted.check_row()
        wanted.room_id, (wanted.lane, wanted.place) = old_room, old_lane
    else:
        _check_time(wanted)
        place = _find_place(wanted, held)
        wanted.lane, wanted.room_id, wanted.place = place.lane, place.room_id, place.place
    keys = wanted.claim_keys()
    wanted.token = _number_on(appointment, wanted)
    names = ("doctor_id", "starts_at", "ends_at", "minutes", "reason", "lane", "room_id", "place", "token")
    appointment.change(seen_version=seen_version, **{name: getattr(wanted, name) for name in names})
    Claim.objects.filter(key__in=sorted(held - keys)).delete()
    claim(appointment, keys - held)
    if doctor.user is not None and before["doctor"] != str(doctor.pk):
        begin_care(appointment.patient, user=doctor.user, because="booked", by=by)
    note(before=before, **times_of(appointment))
    return appointment


@service("appointments.cancel_appointment")
def cancel_appointment(
    appointment: Appointment, *, reason: str, seen_version: int | None = None, by: User
) -> Appointment:
    """Free the doctor's time again. The appointment stays, as cancelled."""
    reason = " ".join(reason.split())
    if not reason:
        raise ValidationError({"reason": _("Say why, in a few words.")})
    appointment.move_to(Status.CANCELLED, seen_version=seen_version, cancelled_because=reason[:300])
    release(appointment)
    return appointment
