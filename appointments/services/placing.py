"""Where a visit fits: the doctor's lane, the room's place, the number of the day. The claims decide in the end."""

from dataclasses import dataclass
from itertools import chain
from uuid import UUID

from appointments.availability import covering_block
from appointments.models import (
    Appointment,
    Claim,
    cells,
    day_key,
    doctor_keys,
    patient_keys,
    room_keys,
)
from appointments.rules import Limits
from appointments.services.claiming import extra_lane, first_free
from appointments.services.objections import Objections
from doctors.models import OpenBlock
from hospital import clock

EXTRA_PLACES = 8
EXTRA_VISITS = 60


@dataclass(frozen=True)
class Place:
    """Where a visit fits. `day_number` is None where the day has no limit."""

    lane: int
    room_id: UUID | None
    place: int
    day_number: int | None


@dataclass(frozen=True)
class Hours:
    """What the doctor's hours allow at the time of a visit; outside of them one visit at a time and no room."""

    capacity: int = 1
    room_id: UUID | None = None
    places: int = 0

    @classmethod
    def of(cls, block: OpenBlock | None) -> "Hours":
        if block is None:
            return cls()
        return cls(block.capacity, block.room_id, (block.places or 1) if block.room_id else 0)


def find_place(visit: Appointment, objections: Objections, held: frozenset[str] = frozenset()) -> Place:
    """What this visit can hold and nobody holds, or a refusal that says what stands in the way.

    `held` are claims that the visit has already. What is found here may be gone a moment later: the
    unique key of the claims decides.
    """
    block = covering_block(visit.doctor, visit.starts_at, visit.ends_at)
    if block is None:
        objections.meet("outside_schedule")
    hours = Hours.of(block)
    wanted = cells(visit.starts_at, visit.free_again_at)
    patient = patient_keys(visit.patient_id, cells(visit.starts_at, visit.ends_at))
    lanes = [doctor_keys(visit.doctor_id, lane, wanted) for lane in range(hours.capacity)]
    places = _places(hours, wanted)
    numbers = _numbers(visit, objections.limits)
    taken = Claim.objects.taken([*patient, *chain(*lanes, *places, *numbers)]) - held
    if taken.intersection(patient):
        objections.refuse("patient_busy")
    return Place(
        lane=_lane(visit, hours, first_free(lanes, taken), objections),
        room_id=hours.room_id,
        place=_place(visit, hours, first_free(places, taken), objections),
        day_number=_day_number(visit, first_free(numbers, taken), objections),
    )


def _lane(visit: Appointment, hours: Hours, free: int | None, objections: Objections) -> int:
    """A lane of the doctor's hours, or for a visit that is squeezed in one beside them."""
    if free is not None:
        return free
    objections.meet("slot_taken")
    extra = extra_lane(visit, hours.capacity)
    if extra is None:
        objections.refuse("lanes_full")
    return extra


def _places(hours: Hours, wanted: range, first: int = 0, number: int | None = None) -> list[list[str]]:
    if hours.room_id is None:
        return []
    number = hours.places if number is None else number
    return [room_keys(hours.room_id, first + place, wanted) for place in range(number)]


def _place(visit: Appointment, hours: Hours, free: int | None, objections: Objections) -> int:
    """A place of the room. A visit that is squeezed in shares the room with the same doctor's, never with another's."""
    if hours.room_id is None or free is not None:
        return free or 0
    wanted = cells(visit.starts_at, visit.free_again_at)
    if "slot_taken" not in objections.passed or _held_by_others(visit, hours, wanted):
        objections.refuse("room_taken")
    extra = _places(hours, wanted, hours.places, EXTRA_PLACES)
    found = first_free(extra, Claim.objects.taken(list(chain(*extra))))
    if found is None:
        objections.refuse("lanes_full")
    return hours.places + found


def _held_by_others(visit: Appointment, hours: Hours, wanted: range) -> bool:
    """Whether another doctor has a place of this room at this time."""
    keys = list(chain(*_places(hours, wanted)))
    holders = set(Claim.objects.filter(key__in=keys).values_list("appointment_id", flat=True))
    return Appointment.objects.filter(pk__in=holders).exclude(doctor_id=visit.doctor_id).exists()


def _numbers(visit: Appointment, limits: Limits) -> list[list[str]]:
    """The keys of the numbers of a limited day; none without a limit."""
    if limits.daily_cap is None:
        return []
    day = visit.starts_at.astimezone(visit.zone).date()
    return [[day_key(visit.doctor_id, day, number)] for number in range(limits.daily_cap)]


def _day_number(visit: Appointment, free: int | None, objections: Objections) -> int | None:
    """A number of the day, beyond the limit for a visit that is squeezed in; None without a limit."""
    cap = objections.limits.daily_cap
    if cap is None:
        return None
    if free is not None and _visits_of_the_day(visit) < cap:
        return free
    objections.meet("day_full")
    day = visit.starts_at.astimezone(visit.zone).date()
    beyond = [[day_key(visit.doctor_id, day, cap + number)] for number in range(EXTRA_VISITS)]
    found = first_free(beyond, Claim.objects.taken(list(chain(*beyond))))
    if found is None:
        objections.refuse("lanes_full")
    return cap + found


def _visits_of_the_day(visit: Appointment) -> int:
    """How many other visits the doctor's day holds, also those that have a number beyond the limit, or none."""
    starts_at, ends_at = clock.bounds(visit.starts_at.astimezone(visit.zone).date(), visit.zone)
    others = Appointment.objects.live().filter(doctor_id=visit.doctor_id).exclude(pk=visit.pk)
    return int(others.filter(starts_at__gte=starts_at, starts_at__lt=ends_at).count())
