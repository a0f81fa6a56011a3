"""How much is free in a week: by doctor, and of one doctor by the hour."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.test import Client

from accounts.models import Department, User
from appointments.availability import Slot, free_slots
from appointments.services import book_appointment
from appointments.templatetags.heat_map import heat_map
from appointments.tests.planted import (
    BERLIN,
    FRIDAY,
    NOW,
    SUNDAY,
    Planted,
    free_by_hand,
    plant,
    somebody,
    wall,
)
from doctors.models import Doctor
from doctors.tests.make import make_block, make_doctor
from hospital.tests.queries import counted

FREE = "/appointments/free/"
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
    return client.get(FREE, {name.removesuffix("_"): value for name, value in parameters.items()})


def cells(response: Any) -> dict[tuple[Any, date], tuple[int, int]]:
    """What the page was given to draw: (free, times to come) of each row and day."""
    found = {}
    for line in response.context["lines"]:
        for cell in line.cells:
            found[getattr(line.about, "pk", line.about), cell.day] = (cell.free, cell.ahead)
    return found


def in_words(response: Any, row: str) -> list[str]:
    """The texts of the cells in the row of somebody."""
    page = response.content.decode().partition("<tbody>")[2]
    line = next(one for one in page.split("<tr>") if row in one.partition("</th>")[0])
    texts = re.findall(r"<td>(.*?)</td>", line, re.DOTALL)
    words = [re.sub(r'<span class="visually-hidden">.*?</span>', "", one) for one in texts]
    return [" ".join(re.sub(r"<[^>]+>", " ", one).split()) for one in words]


def by_hand(doctor: Doctor, day: date) -> tuple[int, int]:
    times = free_by_hand(doctor, day, day, NOW)
    return sum(free for _at, free in times), len(times)


def test_each_cell_equals_what_is_counted_by_hand(desk: Client, planted: Planted) -> None:
    shown = cells(ask(desk))

    assert len(shown) == 4 * 7
    for doctor in planted.doctors:
        for day in (FRIDAY + timedelta(days=number) for number in range(7)):
            assert shown[doctor.pk, day] == by_hand(doctor, day), (doctor, day)


def test_what_is_planted_is_what_it_should_be(desk: Client, planted: Planted) -> None:
    """The figures themselves, so that both sides cannot be wrong together."""
    shown = cells(ask(desk))

    assert shown[planted.dora.pk, FRIDAY] == (5 + 1, 6 + 2)  # at nine both lanes are taken
    assert shown[planted.emil.pk, FRIDAY] == (4, 6)  # 10:30 own, 11:30 Frieda is in the room
    assert shown[planted.frieda.pk, FRIDAY] == (3, 5)  # away from 12:30
    assert shown[planted.nilo.pk, SUNDAY] == (9, 10)  # five hours, since two o'clock comes twice


def test_the_cells_say_it_in_words(desk: Client, planted: Planted) -> None:
    page = ask(desk)

    assert in_words(page, "Emil Engel") == ["4 free of 6", *["–"] * 6]
    assert in_words(page, "Frieda Frank")[3] == "4 free of 4"


@pytest.mark.parametrize(("minutes_past_eleven", "said"), [(29, "full"), (30, "over")])
def test_what_has_begun_is_no_longer_counted(
    client: Client, planted: Planted, rita: User, minutes_past_eleven: int, said: str
) -> None:
    """The last of Emil's times begins at half past eleven, and Frieda has the room then."""
    with time_machine.travel(wall(FRIDAY, 11, minutes_past_eleven), tick=False):
        client.force_login(rita)
        page = ask(client)

    assert in_words(page, "Emil Engel")[0] == said


def test_a_full_day_says_so(desk: Client, planted: Planted, rita: User) -> None:
    for slot in free_slots([planted.emil], FRIDAY, FRIDAY)[planted.emil.pk]:
        book_appointment(
            patient=somebody(100 + slot.starts_at.hour * 60 + slot.starts_at.minute),
            doctor=planted.emil,
            starts_at=slot.starts_at,
            minutes=slot.minutes,
            by=rita,
        )

    assert in_words(ask(desk), "Emil Engel")[0] == "full"


def test_by_the_hour_the_two_half_past_two_are_in_one_cell(desk: Client, planted: Planted) -> None:
    shown = cells(ask(desk, doctor=planted.nilo.pk))

    wanted: Counter[int] = Counter()
    ahead: Counter[int] = Counter()
    for at, free in free_by_hand(planted.nilo, SUNDAY, SUNDAY, NOW):
        hour = at.astimezone(BERLIN).hour
        ahead[hour] += 1
        wanted[hour] += free
    assert ahead == {1: 2, 2: 4, 3: 2, 4: 2}
    on_sunday = {row.hour: value for (row, day), value in shown.items() if day == SUNDAY}
    assert on_sunday == {hour: (wanted[hour], ahead[hour]) for hour in ahead}


