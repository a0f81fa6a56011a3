"""An alert is right: said once, by those whose desk it is, through each door."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from accounts.models import User
from assistant import watching
from assistant.anomalies import Kind
from assistant.models import AnomalyAlert
from assistant.services import acknowledge_alert
from assistant.tests.make_alerts import make_alert, make_series
from hospital.errors import WrongMove
from hospital.tests.queries import counted
from patients.models import Patient
from patients.services import begin_care
from patients.tests.make import make_patient

pytestmark = pytest.mark.django_db
LIST, API = "/assistant/alerts/", "/api/v1/ai/alerts"


@pytest.fixture
def amara(dora: User, rita: User) -> Patient:
    """Dora treats Amara."""
    patient = make_patient(given_name="Amara", family_name="Diallo", birth_date="1960-01-01")
    begin_care(patient, user=dora, because="On this ward", by=rita)
    return patient


def test_who_said_so_and_what_was_done_stays(amara: Patient, dora: User) -> None:
    alert = acknowledge_alert(make_alert(patient=amara), reason="New sample asked for", by=dora)
    alert.refresh_from_db()
    assert (alert.status, alert.decided_by, alert.decided_because) == (
        "acknowledged",
        dora,
        "New sample asked for",
    )


def test_the_slower_of_two_is_refused(amara: Patient, dora: User) -> None:
    alert = make_alert(patient=amara)
    seen_by_the_slower = AnomalyAlert.objects.get(pk=alert.pk)
    acknowledge_alert(alert, by=dora)
    with pytest.raises(WrongMove):
        acknowledge_alert(seen_by_the_slower, by=dora)


def test_a_doctor_who_does_not_treat_the_patient_decides_nothing(amara: Patient, dov: User) -> None:
    with pytest.raises(PermissionDenied):
        acknowledge_alert(make_alert(patient=amara), by=dov)


def test_each_sees_those_of_the_own_desk(
    amara: Patient, dora: User, dov: User, mona: User, adam: User
) -> None:
    made = {kind: make_alert(kind, patient=amara) for kind in (Kind.FAR_FROM_OWN, Kind.DUPLICATE_CHARGE)}
    made[Kind.VOLUME] = make_alert(Kind.VOLUME, about=dora)
    seen = {
        one.full_name: [alert.kind for alert in AnomalyAlert.objects.visible_to(one)]
        for one in (dora, dov, mona, adam)
    }
    assert list(seen.values()) == [["far_from_own"], [], ["duplicate_charge"], ["volume"]]


def test_nobody_sees_what_is_about_oneself(adam: User) -> None:
    make_alert(Kind.VOLUME, about=adam)
    assert not AnomalyAlert.objects.visible_to(adam).exists()


def test_the_list_shows_the_gravest_and_what_is_below_the_budget_elsewhere(
    amara: Patient, dora: User, client: Client
) -> None:
    client.force_login(dora)
    for number in range(3):
        make_alert(patient=amara, score=number / 10)
    make_alert(patient=amara, is_shown=False)
    with counted(at_most=5):
        page = client.get(LIST)
    assert page.content.decode().count("Far from the patient’s own values") == 3
    below = client.get(LIST, {"show": "below"})
    assert below.content.decode().count("Far from the patient’s own values") == 1
    assert client.get(LIST, {"show": "nonsense"}).status_code == 422


def test_the_page_shows_the_numbers_and_a_picture(amara: Patient, dora: User, client: Client) -> None:
    client.force_login(dora)
    with counted(at_most=8):
        page = client.get(make_alert(patient=amara).get_absolute_url()).content.decode()
    for words in ("5.9 mmol/L", "4.2 mmol/L", "6.4", '<circle class="flag"', "Amara"):
        assert words in page


def test_of_another_desk_there_is_no_page(amara: Patient, mona: User, client: Client) -> None:
    client.force_login(mona)
    assert client.get(make_alert(patient=amara).get_absolute_url()).status_code == 404


def test_by_the_page(amara: Patient, dora: User, client: Client) -> None:
    alert = make_alert(patient=amara)
    client.force_login(dora)
    url = reverse("assistant:acknowledge_alert", args=[alert.pk])
    assert client.post(url, {"version": 1, "reason": "Seen"}).status_code == 302
    answer = client.post(url, {"version": 2, "reason": "Again"})
    assert answer.status_code == 422
    assert "cannot become" in answer.content.decode()


def test_by_the_api(amara: Patient, dora: User, api: Callable[[User], Any]) -> None:
    alert = make_alert(patient=amara)
    door = api(dora)
    with counted(at_most=6):
        listed = door.get(API).json()
    assert [one["id"] for one in listed["results"]] == [str(alert.pk)]
    answer = door.post(f"{API}/{alert.pk}/acknowledge", {}, format="json")
    assert (answer.status_code, answer.json()["status"]) == (200, "acknowledged")
    assert door.post(f"{API}/{alert.pk}/acknowledge", {}, format="json").status_code == 409


def test_the_record_says_that_something_is_odd_until_somebody_has_decided(
    amara: Patient, dora: User, client: Client
) -> None:
    make_series(amara, "24", "26", "25", "240", loinc="1742-6", unit="U/L", low=None, high=None)
    watching.sweep(30)
    alert = AnomalyAlert.objects.get()
    client.force_login(dora)
    assert alert.get_absolute_url() in client.get(amara.get_absolute_url()).content.decode()
    acknowledge_alert(alert, by=dora)
    assert alert.get_absolute_url() not in client.get(amara.get_absolute_url()).content.decode()
