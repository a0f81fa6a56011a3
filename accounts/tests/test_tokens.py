"""Tokens of the API: what renews them, what ends them, what is not believed."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import jwt
import pytest
from django.conf import settings as configured
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient
from time_machine import travel

from accounts.models import ApiSession, User
from accounts.services import assign_role, end_session, open_api_session
from audit.models import Entry
from conftest import PASSWORD
from hospital.tests.queries import counted

pytestmark = pytest.mark.django_db

MORNING = datetime(2026, 11, 30, 7, 0, tzinfo=UTC)


@pytest.fixture
def tokens(rita: User, api_client: Any) -> dict[str, str]:
    """Rita's pair, from the door."""
    body: dict[str, str] = api_client.post(
        "/api/v1/auth/login", {"email": rita.email, "password": PASSWORD}
    ).json()
    return body


def me(token: str) -> Any:
    return APIClient().get("/api/v1/auth/me", headers={"Authorization": f"Bearer {token}"})


def refresh(token: Any) -> Any:
    return APIClient().post("/api/v1/auth/refresh", {"refresh": token})


def claims(token: str) -> dict[str, Any]:
    read: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
    return read


def signed(read: dict[str, Any], key: str = "", algorithm: str = "HS256") -> str:
    return jwt.encode(read, key or configured.JWT_SECRET_KEY, algorithm=algorithm)


# ── Renewing ────────────────────────────────────────────────────────────────


def test_a_refresh_token_gives_a_new_pair(tokens: dict[str, str]) -> None:
    answer = refresh(tokens["refresh"])
    assert answer.status_code == 200
    pair = answer.json()
    assert set(pair) == {"access", "refresh"}
    assert pair["refresh"] != tokens["refresh"]
    assert me(pair["access"]).status_code == 200
    assert refresh(pair["refresh"]).status_code == 200
    assert ApiSession.objects.count() == 1


def test_a_refresh_token_that_comes_twice_ends_the_session_for_everybody(tokens: dict[str, str]) -> None:
    pair = refresh(tokens["refresh"]).json()
    again = refresh(tokens["refresh"])
    assert (again.status_code, again.json()["code"]) == (401, "token_invalid")
    assert refresh(pair["refresh"]).status_code == 401
    for access in (tokens["access"], pair["access"]):
        assert me(access).status_code == 401
    session = ApiSession.objects.get()
    assert session.ended_at is not None
    assert session.ended_because == "refresh token reused"
    assert Entry.objects.filter(verb="accounts.end_session", subject_id=session.pk).exists()


def test_access_tokens_live_ten_minutes(rita: User) -> None:
    with travel(MORNING, tick=False) as clock:
        _, token = open_api_session(rita, client="", by=rita)
        access = str(token.access_token)
        clock.shift(timedelta(minutes=9, seconds=59))
        assert me(access).status_code == 200
        clock.shift(timedelta(seconds=2))
        assert me(access).status_code == 401
        assert refresh(str(token)).status_code == 200


def test_a_session_ends_after_its_days_however_often_it_was_renewed(rita: User) -> None:
    with travel(MORNING, tick=False) as clock:
        _, first = open_api_session(rita, client="", by=rita)
        token = str(first)
        for _ in range(2):
            clock.shift(timedelta(days=6))
            token = refresh(token).json()["refresh"]
        clock.shift(timedelta(days=3))
        assert refresh(token).status_code == 401


# ── What is not believed ────────────────────────────────────────────────────


