"""The doors of asking: the page with and without a stream, and the API."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from assistant import streaming
from assistant.models import Conversation, Turn
from assistant.providers.phrases import ABSTAINS
from assistant.tests.make import make_answered, make_conversation, make_fact, make_turn
from assistant.tests.make_guidelines import make_guideline
from audit.models import Entry
from hospital.tests.queries import counted
from patients.models import Patient
from patients.tests.make import make_patient, make_treated

RAIN = "Does it rain?"  # of which the built-in provider knows nothing
CHAT = "/api/v1/ai/chat"


@pytest.fixture
def amara(dora: User) -> Patient:
    return make_treated(dora)


@pytest.fixture
def pages(dora: User, client: Client) -> Client:
    client.force_login(dora)
    return client


def posted(client: Client, url: str, question: str = RAIN, **more: Any) -> Any:
    return client.post(url, {"question": question, "nonce": "a" * 32}, **more)


def streamed(client: Any, url: str, **body: Any) -> list[tuple[str, Any]]:
    answer = client.post(url, body, headers={"Accept": streaming.EVENT_STREAM})
    assert answer.headers["Content-Type"] == streaming.EVENT_STREAM
    text = b"".join(answer.streaming_content).decode()
    answer.close()
    told = [
        (
            part.split("\n")[0].removeprefix("event: "),
            json.loads(part.split("\n", 1)[1].removeprefix("data: ")),
        )
        for part in text.strip().split("\n\n")
        if not part.startswith(":")  # it only says that the line is open
    ]
    return [one for one in told if one[0] != "looking"]


# ── Pages ───────────────────────────────────────────────────────────────────


def test_without_javascript_the_page_brings_the_whole_answer(pages: Client, amara: Patient) -> None:
    answer = posted(pages, reverse("assistant:begin_about", args=[amara.pk]))
    conversation = Conversation.objects.get()
    assert answer.headers["Location"] == f"{conversation.get_absolute_url()}#turn-1"
    shown = pages.get(conversation.get_absolute_url()).content.decode()
    assert "I don&#x27;t know from these sources." in shown
    assert amara.full_name in shown
    assert "Allergies" in shown


def test_the_same_form_sent_twice_asks_once(pages: Client) -> None:
    first, again = (posted(pages, reverse("assistant:begin")) for _ in range(2))
    assert first.headers["Location"] == again.headers["Location"]
    assert Turn.objects.count() == 1


def test_an_empty_question_is_said_to_be_empty_and_nothing_is_asked(pages: Client) -> None:
    answer = posted(pages, reverse("assistant:begin"), " ")
    assert answer.status_code == 422
    assert b"Write what you want to know" in answer.content
    assert not Conversation.objects.exists()


def test_a_streamed_answer_begins_with_the_question_and_ends_with_its_foot(pages: Client) -> None:
    events = streamed(pages, reverse("assistant:begin"), question="<b>Hello", nonce="a" * 32)
    assert [name for name, _data in events] == ["begun", "notice", "sentence", "done"]
    begun, _no_index, sentence, done = (data for _name, data in events)
    assert begun["url"] == Conversation.objects.get().get_absolute_url()
    assert 'aria-live="polite"' in begun["html"]
    assert "&lt;b&gt;Hello" in begun["html"]
    assert 'class="said"' in sentence["html"]
    assert "built-in rules" in done["html"]


def test_a_question_sent_again_is_streamed_as_it_was_answered(pages: Client) -> None:
    form = {"question": RAIN, "nonce": "a" * 32}
    first, again = (streamed(pages, reverse("assistant:begin"), **form) for _ in range(2))
    assert [one for one in first if one[0] == "sentence"] == [one for one in again if one[0] == "sentence"]
    assert Turn.objects.count() == 1


def test_with_all_streams_taken_the_question_is_kept_and_answered_whole(
    pages: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streaming, "STREAMS", streaming.Seats(0 + 1))
    assert streaming.STREAMS.take()
    busy = posted(pages, reverse("assistant:begin"), headers={"Accept": streaming.EVENT_STREAM})
    assert (busy.status_code, busy.headers["Retry-After"]) == (503, "2")
    assert Turn.objects.get().status == Turn.Status.ASKED
    posted(pages, reverse("assistant:begin"))
    assert Turn.objects.get().status == Turn.Status.ANSWERED


def test_a_stream_gives_its_seat_back_even_if_nobody_reads_it(
    pages: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streaming, "STREAMS", streaming.Seats(1))
    answer = posted(pages, reverse("assistant:begin"), headers={"Accept": streaming.EVENT_STREAM})
    answer.close()
    assert streaming.STREAMS.take()


def test_with_all_seats_taken_a_whole_answer_waits_for_its_asker(
    pages: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streaming, "WHOLE", streaming.Seats(1))
    assert streaming.WHOLE.take()
    shown = pages.post(reverse("assistant:begin"), {"question": RAIN, "nonce": "b" * 32}, follow=True)
    assert b"Answer it now" in shown.content
    streaming.WHOLE.give_back()
    turn = Turn.objects.get()
    pages.post(reverse("assistant:answer", args=[turn.conversation_id, turn.pk]))
    turn.refresh_from_db()
    assert turn.status == Turn.Status.ANSWERED


def test_an_answer_is_stopped_from_the_page(pages: Client, dora: User) -> None:
    turn = make_turn(make_conversation(dora))
    pages.post(reverse("assistant:stop", args=[turn.conversation_id, turn.pk]))
    turn.refresh_from_db()
    assert turn.stopped


def test_a_question_of_another_conversation_is_not_found(pages: Client, dora: User, dov: User) -> None:
    stray = make_turn(make_conversation(dov))
    own = make_conversation(dora)
    for name in ("stop", "answer"):
        assert pages.post(reverse(f"assistant:{name}", args=[own.pk, stray.pk])).status_code == 404


def test_nobody_comes_to_the_conversation_of_somebody_else(pages: Client, dov: User) -> None:
    other = make_conversation(dov)
    assert pages.get(other.get_absolute_url()).status_code == 404
    assert posted(pages, reverse("assistant:go_on", args=[other.pk])).status_code == 404
    assert Entry.objects.filter(verb="assistant.view_conversation", outcome=Entry.Outcome.DENIED).exists()


def test_about_a_patient_who_is_not_in_care_nothing_is_asked(pages: Client) -> None:
    stranger = make_patient()
    ask = reverse("assistant:begin_about", args=[stranger.pk])
    assert posted(pages, ask).status_code == 404
    assert not Turn.objects.exists()
    shown = pages.get(reverse("assistant:of_patient", args=[stranger.pk]))
    assert shown.headers["Location"].endswith("#declare")


def test_each_page_costs_the_same_whatever_was_asked(pages: Client, dora: User, amara: Patient) -> None:
    conversation = make_conversation(dora, amara)
    for _ in range(5):
        make_answered(conversation)
        make_conversation(dora, amara)
    make_fact(conversation)
    with counted(at_most=5):
        pages.get(reverse("assistant:list"))
    with counted(at_most=8):
        pages.get(reverse("assistant:of_patient", args=[amara.pk]))
    with counted(at_most=8):
        pages.get(conversation.get_absolute_url())


# ── The API ─────────────────────────────────────────────────────────────────


def test_the_api_answers_with_citations_provider_and_whether_it_knew(
    dora: User, amara: Patient, api: Callable[[User], Any]
) -> None:
    answer = api(dora).post(CHAT, {"message": RAIN, "patient": str(amara.pk)}).json()
    assert answer["answer"] == ABSTAINS
    assert answer["citations"] == []
    assert (answer["provider"], answer["abstained"]) == ("built-in", True)
    assert answer["conversation"] == str(Conversation.objects.get(patient=amara).pk)

    further = api(dora).post(CHAT, {"message": RAIN, "conversation": answer["conversation"]}).json()
    assert further["conversation"] == answer["conversation"]
    history = api(dora).get(f"{CHAT}/history?conversation={answer['conversation']}").json()["results"]
    assert [one["number"] for one in history] == [2, 1]
    assert history[0]["message"] == RAIN


def test_citations_stand_in_the_answer_by_their_ids(dora: User, api: Callable[[User], Any]) -> None:
    make_answered(make_conversation(dora))
    (turn,) = api(dora).get(f"{CHAT}/history").json()["results"]
    assert turn["answer"] == "Potassium 5.9 mmol/L. [s1]"
    assert turn["citations"][0]["quote"] == "Potassium 5.9 mmol/L"


def test_the_api_streams_what_it_would_answer(dora: User, api: Callable[[User], Any]) -> None:
    events = streamed(api(dora), CHAT, message=RAIN)
    assert [name for name, _data in events] == ["begun", "notice", "sentence", "done"]
    assert events[2][1] == {"text": ABSTAINS, "opens": "", "citations": []}
    assert events[3][1]["answer"] == ABSTAINS
    assert events[3][1]["notice"] == events[1][1]["text"]  # there is no index


def test_what_is_not_indexed_yet_is_said_with_each_answer(
    pages: Client, dora: User, adam: User, api: Callable[[User], Any]
) -> None:
    make_guideline(by=adam)
    waits = "1 guideline is still waiting to be indexed"
    events = dict(streamed(pages, reverse("assistant:begin"), question=RAIN, nonce="a" * 32))
    assert waits in events["notice"]["text"]
    assert waits in pages.get(Conversation.objects.get().get_absolute_url()).content.decode()
    assert waits in api(dora).post(CHAT, {"message": RAIN}).json()["notice"]


def test_a_key_asks_once(dora: User, api: Callable[[User], Any]) -> None:
    key = {"Idempotency-Key": "one"}
    first, again = (api(dora).post(CHAT, {"message": RAIN}, headers=key).json() for _ in range(2))
    assert first == again
    assert api(dora).post(CHAT, {"message": "Other"}, headers=key).status_code == 422


def test_the_api_refuses_as_pages_do(dora: User, dov: User, api: Callable[[User], Any]) -> None:
    other, stranger = make_conversation(dov), make_patient()
    for body in ({"conversation": str(other.pk)}, {"patient": str(stranger.pk)}):
        assert api(dora).post(CHAT, {"message": RAIN} | body).status_code == 404
    wrong = api(dora).post(CHAT, {"message": RAIN, "patient": "x"}, headers={"Accept": "text/event-stream"})
    assert wrong.status_code == 400
    assert wrong.json()["errors"][0]["field"] == "patient"
    assert not Turn.objects.exists()


def test_with_all_seats_taken_the_api_says_when_to_come_again(
    dora: User, api: Callable[[User], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("STREAMS", "WHOLE"):
        monkeypatch.setattr(streaming, name, streaming.Seats(1))
        assert getattr(streaming, name).take()
    for accept in ("application/json", streaming.EVENT_STREAM):
        answer = api(dora).post(CHAT, {"message": RAIN}, headers={"Accept": accept})
        assert answer.status_code == 503
        assert answer.json()["code"] == "busy"
        assert int(answer.headers["Retry-After"]) >= 2


# ── How it looks ────────────────────────────────────────────────────────────


def test_what_a_provider_writes_is_never_more_than_text(pages: Client, dora: User) -> None:
    evil = "**Bold** <script>x</script> ![p](https://evil.example/a.png) [l](javascript:alert(1)) <img src=x>"
    turn = make_answered(
        make_conversation(dora, title=evil[:80]),
        question=evil,
        answer=[{"text": evil, "keys": ["s1", "s9"], "opens": "item"}],
        notice=evil,
    )
    shown = pages.get(turn.conversation.get_absolute_url()).content.decode()
    answer = shown.split("data-answer")[1].split("data-foot")[0]
    assert "<strong>Bold</strong>" in answer
    assert "<ul><li>" in answer
    assert "&lt;script&gt;" in answer
    for bad in ("<script>x", "<img src=x", "evil.example/a.png)", "javascript:alert"):
        assert bad not in answer
    assert "<script>x" not in shown
    assert "<img src=x" not in shown


def test_a_row_of_a_table_is_quoted_without_its_bars(pages: Client, dora: User) -> None:
    source = {"id": "s1", "kind": "guideline", "title": "Gout, treatment", "url": "/assistant/guidelines/"}
    turn = make_answered(
        make_conversation(dora),
        citations=[source | {"quote": "| Gout | Naproxen | 500 mg | |\nNot | for all"}],
    )
    shown = pages.get(turn.conversation.get_absolute_url()).content.decode()
    assert "<bdi>Gout · Naproxen · 500 mg\nNot | for all</bdi>" in shown


def test_that_nothing_is_known_is_said_plainly(pages: Client, dora: User) -> None:
    turn = make_answered(
        make_conversation(dora),
        answer=[{"text": ABSTAINS, "keys": [], "opens": ""}],
        citations=[],
        abstained=True,
    )
    shown = pages.get(turn.conversation.get_absolute_url()).content.decode()
    assert "I don&#x27;t know from these sources." in shown
    assert "data-sources" not in shown
