"""Planning weekly and extra hours, and ending them."""

from collections.abc import Callable
from datetime import date, time
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse

from accounts.models import User
from audit.models import Entry
from doctors.models import Doctor, ScheduleBlock
from doctors.services import add_schedule_block, end_schedule_block
from doctors.tests.make import make_block, make_department, make_doctor, make_room
from hospital.errors import Refusal

MONDAYS: dict[str, Any] = {
    "weekday": 0,
    "starts": time(9),
    "ends": time(12),
    "visit_minutes": 30,
    "valid_from": date(2026, 1, 5),
}
FORM = {
    "weekday": "0",
    "starts": "09:00",
    "ends": "12:00",
    "visit_minutes": "30",
    "capacity": "1",
    "room": "",
    "valid_from": "2026-01-05",
    "valid_until": "",
}
BODY = {
    "weekday": 0,
    "starts": "09:00",
    "ends": "12:00",
    "visit_minutes": 30,
    "capacity": 2,
    "valid_from": "2026-01-05",
}


@pytest.fixture
def doctor(department: Any) -> Doctor:
    return make_doctor(department=department)


def test_a_manager_adds_weekly_hours_in_a_room(doctor: Doctor, mona: User) -> None:
    room = make_room()
    block = add_schedule_block(doctor, **MONDAYS, room=room, capacity=2, by=mona)
    block.refresh_from_db()
    assert (block.weekday, block.starts, block.room, block.capacity) == (0, time(9), room, 2)
    assert Entry.objects.get(verb="doctors.add_schedule_block").subject_id == block.pk


def test_extra_hours_are_on_one_date(doctor: Doctor, mona: User) -> None:
    block = add_schedule_block(
        doctor, **MONDAYS | {"weekday": None, "valid_until": date(2027, 1, 1)}, by=mona
    )
    assert block.is_extra
    assert block.valid_until == block.valid_from


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"starts": time(9, 3)}, "starts"),
        ({"ends": time(12, 0, 30)}, "ends"),
        ({"ends": time(9)}, "ends"),
        ({"starts": time(13)}, "ends"),
        ({"visit_minutes": 7}, "visit_minutes"),
        ({"visit_minutes": 0}, "visit_minutes"),
        ({"visit_minutes": 245}, "visit_minutes"),
        ({"visit_minutes": 185}, "visit_minutes"),
        ({"capacity": 0}, "capacity"),
        ({"capacity": 9}, "capacity"),
        ({"weekday": 7}, "weekday"),
        ({"valid_until": date(2026, 1, 4)}, "valid_until"),
        ({"valid_until": date(2025, 1, 1)}, "valid_until"),
    ],
)
def test_impossible_hours_are_refused_at_the_field(
    doctor: Doctor, mona: User, wrong: dict[str, Any], field: str
) -> None:
    with pytest.raises(ValidationError) as error:
        add_schedule_block(doctor, **MONDAYS | wrong, by=mona)
    assert field in error.value.message_dict
    assert not ScheduleBlock.objects.exists()


@pytest.mark.parametrize(
    ("other", "clash"),
    [
        ({"starts": "11:55", "ends": "13:00"}, True),
        ({"starts": "08:00", "ends": "18:00"}, True),
        ({"starts": "12:00", "ends": "13:00"}, False),
        ({"starts": "08:00", "ends": "09:00"}, False),
        ({"weekday": 1}, False),
        ({"valid_until": date(2026, 1, 4)}, False),
        ({"valid_until": date(2026, 1, 5)}, True),
        ({"valid_from": date(2026, 3, 3)}, True),
        ({"weekday": None, "valid_from": date(2026, 2, 2)}, True),  # a Monday
        ({"weekday": None, "valid_from": date(2026, 2, 3)}, False),
    ],
)
def test_hours_that_overlap_with_others_are_refused(
    doctor: Doctor, mona: User, other: dict[str, Any], clash: bool
) -> None:
    there = make_block(doctor, **other)
    if not clash:
        add_schedule_block(doctor, **MONDAYS, by=mona)
        return
    with pytest.raises(Refusal) as refusal:
        add_schedule_block(doctor, **MONDAYS, by=mona)
    assert refusal.value.code == "block_overlaps"
    assert refusal.value.offers[0]["id"] == str(there.pk)
    assert str(there) in refusal.value.message


def test_validity_that_meets_on_no_such_weekday_is_no_overlap(doctor: Doctor, mona: User) -> None:
    make_block(doctor, valid_until=date(2026, 1, 7))
    add_schedule_block(doctor, **MONDAYS | {"valid_from": date(2026, 1, 6)}, by=mona)


def test_hours_of_another_doctor_do_not_stand_in_the_way(doctor: Doctor, mona: User) -> None:
    make_block(make_doctor())
    add_schedule_block(doctor, **MONDAYS, by=mona)


def test_a_doctor_who_is_not_active_gets_no_hours(mona: User, department: Any) -> None:
    with pytest.raises(Refusal) as refusal:
        add_schedule_block(make_doctor(is_active=False), **MONDAYS, by=mona)
    assert refusal.value.code == "inactive"


def test_reception_and_doctors_do_not_plan(doctor: Doctor, rita: User, dora: User) -> None:
    for person in (rita, dora):
        with pytest.raises(PermissionDenied):
            add_schedule_block(doctor, **MONDAYS, by=person)


