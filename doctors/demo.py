"""Doctors, rooms, hours and leave of a hospital that never existed."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from random import Random

from accounts import places
from accounts.models import Department, Site
from doctors.models import (
    Doctor,
    DoctorSpeciality,
    Room,
    ScheduleBlock,
    Speciality,
    TimeOff,
)
from hospital import clock

WEEKS_AGO = 10
SOON, LONG_AGO = 2, 5  # places in PEOPLE: whose licence expires in twelve days, whose has expired
FICTITIOUS = "Fictitious, for demonstration only."

# code, name, speciality, its code, minutes of a visit, fee in minor units
DEPARTMENTS = (
    ("GEN", "General medicine", "General practice", "general-practice", 15, 4500),
    ("CAR", "Cardiology", "Cardiology", "cardiology", 30, 9500),
    ("PED", "Paediatrics", "Paediatrics", "paediatrics", 20, 6000),
    ("DER", "Dermatology", "Dermatology", "dermatology", 15, 7000),
    ("ORT", "Orthopaedics", "Orthopaedics", "orthopaedics", 20, 8000),
    ("GYN", "Gynaecology", "Gynaecology", "gynaecology", 20, 7500),
)
FURTHER = (("internal-medicine", "Internal medicine"), ("sports-medicine", "Sports medicine"))

# given name, family name, languages; two for each department, in order
PEOPLE = (
    ("Mathilde", "Osei-Brandt", "German, English, French"),
    ("Anselm", "Richter", "German, English"),
    ("Samira", "Rahmani", "German, English, Persian"),
    ("Viktor", "Lindgren", "German, English, Swedish"),
    ("Kaja", "Moreau", "German, French"),
    ("Tobias", "Okonkwo", "German, English, Igbo"),
    ("Elif", "Yildirim", "German, Turkish, English"),
    ("Henrik", "Petersen", "German, Danish"),
    ("Lucia", "Ferrante", "German, Italian, English"),
    ("Bogdan", "Kowalczyk", "German, Polish"),
    ("Ines", "Carvalho", "German, Portuguese, English"),
    ("Nadja", "Sommer", "German, English, Russian"),
)

# Weeks that people really work: (weekday, from, to, how many times the usual length of a visit)
WEEKS: tuple[tuple[tuple[int, str, str, int], ...], ...] = (
    (
        (0, "08:00", "12:00", 1),
        (0, "13:00", "16:00", 1),
        (1, "08:00", "12:00", 1),
        (2, "08:00", "12:00", 1),
        (2, "14:00", "15:30", 2),
        (3, "08:00", "12:00", 1),
        (3, "13:00", "17:00", 1),
        (4, "08:00", "13:00", 1),
    ),
    (
        (0, "09:00", "12:30", 1),
        (1, "09:00", "12:30", 1),
        (1, "13:30", "18:00", 1),
        (2, "09:00", "12:30", 1),
        (3, "13:30", "18:00", 1),
        (4, "09:00", "12:30", 1),
        (4, "13:30", "15:00", 2),
    ),
    (
        (0, "07:30", "11:30", 1),
        (0, "12:30", "15:00", 2),
        (1, "07:30", "11:30", 1),
        (2, "07:30", "11:30", 1),
        (2, "12:30", "16:30", 1),
        (4, "07:30", "13:30", 1),
    ),
)


def plant(*, random: Random, site: Site, progress: Callable[[str], None]) -> list[Doctor]:
    """Six departments, two doctors each, with hours, rooms and time off. The same seed gives the same."""
    today = clock.today(site.time_zone)
    since = today - timedelta(days=today.weekday(), weeks=WEEKS_AGO)
    doctors: list[Doctor] = []
    blocks: list[ScheduleBlock] = []
    for number, (code, name, skill, skill_code, minutes, fee) in enumerate(DEPARTMENTS):
        department = Department(site=site, code=code, name=name).add()
        places.forget()
        speciality = Speciality(code=skill_code, name=skill).add()
        rooms = [Room(department=department, name=f"Room {number * 10 + place}").add() for place in (1, 2)]
        for place, room in enumerate(rooms):
            doctor = _doctor(2 * number + place, department, fee, random)
            DoctorSpeciality(doctor=doctor, speciality=speciality).add()
            blocks += _week(doctor, room, minutes, since, 2 * number + place)
            doctors.append(doctor)
    _give_further_specialities(doctors)
    blocks += _two_at_once(doctors[4], since)
    blocks += _extra_saturday(doctors[0], blocks[0].room, today)
    for block in blocks:
        block.check_row()
    ScheduleBlock.objects.bulk_create(blocks)
    away = _time_off(doctors, site, today)
    progress(f"{len(doctors)} doctors in {len(DEPARTMENTS)} departments, {len(blocks)} blocks of hours")
    progress(f"{len(away)} times of leave, training and holiday")
    return doctors


def _doctor(number: int, department: Department, fee: int, random: Random) -> Doctor:
    given, family, languages = PEOPLE[number]
    return Doctor(
        given_name=given,
        family_name=family,
        department=department,
        languages=languages,
        qualifications=f"Specialist since {random.randint(1996, 2019)}. {FICTITIOUS}",
        consultation_fee_minor=fee + 500 * random.randint(0, 3),
        licence_number=f"DEMO-{2600 + 37 * number}",
        licence_until=_licence_until(number, clock.today(department.site.time_zone)),
        email=f"{given}.{family}@example.org".lower(),
    ).add()


def _licence_until(number: int, today: date) -> date:
    if number in {SOON, LONG_AGO}:
        return today + timedelta(days=12 if number == SOON else -9)
    return date(today.year + 1 + number % 4, 12, 31)


def _give_further_specialities(doctors: list[Doctor]) -> None:
    for (code, name), number in zip(FURTHER, (2, 8), strict=True):
        DoctorSpeciality(doctor=doctors[number], speciality=Speciality(code=code, name=name).add()).add()


def _week(doctor: Doctor, room: Room, minutes: int, since: date, number: int) -> list[ScheduleBlock]:
    return [
        ScheduleBlock(
            doctor=doctor,
            weekday=weekday,
            starts=time.fromisoformat(starts),
            ends=time.fromisoformat(ends),
            visit_minutes=minutes * times,
            room=room,
            valid_from=since,
        )
        for weekday, starts, ends, times in WEEKS[number % len(WEEKS)]
    ]


def _two_at_once(doctor: Doctor, since: date) -> list[ScheduleBlock]:
    """Vaccinations: two children side by side, in a room that holds them."""
    room = Room(department=doctor.department, name="Vaccinations", places=2).add()
    return [
        ScheduleBlock(
            doctor=doctor,
            weekday=3,
            starts=time(8, 30),
            ends=time(12),
            visit_minutes=10,
            capacity=2,
            room=room,
            valid_from=since,
        )
    ]


def _extra_saturday(doctor: Doctor, room: Room | None, today: date) -> list[ScheduleBlock]:
    day = today + timedelta(days=(5 - today.weekday()) % 7 + 7)
    return [
        ScheduleBlock(
            doctor=doctor,
            weekday=None,
            starts=time(9),
            ends=time(12),
            visit_minutes=15,
            room=room,
            valid_from=day,
            valid_until=day,
        )
    ]


def _time_off(doctors: list[Doctor], site: Site, today: date) -> list[TimeOff]:
    """In the coming weeks: two on leave, one at a course, one afternoon off, one holiday for all."""
    monday = today - timedelta(days=today.weekday())
    Kind = TimeOff.Kind  # noqa: N806 a class
    plans = (
        (doctors[3], monday + timedelta(days=7), monday + timedelta(days=12), Kind.LEAVE, "Summer house"),
        (doctors[7], monday + timedelta(days=14), monday + timedelta(days=26), Kind.LEAVE, ""),
        (doctors[9], monday + timedelta(days=9), monday + timedelta(days=11), Kind.TRAINING, "Ultrasound"),
        (None, monday + timedelta(days=17), monday + timedelta(days=18), Kind.HOLIDAY, "Founders' Day"),
    )
    planted = [
        TimeOff(
            doctor=doctor,
            site=None if doctor else site,
            starts_at=_midnight(first, site),
            ends_at=_midnight(after, site),
            kind=kind,
            note=note,
        ).add()
        for doctor, first, after, kind, note in plans
    ]
    noon = datetime.combine(monday + timedelta(days=8), time(13))
    afternoon = TimeOff(
        doctor=doctors[0],
        starts_at=clock.first_moment(noon, site.zone),
        ends_at=_midnight(monday + timedelta(days=9), site),
        note="School play",
    )
    return [*planted, afternoon.add()]


def _midnight(day: date, site: Site) -> datetime:
    return clock.first_moment(datetime.combine(day, time()), site.zone)
