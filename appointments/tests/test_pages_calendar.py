"""The pages on which visits are seen: home by role, day, week, one visit with its steps."""

from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts.models import User
from appointments.models import Appointment
from appointments.services import book_appointment, check_in_appointment
from appointments.tests.conftest import at
from audit.models import Entry
from doctors.models import Doctor
from doctors.panels import actions_for
from doctors.services import commitments_of
from doctors.tests.make import make_block, make_doctor
from hospital.tests.queries import counted
from patients.models import Patient
from patients.tests.make import make_patient

DAY, WEEK, HOME = "/appointments/day/", "/appointments/week/", "/"
HTMX = {"HX-Request": "true"}


def text(response: Any) -> str:
    return str(response.content.decode())


@pytest.fixture
def desk(client: Client, rita: User) -> Client:
    """Rita's browser."""
    client.force_login(rita)
    client.get(WEEK)
    return client


@pytest.fixture
def full_morning(doctor: Doctor, visit: Appointment, rita: User) -> list[Appointment]:
    """Dora's whole Monday morning is booked."""
    return [
        book_appointment(
            patient=make_patient(given_name=f"Guest{hour}{minute}", family_name="Grey"),
            doctor=doctor,
            starts_at=at(hour, minute),
            minutes=30,
            by=rita,
        )
        for hour, minute in ((9, 0), (9, 30), (10, 30), (11, 0), (11, 30))
    ]


# ── Day and week ────────────────────────────────────────────────────────────


def test_the_day_shows_visits_and_links_free_times_to_booking(
    desk: Client, visit: Appointment, doctor: Doctor
) -> None:
    page = text(desk.get(DAY))

    assert visit.get_absolute_url() in page
    assert "starts_at=2026-11-30T08:00Z" in page
    assert "starts_at=2026-11-30T09:00Z" not in page


@pytest.mark.parametrize(("where", "at_most"), [(DAY, 9), (WEEK, 8), (HOME, 9)])
def test_a_full_day_costs_as_much_as_an_empty_one(
    desk: Client, full_morning: list[Appointment], where: str, at_most: int
) -> None:
    with counted(at_most=at_most):
        assert desk.get(where).status_code == 200


def test_looking_at_a_day_is_written_down_once(
    desk: Client, full_morning: list[Appointment], rita: User
) -> None:
    desk.get(DAY, {"on": "2026-11-30"})

    entry = Entry.objects.filter(verb="appointments.view_appointment", actor=rita, subject_id=None).get()
    assert entry.details == {"filters": {"on": "2026-11-30"}, "count": 6}


@pytest.mark.parametrize("on", ["2026-02-30", "0001-01-01", "9999-12-31", "x"])
def test_a_day_that_is_none_is_said_at_the_field(desk: Client, doctor: Doctor, on: str) -> None:
    response = desk.get(DAY, {"on": on})

    assert response.status_code == 422
    assert 'id="id_on_error"' in text(response)


def test_a_doctor_sees_only_the_own_day(client: Client, dov: User, visit: Appointment) -> None:
    other = make_doctor(user=dov, given_name="Dov", family_name="Dayan")
    make_block(other, weekday=0)
    dov.refresh_from_db()
    client.force_login(dov)

    page = text(client.get(DAY, {"doctor": str(visit.doctor_id)}))

    assert "Archer" not in page
    assert "Dov Dayan" in page


def test_the_week_counts_visits_and_offers_free_times(
    desk: Client, visit: Appointment, doctor: Doctor
) -> None:
    page = text(desk.get(WEEK, {"doctor": str(doctor.pk), "from": "2026-11-30"}))

    assert "5 free" in page
    assert "1 visit" in page
    assert "Archer" not in page


def test_an_empty_hospital_has_pages_too(client: Client, rita: User) -> None:
    client.force_login(rita)

    for where in (DAY, WEEK, HOME, "/appointments/book/"):
        assert client.get(where).status_code == 200


# ── Home ────────────────────────────────────────────────────────────────────


def test_the_desk_sees_who_waits_and_calls_in(desk: Client, visit: Appointment, rita: User) -> None:
    with time_machine.travel(at(9, 50), tick=True):
        desk.force_login(rita)
        check_in_appointment(visit, by=rita)
    with time_machine.travel(at(10, 2), tick=True):
        page = text(desk.get(HOME))

    assert "12 min" in page
    assert reverse("appointments:start", args=[visit.pk]) in page


def test_a_doctor_sees_the_own_day_first(client: Client, dora: User, visit: Appointment) -> None:
    dora.refresh_from_db()
    client.force_login(dora)

    page = text(client.get(HOME))

    assert "Next patient" in page
    assert "Ann Archer" in page


def test_the_administrator_sees_what_is_not_in_order(
    client: Client, adam: User, una: User, carl: User
) -> None:
    idle = make_doctor(given_name="Ida", family_name="Idle")
    client.force_login(carl)
    client.get("/appointments/book/")
    client.force_login(adam)
    client.get(HOME)

    with counted(at_most=7):
        page = text(client.get(HOME))

    assert una.email in page
    assert str(idle) in page
    assert "appointments.book_appointment" in page


