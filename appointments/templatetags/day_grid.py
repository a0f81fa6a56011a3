"""The day of several doctors or rooms as a picture, for the grid `.cal` of the look, in steps of five minutes."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from accounts import places
from appointments.availability import Slot
from appointments.models import HOLDING, Appointment
from doctors.models import Doctor, OpenBlock, Room
from hospital import clock

STEP = 5
AN_HOUR = 60 // STEP
MOST_LANES = 16
MOST_IN_A_ROOM = 8
ROOMY_LANES = 4
USUAL_HOURS = (8, 17)
SHORT_VISIT = 25
TALLER = ((5, "finest"), (10, "finer"))
TALLER_FOR_TWO_NAMES = ((10, "finest"), (SHORT_VISIT, "finer"))


@dataclass(frozen=True)
class Piece:
    """Something in the grid: `lane` from 1, `at` and `length` in steps of five minutes, `at` from 1."""

    lane: int
    at: int
    length: int
    visit: Appointment | None = None
    slot: Slot | None = None

    @property
    def is_short(self) -> bool:
        """Only one line of text fits in."""
        return self.length * STEP < SHORT_VISIT


@dataclass
class Column:
    """The day of a doctor, or that of a room: one lane, or several where patients are seen side by side.

    Without a doctor and without a room it is the day of the visits that have no room.
    """

    doctor: Doctor | None
    lane: int
    lanes: list[int]
    visits: list[Appointment]
    free: list[Slot]
    pieces: list[Piece] = field(default_factory=list)
    rooms: list[Piece] = field(default_factory=list)
    closed: list[Piece] = field(default_factory=list)
    room: Room | None = None
    beside: dict[UUID, int] = field(default_factory=dict)  # lanes of visits, where not the doctor's lanes

    @property
    def title(self) -> str:
        return str(self.doctor or self.room or _("No room"))

    @property
    def subtitle(self) -> str:
        """The department."""
        if self.doctor is not None:
            return self.doctor.place.name
        return places.department(self.room.department_id).name if self.room else ""

    @property
    def width(self) -> int:
        return len(self.lanes)

    def lane_of(self, lane: int) -> int:
        """Where a lane of the doctor stands in the picture; what has no room left stands in the last."""
        return self.lane + (self.lanes.index(lane) if lane in self.lanes else self.width - 1)

    @property
    def inner_lanes(self) -> range:
        return range(self.lane + 1, self.lane + self.width)

    @property
    def lines(self) -> list[tuple[datetime, Appointment | None, Slot | None]]:
        """Visits and free times in one list, by time: the same day for a narrow page."""
        rows: list[tuple[datetime, Appointment | None, Slot | None]] = [
            *((one.starts_at, one, None) for one in self.visits),
            *((one.starts_at, None, one) for one in self.free),
        ]
        return sorted(rows, key=lambda row: row[0])


@dataclass
class DayGrid:
    """The picture. Times are those of the clock on the wall."""

    day: date
    zone: ZoneInfo
    first: int
    last: int
    columns: list[Column]
    left_out: int
    size: str
    hidden: int = 0  # visits for which there is no place beside the others

    @property
    def hours(self) -> list[tuple[int, time]]:
        return [((hour - self.first) * AN_HOUR + 1, time(hour)) for hour in range(self.first, self.last)]

    @property
    def hour_count(self) -> int:
        return self.last - self.first

    @property
    def lanes(self) -> int:
        return sum(column.width for column in self.columns)

    @property
    def is_roomy(self) -> bool:
        """Whether even a single line has room for a whole name."""
        return self.lanes <= ROOMY_LANES

    @property
    def now_at(self) -> int | None:
        """Where the line of this moment is, if it is in the picture."""
        now = clock.now().astimezone(self.zone)
        at = (now.hour - self.first) * AN_HOUR + now.minute // STEP + 1
        return at if now.date() == self.day and 1 <= at <= self.hour_count * AN_HOUR else None


def day_grid(
    day: date,
    zone: ZoneInfo,
    doctors: Sequence[Doctor],
    *,
    visits: Sequence[Appointment],
    blocks: dict[UUID, list[OpenBlock]],
    free: dict[UUID, list[Slot]],
    always: bool = False,
) -> DayGrid:
    """A column for each doctor with hours or visits on this day; with `always` for each doctor."""
    of = {doctor.pk: [one for one in visits if one.doctor_id == doctor.pk] for doctor in doctors}
    shown = [one for one in doctors if always or of[one.pk] or blocks.get(one.pk)]
    columns: list[Column] = []
    lane = 1
    for doctor in shown:
        lanes = _lanes(of[doctor.pk], blocks.get(doctor.pk, []))
        if lane + len(lanes) - 1 > MOST_LANES:
            break
        columns.append(Column(doctor, lane, lanes, of[doctor.pk], free.get(doctor.pk, [])))
        lane += len(lanes)
    every = [block for doctor in shown[: len(columns)] for block in blocks.get(doctor.pk, [])]
    first, last = _hours(day, zone, [*every, *(one for column in columns for one in column.visits)])
    grid = DayGrid(day, zone, first, last, columns, len(shown) - len(columns), _size(every, visits))
    for column, doctor in zip(columns, shown, strict=False):
        _fill(grid, column, blocks.get(doctor.pk, []))
    return grid


def room_grid(
    day: date,
    zone: ZoneInfo,
    rooms: Sequence[Room],
    *,
    visits: Sequence[Appointment],
    blocks: Sequence[OpenBlock],
) -> DayGrid:
    """A column for each of the rooms, and a last one for visits and hours without a room."""
    homeless = [one for one in visits if one.room_id is None]
    beside = _beside(homeless)
    last_lanes = _used(beside) if homeless or not all(block.room_id for block in blocks) else []
    columns: list[Column] = []
    lane = 1
    for room in rooms:
        own = [one for one in visits if one.room_id == room.pk]
        places_of = {one.pk: one.place for one in own if one.status in HOLDING}
        lanes = _used(places_of)
        if lane + len(lanes) - 1 > MOST_LANES - len(last_lanes):
            break
        columns.append(Column(None, lane, lanes, own, [], room=room, beside=places_of))
        lane += len(lanes)
    left_out = len(rooms) - len(columns)
    if last_lanes:
        columns.append(Column(None, lane, last_lanes, homeless, [], beside=beside))
    shown = [one for column in columns for one in column.visits]
    first, last = _hours(day, zone, [*blocks, *shown])
    grid = DayGrid(day, zone, first, last, columns, left_out, _size(blocks, visits, TALLER_FOR_TWO_NAMES))
    for column in columns:
        _fill_room(grid, column, blocks)
    return grid


def _lanes(visits: Sequence[Appointment], blocks: Sequence[OpenBlock]) -> list[int]:
    """The lanes of the doctor's hours, and those beside them that hold somebody who was squeezed in."""
    of_the_hours = range(max([1, *(block.capacity for block in blocks)]))
    held = {one.lane for one in visits if one.status in HOLDING}
    return sorted({*of_the_hours, *held})[:MOST_LANES]


