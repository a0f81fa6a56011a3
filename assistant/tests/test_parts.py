"""The page of health tells how the index of passages and the provider of words are doing."""

import socket
from typing import Any

import pytest

from accounts.models import User
from analytics.health import State
from analytics.health.register import checks
from assistant.choosing.choosing import configured
from assistant.models import Disclosure
from assistant.parts import provider, vector_store


def test_both_are_among_the_parts_that_are_watched() -> None:
    assert {"vector store", "provider"} <= {one.name for one in checks()}


def test_without_an_index_it_says_so(settings: Any) -> None:
    settings.CHROMA_URL = ""
    assert vector_store().state == State.WARNING


def test_an_index_that_is_away_is_down(settings: Any) -> None:
    with socket.socket() as taken:  # bound, and nobody listens
        taken.bind(("127.0.0.1", 0))
        settings.CHROMA_URL = f"http://127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(Exception, match="refused"):
            vector_store()


def sent(by: User, outcome: str) -> None:
    outside = configured()
    assert outside is not None
    Disclosure(
        provider=outside.name,
        model="m",
        purpose=Disclosure.Purpose.ASK,
        user=by,
        sha256="0" * 64,
        size=1,
        outcome=outcome,
    ).add()


@pytest.mark.parametrize(
    ("outcomes", "state"),
    [
        ([], State.UNKNOWN),
        (["answered"], State.OK),
        (["failed", "answered"], State.WARNING),
        (["failed", "failed"], State.DOWN),
    ],
)
def test_a_provider_outside_is_judged_by_what_it_answered(
    dora: User, settings: Any, outcomes: list[str], state: State
) -> None:
    assert provider().state == State.OK  # the built-in one
    settings.ASSISTANT_PROVIDER, settings.OPENAI_API_KEY = "openai", "k"
    for outcome in outcomes:
        sent(dora, outcome)
    assert provider().state == state
