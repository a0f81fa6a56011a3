"""What waits for somebody's signature: the own drafts, and those that need a second one."""

from django.test import Client
from django.urls import reverse

from accounts.models import User
from doctors.models import Doctor
from hospital.tests.queries import counted
from patients.models import Patient
from patients.tests.make_notes import treats
from prescriptions.services import decline_prescription
from prescriptions.tests.make_prescriptions import make_draft, make_signed
from prescriptions.tests.make_signing import awaiting


def page(client: Client, user: User, name: str = "prescriptions:to_sign") -> str:
    client.force_login(user)
    return client.get(reverse(name)).content.decode()


def test_dora_sees_her_drafts_and_not_those_of_others(
    amara: Patient, dent: Doctor, dayan: Doctor, dora: User, dov: User, client: Client
) -> None:
    treats(dora, amara)
    mine, other = make_draft(amara, dent), make_draft(amara, dayan)
    make_signed(amara, dent)
    text = page(client, dora)

    assert mine.get_absolute_url() in text
    assert other.get_absolute_url() not in text
    assert text.count(">Open<") == 1


def test_dov_sees_what_waits_for_a_second_signature(
    amara: Patient, dent: Doctor, dayan: Doctor, dora: User, dov: User, client: Client
) -> None:
    treats(dora, amara)
    waiting = awaiting(amara, by=dora)
    at = reverse("prescriptions:countersign", args=[amara.pk, waiting.pk])
    assert at not in page(client, dov)  # he does not treat her
    treats(dov, amara)

    assert at in page(client, dov)
    assert at not in page(client, dora)


def test_what_was_sent_back_says_why(
    amara: Patient, dent: Doctor, dayan: Doctor, dora: User, dov: User, client: Client
) -> None:
    treats(dora, amara)
    decline_prescription(awaiting(amara, by=dora), reason="Give doxycycline", by=dov)

    assert "sent back: Give doxycycline" in page(client, dora)


def test_an_empty_list_says_what_belongs_here(dent: Doctor, dora: User, client: Client) -> None:
    assert "Nothing to sign" in page(client, dora)


def test_who_is_linked_to_no_doctor_has_no_drafts(
    amara: Patient, dent: Doctor, dov: User, client: Client
) -> None:
    treats(dov, amara)
    make_draft(amara, dent)

    assert "Nothing to sign" in page(client, dov)


def test_the_list_costs_the_same_however_long_it_is(
    amara: Patient, dent: Doctor, dayan: Doctor, dora: User, dov: User, client: Client
) -> None:
    treats(dora, amara)
    treats(dov, amara)
    for _ in range(6):
        make_draft(amara, dent)
        make_draft(amara, dayan)
    awaiting(amara, by=dora)
    page(client, dov)
    with counted(at_most=5):
        client.get(reverse("prescriptions:to_sign"))


def test_the_first_page_of_a_doctor_says_how_many(
    amara: Patient, dent: Doctor, dayan: Doctor, dora: User, dov: User, client: Client
) -> None:
    assert "to sign." not in page(client, dov, "home")
    treats(dora, amara)
    treats(dov, amara)
    make_draft(amara, dayan)
    awaiting(amara, by=dora)

    assert "1 prescription to sign, 1 second signature to give." in page(client, dov, "home")
    assert reverse("prescriptions:to_sign") in page(client, dov, "home")
    assert "second signature" not in page(client, dora, "home")
