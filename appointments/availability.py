"""Free times: the doctors' hours less the visits that hold them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any
from uuid import UUID

from django.db.models import Q

from appointments.models import LONGEST_MINUTES, Appointment, cells
from doctors.models import Doctor, OpenBlock, open_blocks
from hospital import clock

LONGEST_VISIT = timedelta(minutes=LONGEST_MINUTES)
LONGEST_SEARCH = timedelta(days=31)
OFFERED = 4
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
) -> dict[UUID, list[Slot]]:
    """Free times of each doctor from one local date to another, both included: three queries in all.

    One, if the doctors' open `blocks` on these days are at hand.
    """
    free = _free(doctors, first, last, blocks)
    return {pk: list(slots) for pk, slots in free.items()}


def _free(
    doctors: Sequence[Doctor], first: date, last: date, blocks: dict[UUID, list[OpenBlock]] | None = None
) -> dict[UUID, Iterator[Slot]]:
    """The free times of each doctor, one after another; nobody reckons more than is asked for."""
    if not doctors:
        return {}
    last = min(last, first + LONGEST_SEARCH)
    blocks = open_blocks(doctors, first, last) if blocks is None else blocks
    held = _Held([block for some in blocks.values() for block in some])
    now = clock.now()
    return {doctor.pk: _free_of(blocks[doctor.pk], held, now) for doctor in doctors}


def _free_of(blocks: Iterable[OpenBlock], held: "_Held", now: datetime) -> Iterator[Slot]:
    for block in blocks:
        for slot in _steps(block):
            if slot.starts_at > now and held.has_room(block, slot.starts_at, slot.ends_at):
                yield slot


def all_slots(
    doctors: Sequence[Doctor],
    first: date,
    last: date,
    *,
    blocks: dict[UUID, list[OpenBlock]] | None = None,
) -> Iterator[tuple[OpenBlock, Slot]]:
    """Every time of the doctors' hours, free or taken, past or to come; no query if the `blocks` are at hand."""
    for some in (open_blocks(doctors, first, last) if blocks is None else blocks).values():
        for block in some:
            yield from ((block, slot) for slot in _steps(block))


def _steps(block: OpenBlock) -> Iterator[Slot]:
    """Steps through a block by the length of its visits."""
    length = timedelta(minutes=block.visit_minutes)
    start = block.starts_at
    while start + length <= block.ends_at:
        yield Slot(start, block.visit_minutes, block.doctor_id)
        start += length


class _Held:
    """Which lanes and places are held in which 5-minute cell: one query for any number of blocks."""

    def __init__(self, blocks: Sequence[OpenBlock]) -> None:
        self.held: dict[tuple[UUID, int], set[int]] = {}  # (doctor or room, cell): lanes or places
        if not blocks:
            return
        begin = min(block.starts_at for block in blocks) - LONGEST_VISIT
        end = max(block.ends_at for block in blocks)
        rooms = {block.room_id for block in blocks if block.room_id}
        whose = Q(doctor_id__in={block.doctor_id for block in blocks}) | Q(room_id__in=rooms)
        visits = Appointment.objects.live().filter(whose, starts_at__gte=begin, starts_at__lt=end)
        for doctor, room, starts_at, ends_at, lane, place in visits.values_list(
            "doctor_id", "room_id", "starts_at", "ends_at", "lane", "place"
        ):
            for cell in cells(starts_at, ends_at):
                self.held.setdefault((doctor, cell), set()).add(lane)
                if room:
                    self.held.setdefault((room, cell), set()).add(place)

    def has_room(self, block: OpenBlock, starts_at: datetime, ends_at: datetime) -> bool:
        """Whether a lane of the doctor, and a place of the room if there is one, is free all this time."""
        asked = cells(starts_at, ends_at)
        if self._taken(block.doctor_id, asked) >= block.capacity:
            return False
        return not block.room_id or self._taken(block.room_id, asked) < (block.places or 1)

    def _taken(self, whose: UUID, asked: range) -> int:
        """How many lanes or places are held in any of these cells."""
        some = [self.held[whose, cell] for cell in asked if (whose, cell) in self.held]
        return len(set().union(*some)) if some else 0


def offers_near(doctor: Doctor, moment: datetime) -> list[dict[str, Any]]:
    """The free times of this doctor that are nearest to a moment, in time's order."""
    day = max(moment, clock.now()).astimezone(doctor.zone).date()
    slots = free_slots([doctor], day, day + LOOK_AHEAD)[doctor.pk]
    nearest = sorted(slots, key=lambda slot: abs(slot.starts_at - moment))[:OFFERED]
    return [
        {"starts_at": slot.starts_at.isoformat(), "minutes": slot.minutes, "doctor": str(slot.doctor_id)}
        for slot in sorted(nearest)
    ]


def next_free(doctors: Sequence[Doctor], first: date, *, days: int = 14, each: int = 1) -> list[Slot]:
    """The first free times of each of these doctors, in time's order."""
    found = _free(doctors, first, first + timedelta(days=days))
    return sorted(slot for slots in found.values() for slot in islice(slots, each))
