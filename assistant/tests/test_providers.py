"""Both providers outside, against servers that speak their protocols and misbehave."""

import json
import time
from collections.abc import Iterator
from contextlib import closing

import pytest

from assistant.providers import retrying, wire
from assistant.providers.gemini import Gemini
from assistant.providers.openai import OpenAi
from assistant.providers.outside import Outside
from assistant.providers.protocol import Failed, Message, Piece, ProviderFailure, Reply, Role, Tool, ToolCall
from assistant.tests.wire import GeminiWire, OpenAiWire, Wire

SECONDS = 0.4
VITALS = Tool("vitals", "Vital signs", {"type": "object", "properties": {"last": {"type": "integer"}}})
ASKED = [Message(Role.SYSTEM, "Quote."), Message(Role.USER, "How is the pulse?")]
ASKED_TWO_TOOLS = [
    *ASKED,
    Message(Role.ASSISTANT, "", (ToolCall("a", "vitals", {"last": 1}), ToolCall("b", "labs", {}))),
    Message(Role.TOOL, '{"pulse": 72}', call_id="a", name="vitals"),
    Message(Role.TOOL, "[]", call_id="b", name="labs"),
]


Both = tuple[OpenAiWire | GeminiWire, Outside]


@pytest.fixture(scope="module", params=[(OpenAiWire, OpenAi), (GeminiWire, Gemini)], ids=["openai", "gemini"])
def both(request: pytest.FixtureRequest) -> Iterator[Both]:
    kind_of_server, kind = request.param
    with kind_of_server() as server, closing(kind("key", server.base_url, "wire-1", SECONDS)) as provider:
        provider.ready()  # its library is read, which may take longer than an answer
        yield server, provider


@pytest.fixture
def server(both: Both, monkeypatch: pytest.MonkeyPatch) -> OpenAiWire | GeminiWire:
    monkeypatch.setattr(retrying, "FIRST_WAIT", 0.01)
    both[0].forget()
    return both[0]


@pytest.fixture
def provider(both: Both) -> Outside:
    return both[1]


def sending(seconds: float = SECONDS) -> wire.Sending:
    now = time.monotonic()
    return wire.Sending(lambda _body: None, starts_by=now + seconds, ends_at=now + seconds)


def chat(provider: Outside, **more: object) -> Reply:
    with wire.sending(sending()):
        return provider.chat(ASKED, tools=[VITALS], **more)  # type: ignore[arg-type]


def stream(provider: Outside) -> list[Piece]:
    with wire.sending(sending()):
        return list(provider.stream(ASKED, tools=[VITALS]))


def failure(provider: Outside) -> ProviderFailure:
    with pytest.raises(ProviderFailure) as failed:
        chat(provider)
    return failed.value


def test_words(server: Wire, provider: Outside) -> None:
    server.then(server.says("72 per minute"))
    reply = chat(provider)
    assert (reply.content, reply.tokens_in, reply.tokens_out) == ("72 per minute", 11, 7)
    assert not reply.is_cut
    assert b"Quote." in server.received[0].body


def test_an_answer_that_the_limit_has_cut(server: Wire, provider: Outside) -> None:
    server.then(server.says("72 per", cut=True))
    assert chat(provider).is_cut


def test_tools_that_are_asked_for(server: Wire, provider: Outside) -> None:
    server.then(server.calls("vitals", last=3))
    (call,) = chat(provider).tool_calls
    assert (call.name, call.arguments) == ("vitals", {"last": 3})


def test_answers_of_tools_go_back(server: Wire, provider: Outside) -> None:
    server.then(server.says("72"))
    with wire.sending(sending()):
        provider.chat(ASKED_TWO_TOOLS, tools=[VITALS])
    sent = server.received[0].data
    if isinstance(server, OpenAiWire):
        assert [one["role"] for one in sent["messages"]] == ["system", "user", "assistant", "tool", "tool"]
        assert sent["messages"][3]["tool_call_id"] == "a"
    else:
        assert [one["role"] for one in sent["contents"]] == ["user", "model", "user"]
        assert len(sent["contents"][2]["parts"]) == 2


def test_what_gemini_signs_goes_back_with_the_call(server: Wire, provider: Outside) -> None:
    server.then(server.calls("vitals"), server.says("72"))
    (call,) = chat(provider).tool_calls
    with wire.sending(sending()):
        provider.chat(
            [*ASKED, Message(Role.ASSISTANT, "", (call,)), Message(Role.TOOL, "72", (), call.id, "vitals")]
        )
    if isinstance(server, GeminiWire):
        assert server.received[1].data["contents"][1]["parts"][0]["thoughtSignature"] == "c2lnbmVk"


def test_structured_output(server: Wire, provider: Outside) -> None:
    schema = {"type": "object", "properties": {"findings": {"type": "array", "items": {"type": "string"}}}}
    server.then(server.says('{"findings": []}'), server.says("I would rather not"))
    assert json.loads(chat(provider, schema=schema).content) == {"findings": []}
    assert b"findings" in server.received[0].body
    with pytest.raises(ProviderFailure) as failed:
        chat(provider, schema=schema)
    assert failed.value.code is Failed.GARBAGE