def _used(places_of: dict[UUID, int]) -> list[int]:
    """The places that are used, in order: a hall with fifty places is as wide as its visits need."""
    return sorted({0, *places_of.values()})[:MOST_IN_A_ROOM]


def _beside(visits: Sequence[Appointment]) -> dict[UUID, int]:
    """The first free lane of each visit that holds its time, one after another; several doctors share them."""
    ends: list[datetime] = []
    lanes: dict[UUID, int] = {}
    for visit in sorted(visits, key=lambda one: (one.starts_at, one.ends_at)):
        if visit.status in HOLDING:
            lane = next((at for at, end in enumerate(ends) if end <= visit.starts_at), len(ends))
            ends[lane : lane + 1] = [visit.ends_at]
            lanes[visit.pk] = lane
    return lanes


def _fill_room(grid: DayGrid, column: Column, blocks: Sequence[OpenBlock]) -> None:
    """A room is open while some doctor has hours in it; where there is no room, nothing is closed."""
    hidden = {pk for pk, at in column.beside.items() if at not in column.lanes}
    grid.hidden += len(hidden)
    drawn = replace(column, visits=[one for one in column.visits if one.pk not in hidden])
    own = [block for block in blocks if column.room is not None and block.room_id == column.room.pk]
    _fill(grid, drawn, sorted(own, key=lambda block: block.starts_at))
    column.pieces = drawn.pieces
    column.closed = drawn.closed if column.room is not None else []


