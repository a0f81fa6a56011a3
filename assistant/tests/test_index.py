"""What is uploaded is found; what is retired is not; and whoever stops in the middle goes on there."""

import re
from datetime import timedelta
from io import StringIO
from typing import Any

import httpx
import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from assistant import files, indexing
from assistant.embedding import NAME
from assistant.indexing import guidelines
from assistant.indexing.writer import HELD_FOR, LostClaim, Over, claim
from assistant.models import Guideline, IndexPlace, Passage
from assistant.retrieval import search, store
from assistant.services import edit_guideline, index_guideline_again, retire_guideline
from assistant.tests.make_guidelines import BURNS, SCURVY, again, indexed, make_guideline
from hospital import clock

pytestmark = pytest.mark.django_db
ASKED = "How much ascorbic acid is given in scurvy?"


def test_a_guideline_is_found_at_its_passage(index: str, adam: User, nora: User) -> None:
    guideline = indexed(make_guideline(by=adam))
    assert (guideline.status, guideline.passages_done, guideline.passages_total) == ("indexed", 3, 3)
    indexed(make_guideline(by=adam, text=BURNS, title="Burns"))
    found = search(ASKED, by=nora)
    first = found.passages[0]
    assert found.missing == ""
    assert (first.kind, first.title, first.heading, first.patient) == (
        "guideline",
        "Scurvy at sea",
        "Treatment",
        "",
    )
    assert (
        first.text
        == "Give ascorbic acid 250 mg by mouth four times daily for 7 days. Bleeding gums heal within days."
    )
    assert first.url == Passage.objects.get(pk=first.subject).get_absolute_url()
    assert 1 > first.score > found.passages[-1].score > 0
    assert first.source("s1").key == "s1"


def test_what_waits_to_be_indexed_is_said_until_it_can_be_found(index: str, adam: User, nora: User) -> None:
    guideline = make_guideline(by=adam)
    waits = "1 guideline is still waiting to be indexed: nothing of it was found."
    assert search(ASKED, by=nora).missing == waits
    indexed(guideline)
    assert search(ASKED, by=nora).missing == ""


def test_a_list_of_sources_answers_nothing(index: str, adam: User, nora: User) -> None:
    indexed(make_guideline(by=adam))
    assert store.count() == 2
    found = str(search("Who wrote a treatise of the scurvy in 1753?", by=nora))
    assert re.search(r"\b1753\b", found) is None  # an id may have these digits in it


def test_the_index_keeps_ids_and_no_words(index: str, adam: User) -> None:
    guideline = indexed(make_guideline(by=adam))
    near = store.nearest([0.1] * 384, most=10)
    assert {one.id for one in near} == {f"{guideline.pk}:0", f"{guideline.pk}:1"}
    assert all(
        dict(one.facts) == {"kind": "guideline", "subject": str(guideline.pk), "patient": ""} for one in near
    )


def test_what_is_retired_is_gone_at_once_and_its_vectors_with_the_next_turn(
    index: str, adam: User, nora: User
) -> None:
    guideline = indexed(make_guideline(by=adam))
    retire_guideline(guideline, reason="Out of date", by=adam)
    assert search(ASKED, by=nora).passages == ()
    assert store.count() == 2
    assert indexed(guideline).has_vectors is False
    assert store.count() == 0
    assert Passage.objects.count() == 3  # answers of earlier can still be read


def test_a_new_title_is_indexed_anew(index: str, adam: User, nora: User) -> None:
    guideline = indexed(make_guideline(by=adam))
    edit_guideline(guideline, title="Barlow’s disease", by=adam)
    assert again(guideline).status == "waiting"
    indexed(guideline)
    assert search("Barlow’s disease", by=nora).passages[0].title == "Barlow’s disease"
    assert store.count() == 2


def test_whoever_may_not_ask_finds_nothing(index: str, adam: User, carl: User) -> None:
    indexed(make_guideline(by=adam))
    assert search(ASKED, by=carl).passages == ()
    assert search("   ", by=adam).passages == ()


