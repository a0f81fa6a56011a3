"""The last step is taken back: once, on the same day, and only where nobody has the time by now."""

from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts.models import User
from appointments import services
from appointments.models import Appointment, Claim
from appointments.services import book_appointment, call_next, undo_step
from appointments.tests.conftest import Arrive, at
from appointments.tests.make import make_policy
from appointments.tests.test_follow_a_visit import STEPS
from audit.models import Entry
from doctors.models import Doctor
from hospital.errors import Refusal, Stale, WrongMove
from patients.tests.make import make_patient

Status = Appointment.Status
WAYS = {
    "confirmed": [["confirmed"]],
    "arrived": [["arrived"], ["confirmed", "arrived"]],
    "in_consultation": [["arrived", "in_consultation"]],
    "completed": [["arrived", "in_consultation", "completed"]],
    "no_show": [["no_show"], ["confirmed", "no_show"]],
}


def walk(visit: Appointment, steps: list[str], by: User) -> Appointment:
    for step in steps:
        STEPS[step](visit, by=by)
    return visit


@pytest.mark.parametrize("steps", [steps for ways in WAYS.values() for steps in ways], ids="-".join)
def test_each_step_leads_back_to_where_it_came_from(visit: Appointment, rita: User, steps: list[str]) -> None:
    before = ["booked", *steps][-2]
    with time_machine.travel(at(10, 20), tick=False):
        walk(visit, steps, rita)
        undo_step(visit, by=rita)
    visit.refresh_from_db()
    assert visit.status == before
    assert set(Claim.objects.values_list("key", flat=True)) == visit.claim_keys()
    row = Entry.objects.filter(verb="appointments.undo_step").get()
    assert row.details == {"undone": steps[-1]}


def test_the_table_names_every_way_back() -> None:
    ways = {(steps[-1], ["booked", *steps][-2]) for some in WAYS.values() for steps in some}
    assert ways == {(now, then) for now, back in Appointment.BACK.items() for then in back}


@pytest.mark.mongo_slow("the table is of code; a step back of each kind is taken there too")
@pytest.mark.parametrize("now", Status.values)
@pytest.mark.parametrize("then", Status.values)
def test_the_whole_table_of_ways_back(visit: Appointment, rita: User, now: str, then: str) -> None:
    """Whatever a row says of itself: nobody gets back along another way."""
    Appointment.objects.filter(pk=visit.pk).update(
        status=now, status_before=then, stepped_at=visit.created_at
    )
    if now == Status.NO_SHOW:
        Claim.objects.all().delete()
    visit.refresh_from_db()
    if then in Appointment.BACK.get(now, ()):
        assert undo_step(visit, by=rita).status == then
    else:
        with pytest.raises(WrongMove):
            undo_step(visit, by=rita)


def test_what_a_step_wrote_is_gone_with_it(arrive: Arrive, doctor: Doctor, rita: User) -> None:
    ann = arrive("Ann", 9)
    call_next(doctor=doctor, by=rita)
    ann.refresh_from_db()
    undo_step(ann, by=rita)
    ann.refresh_from_db()
    assert (ann.arrived_at, ann.queued_at, ann.called_at, ann.calls) == (None, None, None, 0)
    assert ann.number == "001"  # the paper in her hand
    arrive("Ben", 10)
    assert services.check_in_appointment(ann, by=rita).number == "001"


def test_who_comes_out_again_waits_where_he_did(arrive: Arrive, doctor: Doctor, rita: User) -> None:
    ann = arrive("Ann", 9)
    services.start_appointment(call_next(doctor=doctor, by=rita), by=rita)
    ann.refresh_from_db()
    undo_step(ann, by=rita)
    ann.refresh_from_db()
    assert (ann.is_called, ann.started_at, ann.calls) == (True, None, 1)


def test_only_the_last_step_and_only_once(visit: Appointment, rita: User) -> None:
    walk(visit, ["confirmed", "arrived"], rita)
    undo_step(visit, by=rita)
    with pytest.raises(Refusal, match="no step") as refused:
        undo_step(visit, by=rita)
    assert refused.value.code == "nothing_to_undo"
    assert visit.status == "confirmed"


