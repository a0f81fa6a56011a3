"""One's own account: the name is one's own, everything else is the administrators'."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.services import edit_own_account
from accounts.views import A_YEAR
from hospital.web import NAVIGATION

pytestmark = pytest.mark.django_db


def test_a_name_may_be_corrected(rita: User) -> None:
    edit_own_account(rita, full_name="Rita Ramos-Ruiz", by=rita)
    assert User.objects.get().full_name == "Rita Ramos-Ruiz"


def test_nobody_corrects_somebody_elses_here(rita: User, adam: User) -> None:
    with pytest.raises(PermissionDenied):
        edit_own_account(rita, full_name="R.", by=adam)


def test_a_name_is_not_endless(rita: User) -> None:
    with pytest.raises(ValidationError):
        edit_own_account(rita, full_name="x" * 10_000, by=rita)
    assert User.objects.get().full_name == "Rita Ramos"


# ── The page ────────────────────────────────────────────────────────────────


def test_the_page_shows_who_one_is(rita: User, client: Client) -> None:
    client.force_login(rita)
    page = client.get(reverse("accounts:me")).content.decode()
    for words in ("Rita Ramos", "rita@<wbr>example.org", "Reception", "Change"):
        assert words in page


def test_the_page_saves_the_name(rita: User, client: Client) -> None:
    client.force_login(rita)
    answer = client.post(
        reverse("accounts:me"), {"full_name": "Rita Ruiz", "role": "administrator"}, follow=True
    )
    assert "Saved." in answer.content.decode()
    stored = User.objects.get()
    assert (stored.full_name, stored.role) == ("Rita Ruiz", "receptionist")


@pytest.mark.parametrize("wrong", ["", "x" * 10_000, "Ri\x00ta"])
def test_the_page_names_the_field(wrong: str, rita: User, client: Client) -> None:
    client.force_login(rita)
    answer = client.post(reverse("accounts:me"), {"full_name": wrong})
    assert answer.status_code == 422
    assert "full_name" in answer.context["form"].errors
    assert User.objects.get().full_name == "Rita Ramos"


# ── The API ─────────────────────────────────────────────────────────────────


def test_the_api_shows_who_one_is(rita: User, api: Callable[[User], Any]) -> None:
    answer = api(rita).get("/api/v1/auth/me")
    assert answer["ETag"] == '"1"'
    assert answer.json() == {
        "id": str(rita.pk),
        "email": rita.email,
        "full_name": "Rita Ramos",
        "role": "receptionist",
        "version": 1,
    }


def test_the_api_saves_the_name(rita: User, api: Callable[[User], Any]) -> None:
    answer = api(rita).patch("/api/v1/auth/me", {"full_name": "Rita Ruiz"})
    assert (answer.status_code, answer.json()["full_name"], answer["ETag"]) == (200, "Rita Ruiz", '"2"')


@pytest.mark.parametrize(
    "field",
    ["id", "email", "role", "is_active", "is_staff", "is_superuser", "password", "profile_id", "created_at"],
)
def test_nothing_else_can_be_written(field: str, rita: User, api: Callable[[User], Any]) -> None:
    stolen: dict[str, Any] = {"role": "administrator", "email": "x@example.org", "password": "x" * 12}
    stolen |= {"id": str(uuid4()), "profile_id": str(uuid4()), "created_at": "2001-01-01T00:00:00Z"}
    before = User.objects.values().get()
    answer = api(rita).patch("/api/v1/auth/me", {"full_name": "Rita Ramos", field: stolen.get(field, True)})
    assert answer.status_code == 200
    after = User.objects.values().get()
    kept = before.keys() - {"version", "updated_at"}
    assert {name: after[name] for name in kept} == {name: before[name] for name in kept}


@pytest.mark.parametrize("wrong", ["", None, ["x"], {"$ne": ""}, "x" * 10_000, "Ri\x00ta"])
def test_the_api_names_the_field(wrong: Any, rita: User, api: Callable[[User], Any]) -> None:
    answer = api(rita).patch("/api/v1/auth/me", {"full_name": wrong})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == "full_name"
    assert User.objects.get().full_name == "Rita Ramos"


def test_half_a_character_is_no_name(rita: User, api: Callable[[User], Any]) -> None:
    body = r'{"full_name": "Ri\ud800ta"}'
    answer = api(rita).patch("/api/v1/auth/me", body, content_type="application/json")
    assert answer.status_code == 400
    assert User.objects.get().full_name == "Rita Ramos"


def test_there_is_no_own_account_without_logging_in(client: Client, api_client: Any) -> None:
    assert client.get(reverse("accounts:me")).status_code == 302
    assert api_client.get("/api/v1/auth/me").status_code == 401
    assert api_client.patch("/api/v1/auth/me", {"full_name": "x"}).status_code == 401


# ── The theme ───────────────────────────────────────────────────────────────


@pytest.mark.parametrize("theme", ["light", "dark", "auto"])
def test_the_theme_is_kept_in_this_browser(theme: str, client: Client) -> None:
    referer = "http://testserver" + reverse("account_login")
    answer = client.post(reverse("accounts:theme"), {"theme": theme}, headers={"Referer": referer})
    assert answer.status_code == 302
    assert answer["Location"] == referer
    cookie = answer.cookies["theme"]
    assert (cookie.value, cookie["max-age"], cookie["httponly"]) == (theme, A_YEAR, True)
    assert f'data-bs-theme="{theme}"' in client.get(reverse("account_login")).content.decode()


def test_another_theme_is_not(client: Client) -> None:
    for theme in ("neon", '"><script>', ""):
        assert "theme" not in client.post(reverse("accounts:theme"), {"theme": theme}).cookies
    client.cookies["theme"] = '"><script>alert(1)</script>'
    assert "alert(1)" not in client.get(reverse("account_login")).content.decode()


def test_the_theme_leads_nobody_elsewhere(client: Client) -> None:
    referer = "https://evil.example/"
    answer = client.post(reverse("accounts:theme"), {"theme": "dark"}, headers={"Referer": referer})
    assert answer["Location"] == reverse("home")


# ── Shortcuts ───────────────────────────────────────────────────────────────


def test_shortcuts_can_be_turned_off_in_this_browser(rita: User, client: Client) -> None:
    client.force_login(rita)
    page = client.get(reverse("accounts:me")).content.decode()
    assert "js/keys.js" in page
    assert 'aria-keyshortcuts="/"' in page

    answer = client.post(reverse("accounts:shortcuts"), {"shortcuts": "off"})

    cookie = answer.cookies["shortcuts"]
    assert (cookie.value, cookie["max-age"], cookie["httponly"]) == ("off", A_YEAR, True)
    page = client.get(reverse("accounts:me")).content.decode()
    assert "js/keys.js" not in page
    assert "aria-keyshortcuts" not in page
    assert "<kbd" not in page

    client.post(reverse("accounts:shortcuts"), {"shortcuts": "on"})
    assert "js/keys.js" in client.get(reverse("accounts:me")).content.decode()


def test_another_choice_of_shortcuts_is_none(rita: User, client: Client) -> None:
    client.force_login(rita)
    for wrong in ("maybe", '"><script>', ""):
        assert "shortcuts" not in client.post(reverse("accounts:shortcuts"), {"shortcuts": wrong}).cookies


def test_no_two_pages_have_the_same_letters_and_none_hides_another() -> None:
    keys = [item.keys for item in NAVIGATION if item.keys]
    assert "g d" in keys
    assert len(keys) == len(set(keys))
    assert not {one.split()[0] for one in keys if " " in one} & set(keys)
