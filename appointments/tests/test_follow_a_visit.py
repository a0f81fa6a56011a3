"""A visit's way from booking to its end: every step along MOVES, and no other."""

from collections.abc import Callable
from typing import Any

import pytest
import time_machine

from accounts.models import User
from appointments import services
from appointments.models import Appointment, Claim
from appointments.tests.conftest import at
from hospital.errors import Refusal, Stale, WrongMove
from hospital.tests.queries import counted

Status = Appointment.Status
STEPS: dict[str, Callable[..., Appointment]] = {
    Status.CONFIRMED: services.confirm_appointment,
    Status.ARRIVED: services.check_in_appointment,
    Status.IN_CONSULTATION: services.start_appointment,
    Status.COMPLETED: services.complete_appointment,
    Status.NO_SHOW: services.no_show_appointment,
    Status.CANCELLED: lambda visit, by: services.cancel_appointment(visit, reason="Flu", by=by),
}
LEGAL = {
    ("booked", "confirmed"),
    ("booked", "arrived"),
    ("booked", "no_show"),
    ("booked", "cancelled"),
    ("confirmed", "arrived"),
    ("confirmed", "no_show"),
    ("confirmed", "cancelled"),
    ("arrived", "in_consultation"),
    ("arrived", "cancelled"),
    ("in_consultation", "completed"),
}


@pytest.mark.parametrize("now", Status.values)
@pytest.mark.parametrize("then", list(STEPS))
def test_the_whole_table_of_steps(visit: Appointment, rita: User, now: str, then: str) -> None:
    Appointment.objects.filter(pk=visit.pk).update(status=now)
    visit.refresh_from_db()
    with time_machine.travel(at(10, 20), tick=False):
        if (now, then) in LEGAL:
            assert STEPS[then](visit, by=rita).status == then
        else:
            with pytest.raises(WrongMove):
                STEPS[then](visit, by=rita)
    visit.refresh_from_db()
    assert visit.status == (then if (now, then) in LEGAL else now)


def test_a_visit_is_checked_in_on_its_day_only(visit: Appointment, rita: User) -> None:
    with time_machine.travel(at(10, days=-1), tick=False), pytest.raises(Refusal, match="not today"):
        services.check_in_appointment(visit, by=rita)
    assert services.check_in_appointment(visit, by=rita).arrived_at is not None


def test_nobody_is_a_no_show_before_the_time(visit: Appointment, rita: User) -> None:
    with pytest.raises(Refusal, match="not begun"):
        services.no_show_appointment(visit, by=rita)


@pytest.mark.parametrize("end", [Status.CANCELLED, Status.NO_SHOW])
def test_who_does_not_come_gives_the_time_back(visit: Appointment, rita: User, end: str) -> None:
    with time_machine.travel(at(10, 5), tick=False):
        STEPS[end](visit, by=rita)
    assert not Claim.objects.exists()


def test_the_slower_of_two_people_is_refused(visit: Appointment, rita: User) -> None:
    seen_by_the_slower = Appointment.objects.get(pk=visit.pk)
    services.confirm_appointment(visit, by=rita)
    with pytest.raises(WrongMove, match="Somebody else"):
        services.cancel_appointment(seen_by_the_slower, reason="Moved away", by=rita)
    assert Claim.objects.count() == 12


def test_a_visit_that_was_moved_meanwhile_is_not_moved_again(visit: Appointment, rita: User) -> None:
    slower = Appointment.objects.get(pk=visit.pk)
    services.move_appointment(visit, starts_at=at(11), minutes=30, seen_version=1, by=rita)
    with pytest.raises(Stale):
        services.move_appointment(slower, starts_at=at(9), minutes=30, seen_version=1, by=rita)
    visit.refresh_from_db()
    assert visit.starts_at == at(11)


def test_after_arrival_nothing_is_moved(visit: Appointment, rita: User) -> None:
    services.check_in_appointment(visit, by=rita)
    with pytest.raises(WrongMove):
        services.move_appointment(visit, starts_at=at(11), minutes=30, by=rita)


# ── the API's door ───────────────────────────────────────────────────────────


