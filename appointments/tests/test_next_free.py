"""Who is free next, by speciality: on the page and for other systems."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils.dateparse import parse_datetime

from accounts.models import Department, User
from appointments.tests.planted import FRIDAY, NOW, SUNDAY, Planted, free_by_hand, plant
from doctors.models import Doctor
from doctors.tests.make import make_block, make_doctor, make_speciality
from hospital.tests.queries import counted

PAGE, API = "/appointments/next-free/", "/api/v1/availability/next"
EVIL = '<img src=x onerror="owned=1">'


@pytest.fixture(autouse=True)
def friday() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def planted(department: Department, rita: User, dora: User) -> Planted:
    return plant(department, rita, user=dora)


@pytest.fixture
def desk(client: Client, rita: User) -> Client:
    client.force_login(rita)
    return client


def soonest(doctors: list[Doctor], first: date = FRIDAY) -> list[tuple[Any, Any]]:
    """All free times within two weeks, by hand: (moment, doctor)."""
    last = first + timedelta(days=14)
    return sorted(
        (at, doctor.pk) for doctor in doctors for at, free in free_by_hand(doctor, first, last, NOW) if free
    )


def lines(response: Any) -> dict[str, list[tuple[Any, Any]]]:
    return {
        line.speciality.code if line.speciality else "": [
            (offer.slot.starts_at, offer.slot.doctor_id) for offer in line.offers
        ]
        for line in response.context["lines"]
    }


def test_each_line_is_the_soonest_three_of_those_who_have_the_speciality(
    desk: Client, planted: Planted
) -> None:
    shown = lines(desk.get(PAGE))

    assert [at for at, _ in shown["cardiology"]] == [
        at for at, _ in soonest([planted.dora, planted.emil])[:3]
    ]
    assert shown["cardiology"][0][1] == planted.emil.pk  # Dora's two lanes are taken at nine
    assert shown["dermatology"] == soonest([planted.dora])[:3]
    assert [at for at, _ in shown[""]] == [at for at, _ in soonest(planted.doctors)[:3]]
    assert set(shown) == {"", "cardiology", "dermatology"}


def test_on_the_night_of_the_clock_change_the_later_hour_follows(desk: Client, planted: Planted) -> None:
    shown = lines(desk.get(PAGE, {"from": str(SUNDAY)}))

    assert shown[""] == soonest([planted.nilo], SUNDAY)[:3]
    assert len(set(shown[""])) == 3


def test_each_time_leads_to_its_booking(desk: Client, planted: Planted) -> None:
    page = desk.get(PAGE).content.decode()

    assert f"/appointments/book/?doctor={planted.emil.pk}&amp;starts_at=2026-10-23T07%3A30Z" in page
    assert "General medicine" in page


def test_nothing_within_two_weeks_is_said_and_leads_on(
    desk: Client, planted: Planted, department: Department
) -> None:
    make_doctor(department=department, specialities=(make_speciality("neurology"),))

    page = desk.get(PAGE).content.decode()

    assert "Nothing is free within two weeks." in page
    assert f"{PAGE}?from=2026-11-06" in page


def test_many_doctors_cost_as_much_as_few(desk: Client, planted: Planted, department: Department) -> None:
    for number in range(12):
        extra = make_doctor(department=department, specialities=(make_speciality(f"s{number}"),))
        make_block(extra, weekday=4)
    desk.get(PAGE)

    with counted(at_most=8):
        assert len(desk.get(PAGE).context["lines"]) == 15


@pytest.mark.parametrize("day", ["2026-02-30", "x", "9999-12-31"])
def test_a_day_that_is_none_is_said_at_the_field(desk: Client, planted: Planted, day: str) -> None:
    response = desk.get(PAGE, {"from": day})

    assert response.status_code == 422
    assert 'id="id_from_error"' in response.content.decode()


def test_who_may_look(
    client: Client, planted: Planted, dora: User, dov: User, carl: User, una: User, pia: User
) -> None:
    dora.refresh_from_db()
    client.force_login(dora)
    assert {who for line in lines(client.get(PAGE)).values() for _at, who in line} == {planted.dora.pk}

    client.force_login(dov)
    assert lines(client.get(PAGE)) == {"": []}

    client.force_login(carl)
    assert "appointments/book/" not in client.get(PAGE).content.decode()

    for stranger in (una, pia):
        client.force_login(stranger)
        assert client.get(PAGE).status_code == 403


def test_a_name_with_a_script_is_a_name(desk: Client, department: Department) -> None:
    make_block(
        make_doctor(
            department=department, given_name=EVIL, specialities=(make_speciality("evil", name=EVIL),)
        ),
        weekday=4,
    )

    page = desk.get(PAGE).content.decode()

    assert EVIL not in page
    assert "&lt;img src=x onerror" in page


# ── For other systems ───────────────────────────────────────────────────────


def test_another_system_gets_each_doctors_next_time_soonest_first(
    api: Callable[[User], Any], ivo: User, planted: Planted
) -> None:
    answer = api(ivo).get(API, {"speciality": "cardiology", "from": "2026-10-23"})

    assert answer.status_code == 200
    times = answer.json()["times"]
    wanted = sorted(soonest([doctor])[0] for doctor in (planted.dora, planted.emil))
    assert [(parse_datetime(one["starts_at"]), one["doctor"]) for one in times] == [
        (at, str(pk)) for at, pk in wanted
    ]
    assert (times[0]["doctor_name"], times[0]["minutes"]) == ("Dr. Emil Engel", 30)
    assert (times[0]["department"], times[0]["site"]) == ("General medicine", planted.emil.site.name)


def test_without_a_speciality_it_is_everybody_from_today_on(
    api: Callable[[User], Any], ivo: User, planted: Planted
) -> None:
    with_all = api(ivo)
    with counted(at_most=8):
        times = with_all.get(API).json()["times"]

    assert {one["doctor"] for one in times} == {str(doctor.pk) for doctor in planted.doctors}
    assert [one["starts_at"] for one in times] == sorted(one["starts_at"] for one in times)


@pytest.mark.parametrize(
    ("field", "value"),
    [("speciality", "no-such"), ("from", "2026-02-30"), ("from", ""), ("from", "0001-01-01")],
)
def test_a_wrong_question_is_answered_by_field(
    api: Callable[[User], Any], ivo: User, planted: Planted, field: str, value: str
) -> None:
    answer = api(ivo).get(API, {field: value})

    assert answer.status_code == 400
    assert field in str(answer.json())


def test_the_door_is_for_those_who_may_see_doctors(
    api: Callable[[User], Any], una: User, planted: Planted
) -> None:
    answer = api(una).get(API)

    assert answer.status_code == 403
    assert "Emil" not in answer.content.decode()
