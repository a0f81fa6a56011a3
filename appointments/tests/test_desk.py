"""The day at the desk: one page with everybody of today, which reads itself again."""

import re

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts.models import Department, User
from appointments import services
from appointments.models import Appointment
from appointments.services import call_next
from appointments.tests.conftest import Arrive, at
from audit.models import Entry
from doctors.models import Doctor
from doctors.tests.make import make_block, make_doctor
from hospital.middleware import SEEN_AT
from hospital.tests.queries import counted
from patients.tests.make import make_patient

DESK = "/appointments/desk/"
HTMX = {"HX-Request": "true"}
VIEW = "appointments.view_appointment"


@pytest.fixture
def desk(client: Client, rita: User) -> Client:
    client.force_login(rita)
    return client


def text(client: Client, address: str = DESK, **headers: str) -> str:
    answer = client.get(address, headers=headers)
    assert answer.status_code == 200
    return answer.content.decode()


def again_url(page: str) -> str:
    found = re.search(r'hx-get="([^"]+)" hx-trigger="every 12s"', page)
    assert found
    return found[1].replace("&amp;", "&")


# ── what it shows ────────────────────────────────────────────────────────────


def test_who_needs_somebody_comes_first(
    desk: Client, arrive: Arrive, visit: Appointment, doctor: Doctor, rita: User
) -> None:
    """Ann is expected, Ben waits, Cem is called, Dan is inside, Eve is over."""
    eve, dan, cem = arrive("Eve", 9), arrive("Dan", 9, 30), arrive("Cem", 10, 30)
    arrive("Ben", 11)
    for one in (eve, dan):
        services.start_appointment(one, by=rita)
    services.complete_appointment(eve, by=rita)
    assert call_next(doctor=doctor, by=rita).pk == cem.pk
    page = text(desk)
    table = page[page.index("<table") :]
    names = re.findall(r'class="name"[^>]*><bdi>(\w+)', table)
    assert names == ["Cem", "Ben", "Ann", "Dan", "Eve"]
    assert re.findall(r'scope="rowgroup">(.+?) <', table) == [
        "Waiting",
        "Expected",
        "In consultation",
        "Over",
    ]
    assert "Called" in table


def test_a_row_says_number_wait_and_estimate(desk: Client, arrive: Arrive, rita: User) -> None:
    arrive("Ann", 9)
    arrive("Ben", 10, priority=2)
    with time_machine.travel(at(8, 13), tick=False):
        desk.force_login(rita)
        page = text(desk)
    assert "002</span>" in page
    assert "12 min" in page
    assert "about 0–5 min more" in page  # Ben, who comes before others
    assert "about 20–40 min more" in page  # Ann, behind his half hour
    assert "Preferred" in page


def test_each_doctor_has_a_button_that_calls_the_next(
    desk: Client, arrive: Arrive, doctor: Doctor, department: Department
) -> None:
    idle = make_doctor(department=department)
    calling = reverse("appointments:call_next", args=[doctor.pk])
    visit = arrive("Ann", 9)
    page = text(desk)
    assert f'action="{calling}"' in page
    assert str(idle.pk) in page  # among those who can be chosen
    assert reverse("appointments:call_next", args=[idle.pk]) not in page
    assert reverse("appointments:recall", args=[visit.pk]) not in page
    desk.post(calling)
    page = text(desk)
    assert f'action="{calling}"' not in page  # nobody is left to be called
    for name in ("recall", "skip", "start", "undo", "priority"):
        assert f'action="{reverse(f"appointments:{name}", args=[visit.pk])}"' in page


def test_one_doctor_can_be_chosen(
    desk: Client, visit: Appointment, doctor: Doctor, department: Department
) -> None:
    other = make_doctor(department=department)
    assert "Ann Archer" in text(desk, f"{DESK}?doctor={doctor.pk}")
    page = text(desk, f"{DESK}?doctor={other.pk}")
    assert "Ann Archer" not in page
    assert desk.get(f"{DESK}?doctor=nonsense").status_code == 422


def test_another_day_is_not_on_it(desk: Client, visit: Appointment, rita: User) -> None:
    with time_machine.travel(at(9, days=1), tick=False):
        desk.force_login(rita)
        assert "No visits today" in text(desk)


def test_a_doctor_sees_the_own_door_only(
    client: Client, dora: User, arrive: Arrive, department: Department, rita: User
) -> None:
    arrive("Ann", 9)
    other = make_doctor(department=department)
    make_block(other, weekday=0, starts="08:00", ends="12:00")
    services.admit_walk_in(patient=make_patient(family_name="Foreign"), doctor=other, by=rita)
    client.force_login(dora)
    page = text(client)
    assert "Ann Waits" in page
    assert "Foreign" not in page


def test_who_may_only_look_gets_no_buttons(client: Client, carl: User, visit: Appointment) -> None:
    client.force_login(carl)
    page = text(client)
    main = page[page.index("<main") : page.index("</main>")]
    assert "Ann Archer" in main
    assert "<form method" not in main


def test_a_name_that_is_a_script_stays_a_name(desk: Client, doctor: Doctor, rita: User) -> None:
    evil = "<script>owned=1</script>"
    services.admit_walk_in(patient=make_patient(given_name=evil), doctor=doctor, reason=evil, by=rita)
    page = text(desk)
    assert evil not in page
    assert "&lt;script&gt;owned=1" in page


