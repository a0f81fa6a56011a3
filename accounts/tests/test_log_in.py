"""Logging in, at the page and at the API: one counter, one answer for every failure."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient
from time_machine import travel

from accounts.models import ApiSession, SignInFailures, User
from accounts.signing_in import address_of
from accounts.tasks import tidy_sign_ins
from audit.models import Entry
from conftest import PASSWORD

pytestmark = pytest.mark.django_db

MORNING = datetime(2026, 11, 30, 7, 0, tzinfo=UTC)


class Doors:
    """Both ways to log in, each trying with a new address in X-Forwarded-For."""

    def __init__(self) -> None:
        self.tries = 0

    def page(self, email: str, password: str, client: Client | None = None) -> Any:
        self.tries += 1
        return (client or Client()).post(
            reverse("account_login"),
            {"login": email, "password": password},
            headers={"X-Forwarded-For": f"203.0.113.{self.tries % 250}"},
        )

    def api(self, email: str, password: str) -> Any:
        self.tries += 1
        return APIClient().post(
            "/api/v1/auth/login",
            {"email": email, "password": password},
            headers={"X-Forwarded-For": f"203.0.113.{self.tries % 250}"},
        )


@pytest.fixture
def doors() -> Doors:
    return Doors()


class Counting(MD5PasswordHasher):
    """Counts what it is asked to hash."""

    hashed = 0

    def encode(self, password: str, salt: str) -> str:
        type(self).hashed += 1
        return str(super().encode(password, salt))


@pytest.fixture
def hashed(settings: Any) -> type[Counting]:
    settings.PASSWORD_HASHERS = [f"{__name__}.Counting"]
    Counting.hashed = 0
    return Counting


# ── The page ────────────────────────────────────────────────────────────────


def test_rita_logs_in_and_is_on_her_first_page(rita: User, doors: Doors, client: Client) -> None:
    assert client.get(reverse("home")).headers["Location"] == "/accounts/login/?next=/"
    answer = doors.page("  Rita@Example.org ", PASSWORD, client)
    assert (answer.status_code, answer["Location"]) == (302, reverse("home"))
    page = client.get(reverse("home"))
    assert page.status_code == 200
    assert "Rita Ramos" in page.content.decode()


def test_she_is_led_to_where_she_wanted_to_go_but_not_elsewhere(rita: User, client: Client) -> None:
    given = {"login": rita.email, "password": PASSWORD}
    answer = client.post(reverse("account_login"), given | {"next": "/patients/"})
    assert answer["Location"] == "/patients/"
    answer = Client().post(reverse("account_login"), given | {"next": "https://evil.example/"})
    assert "evil" not in answer["Location"]


def test_the_session_gets_a_new_key(rita: User, client: Client) -> None:
    client.get(reverse("account_login"))
    session = client.session
    session["before"] = "log-in"
    session.save()
    preset = str(session.session_key)
    client.cookies["sessionid"] = preset
    client.post(reverse("account_login"), {"login": rita.email, "password": PASSWORD})
    assert client.session.session_key != preset
    stranger = Client()
    stranger.cookies["sessionid"] = preset
    assert stranger.get(reverse("home")).status_code == 302


def test_a_forged_form_logs_nobody_in(rita: User) -> None:
    strict = Client(enforce_csrf_checks=True)
    given = {"login": rita.email, "password": PASSWORD}
    assert strict.post(reverse("account_login"), given).status_code == 403
    assert "_auth_user_id" not in strict.session


def test_logging_in_is_written_down(rita: User, doors: Doors) -> None:
    doors.page(rita.email, "wrong")
    doors.page(rita.email, PASSWORD)
    doors.api(rita.email, "wrong")
    doors.api(rita.email, PASSWORD)
    rows = Entry.objects.filter(verb="accounts.sign_in").order_by("id")
    assert [(row.actor_id, row.door, row.outcome) for row in rows] == [
        (rita.pk, "page", "denied"),
        (rita.pk, "page", "done"),
        (rita.pk, "api", "denied"),
        (rita.pk, "api", "done"),
    ]


def test_the_administrators_window_has_the_same_door(client: Client) -> None:
    answer = client.get(reverse("admin:login"), {"next": "/admin/"})
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("account_login"))
    assert client.post(reverse("admin:login"), {"username": "a", "password": "b"}).status_code == 302


# ── The API ─────────────────────────────────────────────────────────────────


def test_the_api_gives_two_tokens_and_says_who_one_is(rita: User, doors: Doors) -> None:
    answer = doors.api("RITA@example.org", PASSWORD)
    assert answer.status_code == 200
    body = answer.json()
    assert set(body) == {"access", "refresh", "user"}
    assert body["user"]["id"] == str(rita.pk)
    assert body["user"]["role"] == "receptionist"
    me = APIClient().get("/api/v1/auth/me", headers={"Authorization": f"Bearer {body['access']}"})
    assert me.json()["email"] == rita.email


def test_the_api_sets_no_cookie(rita: User, doors: Doors) -> None:
    assert not doors.api(rita.email, PASSWORD).cookies


def test_a_session_of_a_page_is_worth_nothing_at_the_api(rita: User, client: Client) -> None:
    client.force_login(rita)
    assert client.get("/api/v1/auth/me").status_code == 401


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"email": "rita@example.org"},
        {"email": {"$ne": None}, "password": {"$ne": None}},
        {"email": ["rita@example.org"], "password": PASSWORD},
        {"email": "x" * 10_000, "password": PASSWORD},
        {"email": "rita@example.org", "password": "x" * 10_000},
        {"email": "rita\x00@example.org", "password": PASSWORD},
        {"email": None, "password": None},
    ],
)
def test_what_is_no_address_and_no_password_is_400(body: Any, rita: User, api_client: Any) -> None:
    answer = api_client.post("/api/v1/auth/login", body)
    assert answer.status_code == 400
    assert not ApiSession.objects.exists()


# ── Failures ────────────────────────────────────────────────────────────────


def test_every_failure_has_the_same_answer(rita: User, dov: User, doors: Doors) -> None:
    dov.change(is_active=False)
    failures = [(rita.email, "wrong"), ("nobody@example.org", "wrong"), (dov.email, PASSWORD)]
    api = [doors.api(*given) for given in failures]
    assert {answer.status_code for answer in api} == {401}
    assert len({answer.content for answer in api}) == 1
    assert api[0].json()["code"] == "credentials_wrong"
    pages = [doors.page(*given) for given in failures]
    assert len({page.status_code for page in pages}) == 1
    assert len({str(page.context["form"].errors) for page in pages}) == 1
    assert not ApiSession.objects.exists()


def test_every_failure_costs_one_hash(
    rita: User, dov: User, doors: Doors, hashed: type[Counting], settings: Any
) -> None:
    dov.change(is_active=False)
    for person in (rita, dov):
        person.set_password(PASSWORD)
        person.change(password=person.password)
    for door in (doors.api, doors.page):
        for given in [(rita.email, "wrong"), ("nobody@example.org", "wrong"), (dov.email, "wrong")]:
            hashed.hashed = 0
            door(*given)
            assert hashed.hashed == 1, (door.__name__, given)


def test_a_disabled_user_does_not_get_in(rita: User, doors: Doors, client: Client) -> None:
    rita.change(is_active=False)
    doors.page(rita.email, PASSWORD, client)
    assert "_auth_user_id" not in client.session
    assert doors.api(rita.email, PASSWORD).status_code == 401


# ── Too many of them ────────────────────────────────────────────────────────


@pytest.mark.parametrize("email", ["rita@example.org", "nobody@example.org"])
def test_ten_failures_a_minute_whatever_the_door(
    email: str, rita: User, doors: Doors, hashed: type[Counting]
) -> None:
    with travel(MORNING, tick=False):
        for number in range(10):
            answer = (doors.page if number % 2 else doors.api)(email, f"wrong-{number}")
            assert answer.status_code in {200, 401}
        hashed.hashed = 0
        at_the_api, at_the_page = doors.api(email, PASSWORD), doors.page(email, PASSWORD)
        assert (at_the_api.status_code, at_the_page.status_code) == (429, 429)
        assert hashed.hashed == 0
        assert 1 <= int(at_the_api["Retry-After"]) <= 61
        assert 1 <= int(at_the_page["Retry-After"]) <= 61
        assert at_the_api.json()["code"] == "too_many_attempts"
        assert "Too many attempts" in at_the_page.content.decode()
    assert not ApiSession.objects.exists()


def test_two_hundred_wrong_passwords_at_each_door_are_ten_tries(
    rita: User, doors: Doors, hashed: type[Counting]
) -> None:
    with travel(MORNING, tick=False):
        answers = [doors.api(rita.email, f"wrong-{number}").status_code for number in range(200)]
        answers += [doors.page(rita.email, f"wrong-{number}").status_code for number in range(200)]
    assert hashed.hashed == 10
    assert answers.count(401) == 10
    assert answers.count(429) == 390


def test_after_a_minute_one_may_try_again(rita: User, doors: Doors) -> None:
    with travel(MORNING, tick=False) as clock:
        for number in range(10):
            doors.api(rita.email, f"wrong-{number}")
        clock.shift(timedelta(seconds=59))
        assert doors.api(rita.email, PASSWORD).status_code == 429
        clock.shift(timedelta(seconds=2))
        assert doors.api(rita.email, PASSWORD).status_code == 200


def test_a_right_password_starts_the_count_again(rita: User, doors: Doors) -> None:
    with travel(MORNING, tick=False):
        for door in (doors.api, doors.page):
            for number in range(9):
                doors.api(rita.email, f"wrong-{number}")
            assert door(rita.email, PASSWORD).status_code in {200, 302}
        assert doors.api(rita.email, "wrong").status_code == 401


def test_one_persons_failures_do_not_keep_others_out(rita: User, nora: User, doors: Doors) -> None:
    with travel(MORNING, tick=False):
        for number in range(11):
            doors.api(rita.email, f"wrong-{number}")
        assert doors.api(nora.email, PASSWORD).status_code == 200


def test_somebody_who_tries_many_accounts_is_stopped_by_the_address(nora: User, doors: Doors) -> None:
    with travel(MORNING, tick=False):
        answers = [doors.api(f"guess-{number}@example.org", "wrong").status_code for number in range(40)]
        assert answers == [401] * 30 + [429] * 10
        assert doors.api(nora.email, PASSWORD).status_code == 429


def test_what_a_client_writes_into_x_forwarded_for_is_not_believed(rf: Any, settings: Any) -> None:
    request = rf.get("/", REMOTE_ADDR="10.0.0.1", headers={"X-Forwarded-For": "1.1.1.1, 2.2.2.2"})
    settings.TRUSTED_PROXIES = 0
    assert address_of(request) == "10.0.0.1"
    settings.TRUSTED_PROXIES = 1
    assert address_of(request) == "2.2.2.2"
    settings.TRUSTED_PROXIES = 3
    assert address_of(request) == "10.0.0.1"
    assert address_of(None) == ""


def test_counters_that_no_longer_count_are_swept(rita: User, doors: Doors) -> None:
    with travel(MORNING, tick=False) as clock:
        doors.api(rita.email, "wrong")
        assert tidy_sign_ins()["counters"] == 0
        clock.shift(timedelta(hours=2))
        assert tidy_sign_ins()["counters"] == 2
    assert not SignInFailures.objects.exists()
