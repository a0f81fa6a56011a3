"""Builds doctors, rooms and hours for tests, without an actor."""

from datetime import date, datetime, time
from itertools import count
from typing import Any

from accounts import places
from accounts.models import Department, Site, User
from doctors.models import Doctor, DoctorSpeciality, Room, ScheduleBlock, Speciality, TimeOff

_number = count(1)


def make_department(time_zone: str = "Europe/Berlin") -> Department:
    """A department at a site of its own, in this zone."""
    number = next(_number)
    site = Site(name=f"Site {number}", time_zone=time_zone, number_prefix=f"{number:04}").add()
    department = Department(site=site, name="General medicine", code=f"D{number}").add()
    places.forget()
    return department


def make_speciality(code: str = "cardiology", name: str = "") -> Speciality:
    return Speciality(code=code, name=name or code.capitalize()).add()


def make_doctor(
    *,
    user: User | None = None,
    department: Department | None = None,
    specialities: tuple[Speciality, ...] = (),
    **fields: Any,
) -> Doctor:
    """A doctor of the first department there is, or of a new one in Berlin."""
    department = department or Department.objects.order_by("created_at", "id").first() or make_department()
    fields = {
        "given_name": "Dora",
        "family_name": f"Dent {next(_number)}",
        "licence_number": "DE-12345",
        "licence_until": date(2099, 12, 31),
    } | fields
    doctor = Doctor(user=user, department=department, **fields).add()
    for speciality in specialities:
        DoctorSpeciality(doctor=doctor, speciality=speciality).add()
    if user is not None:
        user.change(profile_id=doctor.pk)
    return doctor


def make_room(department: Department | None = None, **fields: Any) -> Room:
    department = department or Department.objects.order_by("created_at", "id").first() or make_department()
    return Room(department=department, **({"name": f"Room {next(_number)}"} | fields)).add()


def make_block(
    doctor: Doctor,
    weekday: int | None = 0,
    starts: str = "09:00",
    ends: str = "12:00",
    visit_minutes: int = 30,
    capacity: int = 1,
    room: Room | None = None,
    valid_from: date = date(2026, 1, 1),
    valid_until: date | None = None,
) -> ScheduleBlock:
    """Weekly hours from the beginning of 2026; with `weekday=None` extra hours on the day `valid_from`."""
    return ScheduleBlock(
        doctor=doctor,
        weekday=weekday,
        starts=time.fromisoformat(starts),
        ends=time.fromisoformat(ends),
        visit_minutes=visit_minutes,
        capacity=capacity,
        room=room,
        valid_from=valid_from,
        valid_until=valid_from if weekday is None else valid_until,
    ).add()


def make_time_off(
    doctor: Doctor | None,
    starts_at: datetime,
    ends_at: datetime,
    kind: str = "leave",
    site: Site | None = None,
) -> TimeOff:
    return TimeOff(doctor=doctor, site=site, starts_at=starts_at, ends_at=ends_at, kind=kind).add()
