"""Who is registered already is said while somebody registers, with and without JavaScript."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Site, User
from audit.models import Entry
from hospital.tests.queries import counted
from patients.models import Patient, SuspectedPair
from patients.tests.make import form_data, make_patient

PHONE = "030 23125 014"


@pytest.fixture
def amara(site: Site) -> Patient:
    return make_patient(phone=PHONE)


@pytest.fixture
def desk(client: Client, rita: User) -> Client:
    client.force_login(rita)
    return client


def ask(desk: Client, **typed: str) -> str:
    return desk.post(reverse("patients:alike"), typed, headers={"HX-Request": "true"}).content.decode()


def test_the_form_comes_back_with_who_is_alike(amara: Patient, desk: Client) -> None:
    answer = desk.post(reverse("patients:register"), form_data(family_name="Nwoso", address="Under the oak"))
    page = answer.content.decode()

    assert answer.status_code == 422
    assert "This may be somebody who is registered already." in page
    assert amara.mrn in page
    assert amara.phone.as_international in page
    assert "Family name written alike" in page
    assert amara.get_absolute_url() in page
    assert "This is somebody else" in page
    assert "Under the oak" in page
    assert Patient.objects.count() == 1


def test_who_is_somebody_else_is_registered_and_the_pair_is_listed(amara: Patient, desk: Client) -> None:
    desk.post(reverse("patients:register"), form_data(family_name="Nwoso"))
    answer = desk.post(reverse("patients:register"), form_data(family_name="Nwoso", confirmed_new="on"))

    assert answer.status_code == 302
    assert Patient.objects.count() == 2
    assert SuspectedPair.objects.waiting().count() == 1


def test_a_second_click_after_confirming_registers_once(amara: Patient, desk: Client) -> None:
    sent = form_data(family_name="Nwoso", confirmed_new="on")
    first, second = (desk.post(reverse("patients:register"), sent) for _ in range(2))

    assert first.headers["Location"] == second.headers["Location"]
    assert Patient.objects.count() == 2


def test_nobody_is_warned_of_a_stranger(amara: Patient, desk: Client) -> None:
    answer = desk.post(reverse("patients:register"), form_data(given_name="Petra", family_name="Kühn"))

    assert answer.status_code == 302


def test_who_is_alike_is_said_while_somebody_types(amara: Patient, desk: Client) -> None:
    assert amara.mrn not in ask(desk, given_name="Amara")
    assert amara.mrn not in ask(desk, given_name="Amara", family_name="Nwosu")
    part = ask(desk, given_name="Amara", family_name="Nwosu", birth_date="1959-03-02")

    assert amara.mrn in part
    assert "Date of birth with digits exchanged" in part
    assert "<html" not in part
    assert Patient.objects.count() == 1


def test_a_year_alone_is_enough(amara: Patient, desk: Client) -> None:
    assert amara.mrn in ask(desk, given_name="Amara", family_name="Nwosu", birth_year="1959")


@pytest.mark.parametrize(
    "typed",
    [
        {},
        {"given_name": "\x00", "family_name": "Nwosu", "birth_date": "1959-02-30"},
        {"given_name": "🙂", "family_name": "🙂", "birth_date": "1959-02-03", "phone": "12"},
        {"given_name": "A" * 10_000, "family_name": "N" * 10_000, "birth_year": "99999"},
        {"given_name": "<script>alert(1)</script>", "family_name": "{{ x }}", "birth_date": "1959-02-03"},
    ],
)
def test_whatever_is_typed_it_is_answered(amara: Patient, desk: Client, typed: dict[str, str]) -> None:
    assert amara.mrn not in ask(desk, **typed)


def test_a_booking_that_waits_goes_on_with_whom_one_has_found(amara: Patient, desk: Client) -> None:
    where = f"{reverse('patients:register')}?then=/appointments/book/"
    page = desk.post(where, form_data(family_name="Nwoso")).content.decode()

    assert f'href="/appointments/book/?patient={amara.pk}"' in page
    elsewhere = f"{reverse('patients:register')}?then=https://evil.example/"
    assert (
        "evil.example/?patient" not in desk.post(elsewhere, form_data(family_name="Nwoso")).content.decode()
    )


def test_what_was_confirmed_stays_so_for_the_same_people_only(amara: Patient, desk: Client) -> None:
    typed = {"given_name": "Amara", "family_name": "Nwosu", "birth_date": "1959-02-03", "confirmed_new": "on"}

    assert "checked" in ask(desk, **typed, seen=str(amara.pk))
    assert "checked" not in ask(desk, **typed, seen="")


def test_looking_is_written_down_without_what_was_typed_and_costs_little(
    amara: Patient, desk: Client, rita: User
) -> None:
    typed = {"given_name": "Amara", "family_name": "Nwosu", "birth_date": "1959-02-03"}
    with counted(at_most=6):
        ask(desk, **typed)

    entry = Entry.objects.get(verb="patients.view_patient", actor_id=rita.pk)
    assert entry.details == {"filters": {"alike": "registration"}, "count": 1}


def test_a_closed_record_is_shown_as_such(amara: Patient, desk: Client) -> None:
    amara.change(is_active=False, deactivated_because="Moved")

    assert "Inactive" in ask(desk, given_name="Amara", family_name="Nwosu", birth_date="1959-02-03")