def _size(
    blocks: Sequence[OpenBlock],
    visits: Sequence[Appointment],
    taller: Sequence[tuple[int, str]] = TALLER,
) -> str:
    shortest = min([30, *(block.visit_minutes for block in blocks), *(one.minutes for one in visits)])
    return next((name for minutes, name in taller if shortest <= minutes), "")


def _hours(day: date, zone: ZoneInfo, pieces: Sequence[OpenBlock | Appointment]) -> tuple[int, int]:
    """The first hour and the one after the last; the usual ones where nothing is."""
    if not pieces:
        return USUAL_HOURS
    starts = [one.starts_at.astimezone(zone) for one in pieces]
    ends = [one.ends_at.astimezone(zone) for one in pieces]
    first = min(0 if one.date() < day else one.hour for one in starts)
    last = max(24 if one.date() > day else one.hour + bool(one.minute) for one in ends)
    return first, max(last, first + 1)


def _fill(grid: DayGrid, column: Column, blocks: Sequence[OpenBlock]) -> None:
    live = [one for one in column.visits if one.status in HOLDING]
    over = [one for one in column.visits if one.status not in HOLDING]
    for visit in live:
        lane = column.lane_of(column.beside.get(visit.pk, visit.lane))
        column.pieces.append(_piece(grid, lane, visit.starts_at, visit.ends_at, visit=visit))
    in_the_way: list[Appointment | Slot] = [*live, *column.free]
    for visit in over:
        # One that was cancelled is drawn only where nobody has taken its time since.
        if not any(visit.starts_at < one.ends_at and one.starts_at < visit.ends_at for one in in_the_way):
            column.pieces.append(_piece(grid, column.lane, visit.starts_at, visit.ends_at, visit=visit))
    for slot in column.free:
        column.rooms.append(_piece(grid, _free_lane(column, slot), slot.starts_at, slot.ends_at, slot=slot))
    column.closed = _gaps(grid, column, blocks)


def _free_lane(column: Column, slot: Slot) -> int:
    taken = {
        one.lane
        for one in column.visits
        if one.status in HOLDING and one.starts_at < slot.ends_at and slot.starts_at < one.ends_at
    }
    return column.lane_of(next((lane for lane in column.lanes if lane not in taken), 0))


def _piece(grid: DayGrid, lane: int, starts_at: datetime, ends_at: datetime, **what: object) -> Piece:
    at, end = _row(grid, starts_at), _row(grid, ends_at - timedelta(minutes=1)) + 1
    return Piece(lane, at, max(1, end - at), **what)  # type: ignore[arg-type]


def _row(grid: DayGrid, moment: datetime) -> int:
    local = moment.astimezone(grid.zone)
    if local.date() != grid.day:
        return 1 if local.date() < grid.day else grid.hour_count * AN_HOUR
    row = (local.hour - grid.first) * AN_HOUR + local.minute // STEP + 1
    return min(max(1, row), grid.hour_count * AN_HOUR)


def _gaps(grid: DayGrid, column: Column, blocks: Sequence[OpenBlock]) -> list[Piece]:
    """The time between a doctor's hours."""
    gaps, at = [], 1
    for block in blocks:
        opens = _piece(grid, column.lane, block.starts_at, block.ends_at)
        if opens.at > at:
            gaps.append(Piece(column.lane, at, opens.at - at))
        at = max(at, opens.at + opens.length)
    end = grid.hour_count * AN_HOUR + 1
    return [*gaps, Piece(column.lane, at, end - at)] if at < end else gaps