def forgeries(pair: dict[str, str]) -> dict[str, str]:
    read = claims(pair["access"])
    past, later = datetime(2020, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
    head, body, mark = pair["access"].split(".")
    return {
        "alg none": jwt.encode(read | {"exp": later}, "", algorithm="none"),
        "no signature": f"{head}.{body}.",
        "another key": signed(read, "another-key-of-the-right-length-xx"),
        "another algorithm": signed(read, algorithm="HS512"),
        "refresh as access": pair["refresh"],
        "expired": signed(read | {"exp": past}),
        "no expiry": signed({name: value for name, value in read.items() if name != "exp"}),
        "no session": signed({name: value for name, value in read.items() if name != "sid"}),
        "another session": signed(read | {"sid": str(uuid4())}),
        "a session that is no id": signed(read | {"sid": "'; --"}),
        "a session that is an object": signed(read | {"sid": {"$ne": None}}),
        "changed": f"{head}.{body[:-2]}xx.{mark}",
        "words": "not a token",
        "nothing": "",
        "too long": "x" * 7_000,
    }


@pytest.mark.parametrize("forgery", forgeries({"access": signed({}), "refresh": ""}))
def test_forged_and_wrong_tokens_open_nothing(forgery: str, tokens: dict[str, str]) -> None:
    assert me(tokens["access"]).status_code == 200
    answer = me(forgeries(tokens)[forgery])
    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/problem+json"
    assert "Bearer" in answer["WWW-Authenticate"]
    assert b"rita" not in answer.content


def test_a_token_does_not_become_another_users_by_its_claim(tokens: dict[str, str], adam: User) -> None:
    """The user is the session's; what the token says about itself is not asked."""
    other = signed(claims(tokens["access"]) | {"sub": str(adam.pk)})
    assert me(other).json()["role"] == "receptionist"


@pytest.mark.parametrize("given", ["", "not a token", None, {"$ne": None}, ["x"], "x" * 10_000, "a.b\x00.c"])
def test_a_refresh_of_anything_else_is_refused(given: Any, rita: User) -> None:
    assert refresh(given).status_code in {400, 401}


def test_an_access_token_renews_nothing(tokens: dict[str, str]) -> None:
    assert refresh(tokens["access"]).status_code == 401
    assert me(tokens["access"]).status_code == 200


# ── Ending ──────────────────────────────────────────────────────────────────


def test_logging_out_ends_both_tokens_at_once(tokens: dict[str, str]) -> None:
    caller = APIClient(headers={"Authorization": f"Bearer {tokens['access']}"})
    assert caller.post("/api/v1/auth/logout").status_code == 204
    assert me(tokens["access"]).status_code == 401
    assert refresh(tokens["refresh"]).status_code == 401
    assert ApiSession.objects.get().ended_because == "logged out"


def test_logging_out_ends_one_session_only(
    tokens: dict[str, str], rita: User, api: Callable[[User], Any]
) -> None:
    other = api(rita)
    APIClient(headers={"Authorization": f"Bearer {tokens['access']}"}).post("/api/v1/auth/logout")
    assert other.get("/api/v1/auth/me").status_code == 200


def test_ones_own_sessions_are_listed(rita: User, nora: User, api: Callable[[User], Any]) -> None:
    mine = api(rita)
    api(rita)
    api(nora)
    listed = mine.get("/api/v1/auth/sessions").json()["results"]
    assert len(listed) == 2
    assert {row["user"] for row in listed} == {str(rita.pk)}
    assert "refresh_jti" not in listed[0]
    assert "auth_hash" not in listed[0]
    assert mine.get("/api/v1/auth/sessions", {"user": str(nora.pk)}).json()["results"] == []


def test_administrators_see_and_end_everybodys(adam: User, rita: User, api: Callable[[User], Any]) -> None:
    hers, his = api(rita), api(adam)
    (row,) = his.get("/api/v1/auth/sessions", {"user": str(rita.pk)}).json()["results"]
    assert his.delete(f"/api/v1/auth/sessions/{row['id']}").status_code == 204
    assert hers.get("/api/v1/auth/me").status_code == 401
    assert his.get("/api/v1/auth/me").status_code == 200


def test_the_owner_ends_a_session_from_another_one(rita: User, api: Callable[[User], Any]) -> None:
    lost, kept = api(rita), api(rita)
    first = ApiSession.objects.order_by("created_at", "id")[0]
    assert kept.delete(f"/api/v1/auth/sessions/{first.pk}").status_code == 204
    assert lost.get("/api/v1/auth/me").status_code == 401
    assert kept.get("/api/v1/auth/me").status_code == 200


def test_a_stranger_is_told_nothing_about_a_session(
    rita: User, nora: User, client: Client, api: Callable[[User], Any]
) -> None:
    hers = api(rita)
    session = ApiSession.objects.get()
    assert api(nora).delete(f"/api/v1/auth/sessions/{session.pk}").status_code == 404
    client.force_login(nora)
    assert client.post(reverse("accounts:end_session", args=[session.pk])).status_code == 404
    with pytest.raises(PermissionDenied):
        end_session(session, by=nora)
    assert hers.get("/api/v1/auth/me").status_code == 200
    denied = Entry.objects.filter(actor_id=nora.pk, subject_id=session.pk, outcome="denied")
    assert denied.count() == 3


def test_the_page_of_ones_account_ends_them_too(
    rita: User, client: Client, api: Callable[[User], Any]
) -> None:
    hers = api(rita)
    session = ApiSession.objects.get()
    client.force_login(rita)
    ending = reverse("accounts:end_session", args=[session.pk])
    assert ending in client.get(reverse("accounts:me")).content.decode()
    assert client.post(ending).status_code == 302
    assert hers.get("/api/v1/auth/me").status_code == 401
    assert ending not in client.get(reverse("accounts:me")).content.decode()


def test_ending_it_again_changes_nothing(rita: User) -> None:
    session, _ = open_api_session(rita, client="", by=rita)
    ended_at = end_session(session, because="first", by=rita).ended_at
    session = end_session(session, because="second", by=rita)
    assert (session.ended_at, session.ended_because) == (ended_at, "first")


def test_administrators_end_sessions_in_their_window(
    adam: User, rita: User, client: Client, api: Callable[[User], Any]
) -> None:
    hers = api(rita)
    client.force_login(adam)
    chosen = {"action": "end_now", "_selected_action": [str(ApiSession.objects.get().pk)]}
    client.post(reverse("admin:accounts_apisession_changelist"), chosen)
    assert hers.get("/api/v1/auth/me").status_code == 401
    assert ApiSession.objects.get().ended_because == "ended by an administrator"


def test_user_and_session_are_read_in_one_query(rita: User, api: Callable[[User], Any]) -> None:
    caller = api(rita)
    with counted(at_most=1):
        assert caller.get("/api/v1/auth/me").status_code == 200


def test_a_role_given_later_is_in_the_next_answer(una: User, adam: User, api: Callable[[User], Any]) -> None:
    caller = api(una)
    assign_role(una, role="pharmacist", by=adam)
    assert caller.get("/api/v1/auth/me").json()["role"] == "pharmacist"
