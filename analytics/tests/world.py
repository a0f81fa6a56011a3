"""Random visits of two clinics in two zones around a change of the clocks, written as rows; and plain arithmetic over them."""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from accounts import places
from accounts.models import User
from appointments.models import Appointment
from doctors.models import Doctor
from doctors.tests.make import make_block, make_department, make_doctor
from patients.tests.make import make_patient

ZONES = ("Europe/Berlin", "Australia/Lord_Howe")
FIRST, DAYS = date(2026, 10, 1), 32  # Berlin changes on the 25th, Lord Howe on the 4th
NOW = datetime(2026, 11, 3, 10, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
LEADS = {
    "lead_same_day": (-999, 0),
    "lead_week": (1, 7),
    "lead_fortnight": (8, 14),
    "lead_month": (15, 30),
    "lead_longer": (31, 9999),
}


@dataclass
class World:
    doctors: list[Doctor]
    people: list[User]


def make_world(people: list[User], random: Random, visits: int) -> World:
    """`people` book; patients were registered at random times before their visits."""
    doctors = []
    for zone in ZONES:
        department = make_department(zone)
        doctors += [make_doctor(department=department) for _ in range(2)]
    for doctor in doctors:
        for weekday in range(5):
            make_block(doctor, weekday=weekday, starts="08:00", ends="16:00")
    patients = [make_patient(family_name=f"Number{number}") for number in range(6)]
    begins = datetime.combine(FIRST, datetime.min.time(), UTC)
    for patient in patients:
        type(patient).objects.filter(pk=patient.pk).update(
            created_at=begins - timedelta(days=random.randint(-5, 60), minutes=random.randint(0, 1439))
        )
    rows = []
    for _ in range(visits):
        starts = begins + random.randint(0, DAYS * 1440 // 5) * 5 * MINUTE
        arrived = starts + random.randint(-30, 20) * MINUTE if random.random() < 0.6 else None
        rows.append(
            Appointment(
                patient=random.choice(patients),
                doctor=random.choice(doctors),
                starts_at=starts,
                ends_at=starts + random.choice([10, 20, 45]) * MINUTE,
                minutes=20,
                status=random.choice(Appointment.Status.values),
                is_walk_in=random.random() < 0.2,
                booked_by=random.choice(people),
                created_at=starts - timedelta(minutes=random.randint(0, 45 * 1440)),
                arrived_at=arrived,
                started_at=arrived + random.randint(-5, 90) * MINUTE
                if arrived and random.random() < 0.8
                else None,
            )
        )
    Appointment.objects.bulk_create(rows)
    places.forget()
    return World(doctors, people)


def wall(moment: datetime, zone: str) -> datetime:
    return moment.astimezone(ZoneInfo(zone))


def plainly(since: date, until: date, *, doctor: Any = None, site: Any = None) -> Counter[str]:
    """Every number of VisitDay but the hours that were open, from all rows, one by one."""
    told: Counter[str] = Counter()
    roles = dict(User.objects.values_list("pk", "role"))
    for visit in Appointment.objects.select_related("doctor__department__site", "patient"):
        home = visit.doctor.department.site
        day = wall(visit.starts_at, home.time_zone).date()
        if (
            not since <= day <= until
            or (doctor and visit.doctor_id != doctor.pk)
            or (site and home.pk != site.pk)
        ):
            continue
        told[visit.status] += 1
        if visit.status == "cancelled":
            continue
        told["held"] += 1
        if visit.status != "no_show":
            told["planned_minutes"] += int((visit.ends_at - visit.starts_at) / MINUTE)
        told["newcomers"] += visit.starts_at - visit.patient.created_at <= timedelta(days=30)
        if visit.is_walk_in:
            told["walk_ins"] += 1
        else:
            role = roles[visit.booked_by_id]
            told[
                "from_clinicians"
                if role in {"doctor", "nurse"}
                else "from_systems"
                if role == "integration"
                else "from_desk"
            ] += 1
            ahead = (day - wall(visit.created_at, home.time_zone).date()).days
            told[next(name for name, (low, high) in LEADS.items() if low <= ahead <= high)] += 1
        if visit.arrived_at and visit.started_at:
            waited = max(0, int((visit.started_at - visit.arrived_at) / MINUTE))
            told["waited"] += 1
            told["waited_minutes"] += waited
            told["waited_long"] += waited > 30
    return told
