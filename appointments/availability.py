"""Free times: the doctors' hours less the visits that hold them, within the rules of booking."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any
from uuid import UUID

from django.db.models import Q

from accounts.models import User
from accounts.roles import Role
from appointments.models import LONGEST_MINUTES, Appointment, VisitType, cells
from appointments.rules import Limits, buffer_of, first_start, last_day, limits_of_all
from doctors.models import Doctor, OpenBlock, open_blocks
from hospital import clock

LONGEST_BUFFER = timedelta(minutes=120)
LONGEST_VISIT = timedelta(minutes=LONGEST_MINUTES)
A_DAY = timedelta(days=1)
LONGEST_SEARCH = timedelta(days=31)
OFFERED = 4
MOST_DOCTORS = 200
LOOK_AHEAD = timedelta(days=7)


@dataclass(frozen=True, order=True)
class Slot:
    """A time that can be booked: an aware moment in UTC, whole minutes."""

    starts_at: datetime
    minutes: int
    doctor_id: UUID

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=self.minutes)


def doctors_for(user: User) -> list[Doctor]:
    """The doctors whose times this user looks at: all who see patients; a doctor's own only."""
    doctors = Doctor.objects.active().visible_to(user).select_related("user")
    if user.role == Role.DOCTOR:
        doctors = doctors.filter(pk=user.profile_id)
    return list(doctors.order_by("name_key", "id")[:MOST_DOCTORS])


def covering_block(doctor: Doctor, starts_at: datetime, ends_at: datetime) -> OpenBlock | None:
    """The stretch of the doctor's hours in which this whole time lies."""
    day = starts_at.astimezone(doctor.zone).date()
    blocks = open_blocks([doctor], day, day)[doctor.pk]
    return next((one for one in blocks if one.starts_at <= starts_at and ends_at <= one.ends_at), None)


def free_slots(
    doctors: Sequence[Doctor],
    first: date,
    last: date,
    *,
    blocks: dict[UUID, list[OpenBlock]] | None = None,
    visit_type: VisitType | None = None,
    limits: dict[UUID, Limits] | None = None,
) -> dict[UUID, list[Slot]]:
    """Free times of each doctor from one local date to another, both included: four queries in all.

    Each is one that can be booked: within notice, horizon and the limit of the day, with what has to be
    free before and after it. For a kind of visit they have its length, else that of the doctor's hours.
    A query less for each of the doctors' open `blocks` on these days and their `limits` that is at hand.
    """
    free = _free(doctors, first, last, blocks, visit_type, limits)
    return {pk: list(slots) for pk, slots in free.items()}


def _free(
    doctors: Sequence[Doctor],
    first: date,
    last: date,
    blocks: dict[UUID, list[OpenBlock]] | None = None,
    visit_type: VisitType | None = None,
    limits: dict[UUID, Limits] | None = None,
) -> dict[UUID, Iterator[Slot]]:
    """The free times of each doctor, one after another; nobody reckons more than is asked for."""
    if not doctors:
        return {}
    last = min(last, first + LONGEST_SEARCH)
    blocks = open_blocks(doctors, first, last) if blocks is None else blocks
    limits = limits_of_all(doctors) if limits is None else limits
    held = _Held(doctors, [block for some in blocks.values() for block in some], limits)
    now = clock.now()
    return {
        doctor.pk: _free_of(doctor, blocks[doctor.pk], held, limits[doctor.pk], now, visit_type)
        for doctor in doctors
    }


def _free_of(
    doctor: Doctor,
    blocks: Iterable[OpenBlock],
    held: "_Held",
    limits: Limits,
    now: datetime,
    visit_type: VisitType | None,
) -> Iterator[Slot]:
    zone, buffer = doctor.zone, buffer_of(limits, visit_type)
    earliest, latest = first_start(limits, now), last_day(limits, now, zone)
    for block in blocks:
        day = block.starts_at.astimezone(zone).date()
        if day > latest or held.is_full(doctor.pk, day):
            continue
        for slot in _steps(block, visit_type.minutes if visit_type else block.visit_minutes, buffer):
            if now < slot.starts_at >= earliest and held.has_room(block, slot, buffer):
                yield slot


def all_slots(
    doctors: Sequence[Doctor],
    first: date,
    last: date,
    *,
    blocks: dict[UUID, list[OpenBlock]] | None = None,
) -> Iterator[tuple[OpenBlock, Slot]]:
    """Every time of the doctors' hours, free or taken, past or to come, whatever the rules of booking say.

    No query if the `blocks` are at hand.
    """
    for some in (open_blocks(doctors, first, last) if blocks is None else blocks).values():
        for block in some:
            yield from ((block, slot) for slot in _steps(block, block.visit_minutes, 0))


