"""The waiting room's screen shows numbers and rooms to whoever has its address, and nothing of anybody else."""

from typing import Any

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse

from accounts.models import Department, Site, User
from appointments import services
from appointments.models import Appointment, WaitingBoard
from appointments.services import call_next
from appointments.tests.conftest import Arrive, at
from doctors.models import Doctor
from doctors.tests.make import make_block, make_department, make_doctor, make_room
from hospital.errors import Stale
from hospital.tests.queries import counted
from patients.tests.make import make_patient

EVIL = "<script>owned=1</script>"
BOARDS = "/appointments/boards/"


@pytest.fixture
def board(site: Site) -> WaitingBoard:
    return WaitingBoard(name="Ground floor", site=site).add()


def seen(client: Client, board: WaitingBoard, **headers: str) -> str:
    answer = client.get(board.public_path, headers=headers)
    assert answer.status_code == 200
    return answer.content.decode()


def test_it_shows_who_is_called_and_where_to_go(
    client: Client, board: WaitingBoard, department: Department, rita: User
) -> None:
    doctor = make_doctor(department=department)
    room = make_room(department, name="Room 4")
    make_block(doctor, weekday=0, starts="08:00", ends="12:00", visit_minutes=20, room=room)
    for _ in range(3):
        services.admit_walk_in(patient=make_patient(), doctor=doctor, by=rita)
    call_next(doctor=doctor, by=rita)
    page = seen(client, board)
    assert '<span class="number">001</span><span class="room">Room 4</span>' in page
    assert "<ol><li>002</li><li>003</li></ol>" in page


def test_without_a_room_it_names_the_department(
    client: Client, board: WaitingBoard, arrive: Arrive, doctor: Doctor, rita: User
) -> None:
    arrive("Ann", 9)
    call_next(doctor=doctor, by=rita)
    assert '<span class="number">001</span><span class="room">General medicine</span>' in seen(client, board)


def test_the_newest_call_is_on_top(
    client: Client, board: WaitingBoard, arrive: Arrive, doctor: Doctor, rita: User
) -> None:
    arrive("Ann", 9)
    arrive("Ben", 10)
    first = call_next(doctor=doctor, by=rita)
    with time_machine.travel(at(8, 5), tick=False):
        call_next(doctor=doctor, by=rita)
    page = seen(client, board)
    assert page.index('class="number">002') < page.index('class="number">001')
    with time_machine.travel(at(8, 6), tick=False):
        services.recall_appointment(first, by=rita)
    page = seen(client, board)
    assert page.index('class="number">001') < page.index('class="number">002')


def test_nobody_can_be_known_by_it(
    client: Client, board: WaitingBoard, doctor: Doctor, rita: User, site: Site
) -> None:
    """T18: a name that is a script is not even read."""
    patient, other = (make_patient(given_name=EVIL, family_name="Quillon") for _ in range(2))
    for one, reason in ((patient, "Cough"), (other, EVIL)):
        services.admit_walk_in(patient=one, doctor=doctor, reason=reason, priority=1, by=rita)
    call_next(doctor=doctor, by=rita)
    page = seen(client, board)
    told = ("Quillon", "owned", patient.mrn, "Cough", doctor.family_name, doctor.given_name, "Urgent", "1980")
    assert [word for word in told if word in page] == []
    assert str(patient.pk) not in page
    assert not any(str(pk) in page for pk in Appointment.objects.values_list("pk", flat=True))
    assert "001" in page


def test_who_is_inside_or_gone_is_not_shown_any_more(
    client: Client, board: WaitingBoard, arrive: Arrive, doctor: Doctor, rita: User
) -> None:
    ann, ben = arrive("Ann", 9), arrive("Ben", 10)
    called = call_next(doctor=doctor, by=rita)
    services.start_appointment(called, by=rita)
    services.cancel_appointment(ben, reason="Went home", by=rita)
    page = seen(client, board)
    assert ann.number not in page.replace("no-referrer", "")
    assert "Nobody is waiting." in page


def test_who_goes_in_without_a_call_is_shown_for_two_minutes(
    client: Client, board: WaitingBoard, arrive: Arrive, rita: User
) -> None:
    ann = arrive("Ann", 9)
    with time_machine.travel(at(9), tick=False):
        services.start_appointment(ann, by=rita)
        assert 'class="number">001' in seen(client, board)
    with time_machine.travel(at(9, 3), tick=False):
        assert 'class="number">001' not in seen(client, board)


def test_it_shows_its_own_place_only_and_its_own_day(
    client: Client, site: Site, arrive: Arrive, department: Department, rita: User
) -> None:
    arrive("Ann", 9)
    other_department = Department(site=site, name="Surgery", code="SUR").add()
    make_department()
    elsewhere = Site.objects.exclude(pk=site.pk).get()
    mine, others, far = (
        WaitingBoard(name=name, site=where, department=which).add()
        for name, where, which in (
            ("Mine", site, department),
            ("Others", site, other_department),
            ("Far", elsewhere, None),
        )
    )
    assert "<li>001</li>" in seen(client, mine)
    assert "<li>001</li>" not in seen(client, others)
    assert "<li>001</li>" not in seen(client, far)
    with time_machine.travel(at(9, days=1), tick=False):
        assert "<li>001</li>" not in seen(client, mine)


