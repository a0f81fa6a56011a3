"""With the index refused, hung, slow or talking garbage, a search answers soon and says what is missing."""

import json
import time
from collections.abc import Callable
from socket import socket
from typing import Any

import pytest

from accounts.models import User
from assistant import indexing
from assistant.models import Guideline, Passage
from assistant.retrieval import search, store
from assistant.tests.chroma import (
    answering,
    answers_with,
    free_port,
    hangs_up,
    never_ends,
    says_nothing,
    talks_garbage,
)
from assistant.tests.make_guidelines import make_guideline
from patients.models import Patient
from patients.tests.make import make_treated
from patients.tests.make_notes import make_signed

pytestmark = pytest.mark.django_db
ASKED = "How much ascorbic acid is given in scurvy?"
ILL: dict[str, Callable[[socket], None]] = {
    "says nothing": says_nothing,
    "hangs up": hangs_up,
    "talks garbage": talks_garbage,
    "never ends": never_ends,
    "an error": answers_with(b"{}", b"500 Internal Server Error"),
    "unknown": answers_with(b"{}", b"404 Not Found"),
    "another place": answers_with(b"", b"302 Found"),
    "no JSON": answers_with(b"<html>"),
    "a list": answers_with(b"[]"),
    "nonsense": answers_with(
        json.dumps({"id": "x", "ids": [["a"]], "distances": [[None]], "metadatas": [[1]]}).encode()
    ),
    "too much": answers_with(b" " * (store.LARGEST_ANSWER + 10)),
}


@pytest.fixture
def guideline(adam: User) -> Guideline:
    """As it is when it was indexed."""
    made = make_guideline(by=adam)
    Guideline.objects.update(status="indexed")
    said = ("Give ascorbic acid 250 mg four times daily.", "Scurvy has no other cause.", "Sail on.")
    Passage.objects.bulk_create(
        Passage(id=f"{made.pk}:{number}", guideline=made, number=number, heading="Treatment", text=text)
        for number, text in enumerate(said)
    )
    return made


@pytest.fixture
def impatient(monkeypatch: Any) -> None:
    monkeypatch.setattr(store, "ANSWERS_WITHIN", 0.3)


@pytest.mark.parametrize("illness", ILL)
def test_an_ill_index_is_not_waited_for(
    illness: str, guideline: Guideline, nora: User, settings: Any, impatient: None
) -> None:
    with answering(ILL[illness]) as settings.CHROMA_URL:
        begun = time.monotonic()
        with pytest.raises(store.StoreAway):
            store.nearest([0.1] * 384, most=3)
        assert time.monotonic() - begun < 2
        begun = time.monotonic()
        with pytest.raises(store.StoreAway, match="a moment ago"):  # it is left alone for a while
            store.nearest([0.1] * 384, most=3)
        assert time.monotonic() - begun < 0.1
        store.forget_trouble()


@pytest.mark.parametrize(
    "address", ["", "http://127.0.0.1:{port}", "http://[", "ftp://127.0.0.1", "nonsense"]
)
def test_without_an_index_words_are_searched_and_that_is_said(
    address: str, guideline: Guideline, nora: User, settings: Any
) -> None:
    settings.CHROMA_URL = address.format(port=free_port())
    found = search(ASKED, by=nora)
    assert "cannot be reached: only what has the words" in found.missing
    assert [one.text for one in found.passages] == [
        "Give ascorbic acid 250 mg four times daily.",
        "Scurvy has no other cause.",
    ]
    assert 1 >= found.passages[0].score > found.passages[1].score > 0
    assert search("zzz", by=nora).passages == ()


def test_a_chart_is_searched_by_words_by_those_who_may(dora: User, dov: User) -> None:
    patient: Patient = make_treated(dora)
    make_signed(patient, by=dora)
    found = search("Are there crackles?", by=dora, patient=patient)
    assert found.passages[0].text == "38.4 °C. Crackles over the right lower lobe."
    assert search("Are there crackles?", by=dov, patient=patient).passages == ()


def test_the_worker_waits_and_goes_on_later(guideline: Guideline, settings: Any) -> None:
    Guideline.objects.update(status="waiting")
    settings.CHROMA_URL = f"http://127.0.0.1:{free_port()}"
    assert indexing.sweep(5).is_away
    assert not indexing.sweep(5).is_taken  # the turn was given back
