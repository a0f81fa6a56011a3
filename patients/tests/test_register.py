"""Registering a patient: the rules, the number, the page, the API."""

import json
from datetime import date, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as some

from accounts import places
from accounts.models import NumberSeries, Site, User
from accounts.once import Once
from accounts.roles import Role
from audit.models import Entry
from hospital import clock
from hospital.errors import Refusal
from hospital.tests.queries import counted
from patients.models import Patient, SearchKey, luhn_check_digit, mrn
from patients.searching import OF
from patients.services import register_patient
from patients.tests.make import form_data, make_patient

NEW = {"given_name": "Amara", "family_name": "Nwosu", "birth_date": "1959-02-03", "sex": "female"}


# ── The number ───────────────────────────────────────────────────────────────
def test_numbers_follow_each_other_without_gaps(site: Site) -> None:
    assert [make_patient().mrn for _ in range(3)] == ["NF-000001-8", "NF-000002-6", "NF-000003-4"]


def test_a_refused_registration_uses_no_number_up(site: Site) -> None:
    with pytest.raises(ValidationError):
        make_patient(given_name=" ")

    assert make_patient().mrn == "NF-000001-8"


def test_each_site_has_its_own_numbers(site: Site) -> None:
    other = Site(name="Southfield", time_zone="Europe/London", number_prefix="SF").add()
    make_patient()

    assert make_patient(site=other).mrn == "SF-000001-8"


def test_the_number_grows_beyond_six_digits() -> None:
    assert mrn("NF", 1_234_567) == f"NF-1234567-{luhn_check_digit('1234567')}"


def test_the_check_digit_is_that_of_the_standard() -> None:
    assert luhn_check_digit("7992739871") == "3"


@given(some.integers(0, 10**9), some.data())
def test_any_single_wrong_digit_is_noticed(number: int, data: Any) -> None:
    digits = f"{number:06d}"
    place = data.draw(some.integers(0, len(digits) - 1))
    wrong = data.draw(some.sampled_from([digit for digit in "0123456789" if digit != digits[place]]))

    assert luhn_check_digit(digits[:place] + wrong + digits[place + 1 :]) != luhn_check_digit(digits)


@given(some.integers(0, 10**9), some.data())
def test_two_exchanged_neighbours_are_noticed_but_09_and_90(number: int, data: Any) -> None:
    digits = f"{number:06d}"
    place = data.draw(some.integers(0, len(digits) - 2))
    pair = digits[place : place + 2]
    exchanged = digits[:place] + pair[::-1] + digits[place + 2 :]

    same = luhn_check_digit(exchanged) == luhn_check_digit(digits)
    assert same == (pair in {"09", "90"} or pair[0] == pair[1])


# ── The rules ────────────────────────────────────────────────────────────────
def test_names_are_tidied(site: Site) -> None:
    patient = make_patient(given_name="  Ana\u00a0 Lu\u0301cia ", family_name="Nwosu\t")

    assert (patient.given_name, patient.family_name) == ("Ana L\u00facia", "Nwosu")


@pytest.mark.parametrize(
    "name", ["", "   ", "\u200b\x00", "Amara\x1b[31m", "\u202egnirts", "\ud800", "x" * 101]
)
def test_names_that_nobody_has_are_refused(site: Site, name: str) -> None:
    with pytest.raises(ValidationError) as refused:
        make_patient(given_name=name)

    assert "given_name" in refused.value.message_dict
    assert not Patient.objects.exists()


def test_a_name_of_ten_thousand_signs_is_told_its_limit(site: Site) -> None:
    with pytest.raises(ValidationError, match="at most 100 characters"):
        make_patient(family_name="N" * 10_000)


@pytest.mark.parametrize(
    ("given", "family"),
    [("محمد", "الأحمد"), ("Đức", "Nguyễn"), ("李", "小龙"), ("Zoë", "O\u2019Brien"), ("🙂", "X")],
)
def test_names_in_any_script_are_kept_as_they_are(site: Site, given: str, family: str) -> None:
    patient = Patient.objects.get(pk=make_patient(given_name=given, family_name=family).pk)

    assert (patient.given_name, patient.family_name) == (given, family)


def test_nobody_is_born_tomorrow(site: Site) -> None:
    with pytest.raises(ValidationError, match="future"):
        make_patient(birth_date=clock.today(settings.FIRST_SITE_TIME_ZONE) + timedelta(days=1))


def test_a_child_born_today_is_registered(site: Site) -> None:
    assert make_patient(birth_date=clock.today(settings.FIRST_SITE_TIME_ZONE)).age == 0


def test_nobody_is_older_than_150_years(site: Site) -> None:
    with pytest.raises(ValidationError, match="150"):
        make_patient(birth_date=date(1800, 1, 1))