def test_the_api_follows_the_same_way(api: Callable[[User], Any], ivo: User, visit: Appointment) -> None:
    url = f"/api/v1/appointments/{visit.pk}"
    client = api(ivo)
    for step, status in (("confirm", "confirmed"), ("check-in", "arrived")):
        answer = client.post(f"{url}/{step}")
        assert (answer.status_code, answer.json()["status"]) == (200, status)
    assert client.post(f"{url}/start").status_code == 403  # other systems do not consult
    with counted(at_most=7):
        assert client.get(url).json()["status"] == "arrived"


def test_the_api_moves_with_the_version_that_was_seen(
    api: Callable[[User], Any], ivo: User, visit: Appointment
) -> None:
    url, client = f"/api/v1/appointments/{visit.pk}", api(ivo)
    later = {"doctor": str(visit.doctor_id), "starts_at": at(11).isoformat(), "minutes": 30}
    assert client.put(url, later).status_code == 428
    assert client.put(url, later, headers={"If-Match": '"7"'}).status_code == 412
    stale = client.put(url, later | {"version": 7})
    assert (stale.status_code, stale.json()["code"]) == (409, "stale")
    answer = client.put(url, later, headers={"If-Match": '"1"'})
    assert (answer.status_code, answer["ETag"]) == (200, '"2"')
    moved = client.patch(url, {"reason": "Cough, worse", "version": 2})
    assert moved.json()["reason"] == "Cough, worse"
    assert moved.json()["starts_at"] == "2026-11-30T10:00:00Z"


def test_the_api_cancels(api: Callable[[User], Any], ivo: User, visit: Appointment) -> None:
    url, client = f"/api/v1/appointments/{visit.pk}", api(ivo)
    assert client.post(f"{url}/cancel", {}).status_code == 400
    assert client.post(f"{url}/cancel", {"reason": "Flu"}).json()["status"] == "cancelled"
    again = client.delete(url)
    assert (again.status_code, again.json()["code"]) == (409, "wrong_move")


def test_the_api_lists_with_the_same_number_of_questions(
    api: Callable[[User], Any], ivo: User, visit: Appointment
) -> None:
    client = api(ivo)
    with counted(at_most=5):
        answer = client.get(
            f"/api/v1/appointments?doctor={visit.doctor_id}&status=booked&from=2026-11-30T00:00:00Z"
        )
    assert [row["id"] for row in answer.json()["results"]] == [str(visit.pk)]
    assert client.get("/api/v1/appointments?to=2026-11-30T00:00:00Z").json()["results"] == []


@pytest.mark.parametrize(
    "query",
    [
        "ordering=-password",
        "page_size=1e9",
        "page_size=0",
        "_connector=OR",
        "patient__mrn=1",
        "status=open",
        "cursor=%00",
    ],
)
def test_strange_questions_are_refused_with_a_reason(
    api: Callable[[User], Any], ivo: User, visit: Appointment, query: str
) -> None:
    assert api(ivo).get(f"/api/v1/appointments?{query}").status_code in {400, 404}


def test_a_doctor_does_not_see_the_visits_of_another(
    api: Callable[[User], Any], dov: User, visit: Appointment
) -> None:
    client = api(dov)
    assert client.get("/api/v1/appointments").json()["results"] == []
    answer = client.get(f"/api/v1/appointments/{visit.pk}")
    assert answer.status_code == 404
    assert b"Archer" not in answer.content


# ── free times ───────────────────────────────────────────────────────────────


def test_free_times_are_the_hours_less_the_visits(
    api: Callable[[User], Any], ivo: User, visit: Appointment
) -> None:
    client = api(ivo)
    with counted(at_most=6):
        answer = client.get(f"/api/v1/doctors/{visit.doctor_id}/availability?from=2026-11-30&to=2026-11-30")
    times = [slot["starts_at"][11:16] for slot in answer.json()["slots"]]
    assert times == ["08:00", "08:30", "09:30", "10:00", "10:30"]  # UTC; 10:00 in Berlin is Ann's


@pytest.mark.parametrize(
    "query",
    ["", "from=2026-11-30", "from=x&to=y", "from=2026-11-30&to=2026-01-01", "from=2026-11-31&to=2026-12-01"],
)
def test_free_times_need_two_dates(
    api: Callable[[User], Any], ivo: User, visit: Appointment, query: str
) -> None:
    assert api(ivo).get(f"/api/v1/doctors/{visit.doctor_id}/availability?{query}").status_code == 400
