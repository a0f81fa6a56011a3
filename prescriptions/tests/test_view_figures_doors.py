"""The page of the figures of prescribing and its files: who sees what, and how it is drawn."""

import csv
import io
from random import Random
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from audit.models import Entry
from doctors.models import Doctor
from hospital import clock
from hospital.tests.queries import counted
from prescriptions.models import PrescriptionLine
from prescriptions.tests.make_figures import FIRST, LAST, Maker, Plain, fill, make_three

pytestmark = pytest.mark.django_db
PAGE, FILE = reverse("prescriptions:figures"), reverse("prescriptions:figures_file")
TABLES = (
    *("substances", "main-groups", "subgroups", "classes"),
    *("departments", "doctors", "rules", "answers", "weeks"),
)


@pytest.fixture
def doctors(dora: User, dov: User) -> list[Doctor]:
    return make_three(dora, dov)


# ── The page ────────────────────────────────────────────────────────────────


@pytest.fixture
def period() -> dict[str, Any]:
    return {"from": str(FIRST), "to": str(LAST)}


def page(client: Client, user: User, **asked: Any) -> Any:
    client.force_login(user)
    return client.get(PAGE, asked)


def test_the_page_costs_the_same_however_much_was_prescribed(
    client: Client, mona: User, doctors: list[Doctor], period: dict[str, Any]
) -> None:
    fill(doctors, 1, number=10)
    page(client, mona, **period)
    with counted(at_most=26):
        assert client.get(PAGE, period).status_code == 200
    fill_more(doctors)
    with counted(at_most=26):
        assert client.get(PAGE, period).status_code == 200


def fill_more(doctors: list[Doctor]) -> None:
    patients = [one.patient for one in PrescriptionLine.objects.select_related("patient")[:40]]
    Maker(Random(2), patients, doctors).sign(150, since=FIRST, days=90)


def test_a_manager_sees_everybody_by_name_and_gets_to_each(
    client: Client, mona: User, doctors: list[Doctor], period: dict[str, Any]
) -> None:
    fill(doctors, 1)
    answer = page(client, mona, **period)

    text = answer.content.decode()
    assert answer.status_code == 200
    assert all(str(one) in text for one in doctors)
    assert f"{PAGE}?from={FIRST}&amp;to={LAST}&amp;doctor={doctors[0].pk}" in text
    assert "Amoxicillin" in text
    narrowed = client.get(PAGE, period | {"doctor": doctors[0].pk})
    assert {one.key for one in narrowed.context["figures"].doctors} == {doctors[0].pk}
    assert f"90 days · <bdi>{doctors[0]}</bdi>" in narrowed.content.decode()


def test_a_doctor_sees_own_figures_and_the_totals_and_no_colleague(
    client: Client, dora: User, doctors: list[Doctor], period: dict[str, Any]
) -> None:
    fill(doctors, 1)
    answer = page(client, dora, **period)

    text = answer.content.decode()
    assert str(doctors[0]) in text
    assert "Dayan" not in text
    assert "Third" not in text
    assert answer.context["figures"].totals.lines == len(Plain(FIRST, LAST).lines)
    assert answer.context["figures"].departments == ()
    mine = client.get(PAGE, period | {"doctor": doctors[0].pk})
    assert mine.context["figures"].totals.lines == len(Plain(FIRST, LAST, doctor_id=doctors[0].pk).lines)


@pytest.mark.parametrize("name", ["doctor", "department"])
def test_a_doctor_cannot_ask_for_a_colleague_or_a_department(
    client: Client, dora: User, doctors: list[Doctor], period: dict[str, Any], name: str
) -> None:
    fill(doctors, 1, number=10)
    client.force_login(dora)
    other = doctors[1].pk if name == "doctor" else doctors[1].department_id

    for address in (PAGE, FILE):
        answer = client.get(address, period | {name: other, "table": "substances"})
        assert answer.status_code == 422
        assert "Dayan" not in answer.content.decode()
        assert "Ibuprofen" not in answer.content.decode()


def test_a_doctor_without_a_profile_sees_the_totals(client: Client, dov: User, site: object) -> None:
    assert page(client, dov).status_code == 200


