"""Sessions of the pages: how long they last, and what ends them."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from time_machine import Traveller, travel

from accounts.models import User
from accounts.services import assign_role, change_password, disable_user, enable_user
from accounts.tasks import tidy_sign_ins
from audit.models import Entry
from conftest import PASSWORD

pytestmark = pytest.mark.django_db

MORNING = datetime(2026, 11, 30, 7, 0, tzinfo=UTC)
HTMX = {"HX-Request": "true"}
POLLING = {"Polling": "1"}


@pytest.fixture
def clock() -> Iterator[Traveller]:
    with travel(MORNING, tick=False) as clock:
        yield clock


@pytest.fixture
def logged_in(rita: User, client: Client, clock: Traveller) -> Client:
    answer = client.post(reverse("account_login"), {"login": rita.email, "password": PASSWORD})
    assert answer.status_code == 302
    return client


def is_in(client: Client, **headers: str) -> bool:
    return client.get(reverse("accounts:me"), headers=headers).status_code == 200


# ── Idle, and open for too long ─────────────────────────────────────────────


def test_half_an_hour_without_a_click_ends_it(logged_in: Client, clock: Traveller) -> None:
    assert is_in(logged_in)
    clock.shift(timedelta(minutes=29))
    assert is_in(logged_in)
    clock.shift(timedelta(minutes=29))
    assert is_in(logged_in)
    clock.shift(timedelta(minutes=31))
    answer = logged_in.get(reverse("accounts:me"))
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("account_login"))
    assert "_auth_user_id" not in logged_in.session


def test_a_page_that_polls_is_nobody_at_work(logged_in: Client, clock: Traveller) -> None:
    assert is_in(logged_in)
    for _ in range(6):
        clock.shift(timedelta(minutes=5))
        assert is_in(logged_in, **POLLING)
    clock.shift(timedelta(minutes=1))
    assert not is_in(logged_in, **POLLING)


def test_twelve_hours_end_it_however_busy_somebody_was(logged_in: Client, clock: Traveller) -> None:
    assert is_in(logged_in)
    for _ in range(36):
        clock.shift(timedelta(minutes=20))
        assert is_in(logged_in)
    clock.shift(timedelta(minutes=1))
    assert not is_in(logged_in)


def test_the_limits_are_those_of_the_deployment(logged_in: Client, clock: Traveller, settings: Any) -> None:
    settings.SESSION_IDLE_MINUTES = 5
    assert is_in(logged_in)
    clock.shift(timedelta(minutes=6))
    assert not is_in(logged_in)


def test_an_htmx_request_is_told_where_to_log_in(logged_in: Client, clock: Traveller) -> None:
    assert is_in(logged_in)
    clock.shift(timedelta(hours=1))
    answer = logged_in.get(reverse("accounts:me"), headers=HTMX)
    assert answer.status_code == 200
    assert answer["HX-Redirect"].startswith(reverse("account_login"))
    assert answer.content == b""


def test_the_cookie_is_for_the_server_alone(rita: User, client: Client) -> None:
    client.post(reverse("account_login"), {"login": rita.email, "password": PASSWORD})
    cookie = client.cookies["sessionid"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


def test_sessions_that_are_over_are_swept(logged_in: Client, clock: Traveller) -> None:
    assert tidy_sign_ins()["sessions"] == 0
    clock.shift(timedelta(hours=13))
    assert tidy_sign_ins()["sessions"] == 1


# ── What ends it ────────────────────────────────────────────────────────────


def test_logging_out_ends_it_on_the_server(logged_in: Client, rita: User) -> None:
    stolen = logged_in.cookies["sessionid"].value
    assert "Log out?" in logged_in.get(reverse("account_logout")).content.decode()
    assert is_in(logged_in)
    assert logged_in.post(reverse("account_logout")).status_code == 302
    thief = Client()
    thief.cookies["sessionid"] = stolen
    assert not is_in(thief)
    row = Entry.objects.get(verb="accounts.sign_out")
    assert (row.actor_id, row.door, row.outcome) == (rita.pk, "page", "done")


def test_a_new_password_ends_every_other_session(
    logged_in: Client, rita: User, api: Callable[[User], Any]
) -> None:
    elsewhere = Client()
    elsewhere.force_login(rita)
    program = api(rita)
    typed = {"oldpassword": PASSWORD, "password1": "kettle-on-the-stove", "password2": "kettle-on-the-stove"}
    answer = logged_in.post(reverse("account_change_password"), typed)
    assert answer.status_code == 302, answer.context["form"].errors
    assert is_in(logged_in)
    assert not is_in(elsewhere)
    assert program.get("/api/v1/auth/me").status_code == 401


def test_a_password_that_was_changed_for_somebody_ends_the_sessions(
    logged_in: Client, rita: User, adam: User, api: Callable[[User], Any]
) -> None:
    program = api(rita)
    change_password(User.objects.get(pk=rita.pk), password="another-kettle-whistles", by=adam)
    assert not is_in(logged_in)
    assert program.get("/api/v1/auth/me").status_code == 401


def test_a_disabled_user_is_out_at_the_next_request(
    logged_in: Client, rita: User, adam: User, api: Callable[[User], Any]
) -> None:
    program = api(rita)
    assert is_in(logged_in)
    assert program.get("/api/v1/auth/me").status_code == 200
    disabled = disable_user(User.objects.get(pk=rita.pk), by=adam)
    assert not is_in(logged_in)
    refused = program.get("/api/v1/auth/me")
    assert (refused.status_code, refused.json()["code"]) == (401, "session_ended")
    enable_user(disabled, by=adam)
    assert program.get("/api/v1/auth/me").status_code == 200


def test_a_new_role_holds_at_the_next_request(
    logged_in: Client, rita: User, adam: User, api: Callable[[User], Any]
) -> None:
    program = api(rita)
    page = reverse("patients:register")
    assert logged_in.get(page).status_code == 200
    assert program.get("/api/v1/patients").status_code == 200
    stripped = assign_role(User.objects.get(pk=rita.pk), role="", by=adam)
    assert logged_in.get(page).status_code == 403
    assert program.get("/api/v1/patients").status_code == 403
    assign_role(stripped, role="nurse", by=adam)
    assert logged_in.get(page).status_code == 200
    assert program.get("/api/v1/auth/me").json()["role"] == "nurse"
