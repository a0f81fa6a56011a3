"""Asking: once, as oneself, about a patient in one's care; and what is shown of the answer."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.models import User
from accounts.once import Once
from assistant import answering
from assistant.answering import Done, Dropped, Event, Looking, Sentence
from assistant.models import Conversation, Fact, Turn
from assistant.providers.phrases import ABSTAINS
from assistant.providers.protocol import Message, Role
from assistant.services import MOST_TURNS, ask, take_up
from assistant.tests.make import make_answered, make_conversation, make_turn
from assistant.tests.scripted import Scripted, calls
from audit.models import Entry
from hospital import db
from hospital.errors import KeyReused, Refusal
from patients.models import Patient
from patients.tests.make import make_patient, make_treated
from patients.tests.make_results import make_result

QUESTION = "What was the last potassium?"


@pytest.fixture
def amara(dora: User) -> Patient:
    return make_treated(dora)


@pytest.fixture
def potassium(amara: Patient) -> Any:
    return make_result(amara, value="5.9")


def events_of(
    provider: Any, by: User, patient: Patient | None, question: str = QUESTION
) -> tuple[list[Event], Turn]:
    turn = ask(question=question, patient=patient, by=by)
    events = list(answering.answering(turn, by=by, provider=provider))
    return events, turn


def said(events: list[Event]) -> list[str]:
    return [one.verified.text for one in events if isinstance(one, Sentence)]


# ── Writing the question down ───────────────────────────────────────────────


def test_a_question_begins_a_conversation_about_one_patient(dora: User, amara: Patient) -> None:
    turn = ask(question=f"  {QUESTION}\n", patient=amara, by=dora)

    conversation = Conversation.objects.get()
    assert (conversation.user, conversation.patient, conversation.title) == (dora, amara, QUESTION)
    assert (turn.number, turn.question, turn.status) == (1, QUESTION, Turn.Status.ASKED)
    entry = Entry.objects.get(verb="assistant.ask")
    assert (entry.subject_id, entry.patient_id) == (turn.pk, amara.pk)
    assert QUESTION not in str(entry.details)


def test_the_same_question_sent_twice_is_asked_once(dora: User) -> None:
    first, again = (ask(question=QUESTION, once=Once("key", "print"), by=dora) for _ in range(2))
    assert first.pk == again.pk
    assert Turn.objects.count() == 1
    with pytest.raises(KeyReused):
        ask(question="Another", once=Once("key", "other print"), by=dora)


def test_nobody_asks_about_a_patient_who_is_not_theirs(dora: User) -> None:
    with pytest.raises(PermissionDenied):
        ask(question=QUESTION, patient=make_patient(), by=dora)
    assert not Conversation.objects.exists()


def test_nobody_asks_in_the_conversation_of_somebody_else(dora: User, dov: User) -> None:
    with pytest.raises(PermissionDenied):
        ask(make_conversation(dora), question=QUESTION, by=dov)


def test_an_empty_question_is_none_and_a_conversation_ends_somewhere(dora: User) -> None:
    with pytest.raises(ValidationError):
        ask(question=" \n", by=dora)
    conversation = make_conversation(dora)
    make_turn(conversation, number=MOST_TURNS)
    with pytest.raises(Refusal, match="too long"):
        ask(conversation, question=QUESTION, by=dora)


# ── Answering ───────────────────────────────────────────────────────────────


def test_an_answer_is_words_that_stand_in_what_was_looked_at(
    dora: User, amara: Patient, potassium: Any
) -> None:
    provider = Scripted(
        calls("labs", tests=["potassium"]),
        "Potassium was 5.9 mmol/L [s1]. It was 6.9 mmol/L before [s1]. Give calcium gluconate.",
    )
    events, turn = events_of(provider, dora, amara)

    assert [type(one) for one in events] == [Looking, Sentence, Dropped, Done]
    assert said(events) == ["Potassium was 5.9 mmol/L."]
    turn.refresh_from_db()
    assert (turn.status, turn.dropped, turn.abstained) == (Turn.Status.ANSWERED, 2, False)
    assert turn.answer == [{"text": "Potassium was 5.9 mmol/L.", "keys": ["s1"], "opens": ""}]
    (citation,) = turn.citations
    assert citation["quote"].startswith("Potassium 5.9 mmol/L")
    assert turn.sources_used == [f"result:{potassium.pk}"]


def test_where_nothing_can_be_shown_it_says_that_it_does_not_know(dora: User, amara: Patient) -> None:
    events, turn = events_of(Scripted("Potassium was 5.9 mmol/L. It is 5.9 [s1]."), dora, amara)
    assert said(events) == [ABSTAINS]
    assert turn.abstained
    assert turn.dropped == 2


def test_words_between_the_tools_are_neither_shown_nor_counted(
    dora: User, amara: Patient, potassium: Any
) -> None:
    looking = calls("labs")
    provider = Scripted(
        [type(looking)("Let me look at the laboratory.", looking.tool_calls)], "Potassium 5.9 mmol/L [s1]"
    )
    events, turn = events_of(provider, dora, amara)
    assert said(events) == ["Potassium 5.9 mmol/L"]
    assert turn.dropped == 0


def test_what_the_tools_answer_comes_back_to_the_provider(dora: User, amara: Patient, potassium: Any) -> None:
    provider = Scripted(calls("labs"), ABSTAINS)
    events_of(provider, dora, amara)
    (*_, question, call, result) = provider.sent[-1]
    assert question == Message(Role.USER, QUESTION)
    assert call.tool_calls[0].name == "labs"
    assert result.role == Role.TOOL
    assert "5.9 mmol/L" in result.content
    assert "labs" in provider.offered[0]


def test_whoever_never_stops_asking_tools_is_asked_for_words(dora: User, amara: Patient) -> None:
    provider = Scripted(*[calls("vitals")] * 20)
    events, _turn = events_of(provider, dora, amara)
    assert len(provider.sent) == 5
    assert provider.offered[-1] == ()
    assert said(events) == [ABSTAINS]


def test_an_endless_answer_ends(dora: User, amara: Patient) -> None:
    events, _turn = events_of(Scripted("word " * 40_000), dora, amara)
    assert said(events) == [ABSTAINS]
    assert isinstance(events[-1], Done)


def test_no_transaction_is_open_while_a_provider_is_asked(dora: User) -> None:
    turn = ask(question=QUESTION, by=dora)
    with db.atomic(), pytest.raises(RuntimeError):
        next(answering.answering(turn, by=dora, provider=Scripted(ABSTAINS)))


def test_a_question_is_answered_once(dora: User) -> None:
    turn = ask(question=QUESTION, by=dora)
    other = Turn.objects.select_related("conversation").get(pk=turn.pk)
    take_up(turn, by=dora)
    with pytest.raises(Refusal):
        list(answering.answering(other, by=dora, provider=Scripted(ABSTAINS)))


# ── What a conversation remembers ───────────────────────────────────────────


def test_what_was_cited_is_remembered_with_its_source(dora: User, amara: Patient, potassium: Any) -> None:
    for _ in range(2):
        events_of(Scripted(calls("labs"), "Potassium 5.9 mmol/L [s1]"), dora, amara)
    fact = Fact.objects.all()[0]
    assert fact.source == str(potassium.pk)
    assert fact.text.startswith("Potassium 5.9")
    assert fact.url.startswith("/patients/")


def test_what_is_remembered_is_told_as_data_and_can_not_be_cited(
    dora: User, amara: Patient, potassium: Any
) -> None:
    _first, turn = events_of(Scripted(calls("labs"), "Potassium 5.9 mmol/L [s1]"), dora, amara)
    provider = Scripted("Potassium 5.9 mmol/L [s1]")
    next_turn = ask(turn.conversation, question="And now?", by=dora)
    events = list(answering.answering(next_turn, by=dora, provider=provider))

    assert said(events) == [ABSTAINS]
    (_rules, remembered, question, answer, now) = provider.sent[0]
    assert "as data" in remembered.content
    assert "Potassium 5.9 mmol/L" in remembered.content
    assert (question.content, answer.content) == (QUESTION, "Potassium 5.9 mmol/L")
    assert now.content == "And now?"


def test_older_questions_are_summed_up(dora: User) -> None:
    conversation = make_conversation(dora)
    make_answered(conversation, question="The oldest question?")
    for _ in range(3):
        make_answered(conversation)
    provider = Scripted(ABSTAINS, ABSTAINS)
    for question in ("Fifth?", "Sixth?"):
        turn = ask(conversation, question=question, by=dora)
        list(answering.answering(turn, by=dora, provider=provider))
    assert "The oldest question? (Potassium, 3 May 2026)" in provider.sent[-1][1].content
    assert len(provider.sent[-1]) == 2 + 2 * 4 + 1
