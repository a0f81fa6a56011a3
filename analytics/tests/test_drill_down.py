"""From a figure to the rows it is made of."""

from datetime import date, timedelta

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from accounts.models import User
from analytics.models import VisitDay
from analytics.tests.figures import MONTH, STATISTICS, behind, page, way
from analytics.tests.world import FIRST, World, plainly
from appointments.models import Appointment
from doctors.models import Room
from hospital.tests.queries import counted

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "what", ["no_show", pytest.param("held", marks=pytest.mark.mongo_slow("no-shows are read there"))]
)
def test_behind_a_figure_are_as_many_visits(
    world: World, mona: User, dora: User, client: Client, what: str
) -> None:
    doctor = world.doctors[0]
    number = plainly(FIRST, date(2026, 10, 31), doctor=doctor)[what]
    url = reverse("analytics:visits")
    for user, given in ((mona, {"doctor": str(doctor.pk)}), (dora, {})):
        text = page(client, user, url, MONTH | given | {"what": what})
        assert text.count('class="name"') == min(number, 25)


def test_behind_new_patients_are_their_visits(world: World, mona: User, dora: User, client: Client) -> None:
    doctor = world.doctors[0]
    number = plainly(FIRST, date(2026, 10, 31), doctor=doctor)["newcomers"]
    assert number
    client.force_login(mona)
    tiles = client.get(STATISTICS, MONTH | {"doctor": str(doctor.pk)}).context["tiles"]
    found, text = behind(client, way(tiles, "newcomers"))
    assert len(found) == number
    assert all(one.starts_at - one.patient.created_at <= timedelta(days=30) for one, _ in found)
    assert "Registered" in text
    client.force_login(dora)
    assert (
        len(behind(client, way(tiles, "newcomers").partition("&doctor=")[0] + "&what=newcomers")[0]) == number
    )


def test_behind_the_time_used_are_the_visits_that_took_it(world: World, mona: User, client: Client) -> None:
    doctor = world.doctors[0]
    minutes = plainly(FIRST, date(2026, 10, 31), doctor=doctor)["planned_minutes"]
    client.force_login(mona)
    answer = client.get(STATISTICS, MONTH | {"doctor": str(doctor.pk)})
    found, _text = behind(client, way(answer.context["tiles"], "utilisation"))
    assert sum((one.ends_at - one.starts_at).seconds // 60 for one, _ in found) == minutes
    (row,) = answer.context["statistics"].table("times").rows
    assert row.values[0] == minutes
    assert row.values[1] == sum(
        VisitDay.objects.filter(doctor_id=doctor.pk, day__gte=FIRST, day__lte="2026-10-31").values_list(
            "open_minutes", flat=True
        )
    )


def test_behind_the_use_of_rooms_are_the_visits_in_them(world: World, mona: User, client: Client) -> None:
    doctor = world.doctors[0]
    blue, red = (Room(department=doctor.department, name=name).add() for name in ("Blue", "Red"))
    visits = Appointment.objects.filter(
        doctor=doctor, starts_at__date__gte=FIRST, starts_at__date__lt="2026-10-31"
    )
    for number, visit in enumerate(visits.order_by("id")[:6]):
        Appointment.objects.filter(pk=visit.pk).update(room=(blue, red)[number % 2])
    call_command("count_days", since=FIRST, verbosity=0)
    client.force_login(mona)
    answer = client.get(STATISTICS, MONTH | {"department": str(doctor.department_id)})
    found, text = behind(client, way(answer.context["tiles"], "rooms"))
    rooms = {row.name: row.values for row in answer.context["statistics"].table("rooms").rows}
    assert found
    assert {one.room.name for one, _ in found} <= rooms.keys()
    for name in ("Blue", "Red"):
        mine = [one for one, _ in found if one.room.name == name]
        assert sum((one.ends_at - one.starts_at).seconds // 60 for one in mine) == rooms[name][0]
        assert len(mine) == rooms[name][3]
        assert name in text


@pytest.mark.parametrize("what", ["held", "newcomers", "used", "in_rooms"])
def test_the_visits_behind_a_figure_cost_the_same(
    world: World, mona: User, client: Client, what: str
) -> None:
    client.force_login(mona)
    with counted(at_most=6):
        client.get(reverse("analytics:visits"), MONTH | {"what": what})
