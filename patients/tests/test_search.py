"""Finding a patient: by what people type, at every door, at the same cost among any number."""

from datetime import date
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as some

from accounts.models import Site, User
from audit.models import Entry
from hospital.tests.queries import counted
from patients.models import MOST_FOUND, Patient, SearchKey
from patients.searching import LONGEST_TEXT, Question, keys_for, words_of
from patients.services import deactivate_patient
from patients.tests.make import clerk, make_patient


@pytest.fixture
def people(site: Site) -> dict[str, Patient]:
    """Nine people who are easily taken for each other."""
    return {
        "anna": make_patient(
            given_name="Anna Maria",
            family_name="Schmidt-Müller",
            birth_date=date(1960, 5, 3),
            phone="0151 23456789",
        ),
        "annette": make_patient(given_name="Annette", family_name="Schmitz", birth_date=date(1981, 1, 9)),
        "ayse": make_patient(given_name="Ayşe", family_name="Y\u0131lmaz", birth_date=date(1990, 12, 1)),
        "sean": make_patient(given_name="Seán", family_name="O’Brien", birth_date=date(2001, 2, 28)),
        "muhammad": make_patient(given_name="محمد", family_name="الأحمد", birth_date=date(1960, 5, 3)),
        "duc": make_patient(given_name="Đức", family_name="Nguyễn", birth_date=date(1977, 7, 7)),
        "katrin": make_patient(given_name="Katrin", family_name="Meyer", birth_date=date(1999, 2, 28)),
        "cher": make_patient(given_name="Cher", family_name="Li", birth_date=date(1946, 5, 20)),
        "lukasz": make_patient(given_name="Łukasz", family_name="Wójcik", phone="+48 22 123 45 67"),
    }


WHO_IS_FOUND = [
    # the beginning of any word, in any order, with or without accents
    ("schmidt", "anna"),
    ("müll", "anna"),
    ("mull", "anna"),
    ("MARIA", "anna"),
    ("anna schm", "anna"),
    ("schm anna", "anna"),
    ("ma mü", "anna"),
    ("mar mül", "anna"),
    ("maria anna schm", "anna"),
    ("anna maria schmidt müller", "anna"),
    ("Schmidt-Müller, Anna", "anna"),
    ("annet sch", "annette"),
    ("an schmitz", "annette"),
    ("schmitz an", "annette"),
    ("lu wojc", "lukasz"),
    ("yilmaz", "ayse"),
    ("YILMAZ Ayse", "ayse"),
    ("o'brien", "sean"),
    ("obri sean", "sean"),
    ("محم", "muhammad"),
    ("الأحمد محمد", "muhammad"),
    ("duc nguyen", "duc"),
    ("lukasz wojcik", "lukasz"),
    ("li cher", "cher"),
    ("cher li", "cher"),
    # names that sound alike
    ("Schmitt Anna", "anna"),
    ("mueller", "anna"),
    ("Catrin Maier", "katrin"),
    ("Kathrin Meier", "katrin"),
    ("Sean O'Brian", "sean"),
    # a phone number, as people dial it
    ("0151 2345", "anna"),
    ("0151/23456789", "anna"),
    ("+49 151 234 567 89", "anna"),
    ("0049 151 2345", "anna"),
    ("(0151) 2345", "anna"),
    ("6789", "anna"),
    ("+48 22 123", "lukasz"),
    # the medical record number
    ("NF-000003-4", "ayse"),
    ("nf-000003", "ayse"),
    ("NF0000034", "ayse"),
    ("000003", "ayse"),
    ("0000034", "ayse"),
    # the date of birth
    ("1990-12-01", "ayse"),
    ("1.12.1990", "ayse"),
    ("01/12/1990", "ayse"),
    ("yil 01.12.1990", "ayse"),
    ("03.05.1960 anna", "anna"),
    ("5.3.1960", ""),
    # nobody
    ("zzyzx", ""),
    ("anna zzyzx", ""),
    ("31.02.1990", ""),
    ("99999999", ""),
    ("", ""),
    ("   ", ""),
    ("%", ""),
    ("\x00", ""),
    ("anna' OR '1'='1", ""),
    ("\ud800", ""),
    ("🙂", ""),
    ("x" * 10_000, ""),
]


