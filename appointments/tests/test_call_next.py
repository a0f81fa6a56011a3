"""Calling whoever is next: the queue's order, and the numbers of the day."""

from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse

from accounts.models import Department, NumberSeries, User
from appointments import services
from appointments.models import Appointment
from appointments.services import call_next
from appointments.tests.conftest import Arrive, at
from appointments.waiting import in_order
from audit.models import Entry
from doctors.models import Doctor
from doctors.tests.make import make_block, make_department, make_doctor
from hospital.errors import Refusal, Stale, WrongMove
from patients.tests.make import make_patient

Priority = Appointment.Priority


def numbers(*visits: Appointment) -> list[str]:
    return [visit.number for visit in visits]


# ── the numbers ──────────────────────────────────────────────────────────────


def test_who_arrives_gets_the_next_number_of_the_day(arrive: Arrive) -> None:
    assert numbers(arrive("Ann", 10), arrive("Ben", 9)) == ["001", "002"]


def test_the_next_day_begins_with_one_again(arrive: Arrive, doctor: Doctor, rita: User) -> None:
    arrive("Ann", 10)
    make_block(doctor, weekday=1, starts="09:00", ends="12:00", visit_minutes=30)
    tomorrow = services.book_appointment(
        patient=make_patient(), doctor=doctor, starts_at=at(9, days=1), minutes=30, by=rita
    )
    with time_machine.travel(at(8, 50, days=1), tick=False):
        assert services.check_in_appointment(tomorrow, by=rita).number == "001"


def test_another_site_has_numbers_of_its_own(arrive: Arrive, rita: User) -> None:
    arrive("Ann", 10)
    elsewhere = make_doctor(department=make_department(time_zone="Europe/Berlin"))
    make_block(elsewhere, weekday=0, starts="09:00", ends="12:00", visit_minutes=30)
    visit = services.book_appointment(
        patient=make_patient(), doctor=elsewhere, starts_at=at(9), minutes=30, by=rita
    )
    assert services.check_in_appointment(visit, by=rita).number == "001"


def test_an_arrival_that_is_refused_takes_no_number(visit: Appointment, rita: User) -> None:
    slower = Appointment.objects.get(pk=visit.pk)
    services.check_in_appointment(visit, by=rita)
    with pytest.raises(WrongMove):
        services.check_in_appointment(slower, by=rita)
    assert [series.last for series in NumberSeries.objects.filter(name__startswith="token:")] == [1]


def test_a_visit_that_moves_to_another_day_leaves_its_number_behind(
    arrive: Arrive, doctor: Doctor, rita: User
) -> None:
    ann = services.undo_step(arrive("Ann", 10), by=rita)
    services.move_appointment(ann, starts_at=at(11), minutes=30, by=rita)
    assert ann.number == "001"  # the same day: she has the paper in her hand
    services.move_appointment(ann, starts_at=at(10, days=7), minutes=30, by=rita)
    assert ann.number == ""


# ── the order ────────────────────────────────────────────────────────────────


def test_who_has_waited_longest_is_called_first(arrive: Arrive, doctor: Doctor, rita: User) -> None:
    late, early = arrive("Late", 9), arrive("Early", 11)
    assert [call_next(doctor=doctor, by=rita).pk for _ in range(2)] == [late.pk, early.pk]


def test_a_higher_priority_comes_before_a_longer_wait(arrive: Arrive, doctor: Doctor, rita: User) -> None:
    ann = arrive("Ann", 9)
    ben = arrive("Ben", 10, priority=Priority.PREFERRED)
    cem = arrive("Cem", 11, priority=Priority.URGENT)
    assert [one.pk for one in in_order(Appointment.objects.all())] == [cem.pk, ben.pk, ann.pk]
    assert [call_next(doctor=doctor, by=rita).pk for _ in range(3)] == [cem.pk, ben.pk, ann.pk]


def test_the_priority_of_somebody_who_waits_can_change(arrive: Arrive, doctor: Doctor, rita: User) -> None:
    arrive("Ann", 9)
    ben = arrive("Ben", 10)
    services.set_priority(ben, priority=Priority.URGENT, by=rita)
    assert call_next(doctor=doctor, by=rita).pk == ben.pk
    row = Entry.objects.filter(verb="appointments.set_priority").get()
    assert row.details == {"before": 3, "priority": 1}


def test_only_who_waits_has_a_priority(visit: Appointment, arrive: Arrive, rita: User) -> None:
    with pytest.raises(WrongMove, match="not waiting"):
        services.set_priority(visit, priority=Priority.URGENT, by=rita)
    with pytest.raises(ValidationError):
        services.set_priority(arrive("Ben", 9), priority=9, by=rita)
    with pytest.raises(ValidationError):
        services.check_in_appointment(visit, priority=0, by=rita)


def test_who_looked_at_an_older_state_changes_nothing(arrive: Arrive, doctor: Doctor, rita: User) -> None:
    ann = arrive("Ann", 9)
    seen = Appointment.objects.get(pk=ann.pk)
    call_next(doctor=doctor, by=rita)
    with pytest.raises(Stale):
        services.set_priority(seen, priority=Priority.URGENT, by=rita)
    with pytest.raises(Stale):
        services.set_priority(Appointment.objects.get(pk=ann.pk), priority=1, seen_version=2, by=rita)
    ann.refresh_from_db()
    assert (ann.priority, ann.is_called) == (Priority.NORMAL, True)


# ── calling ──────────────────────────────────────────────────────────────────


