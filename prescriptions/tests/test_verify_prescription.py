"""Whether a paper is genuine: asked by strangers, answered with nothing about anybody."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from doctors.models import Doctor
from doctors.tests.make import make_doctor
from hospital import clock
from hospital.tests.queries import counted
from patients.models import Patient
from patients.tests.make import make_patient
from prescriptions.forms.verifying import VerifyForm
from prescriptions.models import Prescription, PrescriptionLine
from prescriptions.papers import path_to_verify, verified
from prescriptions.tests.make_papers import CAPSULES, forge, make_paper

FORM = "/prescriptions/verify/"
NOT_GENUINE = "We cannot confirm this prescription."


@pytest.fixture
def doctor(dora: User) -> Doctor:
    return make_doctor(user=dora, family_name="Dunkelblau")


@pytest.fixture
def amara(doctor: Doctor) -> Patient:
    return make_patient(address="12 Harbour Street")


@pytest.fixture
def one(amara: Patient, doctor: Doctor, dora: User) -> Prescription:
    return make_paper(
        amara, doctor, CAPSULES, replace(CAPSULES, medicine="Zopiclone"), by=dora, indication="Anxiety"
    )


def page_of(client: Client, address: str, **asked: str) -> str:
    answer = client.get(address, asked)
    assert answer.status_code == 200
    return answer.content.decode()


def test_it_is_genuine_if_code_and_signs_are_those_that_were_signed(one: Prescription) -> None:
    verdict = verified(one.code, one.content_hash[:16])

    assert verdict is not None
    assert (verdict.pk, verdict.medicines, verdict.standing.is_valid) == (one.pk, 2, True)
    assert verdict.valid_until == one.expires_on
    assert verdict.hospital == one.doctor.site.name


def test_any_other_code_or_sign_is_not(one: Prescription) -> None:
    signs = one.content_hash[:16]
    other = "0" if signs[-1] != "0" else "1"

    assert verified(one.code, signs[:-1] + other) is None
    assert verified(one.code, "") is None
    assert verified(one.code, one.content_hash) is None
    assert verified("000000000000", signs) is None


@pytest.mark.parametrize("status", ["draft", "awaiting", "discarded"])
def test_what_was_never_signed_by_all_is_not_genuine(
    amara: Patient, doctor: Doctor, dora: User, status: str
) -> None:
    draft = make_paper(amara, doctor, by=dora, status=status, needs_second=True)

    assert verified(draft.code, draft.content_hash[:16]) is None


def test_what_was_changed_in_the_database_is_not_genuine(one: Prescription) -> None:
    forge(one, lines=[CAPSULES.as_json()] * 3)

    assert verified(one.code, one.content_hash[:16]) is None


@pytest.mark.parametrize(
    ("status", "is_valid"),
    [
        ("signed", True),
        ("partly_dispensed", True),
        ("dispensed", False),
        ("stopped", False),
        ("expired", False),
    ],
)
def test_how_it_stands_is_said(
    amara: Patient, doctor: Doctor, dora: User, client: Client, status: str, is_valid: bool
) -> None:
    fields = {"stopped_at": clock.now(), "stopped_because": "other"} if status == "stopped" else {}
    paper = make_paper(amara, doctor, by=dora, status=status, **fields)

    page = page_of(client, path_to_verify(paper))

    assert ("Genuine, and valid today." in page) == is_valid
    assert ("Genuine, but not valid any more." in page) != is_valid


def test_why_it_was_stopped_is_nobodys_business(
    amara: Patient, doctor: Doctor, dora: User, client: Client
) -> None:
    stopped = {"stopped_at": clock.now(), "stopped_because": "died", "stopped_note": "Ward 4"}
    paper = make_paper(amara, doctor, by=dora, status="stopped", **stopped)

    page = page_of(client, path_to_verify(paper))

    assert "Stopped on " in page
    assert "died" not in page
    assert "Ward 4" not in page


def test_it_is_over_on_the_day_after_though_nobody_has_moved_it_yet(
    amara: Patient, doctor: Doctor, dora: User, client: Client
) -> None:
    yesterday = clock.today(doctor.site.time_zone) - timedelta(days=1)
    paper = make_paper(amara, doctor, by=dora, expires_on=yesterday)

    assert "Expired." in page_of(client, path_to_verify(paper))


def test_that_one_of_its_medicines_was_stopped_is_said(one: Prescription, client: Client) -> None:
    PrescriptionLine.objects.filter(prescription=one, position=1).update(stopped_at=clock.now())

    assert "One of them has been stopped." in page_of(client, path_to_verify(one))


# ── Who may know what ───────────────────────────────────────────────────────


def test_a_stranger_learns_nothing_about_anybody(one: Prescription, amara: Patient, client: Client) -> None:
    page = page_of(client, path_to_verify(one))

    assert "Genuine, and valid today." in page
    for word in (
        *("Amara", "Nwosu", amara.mrn, "Harbour", "1959"),
        *("Dora", "Dunkelblau", "DE-12345", one.doctor.place.name, "Amoxicillin", "Zopiclone", "Anxiety"),
        *(str(one.pk), str(amara.pk), "dispense/"),
    ):
        assert word not in page, word


def test_an_unknown_code_and_a_wrong_sign_get_one_answer_for_the_same_work(
    one: Prescription, amara: Patient, doctor: Doctor, dora: User, client: Client
) -> None:
    draft = make_paper(amara, doctor, by=dora, status="awaiting")
    page_of(client, FORM)
    asked = [
        (one.code, "0123456789abcdef"),
        ("ZZZZZZZZZZZZ", one.content_hash[:16]),
        (draft.code, draft.content_hash[:16]),
    ]
    pages = []
    for code, signs in asked:
        with counted(at_most=1):
            page = page_of(client, reverse("prescriptions:verify_paper", args=[code, signs]))
        pages.append(page.replace(code, "CODE").replace(signs, "SIGNS"))

    assert NOT_GENUINE in pages[0]
    assert len(set(pages)) == 1


def test_it_is_not_kept_nor_indexed_nor_told_to_others(one: Prescription, client: Client) -> None:
    for address in (FORM, path_to_verify(one), f"{FORM}AAAA/1/"):
        answer = client.get(address)
        assert answer["Referrer-Policy"] == "no-referrer"
        assert "noindex" in answer["X-Robots-Tag"]
        assert "no-store" in answer["Cache-Control"]


def test_looking_changes_nothing(one: Prescription, client: Client) -> None:
    client.get(path_to_verify(one))

    assert Prescription.objects.get(pk=one.pk).version == one.version
    assert client.post(path_to_verify(one)).status_code == 405
    assert not client.cookies


def test_an_address_that_asks_too_often_has_to_wait(one: Prescription, client: Client, settings: Any) -> None:
    settings.VERIFICATIONS_PER_MINUTE = 3
    statuses = [client.get(path_to_verify(one)).status_code for _ in range(4)]

    assert statuses == [200, 200, 200, 429]
    answer = client.get(path_to_verify(one))
    assert 0 < int(answer["Retry-After"]) <= 61
    assert b"Genuine" not in answer.content
    assert client.get(FORM).status_code == 200
    assert client.get(path_to_verify(one), REMOTE_ADDR="192.0.2.7").status_code == 200


# ── What is typed ───────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("code", "signs"),
    [
        ("K7QM-2F9D-XT01", "3fa977c109be4d20"),
        ("k7qm2f9dxt01", "3FA9 77C1 09BE 4D20"),
        (" k7qm 2f9d xtOl ", "3fa9-77cl-o9be-4d2O"),
        ("K7QM–2F9D–XTOI", "3fa9.77cI.09be.4d20"),
    ],
)
def test_what_is_typed_is_read_kindly(code: str, signs: str) -> None:
    form = VerifyForm({"code": code, "signs": signs})

    assert form.is_valid(), form.errors
    assert form.cleaned_data == {"code": "K7QM2F9DXT01", "signs": "3fa977c109be4d20"}


@pytest.mark.parametrize(
    ("code", "signs", "said"),
    [
        ("K7QM-2F9D-XT", "3fa977c109be4d20", "There are 12 signs on the paper, and 10 here."),
        ("K7QM-2F9D-XTUU", "3fa977c109be4d20", "U cannot stand here"),
        ("K7QM-2F9D-XT01", "3fa977c109be4d2x", "X cannot stand here"),
        ("K7QM-2F9D-XT01", "3fa977", "There are 16 signs on the paper, and 6 here."),
        ("K7QM-2F9D-XT01", "", "This field is required."),
        ("\x00" * 12, "{$ne: 1}", "cannot stand here"),
    ],
)
def test_what_cannot_be_right_is_explained_and_stays(
    site: object, client: Client, code: str, signs: str, said: str
) -> None:
    answer = client.get(FORM, {"code": code, "signs": signs})

    page = answer.content.decode()
    assert answer.status_code == 422
    assert said in page
    assert NOT_GENUINE not in page
    assert code == "\x00" * 12 or f'value="{code}"' in page


def test_the_form_by_hand_finds_what_the_square_finds(one: Prescription, client: Client) -> None:
    page = page_of(client, FORM, code=one.shown_code.lower(), signs=one.content_hash[:16].upper())

    assert "Genuine, and valid today." in page


def test_the_empty_page_only_asks(site: object, client: Client) -> None:
    page = page_of(client, FORM)

    assert NOT_GENUINE not in page
    assert "error-summary" not in page
    assert '<meta name="robots" content="noindex, nofollow">' in page