def test_who_is_found(people: dict[str, Patient]) -> None:
    """Each of these texts, among the same nine: whom it finds first, if anybody; and the list finds as many."""
    names = {patient.pk: name for name, patient in people.items()}
    ranked = {
        typed: [patient.pk for patient in Patient.objects.ranked(typed)] for typed, _found in WHO_IS_FOUND
    }

    assert {typed: names[found[0]] if found else "" for typed, found in ranked.items()} == dict(WHO_IS_FOUND)
    for typed, found in ranked.items():
        assert {patient.pk for patient in Patient.objects.search(typed)} == set(found), typed


def test_two_people_who_were_born_on_the_same_day_are_both_found(people: dict[str, Patient]) -> None:
    found = {patient.pk for patient in Patient.objects.search("1960-05-03")}

    assert found == {people["anna"].pk, people["muhammad"].pk}


def test_a_name_written_so_comes_before_one_that_sounds_so(people: dict[str, Patient]) -> None:
    meier = make_patient(given_name="Katja", family_name="Meier")

    found = [patient.pk for patient in Patient.objects.ranked("meier")]
    assert found[0] == meier.pk
    assert people["katrin"].pk in found


def test_the_shortest_name_that_was_written_out_comes_first(people: dict[str, Patient]) -> None:
    make_patient(given_name="Annabell", family_name="Schmidt")
    anna = make_patient(given_name="Anna", family_name="Schmidt")

    assert Patient.objects.ranked("anna schmidt")[0].pk == anna.pk
    assert Patient.objects.ranked("schmidt anna")[0].pk == anna.pk


def test_a_search_is_one_statement_for_the_keys_and_one_for_the_patients(people: dict[str, Patient]) -> None:
    with counted(at_most=2):
        assert Patient.objects.ranked("Schmitt Anna")