def test_a_call_is_written_on_the_visit_and_into_the_history(
    arrive: Arrive, doctor: Doctor, rita: User
) -> None:
    ann = arrive("Ann", 9)
    called = call_next(doctor=doctor, by=rita)
    ann.refresh_from_db()
    assert (ann.calls, ann.called_at, ann.status) == (1, called.called_at, "arrived")
    assert Entry.objects.filter(verb="appointments.call_next").get().subject_id == ann.pk


def test_nobody_is_called_twice_by_calling_the_next(arrive: Arrive, doctor: Doctor, rita: User) -> None:
    arrive("Ann", 9)
    call_next(doctor=doctor, by=rita)
    with pytest.raises(Refusal, match="Nobody is waiting") as refused:
        call_next(doctor=doctor, by=rita)
    assert refused.value.code == "nobody_waits"


def test_who_was_left_over_from_another_day_is_not_called(arrive: Arrive, doctor: Doctor, rita: User) -> None:
    arrive("Ann", 9)
    with time_machine.travel(at(9, days=1), tick=False), pytest.raises(Refusal, match="Nobody"):
        call_next(doctor=doctor, by=rita)


def test_called_or_not_a_patient_can_go_in(arrive: Arrive, doctor: Doctor, rita: User) -> None:
    ann, ben = arrive("Ann", 9), arrive("Ben", 10)
    called = call_next(doctor=doctor, by=rita)
    assert called.pk == ann.pk
    assert services.start_appointment(called, by=rita).status == "in_consultation"
    assert services.start_appointment(ben, by=rita).status == "in_consultation"


def test_a_doctor_calls_from_the_own_queue_only(
    arrive: Arrive, doctor: Doctor, dora: User, dov: User, department: Department
) -> None:
    ann = arrive("Ann", 9)
    make_doctor(user=dov, department=department)
    with pytest.raises(PermissionDenied):
        call_next(doctor=doctor, by=dov)
    assert call_next(doctor=doctor, by=dora).pk == ann.pk


def test_who_may_not_call_does_not(arrive: Arrive, doctor: Doctor, carl: User) -> None:
    arrive("Ann", 9)
    with pytest.raises(PermissionDenied):
        call_next(doctor=doctor, by=carl)


# ── the API's door ───────────────────────────────────────────────────────────


def test_the_api_calls_the_next(
    api: Callable[[User], Any], ivo: User, arrive: Arrive, doctor: Doctor
) -> None:
    ann = arrive("Ann", 9)
    client = api(ivo)
    answer = client.post("/api/v1/queue/call-next", {"doctor": str(doctor.pk)})
    assert (answer.status_code, answer.json()["id"], answer.json()["token"]) == (200, str(ann.pk), 1)
    assert answer["ETag"] == '"3"'
    again = client.post("/api/v1/queue/call-next", {"doctor": str(doctor.pk)})
    assert (again.status_code, again.json()["code"]) == (409, "nobody_waits")
    assert client.post("/api/v1/queue/call-next", {}).status_code == 400


def test_the_api_sets_the_priority(api: Callable[[User], Any], ivo: User, arrive: Arrive) -> None:
    url = f"/api/v1/appointments/{arrive('Ann', 9).pk}/priority"
    assert api(ivo).post(url, {"priority": 1}).json()["priority"] == 1
    assert api(ivo).post(url, {"priority": 7}).status_code == 400
    assert api(ivo).post(url, {"priority": 2, "version": 1}).json()["code"] == "stale"


def test_the_api_checks_in_with_a_priority(api: Callable[[User], Any], ivo: User, visit: Appointment) -> None:
    url = f"/api/v1/appointments/{visit.pk}/check-in"
    assert api(ivo).post(url, {"priority": 9}).status_code == 400
    answer = api(ivo).post(url, {"priority": 2}).json()
    assert (answer["priority"], answer["token"], answer["called_at"]) == (2, 1, None)


def test_the_api_lists_who_waits_in_order(
    api: Callable[[User], Any], ivo: User, arrive: Arrive, doctor: Doctor, rita: User
) -> None:
    arrive("Ann", 9)
    ben, _cem = arrive("Ben", 10, priority=1), arrive("Cem", 11)
    call_next(doctor=doctor, by=rita)
    client = api(ivo)
    rows = client.get(f"/api/v1/queue?doctor={doctor.pk}").json()["waiting"]
    assert [row["token"] for row in rows] == [2, 1, 3]
    assert (rows[0]["calls"], rows[0]["estimated_wait"], rows[0]["id"]) == (1, None, str(ben.pk))
    assert rows[1]["estimated_wait"] == {"from_minutes": 20, "to_minutes": 40}
    assert client.get("/api/v1/queue").status_code == 400
    assert client.get("/api/v1/queue?doctor=nobody").status_code == 400
    stranger = "00000000-0000-7000-8000-000000000000"
    assert client.get(f"/api/v1/queue?doctor={stranger}").status_code == 404


# ── the page's door ──────────────────────────────────────────────────────────


def test_the_desk_calls_the_next(client: Client, rita: User, arrive: Arrive, doctor: Doctor) -> None:
    ann = arrive("Ann", 9)
    client.force_login(rita)
    url = reverse("appointments:call_next", args=[doctor.pk])
    answer = client.post(url, {"next": "/appointments/desk/"}, follow=True)
    assert answer.redirect_chain == [("/appointments/desk/", 302)]
    assert "001" in answer.content.decode()
    ann.refresh_from_db()
    assert ann.is_called
    refused = client.post(url, {"next": "/appointments/desk/"}, follow=True)
    assert "Nobody is waiting to be called." in refused.content.decode()


def test_a_stranger_calls_nobody(client: Client, rita: User) -> None:
    client.force_login(rita)
    nobody = "00000000-0000-7000-8000-000000000000"
    assert client.post(reverse("appointments:call_next", args=[nobody])).status_code == 404
