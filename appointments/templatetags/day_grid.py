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
MOST_WITHOUT_A_ROOM = 8
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
    width: int
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

    def lane_of(self, visit: Appointment) -> int:
        return self.lane + min(self.beside.get(visit.pk, visit.lane), self.width - 1)

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
        width = _width(of[doctor.pk], blocks.get(doctor.pk, []))
        if lane + width - 1 > MOST_LANES:
            break
        columns.append(Column(doctor, lane, width, of[doctor.pk], free.get(doctor.pk, [])))
        lane += width
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
    last_width = min(MOST_WITHOUT_A_ROOM, max(beside.values(), default=0) + 1)
    if not homeless and all(block.room_id for block in blocks):
        last_width = 0
    columns: list[Column] = []
    lane = 1
    for room in rooms:
        own = [one for one in visits if one.room_id == room.pk]
        width = min(MOST_LANES, max(room.places, *(one.place + 1 for one in own), 1))
        if lane + width - 1 > MOST_LANES - last_width:
            break
        columns.append(
            Column(None, lane, width, own, [], room=room, beside={one.pk: one.place for one in own})
        )
        lane += width
    left_out = len(rooms) - len(columns)
    if last_width:
        columns.append(Column(None, lane, last_width, homeless, [], beside=beside))
    shown = [one for column in columns for one in column.visits]
    first, last = _hours(day, zone, [*blocks, *shown])
    grid = DayGrid(day, zone, first, last, columns, left_out, _size(blocks, visits, TALLER_FOR_TWO_NAMES))
    grid.hidden = sum(at >= MOST_WITHOUT_A_ROOM for at in beside.values())
    for column in columns:
        _fill_room(grid, column, blocks)
    return grid


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
    hidden = [pk for pk, at in column.beside.items() if at >= column.width]
    drawn = replace(column, visits=[one for one in column.visits if one.pk not in hidden])
    own = [block for block in blocks if column.room is not None and block.room_id == column.room.pk]
    _fill(grid, drawn, sorted(own, key=lambda block: block.starts_at))
    column.pieces = drawn.pieces
    column.closed = drawn.closed if column.room is not None else []


def _width(visits: Sequence[Appointment], blocks: Sequence[OpenBlock]) -> int:
    lanes = [
        1,
        *(block.capacity for block in blocks),
        *(one.lane + 1 for one in visits if one.status in HOLDING),
    ]
    return min(MOST_LANES, max(lanes))


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
        column.pieces.append(_piece(grid, column.lane_of(visit), visit.starts_at, visit.ends_at, visit=visit))
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
    return column.lane + next((lane for lane in range(column.width) if lane not in taken), 0)


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