def test_what_cannot_be_read_says_why(index: str, adam: User) -> None:
    guideline = make_guideline(by=adam)
    files.path_of(guideline.key).unlink()
    failed = indexed(guideline)
    assert (failed.status, failed.problem[:22]) == ("failed", "No text was found in i")
    index_guideline_again(failed, by=adam)
    files.write(failed.key, SCURVY.encode())
    assert indexed(failed).status == "indexed"


def test_what_takes_a_worker_down_is_not_tried_for_ever(index: str, adam: User) -> None:
    guideline = make_guideline(by=adam)
    Guideline.objects.filter(pk=guideline.pk).update(tries=guidelines.MOST_TRIES)
    assert indexed(guideline).status == "failed"


def test_what_was_begun_goes_on_where_it_stopped(
    index: str, adam: User, monkeypatch: Any, settings: Any
) -> None:
    monkeypatch.setattr(guidelines, "AT_A_TIME", 2)
    guideline = make_guideline(by=adam)
    turn = claim(30)
    assert turn is not None
    steps = guidelines.index(turn)
    next(steps)
    next(steps)
    turn.give_back()
    assert (again(guideline).passages_done, again(guideline).passages_total) == (2, 3)
    settings.CHROMA_URL = "http://127.0.0.1:9"
    store.forget_trouble()
    assert indexing.sweep(30).is_away
    assert "goes on by itself" in again(guideline).problem
    settings.CHROMA_URL = index
    store.forget_trouble()
    assert (indexed(guideline).status, again(guideline).problem) == ("indexed", "")


def test_an_empty_store_is_filled_again(index: str, adam: User, nora: User) -> None:
    guideline = indexed(make_guideline(by=adam))
    store.begin_again()
    assert search(ASKED, by=nora).passages == ()
    assert indexed(guideline).status == "indexed"
    assert search(ASKED, by=nora).passages


def test_what_another_process_has_thrown_away_is_made_anew(index: str, adam: User, nora: User) -> None:
    guideline = indexed(make_guideline(by=adam))
    for shelf in store.Shelf:
        httpx.delete(f"{index}{store.PLACE}/{shelf}-{NAME}", trust_env=False)
    found = search(ASKED, by=nora)
    assert (found.passages, found.missing) == ((), "")
    assert indexed(guideline).status == "indexed"
    assert search(ASKED, by=nora).passages


def test_the_command_says_how_far_it_is(index: str, adam: User, settings: Any) -> None:
    make_guideline(by=adam)
    said = StringIO()
    call_command("reindex_assistant", stdout=said)
    assert "Scurvy at sea: 3 of 3 passages" in said.getvalue()
    assert "Done" in said.getvalue()
    turn = claim(30)
    assert turn is not None
    with pytest.raises(CommandError, match="The worker is writing"):
        call_command("reindex_assistant")
    turn.give_back()
    settings.CHROMA_URL = ""
    with pytest.raises(CommandError, match="cannot be reached"):
        call_command("reindex_assistant")


# ── One writer ──────────────────────────────────────────────────────────────


def test_only_one_has_the_turn_until_it_is_silent_for_too_long() -> None:
    first = claim(30)
    assert first is not None
    assert claim(30) is None
    assert indexing.sweep(30).is_taken
    first.step()
    IndexPlace.objects.update(claimed_until=clock.now() - timedelta(seconds=1))
    second = claim(30)
    assert second is not None
    with pytest.raises(LostClaim):
        first.step()
    first.give_back()  # of what is no longer its own: nothing happens
    until = IndexPlace.objects.get().claimed_until
    assert until is not None
    assert until > clock.now() + HELD_FOR / 2
    second.give_back()
    assert claim(0) is not None


def test_a_turn_ends_in_time() -> None:
    turn = claim(0)
    assert turn is not None
    with pytest.raises(Over):
        turn.step()