@pytest.mark.parametrize(
    "asked",
    [
        {"from": "nonsense"},
        {"from": "2026-05-02", "to": "2026-05-01"},
        {"from": "2020-01-01", "to": "2026-05-01"},
        {"from": "0001-01-01", "to": "0001-01-02"},
        {"to": "9999-12-31"},
        {"doctor": "00000000-0000-7000-8000-000000000000"},
        {"department": "' OR 1=1"},
        {"doctor": "\x00"},
    ],
)
def test_what_cannot_be_asked_is_said_and_counts_nothing(
    client: Client, mona: User, site: object, asked: dict[str, str]
) -> None:
    answer = page(client, mona, **asked)

    assert answer.status_code == 422
    assert "Nothing was counted" in answer.content.decode()


def test_without_a_question_it_is_the_last_ninety_days(client: Client, mona: User, site: object) -> None:
    answer = page(client, mona)

    asked = answer.context["figures"].asked
    assert (asked.until, asked.days) == (clock.today("Europe/Berlin"), 90)
    assert "Nothing was signed in this period" in answer.content.decode()


def test_htmx_gets_the_figures_alone(
    client: Client, mona: User, doctors: list[Doctor], period: dict[str, Any]
) -> None:
    fill(doctors, 1, number=10)
    client.force_login(mona)

    answer = client.get(PAGE, period, headers={"HX-Request": "true"})

    assert answer.content.decode().lstrip().startswith('<div class="stack" id="figures">')


def test_looking_is_written_down_with_what_was_asked(
    client: Client, mona: User, doctors: list[Doctor], period: dict[str, Any]
) -> None:
    fill(doctors, 1, number=10)
    page(client, mona, **period, doctor=doctors[0].pk)

    entry = Entry.objects.filter(verb="prescriptions.view_figures").latest("at")
    assert entry.details["filters"] == period | {"doctor": str(doctors[0].pk)}
    assert entry.details["count"] == len(Plain(FIRST, LAST, doctor_id=doctors[0].pk).lines)


@pytest.mark.parametrize("who", ["nora", "rita", "carl", "ivo", "una"])
def test_others_do_not_see_them(client: Client, who: str, request: pytest.FixtureRequest) -> None:
    client.force_login(request.getfixturevalue(who))
    assert client.get(PAGE).status_code == 403
    assert client.get(FILE, {"table": "substances"}).status_code == 403


# ── The files ───────────────────────────────────────────────────────────────


def rows_of(answer: Any) -> list[list[str]]:
    return list(csv.reader(io.StringIO(answer.content.decode(), newline="")))


def test_a_file_has_every_row_of_its_table(
    client: Client, mona: User, doctors: list[Doctor], period: dict[str, Any]
) -> None:
    fill(doctors, 1)
    client.force_login(mona)

    answer = client.get(FILE, period | {"table": "doctors"})

    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert f"prescribing-doctors-{FIRST}-{LAST}.csv" in answer["Content-Disposition"]
    head, *rows = rows_of(answer)
    assert head == ["Name", "Prescriptions", "Lines", "Patients", "Antibiotics (%)"]
    assert {row[0] for row in rows} == {str(one) for one in doctors}
    assert sum(int(row[2]) for row in rows) == len(Plain(FIRST, LAST).lines)
    entry = Entry.objects.filter(verb="prescriptions.view_figures").latest("at")
    assert entry.details["filters"]["table"] == "doctors"


def test_each_table_can_be_had_as_a_file(
    client: Client, pia: User, doctors: list[Doctor], period: dict[str, Any]
) -> None:
    fill(doctors, 1)
    client.force_login(pia)

    for key in TABLES:
        head, *rows = rows_of(client.get(FILE, period | {"table": key}))
        assert rows, key
        assert {len(row) for row in rows} == {len(head)}


def test_no_value_of_a_file_begins_as_a_formula(
    client: Client, mona: User, doctors: list[Doctor], period: dict[str, Any]
) -> None:
    Doctor.objects.filter(pk=doctors[2].pk).update(title="=HYPERLINK(1)")
    fill(doctors, 1)
    client.force_login(mona)

    names = [row[0] for row in rows_of(client.get(FILE, period | {"table": "doctors"}))]

    assert any(name.startswith("'=HYPERLINK") for name in names)
    assert not any(name.startswith("=") for name in names)


def test_a_file_of_nothing_has_its_head_alone(client: Client, mona: User, site: object) -> None:
    client.force_login(mona)
    assert [len(row) for row in rows_of(client.get(FILE))] == [4]


@pytest.mark.parametrize("table", ["", "nonsense", "departments"])
def test_a_file_that_is_not_there_is_not_found(
    client: Client, dora: User, doctors: list[Doctor], period: dict[str, Any], table: str
) -> None:
    client.force_login(dora)
    assert client.get(FILE, period | {"table": table}).status_code == 404