def test_a_cell_leads_to_the_day_and_an_hour_to_its_booking(desk: Client, planted: Planted) -> None:
    days = ask(desk).content.decode()
    hours = ask(desk, doctor=planted.emil.pk).content.decode()

    assert f"/appointments/day/?doctor={planted.emil.pk}&amp;on=2026-10-23" in days
    assert f"/appointments/book/?doctor={planted.emil.pk}&amp;starts_at=2026-10-23T07%3A00Z" in hours


def test_whoever_may_not_book_is_led_to_the_day(client: Client, planted: Planted, carl: User) -> None:
    client.force_login(carl)

    page = ask(client, doctor=planted.emil.pk).content.decode()

    assert "appointments/book/" not in page
    assert f"/appointments/day/?doctor={planted.emil.pk}" in page


def test_it_is_narrowed_by_speciality_and_department(desk: Client, planted: Planted) -> None:
    def shown(**parameters: Any) -> list[str]:
        return [str(line.about) for line in ask(desk, **parameters).context["lines"]]

    assert shown(speciality="cardiology") == ["Dr. Dora Dietz", "Dr. Emil Engel"]
    assert shown(department=planted.nilo.department_id) == ["Dr. Nilo Noor"]
    assert shown(speciality="cardiology", department=planted.nilo.department_id) == []


@pytest.mark.parametrize(
    ("name", "value"),
    [("from", "2026-02-30"), ("from", "9999-12-31"), ("speciality", "nonsense"), ("doctor", "' OR 1=1")],
)
def test_what_cannot_be_read_is_said_at_the_field_and_the_rest_stays(
    desk: Client, planted: Planted, name: str, value: str
) -> None:
    kept = {"speciality": "dermatology", "from": "2026-10-26"} | {name: value}

    response = desk.get(FREE, kept)

    page = response.content.decode()
    assert response.status_code == 422
    assert f'id="id_{name}_error"' in page
    if name != "speciality":
        assert '<option value="dermatology" selected>' in page
    if name != "from":
        assert 'value="2026-10-26"' in page


def test_many_doctors_cost_as_much_as_few(desk: Client, planted: Planted, department: Department) -> None:
    for number in range(20):
        extra = make_doctor(department=department, given_name=f"Extra{number}")
        make_block(extra, weekday=4, starts="08:00", ends="18:00", visit_minutes=10)
    desk.get(FREE)

    with counted(at_most=8):  # session, user, doctors, specialities, hours, absences, visits
        assert len(ask(desk).context["lines"]) == 24
    with counted(at_most=8):
        ask(desk, doctor=planted.dora.pk)


def test_a_doctor_sees_only_the_own_times(client: Client, planted: Planted, dora: User) -> None:
    dora.refresh_from_db()
    client.force_login(dora)

    response = ask(client, doctor=planted.emil.pk)

    assert response.context["doctor"] == planted.dora
    assert "Emil" not in response.content.decode()


def test_a_doctor_without_a_profile_sees_nobody(client: Client, planted: Planted, dov: User) -> None:
    """Empty, never all."""
    client.force_login(dov)

    response = ask(client)

    assert response.context["lines"] == []
    assert "Emil" not in response.content.decode()


def test_strangers_are_told_nothing(client: Client, planted: Planted, pia: User, una: User) -> None:
    for who in (pia, una):
        client.force_login(who)
        response = ask(client)
        assert response.status_code == 403
        assert "Emil" not in response.content.decode()
    client.logout()
    assert ask(client).status_code == 302


def test_a_name_with_a_script_is_a_name(desk: Client, department: Department) -> None:
    make_block(make_doctor(department=department, given_name=EVIL), weekday=4)

    page = ask(desk).content.decode()

    assert EVIL not in page
    assert "&lt;img src=x onerror" in page


def test_a_free_time_beside_those_of_the_hours_is_counted_once() -> None:
    """Free times may keep other steps than the hours, and then the last of them is to come when theirs is over."""
    slot = Slot(wall(FRIDAY, 9, 35), 25, uuid4())
    begun = Slot(wall(FRIDAY, 9, 25), 25, slot.doctor_id)

    (line,) = heat_map(
        [("row", "Emil")],
        [FRIDAY],
        every=[begun],
        free=[slot],
        place=lambda _slot: ("row", FRIDAY),
        now=wall(FRIDAY, 9, 30),
    )

    (cell,) = line.cells
    assert (cell.free, cell.ahead, cell.over, cell.grade, cell.first) == (1, 1, 1, 5, slot)
