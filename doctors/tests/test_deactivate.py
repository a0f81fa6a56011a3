"""Letting doctors go, and having them back."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from accounts.models import User
from doctors import services
from doctors.models import Doctor
from doctors.panels import Action, actions_for
from doctors.services import deactivate_doctor, reactivate_doctor
from doctors.tests.make import make_doctor
from hospital.errors import Refusal

VISIT = {"id": "01a205f4-935f-738e-8a87-153d685c136f", "starts_at": datetime(2030, 1, 7, 8, 30, tzinfo=UTC)}


@pytest.fixture
def doctor(department: Any) -> Doctor:
    return make_doctor(given_name="Alma", family_name="Åberg")


@pytest.fixture(autouse=True)
def _no_visits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the apps above have registered, here nobody is booked."""
    monkeypatch.setattr(services, "commitments", [])


@pytest.fixture
def visit(_no_visits: None) -> None:
    """Somebody is booked."""
    services.register_commitments(lambda _doctor: [dict(VISIT)])


def test_a_doctor_without_visits_is_deactivated_and_comes_back(doctor: Doctor, mona: User) -> None:
    deactivate_doctor(doctor, by=mona)
    assert not Doctor.objects.get().is_active
    assert not Doctor.objects.active().exists()
    reactivate_doctor(doctor, by=mona)
    assert Doctor.objects.get().is_active


def test_future_visits_stand_in_the_way(doctor: Doctor, mona: User, visit: None) -> None:
    with pytest.raises(Refusal) as refusal:
        deactivate_doctor(doctor, by=mona)
    assert refusal.value.code == "future_visits"
    assert refusal.value.offers == [{"id": VISIT["id"], "starts_at": "2030-01-07T08:30:00Z"}]
    assert Doctor.objects.get().is_active


def test_neither_is_done_twice(doctor: Doctor, mona: User) -> None:
    with pytest.raises(Refusal, match="already"):
        reactivate_doctor(doctor, by=mona)
    deactivate_doctor(doctor, by=mona)
    with pytest.raises(Refusal, match="already"):
        deactivate_doctor(doctor, by=mona)


def test_reception_deactivates_nobody(doctor: Doctor, rita: User) -> None:
    with pytest.raises(PermissionDenied):
        deactivate_doctor(doctor, by=rita)


# ── The page ────────────────────────────────────────────────────────────────


def test_the_page_asks_first(doctor: Doctor, mona: User, client: Client) -> None:
    client.force_login(mona)
    page = reverse("doctors:deactivate", args=[doctor.pk])
    assert "Deactivate Dr. Alma Åberg" in client.get(page).content.decode()
    assert Doctor.objects.get().is_active
    assert client.post(page).status_code == 302
    assert not Doctor.objects.get().is_active
    assert "sees no patients at present" in client.get(doctor.get_absolute_url()).content.decode()
    assert client.get(reverse("doctors:reactivate", args=[doctor.pk])).status_code == 200
    assert client.post(reverse("doctors:reactivate", args=[doctor.pk])).status_code == 302
    assert Doctor.objects.get().is_active


def test_the_page_lists_the_visits_in_the_way(
    doctor: Doctor, mona: User, visit: None, client: Client
) -> None:
    client.force_login(mona)
    answer = client.post(reverse("doctors:deactivate", args=[doctor.pk]))
    assert answer.status_code == 422
    assert "Monday 7 January 2030, 09:30" in answer.content.decode()


def test_the_page_is_closed_to_reception(doctor: Doctor, rita: User, client: Client) -> None:
    client.force_login(rita)
    assert client.post(reverse("doctors:deactivate", args=[doctor.pk])).status_code == 403
    assert Doctor.objects.get().is_active


def test_buttons_of_apps_above_are_for_those_allowed_while_the_doctor_is_active(
    doctor: Doctor, rita: User, pia: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = Action("Book", "appointments.book_appointment", lambda doctor: f"/book/{doctor.pk}", primary=True)
    monkeypatch.setattr("doctors.panels._actions", [book, replace(book, label="Day")])
    assert [one["primary"] for one in actions_for(doctor, rita)] == [True, False]
    assert actions_for(doctor, rita)[0]["url"] == f"/book/{doctor.pk}"
    assert actions_for(doctor, pia) == []
    doctor.is_active = False
    assert actions_for(doctor, rita) == []


# ── The API ─────────────────────────────────────────────────────────────────


def test_the_api_deactivates_and_reactivates(doctor: Doctor, mona: User, api: Callable[[User], Any]) -> None:
    address, caller = f"/api/v1/doctors/{doctor.pk}", api(mona)
    assert caller.delete(address, headers={"If-Match": '"7"'}).status_code == 412
    assert caller.delete(address).status_code == 204
    assert caller.get(address).json()["is_active"] is False
    assert caller.post(f"{address}/reactivate").json()["is_active"] is True


def test_the_api_lists_the_visits_in_the_way(
    doctor: Doctor, mona: User, visit: None, api: Callable[[User], Any]
) -> None:
    answer = api(mona).delete(f"/api/v1/doctors/{doctor.pk}")
    assert (answer.status_code, answer.json()["code"]) == (409, "future_visits")
    assert answer.json()["offers"] == [{"id": VISIT["id"], "starts_at": "2030-01-07T08:30:00Z"}]


def test_the_api_lets_reception_deactivate_nobody(
    doctor: Doctor, rita: User, api: Callable[[User], Any]
) -> None:
    assert api(rita).delete(f"/api/v1/doctors/{doctor.pk}").status_code == 403
    assert Doctor.objects.get().is_active
