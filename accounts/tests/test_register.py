"""Making an account of one's own: it may do nothing until an administrator gives it a role."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.services import register_user
from audit.models import Entry

pytestmark = pytest.mark.django_db

GOOD = "kettle-on-the-stove"


def typed(**more: str) -> dict[str, str]:
    return {
        "full_name": "Nina Novak",
        "email": "nina@example.org",
        "password1": GOOD,
        "password2": GOOD,
    } | more


def sent(**more: Any) -> dict[str, Any]:
    return {"full_name": "Nina Novak", "email": "nina@example.org", "password": GOOD} | more


def register(**more: Any) -> User:
    return register_user(**sent(**more), by=AnonymousUser())


def test_a_new_account_has_no_role() -> None:
    nina = register()
    assert (nina.email, nina.role, nina.is_active, nina.is_staff) == ("nina@example.org", "", True, False)
    assert nina.check_password(GOOD)
    assert User.objects.get().pk == nina.pk


def test_an_address_has_one_account_however_it_is_written() -> None:
    register()
    with pytest.raises(ValidationError) as wrong:
        register(email=" NINA@Example.org ")
    assert set(wrong.value.message_dict) == {"email"}
    assert User.objects.count() == 1


@pytest.mark.parametrize("weak", ["short", "password123", "1234567890", "novak-nina", "nina@example.org"])
def test_a_weak_password_is_refused_by_name(weak: str) -> None:
    with pytest.raises(ValidationError) as wrong:
        register(password=weak)
    assert set(wrong.value.message_dict) == {"password"}
    assert not User.objects.exists()


def test_a_closed_registration_is_closed_for_everybody(settings: Any) -> None:
    settings.REGISTRATION_OPEN = False
    with pytest.raises(PermissionDenied):
        register()
    assert not User.objects.exists()


def test_it_is_written_down_without_what_was_typed() -> None:
    nina = register()
    entry = Entry.objects.get(verb="accounts.register_user")
    assert (entry.actor_id, entry.subject_id, entry.outcome) == (None, nina.pk, "done")
    assert entry.details == {}


# ── The page ────────────────────────────────────────────────────────────────


def test_the_page_registers_and_logs_in(client: Client) -> None:
    assert "Register" in client.get(reverse("account_signup")).content.decode()
    answer = client.post(reverse("account_signup"), typed(), follow=True)
    assert answer.status_code == 200
    nina = User.objects.get()
    assert (nina.full_name, nina.role) == ("Nina Novak", "")
    assert client.session["_auth_user_id"] == str(nina.pk)


def test_the_page_names_the_field_and_keeps_what_was_typed(client: Client) -> None:
    for weak in ("short", "novak-nina"):
        answer = client.post(reverse("account_signup"), typed(password1=weak, password2=weak))
        assert answer.status_code in {200, 422}
        assert answer.context["form"].errors.keys() == {"password1"}
        assert 'value="Nina Novak"' in answer.content.decode()
        assert f'value="{weak}"' not in answer.content.decode()
    assert not User.objects.exists()


@pytest.mark.parametrize(
    ("name", "value"),
    [("full_name", ""), ("full_name", "x" * 10_000), ("full_name", "Ni\x00na"), ("email", "nobody")],
)
def test_the_page_refuses_what_is_no_name_and_no_address(name: str, value: str, client: Client) -> None:
    answer = client.post(reverse("account_signup"), typed(**{name: value}))
    assert name in answer.context["form"].errors
    assert not User.objects.exists()


def test_the_page_makes_no_second_account_for_an_address(rita: User, client: Client) -> None:
    answer = client.post(reverse("account_signup"), typed(email="RITA@example.org"))
    assert answer.context["form"].errors.keys() == {"email"}
    assert "_auth_user_id" not in client.session
    assert User.objects.get().check_password("correct-horse-battery")


def test_the_page_says_when_registration_is_closed(settings: Any, client: Client) -> None:
    settings.REGISTRATION_OPEN = False
    for answer in (client.get(reverse("account_signup")), client.post(reverse("account_signup"), typed())):
        assert "Registration is closed" in answer.content.decode()
    assert not User.objects.exists()


def test_the_page_gives_no_role_to_those_who_ask_for_one(client: Client) -> None:
    client.post(reverse("account_signup"), typed(role="administrator", is_active="on", is_staff="on"))
    assert User.objects.get().role == ""


# ── The API ─────────────────────────────────────────────────────────────────


def test_the_api_registers(api_client: Any) -> None:
    answer = api_client.post("/api/v1/auth/register", sent())
    assert answer.status_code == 201, answer.json()
    assert answer.json() == {
        "id": str(User.objects.get().pk),
        "email": "nina@example.org",
        "full_name": "Nina Novak",
        "role": "",
        "version": 1,
    }


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("password", "short"),
        ("password", "novak-nina"),
        ("password", ""),
        ("email", "nobody"),
        ("email", {"$ne": None}),
        ("full_name", "x" * 10_000),
        ("full_name", "Ni\x00na"),
        ("full_name", None),
    ],
)
def test_the_api_names_the_field(name: str, value: Any, api_client: Any) -> None:
    answer = api_client.post("/api/v1/auth/register", sent(**{name: value}))
    assert answer.status_code == 400
    assert {error["field"] for error in answer.json()["errors"]} == {name}
    assert not User.objects.exists()


def test_the_api_gives_no_role_and_no_id_to_those_who_ask(rita: User, api_client: Any) -> None:
    body = sent(role="administrator", is_staff=True, is_active=False, id=str(rita.pk), version=9)
    assert api_client.post("/api/v1/auth/register", body).status_code == 201
    nina = User.objects.get(email="nina@example.org")
    assert (nina.role, nina.is_staff, nina.is_active, nina.version) == ("", False, True, 1)
    assert nina.pk != rita.pk
    assert User.objects.get(pk=rita.pk).full_name == "Rita Ramos"


def test_the_api_is_closed_too(settings: Any, api_client: Any) -> None:
    settings.REGISTRATION_OPEN = False
    assert api_client.post("/api/v1/auth/register", sent()).status_code in {401, 403}
    assert not User.objects.exists()


# ── And then ────────────────────────────────────────────────────────────────

LISTS = ["patients", "doctors", "appointments"]


@pytest.mark.parametrize("noun", LISTS)
def test_without_a_role_no_list_is_shown(
    noun: str, una: User, client: Client, api: Callable[[User], Any]
) -> None:
    assert api(una).get(f"/api/v1/{noun}").status_code == 403
    client.force_login(una)
    page = reverse("appointments:day" if noun == "appointments" else f"{noun}:list")
    assert client.get(page).status_code == 403
    assert Entry.objects.filter(actor_id=una.pk, outcome="denied").count() == 2


def test_without_a_role_the_first_page_says_what_to_do(una: User, client: Client) -> None:
    client.force_login(una)
    for page in (reverse("home"), reverse("accounts:me")):
        answer = client.get(page)
        assert answer.status_code == 200
        assert "role" in answer.content.decode()