def test_where_only_the_year_is_known_it_is_kept_as_first_of_july(site: Site) -> None:
    patient = make_patient(birth_date=date(1974, 12, 24), birth_date_is_estimated=True)

    assert patient.birth_date == date(1974, 7, 1)


def test_this_year_as_an_estimate_is_never_in_the_future(site: Site) -> None:
    today = clock.today(settings.FIRST_SITE_TIME_ZONE)
    patient = make_patient(birth_date=date(today.year, 12, 31), birth_date_is_estimated=True)

    assert patient.birth_date == min(date(today.year, 7, 1), today)


def test_a_phone_number_is_kept_in_the_international_form(site: Site) -> None:
    assert str(make_patient(phone="030 23125 014").phone) == "+493023125014"


def test_a_phone_number_that_cannot_be_is_refused(site: Site) -> None:
    with pytest.raises(ValidationError) as refused:
        make_patient(phone="12")

    assert "phone" in refused.value.message_dict


def test_before_the_first_site_nobody_can_be_registered(db: None) -> None:
    Site.objects.all().delete()
    places.forget()
    with pytest.raises(Refusal) as refused:
        make_patient()

    assert refused.value.code == "no_site"


def test_a_doctor_does_not_register(site: Site, dora: User) -> None:
    with pytest.raises(PermissionDenied):
        make_patient(by=dora)

    assert not Patient.objects.exists()
    assert Entry.objects.filter(verb="patients.register_patient", outcome="denied", actor_id=dora.pk).exists()


def test_registering_is_written_down_and_costs_few_statements(site: Site, rita: User) -> None:
    make_patient(by=rita)
    with counted(at_most=9):
        patient = make_patient(by=rita, phone="030 23125 014")

    entry = Entry.objects.get(subject_id=patient.pk)
    assert (entry.verb, entry.actor_id, entry.patient_id) == (
        "patients.register_patient",
        rita.pk,
        patient.pk,
    )


def test_the_same_request_registers_once(site: Site, rita: User) -> None:
    def send() -> Patient:
        once = Once("key", "print")
        return register_patient(
            by=rita,
            once=once,
            given_name="Amara",
            family_name="Nwosu",
            birth_date=date(1959, 2, 3),
            sex="female",
        )

    assert send().pk == send().pk
    assert Patient.objects.count() == 1
    assert NumberSeries.objects.get(name="mrn:NF").last == 1


# ── The page ─────────────────────────────────────────────────────────────────
def test_reception_registers_on_the_page(site: Site, rita: User, client: Client) -> None:
    client.force_login(rita)
    assert client.get(reverse("patients:register")).status_code == 200

    answer = client.post(reverse("patients:register"), form_data(phone="030 23125 014"), follow=True)

    patient = Patient.objects.get()
    assert answer.redirect_chain == [(reverse("patients:detail", args=[patient.pk]), 302)]
    assert patient.mrn in answer.content.decode()


def test_a_double_click_registers_once(site: Site, rita: User, client: Client) -> None:
    client.force_login(rita)
    first = client.post(reverse("patients:register"), form_data())
    second = client.post(reverse("patients:register"), form_data())

    assert first.headers["Location"] == second.headers["Location"]
    assert Patient.objects.count() == 1


def test_the_page_takes_the_year_alone(site: Site, rita: User, client: Client) -> None:
    client.force_login(rita)
    client.post(reverse("patients:register"), form_data(birth_date="", birth_year="1974"))

    patient = Patient.objects.get()
    assert (patient.birth_date, patient.birth_date_is_estimated) == (date(1974, 7, 1), True)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"given_name": ""}, "This field is required."),
        ({"birth_date": ""}, "Write the date of birth, or only the year"),
        ({"birth_date": "1959-02-30"}, "Enter a valid date."),
        ({"birth_year": "1960"}, "Write either the date or the year."),
        ({"birth_date": "", "birth_year": "99999"}, "four digits"),
        ({"birth_date": "", "birth_year": "3000"}, "not in the future"),
        ({"sex": "x"}, "Select a valid choice."),
        ({"phone": "12"}, "Enter a valid phone number"),
        ({"email": "nowhere"}, "Enter a valid email address."),
        ({"family_name": "N" * 10_000}, "at most 100 characters"),
        ({"family_name": "Nwo\x00su"}, "Null characters are not allowed."),
        ({"given_name": "Amara\x07"}, "cannot be printed"),
        ({"nonce": ""}, "This form is incomplete."),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    site: Site, rita: User, client: Client, wrong: dict[str, str], words: str
) -> None:
    client.force_login(rita)
    answer = client.post(reverse("patients:register"), form_data(address="Under the oak") | wrong)

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert "Under the oak" in answer.content.decode()
    assert not Patient.objects.exists()