@pytest.mark.parametrize(
    ("who", "said"),
    [
        ("nora", "Arrivals"),
        ("mona", "The last thirty days"),
        ("carl", "To be billed"),
        ("pia", "Find a patient"),
        ("ivo", "/docs"),
    ],
)
def test_everybody_has_a_first_page(
    client: Client, request: pytest.FixtureRequest, visit: Appointment, who: str, said: str
) -> None:
    client.force_login(request.getfixturevalue(who))

    assert said in text(client.get(HOME))


def test_the_manager_is_told_numbers_and_no_names(client: Client, mona: User, visit: Appointment) -> None:
    client.force_login(mona)

    assert "Archer" not in text(client.get(HOME))


def test_without_a_role_there_is_only_one_sentence(client: Client, una: User, visit: Appointment) -> None:
    client.force_login(una)

    page = text(client.get(HOME))

    assert "An administrator has to give you a role" in page
    assert "Archer" not in page
    assert client.get(DAY).status_code == 403


# ── One visit ───────────────────────────────────────────────────────────────


def test_a_visit_shows_its_time_on_the_clinics_clock_and_its_history(
    desk: Client, visit: Appointment
) -> None:
    with counted(at_most=7):
        page = text(desk.get(visit.get_absolute_url()))

    assert "10:00–10:30" in page
    assert "Rita Ramos" in page
    assert "Booked appointment" in page


def test_only_steps_that_the_role_may_take_are_offered(
    client: Client, visit: Appointment, nora: User, carl: User
) -> None:
    client.force_login(nora)
    assert reverse("appointments:check_in", args=[visit.pk]) in text(client.get(visit.get_absolute_url()))

    client.force_login(carl)
    page = text(client.get(visit.get_absolute_url()))
    assert reverse("appointments:check_in", args=[visit.pk]) not in page
    assert client.post(reverse("appointments:check_in", args=[visit.pk])).status_code == 403


def test_a_step_goes_back_to_where_the_button_was(desk: Client, visit: Appointment) -> None:
    response = desk.post(reverse("appointments:check_in", args=[visit.pk]), {"version": 1, "next": HOME})

    assert response["Location"] == HOME
    visit.refresh_from_db()
    assert visit.status == "arrived"


def test_a_step_does_not_lead_to_other_sites(desk: Client, visit: Appointment) -> None:
    sent = {"version": 1, "next": "https://example.com/"}

    response = desk.post(reverse("appointments:confirm", args=[visit.pk]), sent)

    assert response["Location"] == visit.get_absolute_url()


def test_htmx_gets_the_row_anew(desk: Client, visit: Appointment) -> None:
    response = desk.post(
        reverse("appointments:check_in", args=[visit.pk]),
        {"version": 1, "next": HOME},
        headers=HTMX | {"HX-Target": f"visit-{visit.pk}"},
    )

    assert response.status_code == 200
    assert text(response).strip().startswith(f'<tr id="visit-{visit.pk}"')
    assert "Arrived" in text(response)
    assert "has arrived" in text(response)  # the message comes along


def test_a_step_that_somebody_else_took_is_refused_and_the_row_is_fresh(
    desk: Client, visit: Appointment, rita: User
) -> None:
    check_in_appointment(Appointment.objects.with_names().get(pk=visit.pk), by=rita)

    response = desk.post(
        reverse("appointments:check_in", args=[visit.pk]),
        {"version": 1},
        headers=HTMX | {"HX-Target": f"visit-{visit.pk}"},
    )

    assert response.status_code == 422
    assert "Somebody else" in text(response)
    assert "Call in" in text(response)


def test_a_step_without_its_version_changes_nothing(desk: Client, visit: Appointment) -> None:
    assert desk.post(reverse("appointments:confirm", args=[visit.pk])).status_code == 422

    visit.refresh_from_db()
    assert visit.status == "booked"


def test_a_stranger_is_told_nothing(client: Client, dov: User, visit: Appointment) -> None:
    make_doctor(user=dov, given_name="Dov", family_name="Dayan")
    dov.refresh_from_db()
    client.force_login(dov)

    for name in ("detail", "move", "cancel"):
        response = client.get(reverse(f"appointments:{name}", args=[visit.pk]))
        assert response.status_code == 404
        assert "Archer" not in text(response)
    assert client.post(reverse("appointments:confirm", args=[visit.pk]), {"version": 1}).status_code == 404


# ── What other pages get ────────────────────────────────────────────────────


def test_the_record_lists_the_patients_visits(desk: Client, visit: Appointment, patient: Patient) -> None:
    page = text(desk.get(patient.get_absolute_url()))

    assert visit.get_absolute_url() in page
    assert f"{reverse('appointments:book')}?patient={patient.pk}" in page


def test_a_doctors_commitments_name_no_patient(visit: Appointment, doctor: Doctor, rita: User) -> None:
    (one,) = commitments_of(doctor)

    assert (one["id"], one["minutes"]) == (str(visit.pk), 30)
    assert "Archer" not in str(one)
    assert [action["label"] for action in actions_for(doctor, rita)] == ["Day", "Week", "Book"]
