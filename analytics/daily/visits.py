"""The visits of a day at a site, counted."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from accounts.models import Site, User
from accounts.roles import Role
from analytics.models import RoomDay, VisitDay, VisitHour
from appointments.models import Appointment
from doctors.models import Doctor, OpenBlock, Room, open_blocks
from hospital.clock import bounds
from patients.models import Patient

LONG_WAIT = 30  # minutes
NEW_FOR = timedelta(days=30)
SOURCES: dict[str, str] = {
    Role.DOCTOR: "from_clinicians",
    Role.NURSE: "from_clinicians",
    Role.INTEGRATION: "from_systems",
}
LEADS = ((0, "lead_same_day"), (7, "lead_week"), (14, "lead_fortnight"), (30, "lead_month"))
FIELDS = (
    "patient_id",
    "doctor_id",
    "room_id",
    "starts_at",
    "ends_at",
    "status",
    "is_walk_in",
    "booked_by_id",
    "created_at",
    "arrived_at",
    "started_at",
)


@dataclass
class Day:
    """What is known of a day while it is counted."""

    site: Site
    day: date
    doctors: dict[UUID, Doctor]
    blocks: dict[UUID, list[OpenBlock]]
    roles: dict[UUID, str]
    registered: dict[UUID, datetime]
    hours: dict[tuple[UUID, int], VisitHour] = field(default_factory=dict)
    rooms: dict[UUID, list[Any]] = field(default_factory=lambda: defaultdict(list))

    def row(self, model: Any, **values: Any) -> Any:
        return model(day=self.day, weekday=self.day.weekday(), site_id=self.site.pk, **values)


def count_visits(site: Site, day: date) -> list[Any]:
    """The rows of a day, in a handful of queries."""
    since, until = bounds(day, site.zone)
    departments = site.department_set.values_list("pk", flat=True)
    doctors = {one.pk: one for one in Doctor.objects.filter(department_id__in=list(departments))}
    visits = Appointment.objects.filter(doctor_id__in=list(doctors)).between(since, until).order_by()
    found = list(visits.values_list(*FIELDS, named=True))
    blocks = open_blocks(list(doctors.values()), day, day)
    known = Day(site, day, doctors, blocks, _roles(found), _registered(found))
    by_doctor: dict[UUID, list[Any]] = defaultdict(list)
    for visit in found:
        by_doctor[visit.doctor_id].append(visit)
    working = [pk for pk in doctors if by_doctor[pk] or blocks.get(pk)]
    rows = [_doctor_day(known, doctors[pk], by_doctor[pk]) for pk in working]
    return [*rows, *known.hours.values(), *_room_days(known)]


def _roles(visits: Sequence[Any]) -> dict[UUID, str]:
    ids = {one.booked_by_id for one in visits}
    return dict(User.objects.filter(pk__in=list(ids)).values_list("pk", "role"))


def _registered(visits: Sequence[Any]) -> dict[UUID, datetime]:
    ids = list({one.patient_id for one in visits})
    return dict(Patient.objects.filter(pk__in=ids).values_list("pk", "created_at"))


def _doctor_day(known: Day, doctor: Doctor, visits: Iterable[Any]) -> VisitDay:
    row: VisitDay = known.row(VisitDay, doctor_id=doctor.pk, department_id=doctor.department_id)
    row.open_minutes = sum(_minutes(one.starts_at, one.ends_at) for one in known.blocks.get(doctor.pk, ()))
    for visit in visits:
        _add(row, visit.status)
        if visit.status == Appointment.Status.CANCELLED:
            continue
        row.held += 1
        _add(row, _source(known, visit))
        _count_time(known, row, visit)
        _count_wait(row, visit)
        if visit.status != Appointment.Status.NO_SHOW:
            row.planned_minutes += _minutes(visit.starts_at, visit.ends_at)
            if visit.room_id:
                known.rooms[visit.room_id].append(visit)
    return row


def _count_time(known: Day, row: VisitDay, visit: Any) -> None:
    local = visit.starts_at.astimezone(known.site.zone)
    hour = known.hours.get((row.doctor_id, local.hour))
    if hour is None:
        of = {"doctor_id": row.doctor_id, "department_id": row.department_id}
        hour = known.hours[row.doctor_id, local.hour] = known.row(VisitHour, hour=local.hour, **of)
    hour.held += 1
    hour.no_show += visit.status == Appointment.Status.NO_SHOW
    row.newcomers += visit.starts_at - known.registered[visit.patient_id] <= NEW_FOR
    if not visit.is_walk_in:
        booked = visit.created_at.astimezone(known.site.zone).date()
        _add(row, _lead((known.day - booked).days))


def _count_wait(row: VisitDay, visit: Any) -> None:
    if visit.arrived_at and visit.started_at:
        minutes = _minutes(visit.arrived_at, visit.started_at)
        row.waited += 1
        row.waited_minutes += minutes
        row.waited_long += minutes > LONG_WAIT


def _add(row: Any, name: str) -> None:
    setattr(row, name, getattr(row, name) + 1)


def _source(known: Day, visit: Any) -> str:
    return "walk_ins" if visit.is_walk_in else SOURCES.get(known.roles[visit.booked_by_id], "from_desk")


def _lead(days: int) -> str:
    return next((name for most, name in LEADS if days <= most), "lead_longer")


def _minutes(since: datetime, until: datetime) -> int:
    """Whole minutes; what ended before it began, because somebody corrected a time, took none."""
    return max(0, int((until - since).total_seconds() // 60))


def _room_days(known: Day) -> list[RoomDay]:
    """Rooms without a visit count too: they were open and empty."""
    stretches = [one for blocks in known.blocks.values() for one in blocks]
    rooms = Room.objects.filter(department__site_id=known.site.pk).values_list("pk", "department_id")
    opened = _minutes(
        min((one.starts_at for one in stretches), default=known_noon(known)),
        max((one.ends_at for one in stretches), default=known_noon(known)),
    )
    return [
        known.row(
            RoomDay,
            room_id=pk,
            department_id=department_id,
            held=len(known.rooms[pk]),
            planned_minutes=sum(_minutes(one.starts_at, one.ends_at) for one in known.rooms[pk]),
            open_minutes=opened,
        )
        for pk, department_id in rooms
        if opened or known.rooms[pk]
    ]


def known_noon(known: Day) -> datetime:
    """A moment of the day; what matters is that it is the same twice."""
    return bounds(known.day, known.site.zone)[0]
