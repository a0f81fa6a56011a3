"""The dashboard and the statistics: what stands on them, for whom, and at which cost."""

import csv
import io
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts.models import User
from analytics.daily import count_today
from analytics.tests.figures import DASHBOARD, MONTH, STATISTICS, figure, page
from analytics.tests.world import FIRST, NOW, World, plainly
from appointments.models import Appointment
from billing.models import Invoice
from billing.tests.make import item, make_issued
from doctors.models import Doctor
from hospital.tests.queries import counted
from patients.tests.make import make_patient

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true", "Polling": "1"}


def test_the_dashboard_reads_counted_days_only(world: World, mona: User, client: Client) -> None:
    client.force_login(mona)
    client.get(DASHBOARD)
    with counted(at_most=8):
        text = client.get(DASHBOARD).content.decode()
    assert "11:00:00" in text  # in Berlin
    assert "is late" not in text


def test_who_is_here_now_stands_on_it_and_leads_to_the_visits(
    world: World, mona: User, client: Client
) -> None:
    here = Appointment.objects.filter(starts_at__lt=NOW).first()
    assert here is not None
    waiting = {"status": "arrived", "arrived_at": NOW - timedelta(minutes=41)}
    Appointment.objects.filter(pk=here.pk).update(starts_at=NOW - timedelta(minutes=30), **waiting)
    count_today()
    client.force_login(mona)
    text = client.get(DASHBOARD).content.decode()
    assert "longest 41 min" in text
    link = text.split('id="state-arrived" href="')[1].split('"')[0].replace("&amp;", "&")
    assert client.get(link).content.decode().count('class="name"') == 1


def test_it_equals_plain_arithmetic(world: World, mona: User, api: Callable[[User], Any]) -> None:
    answer = api(mona).get("/api/v1/analytics/dashboard")
    until = date(2026, 11, 3)
    plain = plainly(until - timedelta(days=29), until)
    assert figure(answer, "held") == str(plain["held"])
    assert figure(answer, "completed") == str(plain["completed"])
    missed = plain["no_show"] / (plain["no_show"] + plain["completed"])
    assert figure(answer, "no_show_rate") == str(round(missed, 4))
    assert figure(answer, "held", "now") == str(plainly(until, until)["held"])
    assert not answer.data["is_late"]


def test_what_is_owed_is_an_amount_of_the_hospitals_currency(
    world: World, mona: User, carl: User, client: Client, api: Callable[[User], Any]
) -> None:
    def owed() -> Decimal:
        dues = Invoice.objects.owing().values_list("patient_due_amount", "insurer_due_amount")
        return sum((one + other for one, other in dues), Decimal(0))

    before = owed()
    make_issued(make_patient(), item("12.50"), by=carl)
    assert owed() - before == Decimal("12.50")
    dashboard = "/api/v1/analytics/dashboard"
    assert Decimal(api(mona).get(dashboard).data["outstanding"]) == before, "as all of it was counted"
    with time_machine.travel(NOW + timedelta(minutes=5), tick=False):
        late = api(mona).get(dashboard).data
        assert (late["is_late"], Decimal(late["outstanding"])) == (True, owed())
    count_today()
    assert Decimal(api(mona).get(dashboard).data["outstanding"]) == owed()
    assert f"EUR {owed():,.2f}" in page(client, mona, DASHBOARD).replace("\xa0", " ")


@pytest.mark.mongo_slow("others read the same figures there")
def test_where_the_worker_is_late_it_counts_and_says_so(world: World, mona: User, client: Client) -> None:
    with time_machine.travel(NOW + timedelta(minutes=5), tick=False):
        text = page(client, mona, DASHBOARD)
    assert "is late" in text
    assert "11:05:00" in text


@pytest.mark.mongo_slow("others read the same figures there")
def test_names_in_tables_are_text(world: World, mona: User, client: Client) -> None:
    Doctor.objects.update(family_name='<script>"O&')
    text = page(client, mona, STATISTICS, MONTH)
    assert '<script>"O' not in text
    assert "&lt;script&gt;&quot;O&amp;</bdi>" in text


@pytest.mark.mongo_slow("others read the same figures there")
def test_a_part_of_the_page_reads_itself_again(world: World, mona: User, client: Client) -> None:
    text = page(client, mona, DASHBOARD, headers=HTMX)
    assert "Waiting now" in text
    assert "<html" not in text
    assert "about-held" in text


@pytest.mark.mongo_slow("others read the same figures there")
def test_every_figure_leads_to_its_definition(world: World, mona: User, client: Client) -> None:
    for url in (DASHBOARD, STATISTICS, reverse("analytics:revenue")):
        text = page(client, mona, url, MONTH)
        led = {part.split('"')[0] for part in text.split('href="#about-')[1:]}
        assert led or "Nothing in this period" in text
        assert all(f'id="about-{key}"' in text for key in led)


def test_doctors_see_what_they_do_themselves_and_no_money(
    world: World, dora: User, client: Client, api: Callable[[User], Any]
) -> None:
    text = page(client, dora, DASHBOARD)
    assert "only what you do yourself" in text
    for word in ("Revenue", "Outstanding", "Received", "EUR", "Rooms used"):
        assert word not in text

    answer = api(dora).get("/api/v1/analytics/dashboard")
    until = date(2026, 11, 3)
    plain = plainly(until - timedelta(days=29), until, doctor=world.doctors[0])
    assert figure(answer, "held") == str(plain["held"])
    assert answer.data["outstanding"] is None
    assert not {"revenue", "received", "rooms"} & {one["key"] for one in answer.data["figures"]}


