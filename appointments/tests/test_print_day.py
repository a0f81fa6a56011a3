"""The day on paper: a sheet for each doctor or room, and who printed it."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.test import Client

from accounts.models import Department, User
from appointments.models import Appointment
from appointments.services import book_appointment
from appointments.tests.planted import FRIDAY, NOW, SUNDAY, Planted, plant, somebody, wall
from audit.models import Entry
from doctors.tests.make import make_block, make_doctor
from hospital.tests.queries import counted

PRINT = "/appointments/day/print/"
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


def ask(client: Client, **parameters: Any) -> Any:
    return client.get(PRINT, {"on": str(FRIDAY), **parameters})


def sheets(response: Any) -> dict[str, list[Appointment]]:
    return {sheet.title: sheet.visits for sheet in response.context["sheets"]}


def expected(*doctors: Any) -> list[Appointment]:
    """Their visits of the Friday that are not cancelled, by time."""
    return [
        one
        for one in Appointment.objects.order_by("starts_at", "id")
        if one.doctor_id in {doctor.pk for doctor in doctors}
        and one.status != "cancelled"
        and wall(FRIDAY, 0) <= one.starts_at < wall(FRIDAY, 23, 59)
    ]


def test_each_doctor_has_a_sheet_with_the_visits_of_the_day(desk: Client, planted: Planted) -> None:
    shown = sheets(ask(desk))

    assert shown == {str(doctor): expected(doctor) for doctor in (planted.dora, planted.emil, planted.frieda)}
    assert sum(len(visits) for visits in shown.values()) == 6


def test_each_line_says_what_the_desk_needs(desk: Client, planted: Planted) -> None:
    visit = planted.visits[4]
    visit.change(reason="Cough")

    page = ask(desk, doctor=str(planted.emil.pk)).content.decode()

    (line,) = re.findall(r"<tr>\s*<th scope=\"row\">(.*?)</tr>", page, re.DOTALL)
    words = " ".join(re.sub(r"<[^>]+>", " ", line).split())
    patient = visit.patient
    assert words == (
        f"10:30 30 Guest4 Grey {patient.birth_date.year}, {patient.age} y {patient.mrn}"
        " +49 30 12345678 Cough Booked"
    )
    assert line.count("tick-box") == 1


def test_the_sheet_says_which_clinic_and_day_and_who_printed_it_when(desk: Client, planted: Planted) -> None:
    page = " ".join(re.sub(r"<[^>]+>", " ", ask(desk).content.decode()).split())

    assert "Dr. Emil Engel , General medicine · Friday 23 October 2026 · " + planted.emil.site.name in page
    assert "Printed 23 Oct 2026, 08:00 by Rita Ramos" in page
    assert "One cancelled visit is left out." in page


def test_by_room_the_lists_are_those_of_the_rooms(desk: Client, planted: Planted) -> None:
    shown = sheets(ask(desk, by="room"))

    every = expected(planted.dora, planted.emil, planted.frieda)
    assert shown == {
        "Shared room": [one for one in every if one.room_id == planted.shared.pk],
        "Wide room": [one for one in every if one.room_id and one.room_id != planted.shared.pk],
        "No room": [one for one in every if one.room_id is None],
    }
    assert [len(visits) for visits in shown.values()] == [2, 3, 1]


def test_on_the_night_of_the_clock_change_both_half_past_two_are_listed(
    desk: Client, planted: Planted, rita: User
) -> None:
    book_appointment(
        patient=somebody(90), doctor=planted.nilo, starts_at=wall(SUNDAY, 2, 30, fold=1), minutes=30, by=rita
    )

    page = desk.get(PRINT, {"on": str(SUNDAY), "doctor": str(planted.nilo.pk)}).content.decode()

    assert page.count('<th scope="row">02:30</th>') == 2


def test_a_doctor_without_visits_has_a_sheet_only_if_asked_for(desk: Client, planted: Planted) -> None:
    assert sheets(ask(desk, on="2026-10-26")) == {}
    assert "There is nothing to print" in ask(desk, on="2026-10-26").content.decode()

    page = ask(desk, on="2026-10-26", doctor=str(planted.emil.pk))

    assert sheets(page) == {"Dr. Emil Engel": []}
    assert "No visits." in page.content.decode()


def test_it_is_written_down_as_read_and_as_a_print(desk: Client, planted: Planted, rita: User) -> None:
    ask(desk, doctor=str(planted.emil.pk))

    entry = Entry.objects.filter(verb="appointments.view_appointment", actor=rita, subject_id=None).get()
    asked = {"on": "2026-10-23", "doctor": str(planted.emil.pk), "as": "print"}
    assert entry.details == {"filters": asked, "count": 1}


@pytest.mark.parametrize("by", ["doctor", "room"])
def test_a_full_day_costs_as_much_as_an_empty_one(
    desk: Client, planted: Planted, department: Department, rita: User, by: str
) -> None:
    for number in range(6):
        doctor = make_doctor(department=department)
        make_block(doctor, weekday=4)
        book_appointment(
            patient=somebody(60 + number), doctor=doctor, starts_at=wall(FRIDAY, 9), minutes=30, by=rita
        )
    ask(desk)

    with counted(at_most=7):
        assert ask(desk, by=by).context["count"] == 12


@pytest.mark.parametrize(("name", "value"), [("on", "2026-02-30"), ("by", "colour"), ("doctor", "x")])
def test_what_cannot_be_read_is_said(desk: Client, planted: Planted, name: str, value: str) -> None:
    response = ask(desk, **{name: value})

    assert response.status_code == 422
    assert f'id="id_{name}_error"' in response.content.decode()
    assert set(sheets(response)) == {"Dr. Dora Dietz", "Dr. Emil Engel", "Dr. Frieda Frank"}


def test_the_day_leads_to_its_print(desk: Client, planted: Planted) -> None:
    page = desk.get("/appointments/day/", {"on": str(FRIDAY), "by": "room"}).content.decode()

    assert f'href="{PRINT}?by=room&amp;on=2026-10-23"' in page


def test_a_doctor_prints_only_the_own_day(client: Client, planted: Planted, dora: User) -> None:
    dora.refresh_from_db()
    client.force_login(dora)

    for parameters in ({}, {"doctor": str(planted.emil.pk)}, {"by": "room"}):
        response = ask(client, **parameters)
        assert [one for some in sheets(response).values() for one in some] == expected(planted.dora)
        assert "Guest4" not in response.content.decode()


def test_strangers_are_told_nothing(
    client: Client, planted: Planted, dov: User, una: User, pia: User
) -> None:
    client.force_login(dov)
    assert sheets(ask(client)) == {}
    for who in (una, pia):
        client.force_login(who)
        response = ask(client)
        assert response.status_code == 403
        assert "Guest" not in response.content.decode()


def test_names_with_scripts_are_names(desk: Client, department: Department, rita: User) -> None:
    doctor = make_doctor(department=department, family_name=EVIL)
    make_block(doctor, weekday=4)
    patient = somebody(1)
    patient.change(family_name=EVIL)
    book_appointment(
        patient=patient, doctor=doctor, starts_at=wall(FRIDAY, 9), minutes=30, reason=EVIL, by=rita
    )

    page = ask(desk).content.decode()

    assert EVIL not in page
    assert page.count("&lt;img src=x onerror") >= 3
