"""The day with a column for each room: who is where, and which visits have no room."""

import html
import re
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.test import Client

from accounts.models import Department, User
from appointments.availability import Slot
from appointments.models import Appointment
from appointments.services import book_appointment
from appointments.tests.planted import FRIDAY, NOW, SUNDAY, Planted, plant, somebody, wall
from audit.models import Entry
from doctors.models import Room
from doctors.tests.make import make_block, make_doctor, make_room
from hospital.tests.queries import counted

DAY = "/appointments/day/"
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
    return client.get(DAY, {"on": str(FRIDAY), "by": "room", **parameters})


def columns(response: Any) -> dict[str, set[Appointment]]:
    return {column.title: set(column.visits) for column in response.context["grid"].columns}


def drawn(response: Any) -> dict[str, set[tuple[int, int, int]]]:
    """Lane within the column, first step and length of what is drawn of visits that hold their time."""
    return {
        column.title: {
            (piece.lane - column.lane, piece.at, piece.length)
            for piece in column.pieces
            if piece.visit is not None and piece.visit.status != "cancelled"
        }
        for column in response.context["grid"].columns
    }


def test_each_room_has_the_visits_in_it_and_the_rest_stands_last(desk: Client, planted: Planted) -> None:
    shown = columns(ask(desk))

    rows = Appointment.objects.filter(starts_at__gte=wall(FRIDAY, 0), starts_at__lt=wall(FRIDAY, 23))
    rooms = {room.pk: room.name for room in Room.objects.all()}
    wanted: dict[str, set[Appointment]] = {"Shared room": set(), "Wide room": set(), "No room": set()}
    for visit in rows:
        wanted[rooms.get(visit.room_id, "No room") if visit.room_id else "No room"].add(visit)
    assert shown == wanted
    assert list(shown) == ["Shared room", "Wide room", "No room"]
    assert [len(shown[name]) for name in shown] == [3, 3, 1]


def test_two_at_once_stand_side_by_side(desk: Client, planted: Planted) -> None:
    """The picture begins at nine; a step is five minutes."""
    shown = drawn(ask(desk))

    assert shown["Wide room"] == {(0, 1, 4), (1, 1, 4), (0, 9, 4)}
    assert shown["Shared room"] == {(0, 19, 6), (0, 31, 6)}
    assert shown["No room"] == {(0, 49, 6)}


def test_a_room_is_open_while_any_doctor_has_hours_in_it(desk: Client, planted: Planted) -> None:
    """Emil is there from nine, Frieda until half past twelve; the picture ends at two."""
    grid = ask(desk).context["grid"]

    closed = {column.title: [(gap.at, gap.length) for gap in column.closed] for column in grid.columns}
    assert closed == {"Shared room": [(43, 18)], "Wide room": [(25, 36)], "No room": []}


def test_the_piece_names_patient_and_doctor(desk: Client, planted: Planted) -> None:
    page = ask(desk).content.decode()

    visit = planted.visits[4]
    piece = page.partition(f'href="{visit.get_absolute_url()}"')[2].partition("</a>")[0]
    assert "Guest4 Grey" in piece
    assert "Engel" in piece
    assert "Booked" in piece
    listed = page.partition('<div class="day-list">')[2]
    assert "Dr. Emil Engel" in listed


def test_visits_without_a_room_never_lie_under_another(
    desk: Client, planted: Planted, department: Department, rita: User
) -> None:
    for number in range(10):
        doctor = make_doctor(department=department)
        make_block(doctor, weekday=4, starts="13:00", ends="14:00")
        book_appointment(
            patient=somebody(50 + number), doctor=doctor, starts_at=wall(FRIDAY, 13), minutes=30, by=rita
        )

    response = ask(desk)

    grid = response.context["grid"]
    last = grid.columns[-1]
    places = [(piece.lane, piece.at) for piece in last.pieces]
    assert len(places) == len(set(places)) == 8
    assert grid.hidden == 3
    assert "3 visits have no place beside the others" in response.content.decode()
    assert len(last.lines) == 11  # the list for a narrow page has them all


def test_a_hall_with_fifty_places_is_as_wide_as_it_needs(
    desk: Client, planted: Planted, department: Department, rita: User
) -> None:
    hall = make_room(department, name="Hall", places=50)
    doctor = make_doctor(department=department)
    make_block(doctor, weekday=4, starts="09:00", ends="10:00", capacity=8, room=hall)
    for number in range(3):
        book_appointment(
            patient=somebody(70 + number), doctor=doctor, starts_at=wall(FRIDAY, 9), minutes=30, by=rita
        )

    grid = ask(desk).context["grid"]

    assert {column.title: column.width for column in grid.columns} == {
        "Hall": 3,
        "Shared room": 1,
        "Wide room": 2,
        "No room": 1,
    }
    assert (grid.hidden, grid.left_out) == (0, 0)


