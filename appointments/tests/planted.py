"""A hospital with what makes free times hard: two at once, a shared room, leave, a clock change."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from accounts import places
from accounts.models import Department, User
from appointments.models import HOLDING, Appointment
from appointments.services import book_appointment, cancel_appointment
from doctors.models import Doctor, Room, Speciality, open_blocks
from doctors.tests.make import (
    make_block,
    make_doctor,
    make_room,
    make_speciality,
    make_time_off,
)
from patients.models import Patient
from patients.tests.make import make_patient

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 10, 23, 6, 0, tzinfo=UTC)  # Friday, 08:00 in Berlin
FRIDAY, SUNDAY = date(2026, 10, 23), date(2026, 10, 25)  # on that Sunday the clocks go back at 3


def wall(day: date, hour: int, minute: int = 0, *, fold: int = 0) -> datetime:
    """A time on the clock in Berlin."""
    return datetime.combine(day, time(hour, minute, fold=fold), tzinfo=BERLIN).astimezone(UTC)


@dataclass
class Planted:
    """Dora sees two at once; Emil and Frieda share a room for one; Nilo works on the night of the clock change."""

    dora: Doctor
    emil: Doctor
    frieda: Doctor
    nilo: Doctor
    shared: Room
    heart: Speciality
    skin: Speciality
    visits: list[Appointment]

    @property
    def doctors(self) -> list[Doctor]:
        return [self.dora, self.emil, self.frieda, self.nilo]


def plant(department: Department, rita: User, *, user: User | None = None) -> Planted:
    """Everybody works on that Friday; `user` is Dora's account."""
    heart, skin = make_speciality("cardiology"), make_speciality("dermatology")
    shared = make_room(department, name="Shared room")
    wide = make_room(department, name="Wide room", places=2)
    dora = make_doctor(
        user=user, department=department, given_name="Dora", family_name="Dietz", specialities=(heart, skin)
    )
    emil = make_doctor(department=department, given_name="Emil", family_name="Engel", specialities=(heart,))
    frieda = make_doctor(department=department, given_name="Frieda", family_name="Frank")
    night = Department(site=department.site, name="Emergency", code="NIGHT").add()
    places.forget()
    nilo = make_doctor(department=night, given_name="Nilo", family_name="Noor")
    make_block(dora, weekday=4, starts="09:00", ends="11:00", visit_minutes=20, capacity=2, room=wide)
    make_block(dora, weekday=4, starts="13:00", ends="14:00", visit_minutes=30)
    make_block(emil, weekday=4, starts="09:00", ends="12:00", visit_minutes=30, room=shared)
    make_block(frieda, weekday=4, starts="10:00", ends="13:00", visit_minutes=30, room=shared)
    make_block(frieda, weekday=0, starts="09:00", ends="10:00", visit_minutes=15)
    make_block(nilo, weekday=6, starts="01:00", ends="05:00", visit_minutes=30)
    make_time_off(frieda, wall(FRIDAY, 12, 30), wall(FRIDAY, 13))
    asked = (
        (dora, wall(FRIDAY, 9), 20),
        (dora, wall(FRIDAY, 9), 20),  # both lanes are taken at nine
        (dora, wall(FRIDAY, 9, 40), 20),  # one lane is left
        (dora, wall(FRIDAY, 13), 30),
        (emil, wall(FRIDAY, 10, 30), 30),  # takes the shared room from Frieda as well
        (frieda, wall(FRIDAY, 11, 30), 30),
        (nilo, wall(SUNDAY, 2, 30), 30),  # the first of two half past two
        (emil, wall(FRIDAY, 9), 30),
    )
    visits = [
        book_appointment(patient=somebody(number), doctor=doctor, starts_at=at, minutes=minutes, by=rita)
        for number, (doctor, at, minutes) in enumerate(asked)
    ]
    cancel_appointment(visits[-1], reason="Flu", by=rita)
    return Planted(dora, emil, frieda, nilo, shared, heart, skin, visits)


def somebody(number: int) -> Patient:
    return make_patient(given_name=f"Guest{number}", family_name="Grey", phone="+493012345678")


def free_by_hand(doctor: Doctor, first: date, last: date, now: datetime) -> list[tuple[datetime, bool]]:
    """Each time of the doctor's hours that is to come, and whether it is free: minute by minute, from the rows."""
    live = list(Appointment.objects.filter(status__in=list(HOLDING)))
    found = []
    for block in open_blocks([doctor], first, last)[doctor.pk]:
        length, start = timedelta(minutes=block.visit_minutes), block.starts_at
        while start + length <= block.ends_at:
            minutes = [start + timedelta(minutes=number) for number in range(block.visit_minutes)]
            own = {
                one.lane
                for one in live
                for minute in minutes
                if one.doctor_id == doctor.pk and one.starts_at <= minute < one.ends_at
            }
            there = {
                one.place
                for one in live
                for minute in minutes
                if block.room_id and one.room_id == block.room_id and one.starts_at <= minute < one.ends_at
            }
            room = Room.objects.get(pk=block.room_id).places if block.room_id else 99
            if start > now:
                found.append((start, len(own) < block.capacity and len(there) < room))
            start += length
    return found
