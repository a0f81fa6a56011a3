"""New and returning patients, who the patients are, and what is prescribed: what stands on these pages and in their files."""

from collections.abc import Callable
from datetime import date
from random import Random
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from accounts.models import User
from analytics.daily import count_people
from analytics.tests.figures import MONTH, behind, figure, way
from analytics.tests.world import FIRST, World, plainly
from hospital.tests.queries import counted
from patients.tests.make import make_patient
from prescriptions.models import PrescriptionLine
from prescriptions.tests.make_figures import Maker

pytestmark = pytest.mark.django_db


def test_new_and_returning_patients_equal_plain_arithmetic(
    world: World, mona: User, client: Client, api: Callable[[User], Any]
) -> None:
    doctor = world.doctors[1]
    for narrowed, plain in (
        ({}, plainly(FIRST, date(2026, 10, 31))),
        ({"doctor": str(doctor.pk)}, plainly(FIRST, date(2026, 10, 31), doctor=doctor)),
    ):
        answer = api(mona).get("/api/v1/analytics/patients", MONTH | narrowed)
        assert figure(answer, "newcomers") == str(plain["newcomers"])
        assert figure(answer, "returning") == str(plain["held"] - plain["newcomers"])
        tables = {one["key"]: one for one in answer.data["tables"]}
        for key in ("days", "departments", "doctors"):
            sums = [sum(int(row["values"][at]) for row in tables[key]["rows"]) for at in (0, 1)]
            assert sums == [plain["newcomers"], plain["held"] - plain["newcomers"]], key
    client.force_login(mona)
    tiles = client.get(reverse("analytics:people"), MONTH | {"doctor": str(doctor.pk)}).context["tiles"]
    assert len(behind(client, way(tiles, "returning"))[0]) == plain["held"] - plain["newcomers"]


def test_who_the_patients_are_is_told_whatever_is_chosen(world: World, mona: User, client: Client) -> None:
    for number in range(12):
        make_patient(family_name=f"Of{number}", sex="female", birth_date="1980-01-01", address="10115 Berlin")
    count_people()
    url = reverse("analytics:people_file")
    client.force_login(mona)
    files = [
        client.get(url, {"table": "ages"} | given).content for given in ({}, MONTH, {"from": "2026-11-01"})
    ]
    assert files[0] == files[1] == files[2]
    assert b"not told" in files[0] or b"12" in files[0]
    text = client.get(
        reverse("analytics:people"), {"from": "1991-01-01", "to": "1991-01-02"}
    ).content.decode()
    assert 'id="table-ages"' in text, "also where there was no visit"
    days = client.get(url, MONTH | {"table": "days"}).content.decode("utf-8-sig").splitlines()
    assert days[0] == "Day,New,Returning,Share of new (%)"
    assert len(days) == 32
    assert client.get(url, {"from": "nonsense"}).status_code == 422


@pytest.mark.mongo_slow("others read the same figures there")
def test_prescriptions_have_a_page_of_their_own(
    world: World, mona: User, dora: User, dov: User, client: Client
) -> None:
    url = reverse("analytics:prescriptions")
    doctors = world.doctors[:2]
    for doctor, user in zip(doctors, (dora, dov), strict=True):
        doctor.change(user=user)
    Maker(Random(9), [make_patient()], doctors).sign(30, since=FIRST, days=20)
    call_command("count_days", since=FIRST, verbosity=0)
    client.force_login(mona)
    answer = client.get(url, MONTH)
    lines = PrescriptionLine.objects.filter(signed_on__gte=FIRST, signed_on__lte="2026-10-31")
    tiles = {one["figure"].definition.key: one["figure"].value for one in answer.context["tiles"]}
    assert tiles["lines"] == lines.count()
    assert tiles["signed"] == len(set(lines.values_list("prescription_id", flat=True)))
    with counted(at_most=20):
        client.get(url, MONTH)
    file = client.get(reverse("analytics:prescriptions_file"), MONTH | {"table": "doctors"}).content.decode()
    assert file.count("\r\n") == 1 + len({one.doctor_id for one in lines})

    client.force_login(dora)
    own = client.get(url, MONTH).context["statistics"]
    assert {one.key for one in own.tables} == {"days"}
    assert own.figures[2].value == lines.filter(doctor=world.doctors[0]).count()
    other = MONTH | {"doctor": str(world.doctors[1].pk)}
    assert client.get(url, other).status_code == 422
    assert client.get(reverse("analytics:prescriptions_file"), other).status_code == 422