def test_room_2_comes_before_room_11(desk: Client, department: Department, site: object) -> None:
    for name in ("Room 11", "Room 2", "Annex"):
        make_block(make_doctor(department=department), weekday=4, room=make_room(department, name=name))

    assert list(columns(ask(desk))) == ["Annex", "Room 2", "Room 11"]


def test_on_the_night_of_the_clock_change_both_half_past_two_are_there(
    desk: Client, planted: Planted, rita: User
) -> None:
    second = book_appointment(
        patient=somebody(90), doctor=planted.nilo, starts_at=wall(SUNDAY, 2, 30, fold=1), minutes=30, by=rita
    )

    response = desk.get(DAY, {"on": str(SUNDAY), "by": "room", "doctor": str(planted.nilo.pk)})

    assert columns(response) == {"No room": {planted.visits[6], second}}
    assert [
        moment.isoformat()[11:16] for moment, _visit, _slot in response.context["grid"].columns[0].lines
    ] == [
        "00:30",
        "01:30",
    ]


def test_the_way_back_and_the_form_keep_what_was_asked(desk: Client, planted: Planted) -> None:
    page = html.unescape(ask(desk, department=str(planted.dora.department_id)).content.decode())

    kept = f"department={planted.dora.department_id}"
    assert re.search(rf'href="{DAY}\?{kept}&by=room&on=2026-10-24"', page)
    assert '<input type="hidden" name="by" value="room">' in page
    assert re.search(rf'href="{DAY}\?{kept}&on=2026-10-23"[^>]*>By doctor', page)


def test_an_arrangement_that_there_is_not_is_said_and_the_day_stays(desk: Client, planted: Planted) -> None:
    response = ask(desk, by="colour")

    assert response.status_code == 422
    assert 'id="id_by_error"' in response.content.decode()
    assert response.context["on"] == FRIDAY
    assert {column.doctor for column in response.context["grid"].columns} == set(planted.doctors[:3])


def test_many_rooms_cost_as_much_as_few(desk: Client, planted: Planted, department: Department) -> None:
    for _ in range(8):
        make_block(make_doctor(department=department), weekday=4, room=make_room(department))
    desk.get(DAY)

    with counted(at_most=8):
        assert len(ask(desk).context["grid"].columns) == 11


def test_it_is_written_down_what_was_read(desk: Client, planted: Planted, rita: User) -> None:
    ask(desk)

    entry = Entry.objects.filter(verb="appointments.view_appointment", actor=rita, subject_id=None).get()
    assert entry.details == {"filters": {"on": "2026-10-23", "by": "room"}, "count": 7}


def test_a_doctor_sees_only_the_own_visits(client: Client, planted: Planted, dora: User) -> None:
    dora.refresh_from_db()
    client.force_login(dora)

    response = ask(client)

    assert {one.doctor_id for visits in columns(response).values() for one in visits} == {planted.dora.pk}
    assert "Guest4" not in response.content.decode()


def test_strangers_are_told_nothing(client: Client, planted: Planted, dov: User, una: User) -> None:
    client.force_login(dov)
    assert columns(ask(client)) == {}
    client.force_login(una)
    response = ask(client)
    assert response.status_code == 403
    assert "Guest" not in response.content.decode()


def test_names_with_scripts_are_names(desk: Client, department: Department, rita: User) -> None:
    doctor = make_doctor(department=department, family_name=EVIL)
    make_block(doctor, weekday=4, room=make_room(department, name=EVIL))
    patient = somebody(1)
    patient.change(family_name=EVIL)
    book_appointment(patient=patient, doctor=doctor, starts_at=wall(FRIDAY, 9), minutes=30, by=rita)

    page = ask(desk).content.decode()

    assert EVIL not in page
    assert page.count("&lt;img src=x onerror") >= 3


def test_the_free_times_stay_with_the_doctors(desk: Client, planted: Planted) -> None:
    by_room = ask(desk).context["grid"]
    by_doctor = ask(desk, by="doctor").context["grid"]

    assert [slot for column in by_room.columns for slot in column.free] == []
    assert any(isinstance(slot, Slot) for column in by_doctor.columns for slot in column.free)