def _steps(block: OpenBlock, minutes: int, buffer: int) -> Iterator[Slot]:
    """Steps through a block by the length of its visits and what is kept free after each.

    After the last one this may be outside of the hours.
    """
    length, step = timedelta(minutes=minutes), timedelta(minutes=minutes + buffer)
    start = block.starts_at
    while start + length <= block.ends_at:
        yield Slot(start, minutes, block.doctor_id)
        start += step


class _Held:
    """Which lanes and places are held in which 5-minute cell, and how full days are: one query in all."""

    def __init__(
        self, doctors: Sequence[Doctor], blocks: Sequence[OpenBlock], limits: dict[UUID, Limits]
    ) -> None:
        self.held: dict[tuple[UUID, int], set[int]] = {}  # (doctor or room, cell): lanes or places
        caps = {one.pk: limits[one.pk].daily_cap for one in doctors}
        self.limited = {one.pk: (one.zone, cap) for one in doctors if (cap := caps[one.pk]) is not None}
        self.visits: Counter[tuple[UUID, date]] = Counter()  # of the days that have a limit
        if not blocks:
            return
        rooms = {block.room_id for block in blocks if block.room_id}
        whose = Q(doctor_id__in={block.doctor_id for block in blocks}) | Q(room_id__in=rooms)
        begin, end = self._window(blocks)
        visits = Appointment.objects.live().filter(whose, starts_at__gte=begin, starts_at__lt=end)
        for row in visits.values_list(
            "doctor_id", "room_id", "starts_at", "ends_at", "buffer_minutes", "lane", "place"
        ):
            self._hold(*row)

    def _window(self, blocks: Sequence[OpenBlock]) -> tuple[datetime, datetime]:
        """In which the visits begin that matter; whole days, if it matters how many there are."""
        opens, closes = min(one.starts_at for one in blocks), max(one.ends_at for one in blocks)
        begin, end = opens - LONGEST_VISIT - LONGEST_BUFFER, closes + LONGEST_BUFFER
        for zone in {zone for zone, _cap in self.limited.values()}:
            first, last = (clock.bounds(one.astimezone(zone).date(), zone) for one in (opens, closes))
            begin, end = min(begin, first[0]), max(end, last[1])
        return begin, end

    def _hold(
        self,
        doctor: UUID,
        room: UUID | None,
        starts_at: datetime,
        ends_at: datetime,
        buffer: int,
        lane: int,
        place: int,
    ) -> None:
        for cell in cells(starts_at, ends_at + timedelta(minutes=buffer) if buffer else ends_at):
            self.held.setdefault((doctor, cell), set()).add(lane)
            if room:
                self.held.setdefault((room, cell), set()).add(place)
        if doctor in self.limited:
            self.visits[doctor, starts_at.astimezone(self.limited[doctor][0]).date()] += 1

    def is_full(self, doctor: UUID, day: date) -> bool:
        """Whether the doctor's day has as many visits as it may have."""
        return doctor in self.limited and self.visits[doctor, day] >= self.limited[doctor][1]

    def has_room(self, block: OpenBlock, slot: Slot, buffer: int) -> bool:
        """Whether a lane of the doctor, and a place of the room if there is one, is free until the buffer is over."""
        asked = cells(slot.starts_at, slot.ends_at + timedelta(minutes=buffer) if buffer else slot.ends_at)
        if self._taken(block.doctor_id, asked, block.capacity) >= block.capacity:
            return False
        places = block.places or 1
        return not block.room_id or self._taken(block.room_id, asked, places) < places

    def _taken(self, whose: UUID, asked: range, number: int) -> int:
        """How many of the first so many lanes or places are held in any of these cells."""
        some = [self.held[whose, cell] for cell in asked if (whose, cell) in self.held]
        return sum(one < number for one in set().union(*some)) if some else 0


def offers_near(
    doctor: Doctor, moment: datetime, *, limits: Limits, visit_type: VisitType | None = None
) -> list[dict[str, Any]]:
    """The free times of this doctor that are nearest to a moment, in time's order."""
    now = clock.now()
    soonest = max(moment, now).astimezone(doctor.zone).date()
    day = max(
        min(soonest, last_day(limits, now, doctor.zone) - LOOK_AHEAD), now.astimezone(doctor.zone).date()
    )
    found = free_slots([doctor], day, day + LOOK_AHEAD, visit_type=visit_type, limits={doctor.pk: limits})[
        doctor.pk
    ]
    nearest = sorted(found, key=lambda slot: abs(slot.starts_at - moment))[:OFFERED]
    return [
        {"starts_at": slot.starts_at.isoformat(), "minutes": slot.minutes, "doctor": str(slot.doctor_id)}
        for slot in sorted(nearest)
    ]


def next_free(
    doctors: Sequence[Doctor],
    first: date,
    *,
    days: int = 14,
    each: int = 1,
    visit_type: VisitType | None = None,
) -> list[Slot]:
    """The first free times of each of these doctors, in time's order."""
    found = _free(doctors, first, first + timedelta(days=days), visit_type=visit_type)
    return sorted(slot for slots in found.values() for slot in islice(slots, each))
