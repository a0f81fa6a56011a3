"""A new SECRET_KEY: nobody notices while the old one stands in SECRET_KEY_FALLBACKS, and afterwards all log in again."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from hospital.models import uuid7
from notifications.letters import Person, opt_out_token, read_opt_out

pytestmark = pytest.mark.django_db
NEW = "another-key-of-more-than-fifty-characters-for-these-tests"


@pytest.fixture
def rotate(settings: Any) -> Callable[..., None]:
    def act(*, keep_old: bool) -> None:
        settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY] if keep_old else []
        settings.SECRET_KEY = NEW

    return act


@pytest.mark.parametrize(("keep_old", "page", "endpoint"), [(True, 200, 200), (False, 302, 401)])
def test_who_is_logged_in_stays_so_while_the_old_key_holds(
    rita: User,
    client: Client,
    api: Callable[[User], Any],
    rotate: Callable[..., None],
    keep_old: bool,
    page: int,
    endpoint: int,
) -> None:
    client.force_login(rita)
    caller = api(rita)
    rotate(keep_old=keep_old)

    assert client.get(reverse("patients:list")).status_code == page
    assert caller.get("/api/v1/patients").status_code == endpoint


@pytest.mark.parametrize("keep_old", [True, False])
def test_links_in_old_letters_hold_as_long(rotate: Callable[..., None], keep_old: bool) -> None:
    person = uuid7()
    link = opt_out_token("patient", person)
    rotate(keep_old=keep_old)

    assert read_opt_out(link) == (Person("patient", person) if keep_old else None)