# ── what it costs ────────────────────────────────────────────────────────────


def test_it_costs_the_same_however_many_come(
    desk: Client, arrive: Arrive, doctor: Doctor, rita: User
) -> None:
    with counted(at_most=6):
        text(desk)
    for hour in (9, 10, 11):
        arrive("Ann", hour)
    services.start_appointment(call_next(doctor=doctor, by=rita), by=rita)
    with counted(at_most=6):
        page = text(desk)
    with counted(at_most=5):
        text(desk, again_url(page), **HTMX, Polling="1")


# ── how it reads itself again ────────────────────────────────────────────────


def test_it_reads_a_part_of_itself(desk: Client, visit: Appointment) -> None:
    page = text(desk)
    part = text(desk, again_url(page), **HTMX, Polling="1")
    assert part.strip().startswith('<div id="desk"')
    assert "<html" not in part
    assert again_url(part) == again_url(page)


def looks() -> int:
    return Entry.objects.filter(verb=VIEW, subject_id=None).count()


def test_reading_again_is_written_down_when_somebody_else_is_on_it(
    desk: Client, visit: Appointment, doctor: Doctor, rita: User
) -> None:
    page = text(desk)
    assert looks() == 1
    for _ in range(3):
        page = text(desk, again_url(page), **HTMX, Polling="1")
    services.check_in_appointment(visit, by=rita)
    page = text(desk, again_url(page), **HTMX, Polling="1")
    assert looks() == 1  # the same patient, elsewhere on the page
    services.admit_walk_in(patient=make_patient(), doctor=doctor, by=rita)
    page = text(desk, again_url(page), **HTMX, Polling="1")
    assert looks() == 2
    text(desk, again_url(page), **HTMX, Polling="1")
    assert looks() == 2
    text(desk)
    assert looks() == 3  # opened anew


def test_nobody_can_say_to_have_seen_what_another_saw(desk: Client, visit: Appointment, nora: User) -> None:
    page = text(desk)
    desk.force_login(nora)
    text(desk, again_url(page), **HTMX, Polling="1")
    assert looks() == 2
    text(desk, f"{DESK}?seen=made-up", **HTMX)
    assert looks() == 3


def test_a_page_that_polls_is_nobody_at_work(desk: Client, visit: Appointment) -> None:
    page = text(desk)
    began = desk.session[SEEN_AT]
    with time_machine.travel(at(8, 10), tick=False):
        text(desk, again_url(page), **HTMX, Polling="1")
    assert desk.session[SEEN_AT] == began
    with time_machine.travel(at(9, 30), tick=False):
        answer = desk.get(again_url(page), headers=HTMX | {"Polling": "1"})
    assert "/accounts/login/" in answer["HX-Redirect"]


# ── steps from it ────────────────────────────────────────────────────────────


def test_htmx_gets_the_message_and_reads_the_page_again(desk: Client, visit: Appointment) -> None:
    url = reverse("appointments:check_in", args=[visit.pk])
    answer = desk.post(url, {"version": 1, "next": DESK}, headers=HTMX | {"HX-Target": "desk"})
    assert (answer["HX-Trigger"], answer["HX-Reswap"]) == ("visit-changed", "none")
    said = answer.content.decode()
    assert "Ann Archer has arrived and has number 001." in said
    assert "<tr" not in said
    again = desk.post(url, {"version": 1, "next": DESK}, headers=HTMX | {"HX-Target": "desk"})
    assert again.status_code == 422
    assert "Somebody else" in again.content.decode()
    assert again["HX-Trigger"] == "visit-changed"


def test_a_call_from_it_says_who_comes(desk: Client, arrive: Arrive, doctor: Doctor) -> None:
    arrive("Ann", 9)
    url = reverse("appointments:call_next", args=[doctor.pk])
    answer = desk.post(url, headers=HTMX | {"HX-Target": "desk"})
    assert "Number 001 is called: Ann Waits." in answer.content.decode()
    again = desk.post(url, headers=HTMX | {"HX-Target": "desk"})
    assert (again.status_code, again["HX-Trigger"]) == (422, "visit-changed")
    assert "Nobody is waiting to be called." in again.content.decode()


def test_without_scripts_a_step_comes_back_to_it(desk: Client, visit: Appointment) -> None:
    url = reverse("appointments:check_in", args=[visit.pk])
    answer = desk.post(url, {"version": 1, "next": DESK, "priority": 1}, follow=True)
    assert answer.redirect_chain == [(DESK, 302)]
    assert "Urgent" in answer.content.decode()


def test_the_priority_is_set_from_it(desk: Client, arrive: Arrive) -> None:
    visit = arrive("Ann", 9)
    url = reverse("appointments:priority", args=[visit.pk])
    assert desk.post(url, {"version": 2, "priority": 9, "next": DESK}).status_code == 422
    desk.post(url, {"version": 2, "priority": 1, "next": DESK})
    visit.refresh_from_db()
    assert visit.priority == 1


def test_the_first_page_of_reception_has_the_same_rows(desk: Client, arrive: Arrive) -> None:
    visit = arrive("Ann", 9)
    page = text(desk, "/")
    assert "001</span>" in page
    assert "about 0–5 min more" in page
    assert f'href="{DESK}"' in page
    for name in ("start", "undo", "priority"):
        assert reverse(f"appointments:{name}", args=[visit.pk]) in page