def test_a_search_never_reads_more_than_its_limit(site: Site) -> None:
    patients = [
        Patient(
            site=site,
            given_name="Anna",
            family_name="Schmidt" + "xy"[number % 2] * (number // 50 + 1) + chr(ord("a") + number % 25),
            birth_date=date(1990, 1, 1),
            sex="female",
            mrn=f"X{number}",
        )
        for number in range(MOST_FOUND + 60)
    ]
    Patient.objects.bulk_create(patients)
    SearchKey.objects.bulk_create(
        SearchKey(key=key, patient=one) for one in patients for key in keys_for(one)
    )

    assert len(Patient.objects.ranked("ann")) == MOST_FOUND
    assert str(Patient.objects.ranked("anna schmidtyyyyj")[0]) == "Schmidtyyyyj, Anna"


NAMES = some.text(min_size=1, max_size=100)


@given(given_name=NAMES, family_name=NAMES)
def test_any_name_has_keys_of_a_bounded_length_that_its_own_words_find(
    given_name: str, family_name: str
) -> None:
    someone: Any = SimpleNamespace(
        pk=uuid4(),
        given_name=given_name,
        family_name=family_name,
        birth_date=date(1990, 1, 1),
        phone="",
        mrn="",
    )
    keys = keys_for(someone)

    assert all(len(key) <= LONGEST_TEXT + 34 for key in keys)
    for word in words_of(given_name):
        starts = Question(words=[word]).ranges()
        assert any(key.startswith(start) for key in keys for start in starts)


@given(some.text(max_size=300))
def test_any_text_can_be_asked(text: str) -> None:
    question = Question.read(text)

    assert len(question.ranges()) <= 6


# ── The page ─────────────────────────────────────────────────────────────────
def test_the_list_costs_the_same_for_any_number_of_patients(site: Site, rita: User, client: Client) -> None:
    client.force_login(rita)
    for _ in range(3):
        make_patient()
    with counted(at_most=5):
        client.get(reverse("patients:list"))
    for _ in range(30):
        make_patient()
    with counted(at_most=5):
        page = client.get(reverse("patients:list"))

    assert page.content.decode().count('class="name"') == 25


def test_a_search_on_the_page_costs_at_most_five(
    people: dict[str, Patient], rita: User, client: Client
) -> None:
    client.force_login(rita)
    client.get(reverse("patients:list"))  # the first request of a minute also renews the session
    with counted(at_most=5):
        answer = client.get(reverse("patients:list"), {"q": "Schmitt Anna"})

    assert people["anna"].mrn in answer.content.decode()


def test_htmx_receives_the_rows_alone(people: dict[str, Patient], rita: User, client: Client) -> None:
    client.force_login(rita)
    answer = client.get(reverse("patients:list"), {"q": "yil"}, headers={"HX-Request": "true"})

    assert "<html" not in answer.content.decode()
    assert people["ayse"].mrn in answer.content.decode()
    assert "HX-Request" in answer.headers["Vary"]


def test_the_latest_registered_come_first(people: dict[str, Patient], rita: User, client: Client) -> None:
    client.force_login(rita)
    text = client.get(reverse("patients:list")).content.decode()

    assert text.index(people["lukasz"].mrn) < text.index(people["anna"].mrn)


def test_inactive_patients_are_shown_as_such_or_left_out(
    people: dict[str, Patient], rita: User, client: Client
) -> None:
    deactivate_patient(people["ayse"], reason="Moved away", by=rita)
    client.force_login(rita)
    everybody = client.get(reverse("patients:list")).content.decode()
    active = client.get(reverse("patients:list"), {"is_active": "true"}).content.decode()
    inactive = client.get(reverse("patients:list"), {"is_active": "false", "q": "yil"}).content.decode()

    assert people["ayse"].mrn in everybody
    assert people["ayse"].mrn not in active
    assert people["ayse"].mrn in inactive


def test_a_list_is_written_to_the_audit_with_what_was_asked(
    people: dict[str, Patient], rita: User, client: Client
) -> None:
    client.force_login(rita)
    client.get(reverse("patients:list"), {"q": "yil"})

    entry = Entry.objects.get(actor_id=rita.pk, verb="patients.view_patient")
    assert entry.details == {"filters": {"q": "yil"}, "count": 1}


@pytest.mark.parametrize("q", ["x" * 10_000, "Nwo\x00su"])
def test_a_question_that_makes_no_sense_is_answered_with_422(
    people: dict[str, Patient], rita: User, client: Client, q: str
) -> None:
    client.force_login(rita)

    assert client.get(reverse("patients:list"), {"q": q}).status_code == 422


def test_a_script_in_a_name_or_in_the_question_is_only_text(site: Site, rita: User, client: Client) -> None:
    make_patient(given_name="<script>alert(1)</script>", family_name='"><img src=x>')
    client.force_login(rita)
    for typed in ("script", "<script>alert(1)</script>"):
        text = client.get(reverse("patients:list"), {"q": typed}).content.decode()
        assert "<script>alert" not in text
        assert "<img src=x" not in text


def test_who_has_no_role_sees_nobody(people: dict[str, Patient], una: User, client: Client) -> None:
    client.force_login(una)
    answer = client.get(reverse("patients:list"))

    assert answer.status_code == 403
    assert people["anna"].mrn not in answer.content.decode()
    assert not Patient.objects.visible_to(una).exists()


# ── The API ──────────────────────────────────────────────────────────────────
def test_the_api_searches_and_filters(people: dict[str, Patient], ivo: User, api: Any) -> None:
    client = api(ivo)

    def names(**query: str) -> list[str]:
        answer = client.get("/api/v1/patients", query)
        assert answer.status_code == 200, answer.content
        return [row["family_name"] for row in answer.json()["results"]]

    assert names(q="Schmitt Anna") == ["Schmidt-Müller"]
    assert names(mrn="nf-000003-4") == ["Y\u0131lmaz"]
    assert names(birth_date="1999-02-28") == ["Meyer"]
    assert names(is_active="false") == []
    assert names(ordering="birth_date", page_size="1") == ["Li"]
    assert len(names()) == len(people)


def test_the_apis_list_costs_at_most_five(people: dict[str, Patient], ivo: User, api: Any) -> None:
    client = api(ivo)
    with counted(at_most=5):
        client.get("/api/v1/patients")
    with counted(at_most=5):
        client.get("/api/v1/patients", {"q": "Schmitt Anna"})


@pytest.mark.parametrize(
    "query",
    [
        {"q": "x" * 10_000},
        {"q": "Nwo\x00su"},
        {"birth_date": "yesterday"},
        {"is_active": "perhaps"},
        {"ordering": "-deactivated_because"},
        {"ordering": "site__name"},
        {"given_name[$regex]": ".*"},
        {"_connector": "OR"},
        {"page_size": "0"},
    ],
)
def test_what_the_list_does_not_understand_is_400(
    people: dict[str, Patient], ivo: User, api: Any, query: dict[str, str]
) -> None:
    assert api(ivo).get("/api/v1/patients", query).status_code == 400


def test_the_clerk_of_the_tests_is_no_administrator(site: Site) -> None:
    assert not clerk().is_staff