def test_a_stream(server: Wire, provider: Outside) -> None:
    server.then(server.streams("The pulse ", "is 72."))
    *pieces, last = stream(provider)
    assert [one.text for one in pieces if one.text] == ["The pulse ", "is 72."]
    assert last.reply is not None
    assert (last.reply.content, last.reply.tokens_out) == ("The pulse is 72.", 7)


def test_streamed_calls_are_put_together(server: Wire, provider: Outside) -> None:
    server.then(server.streams(calls=[("vitals", {"last": 3}), ("labs", {"loinc": "2823-3"})]))
    reply = stream(provider)[-1].reply
    assert reply is not None
    assert [(one.name, one.arguments) for one in reply.tool_calls] == [
        ("vitals", {"last": 3}),
        ("labs", {"loinc": "2823-3"}),
    ]


@pytest.mark.parametrize("how", ["streams_until", "ends_in_the_middle"])
@pytest.mark.parametrize("events", [0, 1, 2])
def test_streamed_calls_that_are_cut_in_the_middle(
    server: Wire, provider: Outside, events: int, how: str
) -> None:
    call = [("vitals", {"last": 3, "since": "2026-01-01"})]
    events = min(events, len(list(server.pieces((), call))) - 1)
    server.then(*[getattr(server, how)(events, calls=call)] * retrying.TRIES)
    with pytest.raises(ProviderFailure) as failed:
        stream(provider)
    assert failed.value.code in {Failed.UNREACHABLE, Failed.GARBAGE}


def test_retry_after_is_waited_for(server: Wire, provider: Outside) -> None:
    server.then(server.fails(429, Retry_After="0.15"), server.says("ready"))
    begun = time.monotonic()
    assert chat(provider).content == "ready"
    assert 0.15 <= time.monotonic() - begun < SECONDS


def test_nobody_waits_longer_than_the_time_out(server: Wire, provider: Outside) -> None:
    server.then(server.fails(429, Retry_After="30"))
    begun = time.monotonic()
    failed = failure(provider)
    assert (failed.code, failed.retry_after) == (Failed.BUSY, 30)
    assert time.monotonic() - begun < SECONDS


def test_another_try_after_an_error_of_the_server(server: Wire, provider: Outside) -> None:
    server.then(server.fails(500), server.closes, server.says("ready"))
    assert chat(provider).content == "ready"
    assert len(server.received) == 3


def test_a_few_tries_and_no_more(server: Wire, provider: Outside) -> None:
    server.then(*[server.fails(503)] * 9)
    assert failure(provider).code is Failed.BUSY
    assert len(server.received) == retrying.TRIES


def test_a_refusal_is_not_tried_again(server: Wire, provider: Outside) -> None:
    server.then(server.fails(401))
    assert failure(provider).code is Failed.REFUSED
    assert len(server.received) == 1


def test_a_redirect_is_not_followed(server: Wire, provider: Outside) -> None:
    server.then(server.fails(302, Location=f"{server.address}/elsewhere"))
    assert failure(provider).code in {Failed.REFUSED, Failed.GARBAGE}
    assert len(server.received) == 1


@pytest.mark.parametrize("behaviour", ["garbage", "another_shape"])
def test_garbage(server: Wire, provider: Outside, behaviour: str) -> None:
    server.then(getattr(server, behaviour))
    assert failure(provider).code is Failed.GARBAGE


@pytest.mark.parametrize("behaviour", ["hangs", "drips"])
def test_silence_and_dripping_end_with_the_time_out(server: Wire, provider: Outside, behaviour: str) -> None:
    server.then(getattr(server, behaviour))
    begun = time.monotonic()
    assert failure(provider).code is Failed.TIMEOUT
    assert time.monotonic() - begun < 2 * SECONDS


def test_nobody_there(server: Wire, provider: Outside) -> None:
    with closing(type(provider)("key", "http://127.0.0.1:9", "wire-1", SECONDS)) as nobody:
        nobody.ready()
        assert failure(nobody).code is Failed.UNREACHABLE


def test_a_stream_that_nobody_reads_any_more_is_hung_up(server: Wire, provider: Outside) -> None:
    server.then(server.streams(*["word "] * 50))
    with wire.sending(sending()) as one:
        pieces = provider.stream(ASKED)
    assert next(pieces).text == "word "
    pieces.close()
    assert one.answer.is_closed


def test_vectors(server: OpenAiWire | GeminiWire, provider: Outside) -> None:
    server.then(server.embeds)
    with wire.sending(sending()):
        assert provider.embed(["one", "two"]) == [[0.5, 1.0], [0.5, 1.0]]


def test_nothing_is_sent_that_was_not_shown(server: Wire, provider: Outside) -> None:
    with pytest.raises(ProviderFailure) as failed:
        provider.chat(ASKED)
    assert failed.value.code is Failed.OFF
    assert server.received == []


def test_what_is_refused_when_shown_is_not_sent(server: Wire, provider: Outside) -> None:
    class No(Exception):
        pass

    def refuse(body: bytes) -> None:
        raise No

    one = sending()
    one.show = refuse
    with wire.sending(one), pytest.raises(No):
        provider.chat(ASKED)
    assert server.received == []


def test_the_client_is_kept(server: Wire, provider: Outside) -> None:
    chat(provider)
    kept = provider.client
    chat(provider)
    assert provider.client is kept