@pytest.mark.mongo_slow("others read the same figures there")
@pytest.mark.parametrize("filters", [{}, {"doctor": "other"}, {"department": "other"}])
def test_no_filter_leads_a_doctor_to_others(
    world: World, dora: User, filters: dict[str, str], client: Client, api: Callable[[User], Any]
) -> None:
    other = world.doctors[2]
    known = {"doctor": str(other.pk), "department": str(other.department_id)}
    given = MONTH | {name: known[name] for name in filters}
    answer = api(dora).get("/api/v1/analytics/appointments", given)
    if filters:
        assert answer.status_code == 400
        client.force_login(dora)
        assert client.get(STATISTICS, given).status_code == 422
        assert client.get(reverse("analytics:appointments_file"), given).status_code == 422
        assert client.get(reverse("analytics:visits"), given).status_code == 422
        return
    own = plainly(FIRST, date(2026, 10, 31), doctor=world.doctors[0])
    assert figure(answer, "held") == str(own["held"])
    tables = {one["key"]: one for one in answer.data["tables"]}
    assert not {"doctors", "departments"} & tables.keys()
    assert sum(int(value) for row in tables["hours"]["rows"] for value in row["values"]) == own["held"]


@pytest.mark.mongo_slow("others read the same figures there")
def test_a_doctor_without_a_profile_sees_nothing(world: World, dov: User, client: Client) -> None:
    assert "belongs to no doctor" in page(client, dov, DASHBOARD)
    assert "Nothing in this period" in page(client, dov, STATISTICS, MONTH)


def test_the_statistics_equal_plain_arithmetic(world: World, mona: User, api: Callable[[User], Any]) -> None:
    answer = api(mona).get("/api/v1/analytics/appointments", MONTH)
    plain = plainly(FIRST, date(2026, 10, 31))
    tables = {one["key"]: one for one in answer.data["tables"]}
    assert figure(answer, "held") == str(plain["held"])
    for key in ("days", "weekdays", "doctors", "departments"):
        assert sum(int(row["values"][0]) for row in tables[key]["rows"]) == plain["held"], key
    for key in ("leads", "sources", "states"):
        assert {
            row["key"]: int(row["values"][0]) for row in tables[key]["rows"] if row["values"][0] != "0"
        } == {row["key"]: plain[row["key"]] for row in tables[key]["rows"] if plain[row["key"]]}


@pytest.mark.mongo_slow("others read the same figures there")
def test_a_page_narrows_by_doctor_and_department(world: World, mona: User, client: Client) -> None:
    doctor = world.doctors[2]
    text = page(client, mona, STATISTICS, MONTH | {"doctor": str(doctor.pk)})
    assert str(plainly(FIRST, date(2026, 10, 31), doctor=doctor)["held"]) in text
    assert str(doctor) in text
    assert "Rooms used" not in text


def test_statistics_cost_the_same_whatever_there_is(world: World, mona: User, client: Client) -> None:
    client.force_login(mona)
    for url, most in (
        (STATISTICS, 26),
        (reverse("analytics:revenue"), 34),
        (reverse("analytics:people"), 22),
    ):
        with counted(at_most=most):
            client.get(url, MONTH)


@pytest.mark.mongo_slow("no engine plays a part in it")
@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"from": "2026-10-02", "to": "2026-10-01"}, "ends before it begins"),
        ({"from": "2020-10-02", "to": "2026-10-01"}, "At most two years"),
        ({"from": "2026-10-02", "to": "2026-12-01"}, "is today"),
        ({"from": "nonsense"}, "valid date"),
        ({"from": "0001-01-01"}, "1990"),
        ({"to": "9999-12-31"}, "is today"),
        ({"doctor": "nonsense\x00"}, "valid choice"),
    ],
)
def test_what_cannot_be_asked_is_said(
    mona: User, client: Client, api: Callable[[User], Any], given: dict[str, str], said: str
) -> None:
    with time_machine.travel(NOW, tick=False):
        client.force_login(mona)
        answer = client.get(STATISTICS, given)
        assert answer.status_code == 422
        assert said in answer.content.decode()
        assert api(mona).get("/api/v1/analytics/appointments", given).status_code == 400


@pytest.mark.mongo_slow("others read the same figures there")
def test_the_file_has_all_rows_and_no_formula(world: World, mona: User, client: Client) -> None:
    doctor = world.doctors[0]
    type(doctor).objects.filter(pk=doctor.pk).update(title="=1+1", given_name="", family_name="X")
    text = page(client, mona, reverse("analytics:appointments_file"), MONTH | {"table": "doctors"})
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))
    assert len(rows) == 5
    assert rows[0][:2] == ["Doctor", "Visits"]
    assert sum(int(row[1]) for row in rows[1:]) == plainly(FIRST, date(2026, 10, 31))["held"]
    assert not any(cell.startswith(("=", "+", "@")) for row in rows for cell in row)
    client.force_login(mona)
    assert client.get(reverse("analytics:appointments_file"), {"table": "nonsense"}).status_code == 404


@pytest.mark.mongo_slow("others read the same figures there")
def test_a_manager_begins_with_the_dashboard(world: World, mona: User, client: Client) -> None:
    client.force_login(mona)
    with counted(at_most=8):
        text = client.get(reverse("home")).content.decode()
    assert "<h1" in text
    assert "Waiting now" in text
    assert "The last thirty days" in text
    assert "Licences of doctors" in text
    link = text.split('id="today-by-doctor" href="')[1].split('"')[0].replace("&amp;", "&")
    assert (
        'id="table-days"' in client.get(link).content.decode()
        or "Nothing in this period" in client.get(link).content.decode()
    )
