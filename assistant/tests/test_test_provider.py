"""Administrators see how the provider of words stands, and test the connection to it."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from assistant.choosing.choosing import HARMLESS
from assistant.models import Disclosure
from assistant.providers import retrying
from assistant.services.disclosing import TESTS_PER_MINUTE
from assistant.tests.outside import a_provider_outside
from hospital import checks
from hospital.tests.queries import counted

pytestmark = pytest.mark.mongo_slow("pages are the same there")
PAGE = "assistant:provider"
TEST = "assistant:test_provider"


def page_of(client: Client, user: User, name: str = PAGE) -> str:
    client.force_login(user)
    response = client.get(reverse(name)) if name == PAGE else client.post(reverse(name))
    assert response.status_code == 200
    return response.content.decode()


def test_the_built_in_has_nothing_to_test(client: Client, adam: User) -> None:
    assert "In this house" in page_of(client, adam)
    assert "Nothing to test." in page_of(client, adam, TEST)


def test_how_it_stands(client: Client, adam: User, settings: Any) -> None:
    with a_provider_outside(settings) as server:
        settings.OPENAI_API_KEY = "sk-secret"
        client.force_login(adam)
        with counted(at_most=5):
            page = client.get(reverse(PAGE)).content.decode()
    for text in ("OpenAI", "wire-1", server.base_url, "200,000", "Closed: it is asked"):
        assert text in page
    assert "sk-secret" not in page


def test_a_connection_that_works(client: Client, adam: User, settings: Any) -> None:
    with a_provider_outside(settings) as server:
        page = page_of(client, adam, TEST)
        (received,) = server.received
    assert [one["content"] for one in received.data["messages"]] == [HARMLESS]
    assert "It answered after" in page
    assert "ready" in page
    assert Disclosure.objects.get().purpose == "test"


@pytest.mark.parametrize(
    ("behaviour", "advice"),
    [("garbage", "does not speak this protocol"), ("closes", "Nothing answers there")],
)
def test_what_to_look_at_when_it_fails(
    client: Client, adam: User, settings: Any, monkeypatch: pytest.MonkeyPatch, behaviour: str, advice: str
) -> None:
    monkeypatch.setattr(retrying, "FIRST_WAIT", 0.01)
    with a_provider_outside(settings) as server:
        server.then(*[getattr(server, behaviour)] * 3)
        page = page_of(client, adam, TEST)
    assert advice in page
    assert "unreachable" in page or "garbage" in page


def test_a_wrong_key(client: Client, adam: User, settings: Any) -> None:
    with a_provider_outside(settings) as server:
        server.then(server.fails(401))
        assert "Look at the key" in page_of(client, adam, TEST)


def test_nothing_is_sent_while_the_switch_is_off(client: Client, adam: User, settings: Any) -> None:
    with a_provider_outside(settings) as server:
        settings.ASSISTANT_OUTSIDE = False
        assert "does not allow" in page_of(client, adam, TEST)
        assert server.received == []


def test_too_many_tests_are_refused(client: Client, adam: User, settings: Any) -> None:
    with a_provider_outside(settings) as server:
        for _ in range(TESTS_PER_MINUTE):
            page_of(client, adam, TEST)
        response = client.post(reverse(TEST))
        assert response.status_code == 429
        assert "Wait a little" in response.content.decode()
        assert len(server.received) == TESTS_PER_MINUTE


def test_it_is_for_administrators(client: Client, dora: User) -> None:
    client.force_login(dora)
    assert client.get(reverse(PAGE)).status_code == 403
    assert client.post(reverse(TEST)).status_code == 403


@pytest.mark.parametrize(
    ("name", "value"),
    [("ASSISTANT_PROVIDER", "telepathy"), ("ASSISTANT_PROVIDER", "gemini"), ("ASSISTANT_TIMEOUT", 900)],
)
def test_a_wrong_setting_stops_the_start(settings: Any, name: str, value: Any) -> None:
    assert checks.the_assistant_is_known() == []
    setattr(settings, name, value)
    (found,) = checks.the_assistant_is_known()
    assert found.id == "hospital.E007"
