"""Answering when something goes wrong: a provider that fails, an asker who stops, a conversation that is erased."""

from datetime import timedelta
from typing import Any

import pytest

from accounts.models import User
from assistant import answering
from assistant.answering import Done, Notice, Sentence, Waiting, loop
from assistant.models import Conversation, Turn
from assistant.providers.phrases import ABSTAINS
from assistant.providers.protocol import Failed, ProviderFailure, Reply
from assistant.services import ask, erase_conversation, stop_answer, take_up
from assistant.tests.scripted import Scripted, calls
from hospital import clock
from hospital.errors import Refusal
from patients.models import Patient
from patients.tests.make import make_treated
from patients.tests.make_results import make_result, starter_set

QUESTION = "What was the last potassium?"
WORDS = "Potassium 5.9 mmol/L [s1].\n"


@pytest.fixture
def amara(dora: User) -> Patient:
    patient = make_treated(dora)
    make_result(patient, value="5.9")
    return patient


@pytest.fixture
def turn(dora: User, amara: Patient) -> Turn:
    return ask(question=QUESTION, patient=amara, by=dora)


@pytest.fixture
def at_every_word(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop, "ASK_WHETHER_TO_STOP_EVERY", 0.0)


def said(events: Any) -> list[str]:
    return [one.verified.text for one in events if isinstance(one, Sentence)]


def seen_by_another(turn: Turn) -> Turn:
    again: Turn = Turn.objects.select_related("conversation").get(pk=turn.pk)
    return again


@pytest.mark.parametrize("code", [Failed.TIMEOUT, Failed.BUDGET])
def test_where_a_provider_fails_the_built_in_one_answers_and_says_so(
    turn: Turn, dora: User, code: Failed
) -> None:
    starter_set()
    outside = Scripted(ProviderFailure(code), name="Elsewhere", is_outside=True)
    events = list(answering.answering(turn, by=dora, provider=outside))

    assert any(isinstance(one, Notice) and "Elsewhere" in one.text for one in events)
    assert any(text.startswith("Potassium 5.9 mmol/L") for text in said(events))
    turn.refresh_from_db()
    assert (turn.status, turn.provider) == (Turn.Status.ANSWERED, "built-in")
    assert "Elsewhere" in turn.notice


def test_what_was_verified_before_a_failure_stays(turn: Turn, dora: User) -> None:
    provider = Scripted(calls("labs"), [Reply(WORDS), ProviderFailure(Failed.TIMEOUT)], name="Elsewhere")
    events = list(answering.answering(turn, by=dora, provider=provider))
    assert said(events)[0] == "Potassium 5.9 mmol/L."
    assert turn.status == Turn.Status.ANSWERED


def test_a_provider_that_says_nothing_has_failed(turn: Turn, dora: User) -> None:
    events = list(answering.answering(turn, by=dora, provider=Scripted([], name="Mute")))
    assert any(isinstance(one, Notice) for one in events)
    assert turn.provider == "built-in"


def test_an_answer_is_stopped_between_two_words(turn: Turn, dora: User, at_every_word: None) -> None:
    def stop() -> None:
        stop_answer(seen_by_another(turn), by=dora)

    provider = Scripted(calls("labs"), [Reply(WORDS), stop, Reply("More. " * 50)])
    events = list(answering.answering(turn, by=dora, provider=provider))

    assert said(events) == ["Potassium 5.9 mmol/L."]
    assert isinstance(events[-1], Done)
    assert provider.was_closed
    turn.refresh_from_db()
    assert turn.stopped
    assert turn.said == "Potassium 5.9 mmol/L."


def test_whoever_goes_away_ends_the_stream_of_the_provider(turn: Turn, dora: User) -> None:
    provider = Scripted(calls("labs"), WORDS + "More words. " * 50)
    events = answering.answering(turn, by=dora, provider=provider)
    next(one for one in events if isinstance(one, Sentence))
    events.close()  # type: ignore[attr-defined]

    assert provider.was_closed
    turn.refresh_from_db()
    assert turn.stopped
    assert turn.answer[0]["text"] == "Potassium 5.9 mmol/L."


def test_while_nothing_can_be_shown_it_is_noticed_whether_anybody_listens(
    turn: Turn, dora: User, at_every_word: None
) -> None:
    provider = Scripted("Words of no source. " * 50)
    events = answering.answering(turn, by=dora, provider=provider)
    assert isinstance(next(events), Waiting)
    events.close()  # type: ignore[attr-defined]
    assert provider.was_closed


def test_a_question_that_nobody_has_taken_up_is_stopped_at_once(turn: Turn, dora: User) -> None:
    stop_answer(turn, by=dora)
    assert turn.stopped
    with pytest.raises(Refusal):
        take_up(turn, by=dora)


def test_an_answer_that_is_over_is_not_stopped(turn: Turn, dora: User) -> None:
    list(answering.answering(turn, by=dora, provider=Scripted(ABSTAINS)))
    stop_answer(turn, by=dora)
    turn.refresh_from_db()
    assert turn.status == Turn.Status.ANSWERED


def test_a_conversation_that_is_erased_meanwhile_stays_erased(turn: Turn, dora: User) -> None:
    def erase() -> None:
        erase_conversation(Conversation.objects.get(), by=dora)

    provider = Scripted(calls("labs"), [Reply(WORDS), erase, Reply("More. ")])
    list(answering.answering(turn, by=dora, provider=provider))
    assert not Turn.objects.exists()


def test_what_nobody_foresaw_leaves_the_question_to_be_tried_again(turn: Turn, dora: User) -> None:
    def broken() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        list(answering.answering(turn, by=dora, provider=Scripted([broken])))
    turn.refresh_from_db()
    assert turn.status == Turn.Status.FAILED
    list(answering.answering(turn, by=dora, provider=Scripted(ABSTAINS)))
    assert turn.status == Turn.Status.ANSWERED


def test_an_answer_whose_process_was_killed_is_begun_anew_after_a_while(
    turn: Turn, dora: User, time_machine: Any
) -> None:
    take_up(turn, by=dora)
    again = seen_by_another(turn)
    with pytest.raises(Refusal, match="being answered"):
        take_up(again, by=dora)
    time_machine.move_to(clock.now() + timedelta(seconds=301))
    assert take_up(again, by=dora).status == Turn.Status.ANSWERING
