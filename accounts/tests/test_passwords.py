"""Passwords: how they are kept, how they are changed, what helps somebody who has forgotten one."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.hashers import check_password, make_password
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.services import change_password
from audit.models import Entry
from conftest import PASSWORD
from hospital import settings as shipped
from hospital.clock import now

pytestmark = pytest.mark.django_db

NEW = "kettle-on-the-stove"


def test_bcrypt_keeps_them(settings: Any) -> None:
    assert shipped.PASSWORD_HASHERS[0].endswith(".BCryptSHA256PasswordHasher")
    settings.PASSWORD_HASHERS = shipped.PASSWORD_HASHERS
    kept = make_password("x" * 100)
    assert kept.startswith("bcrypt_sha256$")
    assert check_password("x" * 100, kept)
    assert not check_password("x" * 99, kept)


# ── Changing ────────────────────────────────────────────────────────────────


def test_ones_own_and_administrators_anybodys(rita: User, nora: User, adam: User) -> None:
    change_password(rita, password=NEW, by=rita)
    change_password(rita, password=NEW, by=adam)
    with pytest.raises(PermissionDenied):
        change_password(rita, password=NEW, by=nora)
    assert User.objects.get(pk=rita.pk).check_password(NEW)


def change(client: Client, **more: str) -> Any:
    sent = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    return client.post(reverse("account_change_password"), sent | more)


def test_the_page_changes_it(rita: User, client: Client) -> None:
    client.force_login(rita)
    assert client.get(reverse("account_change_password")).status_code == 200
    assert change(client).status_code == 302
    assert User.objects.get().check_password(NEW)
    entry = Entry.objects.get(verb="accounts.change_password")
    assert (entry.actor_id, entry.outcome) == (rita.pk, "done")
    assert NEW not in str(entry.details)


@pytest.mark.parametrize(
    ("name", "value"),
    [("oldpassword", "wrong"), ("password1", "short"), ("password2", "another"), ("password1", "")],
)
def test_the_page_names_what_is_wrong(name: str, value: str, rita: User, client: Client) -> None:
    client.force_login(rita)
    more = {name: value} | ({"password2": value} if name == "password1" else {})
    answer = change(client, **more)
    assert name in answer.context["form"].errors
    assert User.objects.get().check_password(PASSWORD)


def test_nobody_changes_it_without_logging_in(rita: User, client: Client) -> None:
    assert change(client).status_code == 302
    assert User.objects.get().check_password(PASSWORD)


# ── Forgotten ───────────────────────────────────────────────────────────────


def ask(email: str, client: Client | None = None) -> Any:
    return (client or Client()).post(reverse("account_reset_password"), {"email": email})


def link() -> str:
    """The path in the last message."""
    found = re.search(r"https?://[^/\s]+(/\S+)", str(mail.outbox[-1].body))
    assert found
    return found[1]


def choose(address: str, client: Client) -> Any:
    """Open the link as a browser does, and type a new password twice."""
    opened = client.get(address, follow=True)
    page = opened.redirect_chain[-1][0] if opened.redirect_chain else address
    return client.post(page, {"password1": NEW, "password2": NEW})


def test_a_link_comes_by_mail_and_lets_one_choose(rita: User, client: Client) -> None:
    answer = ask("RITA@example.org", client)
    assert (answer.status_code, answer["Location"]) == (302, reverse("account_reset_password_done"))
    assert mail.outbox[0].to == [rita.email]
    assert PASSWORD not in str(mail.outbox[0].body)
    chosen = choose(link(), client)
    assert chosen.status_code == 302
    assert chosen["Location"] == reverse("account_reset_password_from_key_done")
    assert User.objects.get().check_password(NEW)
    assert "_auth_user_id" not in client.session


def test_the_link_works_once(rita: User) -> None:
    ask(rita.email)
    address = link()
    choose(address, Client())
    again = Client().get(address, follow=True)
    assert "no longer works" in again.content.decode()


def test_the_link_does_not_work_for_ever(rita: User) -> None:
    ask(rita.email)
    with time_machine.travel(now() + timedelta(days=4)):
        assert "no longer works" in Client().get(link(), follow=True).content.decode()


def test_a_link_that_was_made_up_does_not_work(rita: User) -> None:
    ask(rita.email)
    address = link()
    assert "no longer works" in Client().get(address[:-3] + "x/", follow=True).content.decode()
    assert (
        "no longer works" in Client().get("/accounts/password/reset/key/1-abc/", follow=True).content.decode()
    )


def test_a_weak_password_is_refused_there_too(rita: User, client: Client) -> None:
    ask(rita.email)
    opened = client.get(link(), follow=True)
    answer = client.post(opened.redirect_chain[-1][0], {"password1": "short", "password2": "short"})
    assert "password1" in answer.context["form"].errors
    assert User.objects.get().check_password(PASSWORD)


def test_a_new_password_ends_the_open_sessions(rita: User, client: Client) -> None:
    client.force_login(rita)
    ask(rita.email)
    choose(link(), Client())
    assert client.get(reverse("accounts:me")).status_code == 302


def test_an_unknown_address_has_the_same_answer(rita: User) -> None:
    known, unknown = ask(rita.email), ask("nobody@example.org")
    assert known.status_code == unknown.status_code == 302
    assert known["Location"] == unknown["Location"]
    followed = [Client().get(known["Location"]), Client().get(unknown["Location"])]
    pages = {re.sub(rb'(nonce|value)="[^"]*"', b"", page.content) for page in followed}
    assert len(pages) == 1


def test_a_disabled_user_gets_no_link(rita: User) -> None:
    rita.change(is_active=False)
    assert ask(rita.email).status_code == 302
    assert not any("/password/reset/key/" in str(message.body) for message in mail.outbox)


def test_nobody_floods_a_mailbox(rita: User) -> None:
    answers = [ask(rita.email).status_code for _ in range(30)]
    assert len(mail.outbox) <= 20
    assert 429 in answers
