"""What of a doctor's hours is open, over clock changes, leave and many doctors."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from doctors.models import Doctor, OpenBlock, TimeOff, open_blocks
from doctors.tests.make import make_block, make_department, make_doctor, make_room, make_time_off
from hospital.tests.queries import counted

pytestmark = pytest.mark.django_db

MONDAY = date(2026, 6, 1)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def stretches(blocks: list[OpenBlock]) -> list[tuple[str, str]]:
    """From and to, in UTC, as short texts."""
    return [(f"{one.starts_at:%d %H:%M}", f"{one.ends_at:%d %H:%M}") for one in blocks]


def opened(doctor: Doctor, first: date = MONDAY, last: date | None = None) -> list[tuple[str, str]]:
    return stretches(open_blocks([doctor], first, last or first)[doctor.pk])


# The wall shows starts and ends; what is open is in UTC.
SPRING = [
    # Berlin: at 02:00 it is 03:00 at once (01:00 UTC)
    ("Europe/Berlin", date(2026, 3, 28), "01:00", "04:00", [("28 00:00", "28 03:00")]),
    ("Europe/Berlin", date(2026, 3, 29), "01:00", "04:00", [("29 00:00", "29 02:00")]),
    ("Europe/Berlin", date(2026, 3, 29), "02:30", "04:00", [("29 01:00", "29 02:00")]),
    ("Europe/Berlin", date(2026, 3, 29), "01:00", "02:30", [("29 00:00", "29 01:00")]),
    ("Europe/Berlin", date(2026, 3, 29), "01:00", "02:00", [("29 00:00", "29 01:00")]),
    ("Europe/Berlin", date(2026, 3, 29), "03:00", "04:00", [("29 01:00", "29 02:00")]),
    ("Europe/Berlin", date(2026, 3, 29), "02:00", "03:00", []),
    ("Europe/Berlin", date(2026, 3, 29), "02:10", "02:50", []),
    ("Europe/Berlin", date(2026, 3, 29), "09:00", "12:00", [("29 07:00", "29 10:00")]),
    # New York: at 02:00 it is 03:00 at once (07:00 UTC)
    ("America/New_York", date(2026, 3, 8), "01:00", "04:00", [("08 06:00", "08 08:00")]),
    ("America/New_York", date(2026, 3, 8), "02:15", "03:15", [("08 07:00", "08 07:15")]),
    # Lord Howe: at 02:00 it is 02:30 at once (15:30 UTC of the day before)
    ("Australia/Lord_Howe", date(2026, 10, 4), "01:00", "03:00", [("03 14:30", "03 16:00")]),
    ("Australia/Lord_Howe", date(2026, 10, 4), "02:10", "03:00", [("03 15:30", "03 16:00")]),
    ("Australia/Lord_Howe", date(2026, 10, 4), "02:00", "02:30", []),
]
AUTUMN = [
    # Berlin: at 03:00 it is 02:00 again (01:00 UTC)
    ("Europe/Berlin", date(2026, 10, 24), "01:00", "04:00", [("23 23:00", "24 02:00")]),
    ("Europe/Berlin", date(2026, 10, 25), "01:00", "04:00", [("24 23:00", "25 03:00")]),
    ("Europe/Berlin", date(2026, 10, 25), "02:00", "03:00", [("25 00:00", "25 02:00")]),
    ("Europe/Berlin", date(2026, 10, 25), "02:30", "04:00", [("25 00:30", "25 03:00")]),
    ("Europe/Berlin", date(2026, 10, 25), "01:00", "02:30", [("24 23:00", "25 01:30")]),
    ("Europe/Berlin", date(2026, 10, 25), "01:00", "02:00", [("24 23:00", "25 00:00")]),
    ("Europe/Berlin", date(2026, 10, 25), "03:00", "04:00", [("25 02:00", "25 03:00")]),
    ("Europe/Berlin", date(2026, 10, 25), "09:00", "12:00", [("25 08:00", "25 11:00")]),
    # New York: at 02:00 it is 01:00 again (06:00 UTC)
    ("America/New_York", date(2026, 11, 1), "00:30", "02:00", [("01 04:30", "01 07:00")]),
    # Lord Howe: at 02:00 it is 01:30 again (15:00 UTC of the day before)
    ("Australia/Lord_Howe", date(2026, 4, 5), "01:00", "03:00", [("04 14:00", "04 16:30")]),
    ("Australia/Lord_Howe", date(2026, 4, 5), "01:30", "02:00", [("04 14:30", "04 15:30")]),
]


@pytest.mark.parametrize(("zone", "day", "starts", "ends", "expected"), SPRING + AUTUMN)
def test_hours_are_right_when_the_clock_changes(
    zone: str, day: date, starts: str, ends: str, expected: list[tuple[str, str]]
) -> None:
    doctor = make_doctor(department=make_department(zone))
    make_block(doctor, weekday=day.weekday(), starts=starts, ends=ends, visit_minutes=5)
    assert opened(doctor, day) == expected


def test_blocks_that_meet_within_the_repeated_hour_do_not_overlap() -> None:
    doctor = make_doctor()
    make_block(doctor, weekday=6, starts="01:00", ends="02:30")
    make_block(doctor, weekday=6, starts="02:30", ends="04:00")
    assert opened(doctor, date(2026, 10, 25)) == [("24 23:00", "25 01:30"), ("25 01:30", "25 03:00")]


def test_weekly_hours_are_held_on_their_weekday_within_their_validity() -> None:
    doctor = make_doctor()
    make_block(doctor, weekday=0, valid_from=date(2026, 6, 2), valid_until=date(2026, 6, 21))
    days = [
        one.starts_at.day for one in open_blocks([doctor], date(2026, 6, 1), date(2026, 6, 30))[doctor.pk]
    ]
    assert days == [8, 15]


def test_extra_hours_are_held_once_and_add_to_the_weekly_ones() -> None:
    doctor = make_doctor()
    make_block(doctor, weekday=0, starts="09:00", ends="12:00")
    make_block(doctor, weekday=None, starts="14:00", ends="16:00", valid_from=MONDAY)
    assert opened(doctor) == [("01 07:00", "01 10:00"), ("01 12:00", "01 14:00")]
    assert opened(doctor, MONDAY + timedelta(days=7)) == [("08 07:00", "08 10:00")]


def test_withdrawn_extra_hours_are_never_held() -> None:
    doctor = make_doctor()
    block = make_block(doctor, weekday=None, valid_from=MONDAY)
    block.change(valid_until=MONDAY - timedelta(days=1))
    assert opened(doctor) == []


def test_an_open_block_says_what_it_needs() -> None:
    doctor, room = make_doctor(), make_room(places=3)
    block = make_block(doctor, visit_minutes=20, capacity=2, room=room)
    (found,) = open_blocks([doctor], MONDAY, MONDAY)[doctor.pk]
    assert (found.doctor_id, found.block_id, found.room_id) == (doctor.pk, block.pk, room.pk)
    assert (found.visit_minutes, found.capacity, found.places) == (20, 2, 3)


def test_leave_is_taken_out_of_the_middle() -> None:
    doctor = make_doctor()
    make_block(doctor)
    make_time_off(doctor, at("2026-06-01 08:00"), at("2026-06-01 08:30"))
    assert opened(doctor) == [("01 07:00", "01 08:00"), ("01 08:30", "01 10:00")]


def test_leave_of_one_doctor_leaves_the_others_open() -> None:
    away, here = make_doctor(), make_doctor()
    make_block(away)
    make_block(here)
    make_time_off(away, at("2026-05-30 22:00"), at("2026-06-10 22:00"))
    found = open_blocks([away, here], MONDAY, MONDAY)
    assert (found[away.pk], len(found[here.pk])) == ([], 1)


def test_a_holiday_closes_its_site_and_no_other() -> None:
    closed, elsewhere = make_doctor(department=make_department()), make_doctor(department=make_department())
    make_block(closed)
    make_block(elsewhere)
    make_time_off(None, at("2026-05-31 22:00"), at("2026-06-01 22:00"), kind="holiday", site=closed.site)
    found = open_blocks([closed, elsewhere], MONDAY, MONDAY)
    assert (found[closed.pk], len(found[elsewhere.pk])) == ([], 1)


def test_a_doctor_who_is_not_active_has_no_open_hours() -> None:
    doctor = make_doctor(is_active=False)
    make_block(doctor)
    assert open_blocks([doctor], MONDAY, MONDAY) == {doctor.pk: []}


def test_nobody_asked_for_costs_nothing() -> None:
    with counted(at_most=0):
        assert open_blocks([], MONDAY, MONDAY) == {}


def test_many_doctors_and_days_cost_two_queries() -> None:
    doctors = [make_doctor() for _ in range(5)]
    for doctor in doctors:
        for weekday in range(5):
            make_block(doctor, weekday=weekday, room=make_room())
    doctors[0].site  # noqa: B018 the places are kept in the process
    with counted(at_most=2):
        found = open_blocks(doctors, MONDAY, MONDAY + timedelta(days=27))
    assert [len(blocks) for blocks in found.values()] == [20] * 5


def test_more_than_62_days_are_never_computed() -> None:
    doctor = make_doctor()
    for weekday in range(7):
        make_block(doctor, weekday=weekday)
    assert len(open_blocks([doctor], MONDAY, MONDAY + timedelta(days=4000))[doctor.pk]) == 62


moments = st.integers(min_value=-24, max_value=24 * 12).map(
    lambda cells: datetime(2026, 10, 24, 22, tzinfo=UTC) + timedelta(minutes=5 * cells)
)
absences = st.lists(st.tuples(moments, moments).filter(lambda pair: pair[0] < pair[1]), max_size=4)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(away=absences)
def test_no_open_time_lies_within_time_off_and_none_is_lost(
    away: list[tuple[datetime, datetime]], doctor: Doctor
) -> None:
    TimeOff.objects.filter(doctor=doctor).delete()
    for starts_at, ends_at in away:
        make_time_off(doctor, starts_at, ends_at)
    found = open_blocks([doctor], date(2026, 10, 25), date(2026, 10, 25))[doctor.pk]

    def is_open(moment: datetime) -> bool:
        return any(one.starts_at <= moment < one.ends_at for one in found)

    zone, moment = ZoneInfo("Europe/Berlin"), datetime(2026, 10, 24, 22, tzinfo=UTC)
    while moment < datetime(2026, 10, 25, 23, tzinfo=UTC):
        wall = moment.astimezone(zone).time()
        held = any(starts <= f"{wall:%H:%M}" < ends for starts, ends in HOURS)
        absent = any(starts_at <= moment < ends_at for starts_at, ends_at in away)
        assert is_open(moment) == (held and not absent), moment
        moment += timedelta(minutes=5)


HOURS = [("01:00", "04:00"), ("09:00", "12:00"), ("12:00", "15:00")]


@pytest.fixture
def doctor() -> Doctor:
    """Held at HOURS on the Sunday on which the clock is set back."""
    doctor = make_doctor(department=make_department("Europe/Berlin"))
    for starts, ends in HOURS:
        make_block(doctor, weekday=6, starts=starts, ends=ends)
    return doctor
