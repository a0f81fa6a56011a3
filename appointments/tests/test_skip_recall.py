"""Whoever was called and does not come is called again, or skipped."""

from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts.models import User
from appointments import services
from appointments.models import Appointment
from appointments.services import call_next, recall_appointment, skip_appointment
from appointments.tests.conftest import Arrive, at
from doctors.models import Doctor
from hospital.errors import Refusal, WrongMove

ACTS = [recall_appointment, skip_appointment]


def test_a_second_call_is_counted(arrive: Arrive, doctor: Doctor, rita: User) -> None:
    arrive("Ann", 9)
    called = call_next(doctor=doctor, by=rita)
    with time_machine.travel(at(9, 5), tick=False):
        recall_appointment(called, by=rita)
    called.refresh_from_db()
    assert (called.calls, called.called_at, called.is_called) == (2, at(9, 5), True)


def test_who_is_skipped_waits_behind_the_others(arrive: Arrive, doctor: Doctor, rita: User) -> None:
    ann, ben = arrive("Ann", 9), arrive("Ben", 10)
    skipped = skip_appointment(call_next(doctor=doctor, by=rita), by=rita)
    assert (skipped.pk, skipped.is_called, skipped.status) == (ann.pk, False, "arrived")
    assert skipped.arrived_at == ann.arrived_at  # it is told since when they are here
    assert [call_next(doctor=doctor, by=rita).pk for _ in range(2)] == [ben.pk, ann.pk]


def test_who_is_urgent_and_skipped_still_comes_before_the_others(
    arrive: Arrive, doctor: Doctor, rita: User
) -> None:
    arrive("Ben", 10)
    ann = arrive("Ann", 9, priority=1)
    skip_appointment(call_next(doctor=doctor, by=rita), by=rita)
    again = call_next(doctor=doctor, by=rita)
    assert (again.pk, again.calls) == (ann.pk, 2)


@pytest.mark.parametrize("act", ACTS)
def test_only_who_was_called(arrive: Arrive, rita: User, act: Callable[..., Appointment]) -> None:
    ann = arrive("Ann", 9)
    with pytest.raises(Refusal, match="not been called") as refused:
        act(ann, by=rita)
    assert refused.value.code == "not_called"
    assert ann.version == 2


@pytest.mark.parametrize("act", ACTS)
def test_only_who_is_still_outside(
    arrive: Arrive, doctor: Doctor, rita: User, act: Callable[..., Appointment]
) -> None:
    arrive("Ann", 9)
    inside = services.start_appointment(call_next(doctor=doctor, by=rita), by=rita)
    with pytest.raises(WrongMove, match="not waiting"):
        act(inside, by=rita)


def test_the_api_recalls_and_skips(
    api: Callable[[User], Any], ivo: User, arrive: Arrive, doctor: Doctor, rita: User
) -> None:
    url = f"/api/v1/appointments/{arrive('Ann', 9).pk}"
    client = api(ivo)
    assert client.post(f"{url}/recall").json()["code"] == "not_called"
    call_next(doctor=doctor, by=rita)
    assert client.post(f"{url}/recall", headers={"If-Match": '"1"'}).status_code == 412
    assert client.post(f"{url}/recall").status_code == 200
    answer = client.post(f"{url}/skip")
    assert (answer.status_code, answer.json()["called_at"]) == (200, None)


def test_the_desk_recalls_and_skips(client: Client, rita: User, arrive: Arrive, doctor: Doctor) -> None:
    arrive("Ann", 9)
    called = call_next(doctor=doctor, by=rita)
    client.force_login(rita)
    for name in ("recall", "skip"):
        called.refresh_from_db()
        answer = client.post(
            reverse(f"appointments:{name}", args=[called.pk]),
            {"version": called.version, "next": "/appointments/desk/"},
        )
        assert (answer.status_code, answer["Location"]) == (302, "/appointments/desk/")
    called.refresh_from_db()
    assert (called.calls, called.called_at) == (2, None)