@pytest.mark.parametrize("role", [Role.DOCTOR, Role.PHARMACIST, Role.CASHIER, Role.MANAGER, ""])
def test_others_do_not_reach_the_page(site: Site, client: Client, role: str) -> None:
    client.force_login(User.objects.create_user("x@example.org", full_name="X", role=role))

    assert client.get(reverse("patients:register")).status_code == 403
    assert client.post(reverse("patients:register"), form_data()).status_code == 403
    assert not Patient.objects.exists()


# ── The API ──────────────────────────────────────────────────────────────────
def test_another_system_registers(site: Site, ivo: User, api: Any) -> None:
    answer = api(ivo).post("/api/v1/patients", NEW | {"phone": "030 23125 014", "language": "en"})

    assert answer.status_code == 201
    body = answer.json()
    assert answer.headers["Location"].endswith(f"/api/v1/patients/{body['id']}")
    assert answer.headers["ETag"] == '"1"'
    assert (body["mrn"], body["phone"], body["site"]) == ("NF-000001-8", "+493023125014", str(site.pk))


def test_the_same_key_gives_the_same_answer(site: Site, ivo: User, api: Any) -> None:
    client = api(ivo)
    answers = [client.post("/api/v1/patients", NEW, headers={"Idempotency-Key": "k-1"}) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    assert Patient.objects.count() == 1


def test_the_same_key_for_another_patient_is_refused(site: Site, ivo: User, api: Any) -> None:
    client = api(ivo)
    client.post("/api/v1/patients", NEW, headers={"Idempotency-Key": "k-1"})
    answer = client.post("/api/v1/patients", NEW | {"sex": "male"}, headers={"Idempotency-Key": "k-1"})

    assert (answer.status_code, answer.json()["code"]) == (422, "key_reused")
    assert Patient.objects.count() == 1


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"given_name": None}, "given_name"),
        ({"given_name": " "}, "given_name"),
        ({"given_name": {"$ne": None}}, "given_name"),
        ({"family_name": "N" * 10_000}, "family_name"),
        ({"family_name": "Nwo\x00su"}, "family_name"),
        ({"family_name": "Nwo\ud800su"}, "family_name"),
        ({"given_name": "\u202eeman"}, "given_name"),
        ({"birth_date": "1959-02-30"}, "birth_date"),
        ({"birth_date": "2999-01-01"}, "birth_date"),
        ({"birth_date": "1620-01-01"}, "birth_date"),
        ({"sex": "x"}, "sex"),
        ({"phone": "12"}, "phone"),
        ({"blood_group": "Z+"}, "blood_group"),
        ({"site": "not-an-id"}, "site"),
        ({"site": "0199f0c1-2d3e-7a4b-8c5d-6e7f8a9b0c1d"}, "site"),
    ],
)
def test_the_api_names_the_field_that_is_wrong(
    site: Site, ivo: User, api: Any, wrong: dict[str, Any], field: str
) -> None:
    body = json.dumps(NEW | wrong)
    answer = api(ivo).post("/api/v1/patients", body, content_type="application/json")

    assert answer.status_code == 400
    assert field in {error["field"] for error in answer.json()["errors"]}
    assert not Patient.objects.exists()


def test_what_is_read_only_is_not_written(site: Site, ivo: User, api: Any) -> None:
    sent = {
        "id": "0199f0c1-2d3e-7a4b-8c5d-6e7f8a9b0c1d",
        "mrn": "NF-999999-9",
        "is_active": False,
        "version": 7,
    }
    body = api(ivo).post("/api/v1/patients", NEW | sent).json()

    assert body["id"] != sent["id"]
    assert (body["mrn"], body["is_active"], body["version"]) == ("NF-000001-8", True, 1)


def test_the_api_refuses_those_who_do_not_register(site: Site, dora: User, api: Any) -> None:
    assert api(dora).post("/api/v1/patients", NEW).status_code == 403
    assert not Patient.objects.exists()


def test_every_key_leads_to_the_patient(site: Site) -> None:
    patient = make_patient(phone="030 23125 014")

    keys = list(SearchKey.objects.filter(patient=patient))
    assert keys
    assert all(key.key.endswith(f"{OF}{patient.pk.hex}") for key in keys)


# ── The administrators' window ───────────────────────────────────────────────
def test_an_administrator_registers_in_the_admin(site: Site, adam: User, client: Client) -> None:
    client.force_login(adam)
    address = reverse("admin:patients_patient_add")
    sent = {"given_name": "Amara", "family_name": "Nwosu", "birth_date": "1959-02-03", "sex": "female"}
    wrong = client.post(address, sent | {"birth_date": "2999-01-01"})
    assert "A date of birth is not in the future" in wrong.content.decode()

    assert client.post(address, sent).status_code == 302
    assert Patient.objects.get().mrn == "NF-000001-8"