def test_ended_hours_are_held_on_the_last_day_for_the_last_time(doctor: Doctor, mona: User) -> None:
    block = make_block(doctor)
    end_schedule_block(block, on=date(2026, 3, 9), by=mona)
    days = list(block.dates(date(2026, 3, 1), date(2026, 3, 31)))
    assert days == [date(2026, 3, 2), date(2026, 3, 9)]


def test_hours_ended_before_they_begin_are_withdrawn(doctor: Doctor, mona: User) -> None:
    block = make_block(doctor, valid_from=date(2026, 5, 1))
    end_schedule_block(block, on=date(2026, 1, 1), by=mona)
    assert block.is_withdrawn
    add_schedule_block(doctor, **MONDAYS, by=mona)


def test_an_end_is_never_put_off(doctor: Doctor, mona: User) -> None:
    block = make_block(doctor, valid_until=date(2026, 3, 1))
    with pytest.raises(Refusal) as refusal:
        end_schedule_block(block, on=date(2026, 4, 1), by=mona)
    assert refusal.value.code == "ends_earlier"


# ── The page ────────────────────────────────────────────────────────────────


def test_the_page_adds_hours(doctor: Doctor, mona: User, client: Client) -> None:
    client.force_login(mona)
    page = reverse("doctors:add_block", args=[doctor.pk])
    assert client.get(page).status_code == 200
    answer = client.post(page, FORM)
    assert (answer.status_code, answer["Location"]) == (302, reverse("doctors:detail", args=[doctor.pk]))
    assert "09:00–12:00" in client.get(answer["Location"]).content.decode()


def test_the_page_keeps_what_was_typed_when_hours_overlap(doctor: Doctor, mona: User, client: Client) -> None:
    make_block(doctor, starts="11:00", ends="13:00")
    client.force_login(mona)
    answer = client.post(reverse("doctors:add_block", args=[doctor.pk]), FORM)
    assert answer.status_code == 422
    assert "Monday 11:00–13:00" in answer.content.decode()
    assert 'value="09:00"' in answer.content.decode()


def test_the_page_adds_extra_hours(doctor: Doctor, mona: User, client: Client) -> None:
    client.force_login(mona)
    client.post(reverse("doctors:add_block", args=[doctor.pk]), FORM | {"weekday": "extra"})
    assert ScheduleBlock.objects.get().is_extra


def test_rooms_of_another_site_cannot_be_chosen(doctor: Doctor, mona: User, client: Client) -> None:
    elsewhere = make_room(make_department())
    client.force_login(mona)
    answer = client.post(reverse("doctors:add_block", args=[doctor.pk]), FORM | {"room": str(elsewhere.pk)})
    assert answer.status_code == 422


def test_the_page_ends_hours(doctor: Doctor, mona: User, client: Client) -> None:
    block = make_block(doctor)
    client.force_login(mona)
    page = reverse("doctors:end_block", args=[doctor.pk, block.pk])
    assert client.get(page).status_code == 200
    assert client.post(page, {"on": "2026-03-09"}).status_code == 302
    block.refresh_from_db()
    assert block.valid_until == date(2026, 3, 9)


def test_hours_are_ended_through_their_own_doctor_only(doctor: Doctor, mona: User, client: Client) -> None:
    block = make_block(make_doctor())
    client.force_login(mona)
    page = reverse("doctors:end_block", args=[doctor.pk, block.pk])
    assert client.post(page, {"on": "2026-03-09"}).status_code == 404
    block.refresh_from_db()
    assert block.valid_until is None


def test_reception_sees_no_page_for_planning(doctor: Doctor, rita: User, client: Client) -> None:
    client.force_login(rita)
    assert client.get(reverse("doctors:add_block", args=[doctor.pk])).status_code == 403
    assert b"Add hours" not in client.get(reverse("doctors:detail", args=[doctor.pk])).content


# ── The API ─────────────────────────────────────────────────────────────────


def test_the_api_adds_hours(doctor: Doctor, mona: User, api: Callable[[User], Any]) -> None:
    answer = api(mona).post(f"/api/v1/doctors/{doctor.pk}/schedule", BODY)
    assert answer.status_code == 201, answer.json()
    assert answer.json()["capacity"] == 2
    schedule = api(mona).get(f"/api/v1/doctors/{doctor.pk}").json()["schedule"]
    assert [one["starts"] for one in schedule] == ["09:00"]


def test_the_api_names_the_hours_in_the_way(doctor: Doctor, mona: User, api: Callable[[User], Any]) -> None:
    there = make_block(doctor)
    answer = api(mona).post(f"/api/v1/doctors/{doctor.pk}/schedule", BODY)
    assert (answer.status_code, answer.json()["code"]) == (409, "block_overlaps")
    assert answer.json()["offers"][0]["id"] == str(there.pk)


def test_the_api_says_what_is_wrong_at_the_field(
    doctor: Doctor, mona: User, api: Callable[[User], Any]
) -> None:
    answer = api(mona).post(
        f"/api/v1/doctors/{doctor.pk}/schedule", BODY | {"ends": "09:00", "room": str(uuid4())}
    )
    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["errors"]] == ["room"]


def test_the_api_lets_reception_plan_nothing(doctor: Doctor, rita: User, api: Callable[[User], Any]) -> None:
    assert api(rita).post(f"/api/v1/doctors/{doctor.pk}/schedule", BODY).status_code == 403
