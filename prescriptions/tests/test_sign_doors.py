"""The page on which a prescription is signed: what it shows before, what it asks, and what a refusal keeps."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from conftest import PASSWORD
from doctors.models import Doctor
from doctors.tests.make import make_doctor
from hospital.tests.queries import counted
from patients.models import Patient
from patients.tests.make_notes import treats
from prescriptions.models import Prescription
from prescriptions.tests.make import make_product
from prescriptions.tests.make_prescriptions import again, make_draft, make_line
from prescriptions.tests.make_signing import (
    AMOXICILLIN,
    allergic,
    begun,
    keys_of,
    sign,
    typed,
)

pytestmark = pytest.mark.usefixtures("morning")


@pytest.fixture
def dent(dora: User, department: Any) -> Doctor:
    """Dora's profile."""
    return make_doctor(user=dora, licence_until=date(2027, 12, 31))


@pytest.fixture
def draft(amara: Patient, dora: User, dent: Doctor) -> Prescription:
    return begun(amara, by=dora)


@pytest.fixture
def desk(amara: Patient, dora: User, dent: Doctor, client: Client) -> Client:
    treats(dora, amara)
    client.force_login(dora)
    return client


def page_of(prescription: Prescription) -> str:
    return reverse("prescriptions:sign", args=[prescription.patient_id, prescription.pk])


def test_dora_reads_and_signs_on_the_page(desk: Client, draft: Prescription) -> None:
    page = desk.get(page_of(draft)).content.decode()
    assert "Ibuprofen 400 mg tablet" in page
    assert "Take 1 tablet by mouth twice a day for 7 days." in page
    assert page.count("btn-primary") == 1

    answer = desk.post(page_of(draft), typed(draft.version, PASSWORD))
    assert answer.headers["Location"] == draft.get_absolute_url()
    assert again(draft).is_signed


def test_a_wrong_password_signs_nothing_and_is_not_sent_back(desk: Client, draft: Prescription) -> None:
    answer = desk.post(page_of(draft), typed(draft.version, "not-the-password"))
    page = answer.content.decode()

    assert answer.status_code == 422
    assert "This is not your password." in page
    assert "not-the-password" not in page
    assert again(draft).is_draft


def test_too_many_wrong_passwords_are_answered_with_429(
    desk: Client, draft: Prescription, settings: Any
) -> None:
    settings.SIGN_IN_FAILURES_PER_MINUTE = 2
    codes = [desk.post(page_of(draft), typed(draft.version, "wrong")).status_code for _ in range(3)]

    assert codes == [422, 422, 429]
    assert desk.post(page_of(draft), typed(draft.version, PASSWORD)).status_code == 429
    assert again(draft).is_draft


def test_on_the_page_each_contraindicated_finding_is_answered_where_it_stands(
    desk: Client, amara: Patient, dora: User
) -> None:
    allergic(amara, by=dora)
    draft = begun(amara, AMOXICILLIN, by=dora)
    key = keys_of(draft)[0]
    page = desk.get(page_of(draft)).content.decode()
    assert f'name="because_{key}"' in page
    assert f'name="seen" value="{key}' in page

    asked = desk.post(page_of(draft), typed(draft.version, PASSWORD, key))
    assert asked.status_code == 422
    assert "Choose a reason, or change the prescription." in asked.content.decode()
    words = {f"because_{key}": "other", f"reason_{key}": ""}
    assert (
        "Say in words why."
        in desk.post(page_of(draft), typed(draft.version, PASSWORD, key, **words)).content.decode()
    )
    words |= {f"reason_{key}": "Tolerated in 2024, under watch."}
    kept = desk.post(page_of(draft), typed(draft.version, "wrong", key, **words)).content.decode()
    assert "Tolerated in 2024, under watch." in kept
    assert desk.post(page_of(draft), typed(draft.version, PASSWORD, key, **words)).status_code == 302
    assert again(draft).status == "awaiting"


def test_on_the_page_a_new_finding_is_shown_before_it_is_signed(
    desk: Client, amara: Patient, dora: User
) -> None:
    draft = begun(amara, AMOXICILLIN, by=dora)
    desk.get(page_of(draft))
    allergic(amara, by=dora)
    answer = desk.post(page_of(draft), typed(draft.version, PASSWORD))
    page = answer.content.decode()

    assert answer.status_code == 422
    assert "have not seen" in page
    assert "New" in page
    assert 'name="because_' in page
    assert again(draft).is_draft


def test_on_the_page_a_draft_that_changed_is_shown_before_it_is_signed(
    desk: Client, draft: Prescription
) -> None:
    answer = desk.post(page_of(draft), typed(draft.version + 1, PASSWORD))

    assert answer.status_code == 422
    assert "Somebody else has just changed this prescription" in answer.content.decode()
    assert f'name="version" value="{draft.version}"' in answer.content.decode()


def test_the_page_says_before_the_password_what_stands_in_the_way(
    desk: Client, amara: Patient, dora: User, dent: Doctor
) -> None:
    draft = make_draft(amara, dent, make_line(quantity=None))
    Doctor.objects.filter(pk=dent.pk).update(licence_until=date(2026, 11, 1))
    page = desk.get(page_of(draft)).content.decode()

    assert "Your licence has expired." in page
    assert "lacks the quantity" in page
    assert 'type="password"' not in page
    assert "btn-primary" not in page
    assert desk.post(page_of(draft), typed(draft.version, PASSWORD)).status_code == 422


def test_who_does_not_treat_the_patient_does_not_sign(
    draft: Prescription, dov: User, dayan: Doctor, client: Client
) -> None:
    client.force_login(dov)

    assert client.post(page_of(draft), typed(draft.version, PASSWORD)).status_code == 404
    assert again(draft).is_draft


def test_what_is_signed_is_not_offered_again(desk: Client, draft: Prescription, dora: User) -> None:
    sign(draft, by=dora)

    assert desk.get(page_of(draft)).headers["Location"] == draft.get_absolute_url()
    assert desk.post(page_of(draft), typed(draft.version, PASSWORD)).status_code == 422


def test_the_page_asks_a_bounded_number_of_queries(desk: Client, amara: Patient, dora: User) -> None:
    draft = begun(
        amara,
        *[make_line(make_product(f"{name} tablet")) for name in ("Ibuprofen 400 mg", "Metformin 500 mg")],
        by=dora,
    )
    desk.get(page_of(draft))
    with counted(at_most=20):
        desk.get(page_of(draft))


def test_a_script_in_a_prescription_is_only_text(desk: Client, amara: Patient, dora: User) -> None:
    evil = "<script>alert(1)</script>"
    draft = begun(amara, make_line(evil, note=evil, text=evil), indication=evil, note=evil, by=dora)

    assert "<script>alert" not in desk.get(page_of(draft)).content.decode()