def test_two_who_undo_at_once_take_back_one_step(visit: Appointment, rita: User) -> None:
    walk(visit, ["confirmed", "arrived"], rita)
    slower = Appointment.objects.get(pk=visit.pk)
    with pytest.raises(Stale):
        undo_step(slower, seen_version=1, by=rita)
    undo_step(visit, by=rita)
    with pytest.raises(WrongMove, match="Somebody else"):
        undo_step(slower, by=rita)


def test_not_on_another_day(visit: Appointment, rita: User) -> None:
    services.confirm_appointment(visit, by=rita)
    with time_machine.travel(at(8, days=1), tick=False), pytest.raises(Refusal, match="same day") as refused:
        undo_step(visit, by=rita)
    assert refused.value.code == "undo_too_late"


def test_a_cancellation_stays(visit: Appointment, rita: User) -> None:
    services.confirm_appointment(visit, by=rita)
    services.cancel_appointment(visit, reason="Flu", by=rita)
    with pytest.raises(WrongMove):
        undo_step(visit, by=rita)
    assert not Claim.objects.exists()


def test_a_no_show_comes_back_although_the_number_of_a_limited_day_was_given_away(
    doctor: Doctor, rita: User
) -> None:
    make_policy(doctor, daily_cap=1)
    first = book_appointment(patient=make_patient(), doctor=doctor, starts_at=at(10), minutes=30, by=rita)
    with time_machine.travel(at(10, 20), tick=False):
        services.no_show_appointment(first, by=rita)
        other = book_appointment(patient=make_patient(), doctor=doctor, starts_at=at(11), minutes=30, by=rita)
        assert other.day_number == 0  # the one that was free again
        assert undo_step(first, by=rita).status == "booked"
    held = Claim.objects.filter(appointment=first)
    assert set(held.values_list("key", flat=True)) == first.claim_keys()


def test_a_no_show_whose_time_was_given_away_stays_one(
    visit: Appointment, doctor: Doctor, rita: User
) -> None:
    with time_machine.travel(at(10), tick=False):
        services.no_show_appointment(visit, by=rita)
        other = services.admit_walk_in(patient=make_patient(), doctor=doctor, by=rita)
        with pytest.raises(Refusal, match="given to somebody else") as refused:
            undo_step(visit, by=rita)
    assert refused.value.code == "slot_taken"
    visit.refresh_from_db()
    assert (visit.status, visit.status_before) == ("no_show", "booked")
    assert set(Claim.objects.values_list("key", flat=True)) == other.claim_keys()


# ── the doors ────────────────────────────────────────────────────────────────


def test_the_api_takes_a_step_back(api: Callable[[User], Any], ivo: User, visit: Appointment) -> None:
    url, client = f"/api/v1/appointments/{visit.pk}", api(ivo)
    assert client.post(f"{url}/undo").json()["code"] == "nothing_to_undo"
    client.post(f"{url}/confirm")
    assert client.post(f"{url}/undo", {"version": 1}).json()["code"] == "stale"
    answer = client.post(f"{url}/undo")
    assert (answer.status_code, answer.json()["status"]) == (200, "booked")


def test_the_page_offers_it_with_the_message(client: Client, rita: User, visit: Appointment) -> None:
    client.force_login(rita)
    url = reverse("appointments:confirm", args=[visit.pk])
    text = client.post(url, {"version": 1, "next": "/"}, follow=True).content.decode()
    undo = reverse("appointments:undo", args=[visit.pk])
    assert "Ann Archer will come." in text
    assert text.count(f'action="{undo}"') == 2  # in the message, and on the row
    client.post(undo, {"version": 2, "next": "/"})
    visit.refresh_from_db()
    assert visit.status == "booked"
    assert undo not in client.get(visit.get_absolute_url()).content.decode()


def test_a_step_of_yesterday_is_not_offered_for_undoing(
    client: Client, rita: User, visit: Appointment
) -> None:
    services.confirm_appointment(visit, by=rita)
    client.force_login(rita)
    undo = reverse("appointments:undo", args=[visit.pk])
    assert undo in client.get(visit.get_absolute_url()).content.decode()
    with time_machine.travel(at(8, days=1), tick=False):
        client.force_login(rita)
        assert undo not in client.get(visit.get_absolute_url()).content.decode()
