"""The statement that no allergies are known: dated, one at a time, and never beside an allergy."""

from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse

from accounts.models import Site, User
from hospital import db
from hospital.errors import Refusal
from patients import timeline
from patients.models import AllergyStatement, Chart, Patient, TimelineEntry
from patients.services import (
    deactivate_patient,
    edit_allergy,
    record_allergy,
    retract_allergy,
    state_no_known_allergies,
)
from patients.tests.make import make_treated

LATE = datetime(2031, 11, 24, 23, 30, tzinfo=UTC)  # in Berlin it is the 25th already


@pytest.fixture
def amara(site: Site, dora: User, nora: User) -> Patient:
    return make_treated(dora, nora)


def stated_on(patient: Patient) -> str:
    return str(Chart.of(patient.pk).allergies["none_stated_on"])


def url(patient: Patient) -> str:
    return f"/api/v1/patients/{patient.pk}/no-known-allergies"


# ── The rule ─────────────────────────────────────────────────────────────────
def test_it_carries_the_date_at_the_clinic(amara: Patient, nora: User) -> None:
    with time_machine.travel(LATE, tick=False):
        state_no_known_allergies(amara, by=nora)

    assert stated_on(amara) == "25 Nov 2031"


def test_saying_it_again_renews_the_date_by_a_new_row(amara: Patient, nora: User, dora: User) -> None:
    first = state_no_known_allergies(amara, by=nora)
    with time_machine.travel(LATE, tick=False):
        second = state_no_known_allergies(amara, by=dora)

    assert list(AllergyStatement.objects.filter(is_current=True)) == [second]
    ended = AllergyStatement.objects.get(pk=first.pk)
    assert (ended.is_current, ended.version, ended.recorded_by_id) == (False, 2, nora.pk)
    assert stated_on(amara) == "25 Nov 2031"


def test_it_is_refused_while_an_allergy_counts(amara: Patient, nora: User) -> None:
    record_allergy(amara, substance_key="latex", by=nora)

    with pytest.raises(Refusal) as refused:
        state_no_known_allergies(amara, by=nora)

    assert refused.value.code == "has_allergies"
    assert not AllergyStatement.objects.exists()


def test_it_is_possible_once_nothing_counts_any_more(amara: Patient, nora: User) -> None:
    over, refuted, mistaken = (
        record_allergy(amara, substance_key=key, by=nora) for key in ("latex", "nickel", "peanut")
    )
    edit_allergy(over, status="inactive", seen_version=1, by=nora)
    edit_allergy(refuted, verification="refuted", seen_version=1, by=nora)
    retract_allergy(mistaken, reason="Wrong patient", by=nora)
    assert stated_on(amara) == ""

    state_no_known_allergies(amara, by=nora)

    assert stated_on(amara)


def test_nothing_is_stated_in_an_inactive_record(amara: Patient, rita: User, nora: User) -> None:
    deactivate_patient(amara, reason="Moved away", by=rita)

    with pytest.raises(Refusal) as refused:
        state_no_known_allergies(amara, by=nora)

    assert refused.value.code == "patient_inactive"


@pytest.mark.django_db(transaction=True)
def test_the_database_itself_allows_one_current_statement(amara: Patient, nora: User) -> None:
    AllergyStatement(patient=amara, recorded_by=nora, is_current=False).add()
    AllergyStatement(patient=amara, recorded_by=nora).add()

    with pytest.raises(IntegrityError), db.atomic():
        AllergyStatement(patient=amara, recorded_by=nora).add()


def test_the_timeline_keeps_each_statement_as_a_rebuilt_one_does(amara: Patient, nora: User) -> None:
    state_no_known_allergies(amara, by=nora)
    state_no_known_allergies(amara, by=nora)
    before = list(TimelineEntry.objects.order_by("key").values())

    timeline.rebuild(amara.pk)

    assert list(TimelineEntry.objects.order_by("key").values()) == before
    drawn, _place = timeline.read(amara, nora)
    assert [(one.line.title, one.line.detail) for one in drawn] == [
        ("No known allergies", "Nora Nilsson")
    ] * 2


# ── The doors ────────────────────────────────────────────────────────────────
def test_a_nurse_states_it_with_one_button(amara: Patient, nora: User, client: Client) -> None:
    client.force_login(nora)
    record = reverse("patients:detail", args=[amara.pk])
    button = reverse("patients:no_known_allergies", args=[amara.pk])
    before = client.get(record).content.decode()
    assert "Allergies: not asked yet" in before
    assert f'action="{button}"' in before

    answer = client.post(button, follow=True)

    assert f"No known allergies (asked {stated_on(amara)})" in answer.content.decode()
    after = client.get(record).content.decode()
    assert f'action="{button}"' not in after


def test_on_the_page_the_refusal_is_said_above_the_list(amara: Patient, nora: User, client: Client) -> None:
    record_allergy(amara, substance_key="latex", by=nora)
    client.force_login(nora)
    button = reverse("patients:no_known_allergies", args=[amara.pk])
    assert button not in client.get(reverse("patients:allergies", args=[amara.pk])).content.decode()

    answer = client.post(button)

    assert answer.status_code == 422
    assert "Allergies are on record" in answer.content.decode()
    assert "Latex" in answer.content.decode()


def test_a_doctor_states_it_at_the_api(amara: Patient, dora: User, api: Any) -> None:
    client = api(dora)
    first, second = client.post(url(amara)), client.post(url(amara))

    assert (first.status_code, second.status_code) == (201, 201)
    listed = client.get(url(amara)).json()["results"]
    assert [(one["id"], one["is_current"]) for one in listed] == [
        (second.json()["id"], True),
        (first.json()["id"], False),
    ]
    record_allergy(amara, substance_key="latex", by=dora)
    refused = client.post(url(amara))
    assert (refused.status_code, refused.json()["code"]) == (409, "has_allergies")


@pytest.mark.parametrize("who", ["rita", "adam", "pia", "una"])
def test_others_state_nothing(
    amara: Patient, client: Client, who: str, request: pytest.FixtureRequest, api: Any
) -> None:
    user = request.getfixturevalue(who)
    client.force_login(user)

    assert client.post(reverse("patients:no_known_allergies", args=[amara.pk])).status_code == 403
    assert api(user).post(url(amara)).status_code == 403
    with pytest.raises(PermissionDenied):
        state_no_known_allergies(amara, by=user)
    assert not AllergyStatement.objects.exists()


def test_a_doctor_who_does_not_treat_the_patient_states_nothing(
    amara: Patient, dov: User, client: Client, api: Any
) -> None:
    client.force_login(dov)

    assert client.post(reverse("patients:no_known_allergies", args=[amara.pk])).status_code == 404
    assert api(dov).post(url(amara)).status_code == 404
    assert not AllergyStatement.objects.exists()