def test_an_unknown_address_and_a_closed_board_are_nothing(
    client: Client, board: WaitingBoard, rita: User
) -> None:
    guessed = reverse("appointments:board", args=["x" * 32])
    assert client.get(guessed).status_code == 404
    services.edit_board(board, is_open=False, by=rita)
    answer = client.get(board.public_path, headers={"HX-Request": "true"})
    assert answer.status_code == 404
    assert answer["HX-Refresh"] == "true"  # the screen that shows it goes blank
    assert "Ground floor" not in answer.content.decode()


def test_another_address_takes_the_old_one_out_of_use(
    client: Client, board: WaitingBoard, rita: User
) -> None:
    old = board.public_path
    services.renew_board(board, by=rita)
    assert client.get(old).status_code == 404
    assert client.get(board.public_path).status_code == 200


def test_its_address_goes_nowhere_else(client: Client, board: WaitingBoard) -> None:
    answer = client.get(board.public_path)
    assert answer["Referrer-Policy"] == "no-referrer"
    assert "noindex" in answer["X-Robots-Tag"]
    assert "no-store" in answer["Cache-Control"]
    page = answer.content.decode()
    assert '<noscript><meta http-equiv="refresh" content="5"></noscript>' in page
    assert 'hx-trigger="every 5s"' in page
    assert "<script>" not in page


def test_it_costs_the_same_however_many_wait(
    client: Client, board: WaitingBoard, doctor: Doctor, rita: User, arrive: Arrive
) -> None:
    with counted(at_most=4):
        seen(client, board, HX_Request="true")
    for hour in (9, 10, 11):
        arrive("Ann", hour)
    call_next(doctor=doctor, by=rita)
    with counted(at_most=4):
        assert "<html" not in client.get(board.public_path, headers={"HX-Request": "true"}).content.decode()
    client.force_login(rita)
    with counted(at_most=6):
        seen(client, board)


# ── those who keep it ────────────────────────────────────────────────────────


def test_reception_puts_up_a_board(client: Client, rita: User, department: Department) -> None:
    client.force_login(rita)
    sent = {"name": " Ground  floor ", "place": f"department.{department.pk}"}
    answer = client.post(BOARDS, sent, follow=True)
    board = WaitingBoard.objects.get()
    assert (board.name, board.department_id, board.site_id) == (
        "Ground floor",
        department.pk,
        department.site_id,
    )
    assert f"http://testserver{board.public_path}" in answer.content.decode()


def test_a_board_without_a_name_or_a_place_is_not_put_up(client: Client, rita: User) -> None:
    client.force_login(rita)
    assert client.post(BOARDS, {"name": "", "place": "site.1"}).status_code == 422
    assert not WaitingBoard.objects.exists()


def test_reception_closes_opens_and_renews(client: Client, rita: User, board: WaitingBoard) -> None:
    client.force_login(rita)
    secret = board.secret
    for number, (act, is_open) in enumerate((("close", False), ("open", True), ("renew", True)), start=1):
        answer = client.post(f"{BOARDS}{board.pk}/{act}/", {"version": number})
        assert answer["Location"] == BOARDS
        board.refresh_from_db()
        assert board.is_open is is_open
    assert board.secret != secret
    stale = client.post(f"{BOARDS}{board.pk}/close/", {"version": 1}, follow=True)
    assert "Somebody else has just changed" in stale.content.decode()


def test_a_nurse_does_not_learn_the_address(client: Client, nora: User, board: WaitingBoard) -> None:
    client.force_login(nora)
    answer = client.get(BOARDS)
    assert answer.status_code == 403
    assert board.secret not in answer.content.decode()


def test_the_rules_of_a_board(board: WaitingBoard, site: Site, mona: User, nora: User) -> None:
    elsewhere = make_department()
    with pytest.raises(ValidationError, match="another site"):
        services.add_board(name="Wrong", site=site, department=elsewhere, by=mona)
    for act in (services.edit_board, services.renew_board):
        with pytest.raises(PermissionDenied):
            act(board, by=nora)
        with pytest.raises(Stale):
            act(board, seen_version=7, by=mona)


def test_an_administrator_keeps_boards_too(client: Client, adam: User, site: Site) -> None:
    client.force_login(adam)
    added = reverse("admin:appointments_waitingboard_add")
    answer: Any = client.post(added, {"name": "Cellar", "site": site.pk, "is_open": "on"})
    assert answer.status_code == 302
    board = WaitingBoard.objects.get()
    listed = reverse("admin:appointments_waitingboard_changelist")
    assert board.public_path in client.get(listed).content.decode()
    changed = reverse("admin:appointments_waitingboard_change", args=[board.pk])
    client.post(changed, {"name": "Cellar", "site": site.pk, "seen_version": 1})
    board.refresh_from_db()
    assert not board.is_open
    client.post(listed, {"action": "renew", "_selected_action": [board.pk]})
    assert WaitingBoard.objects.get().secret != board.secret
