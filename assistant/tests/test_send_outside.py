"""What leaves the house: allowed at each send, replaced, written down before it goes, and nothing else."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from accounts.models import User
from assistant.choosing import Instead, provider_for
from assistant.choosing.guarded import Guarded
from assistant.models import Disclosure, TokenUse
from assistant.providers import retrying
from assistant.providers.protocol import Failed, Message, Provider, ProviderFailure, Role, Tool, ToolCall
from assistant.services import forget_what_was_sent, used_today
from assistant.tests.outside import a_provider_outside, agree
from assistant.tests.wire import OpenAiWire
from audit.models import Entry
from hospital.clock import now
from hospital.db import atomic
from patients.models import Patient
from patients.tests.make import make_patient, make_treated

NOTE = "Amara Nwosu (born 3 Feb 1959, NF-000001-8) was seen on 14.04.2026 by Dr Dietz. Mrs NWOSU may go home."
VITALS = Tool("vitals", "Vital signs", {"type": "object", "properties": {}})


@pytest.fixture
def server(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[OpenAiWire]:
    monkeypatch.setattr(retrying, "FIRST_WAIT", 0.01)
    with a_provider_outside(settings) as server:
        yield server


@pytest.fixture
def amara(dora: User) -> Patient:
    patient = make_treated(dora, email="amara.nwosu@example.org", phone="+493023125017")
    agree(patient, by=dora)
    return patient


def asked(patient: Patient | None, by: User) -> Guarded:
    provider = provider_for(by, patient=patient)
    assert isinstance(provider, Guarded)
    return provider


def code_of(provider: Provider, *messages: Message) -> Failed:
    with pytest.raises(ProviderFailure) as failed:
        provider.chat(messages or [Message(Role.USER, "How is she?")])
    return failed.value.code


def test_nothing_that_names_the_patient_leaves_and_all_comes_back(
    amara: Patient, dora: User, server: OpenAiWire
) -> None:
    server.then(server.says("[PATIENT_1] was seen on [DATE_1], born [BORN_1]."))
    reply = asked(amara, dora).chat([Message(Role.USER, NOTE)])

    sent = server.received[0].body.decode().casefold()
    assert not [text for text in ("amara", "nwosu", "1959", "000001", "dietz", "2026") if text in sent]
    assert "may go home" in sent
    assert reply.content == "Amara Nwosu was seen on 14.04.2026, born 3 Feb 1959."


def test_it_is_written_down_exactly_as_it_is_sent(amara: Patient, dora: User, server: OpenAiWire) -> None:
    asked(amara, dora).chat([Message(Role.USER, NOTE)])

    (disclosure,) = Disclosure.objects.all()
    assert disclosure.payload.encode() == server.received[0].body
    assert (disclosure.patient_id, disclosure.user_id) == (amara.pk, dora.pk)
    assert (disclosure.outcome, disclosure.tokens_in, disclosure.tokens_out) == ("answered", 11, 7)
    entry = Entry.objects.filter(verb="assistant.send_outside").get()
    assert (entry.patient_id, entry.details["sha256"]) == (amara.pk, disclosure.sha256)


def test_it_is_written_down_before_it_is_sent(amara: Patient, dora: User, server: OpenAiWire) -> None:
    """When the connection is lost, it is known that it may have arrived."""
    server.then(*[server.closes] * retrying.TRIES)
    assert code_of(asked(amara, dora)) is Failed.UNREACHABLE
    assert [one.failure for one in Disclosure.objects.order_by("id")] == ["retried", "retried", "unreachable"]
    assert used_today(dora) == 0


def test_what_tools_have_read_is_looked_into(amara: Patient, dora: User, server: OpenAiWire) -> None:
    """JSON hides a line break as two signs, and a letter as six."""
    read = json.dumps({"name": "Amara\nNwosu", "id": str(amara.pk), "kin": "Zo\u00eb", "pulse": 72})
    server.then(server.calls("vitals", patient="[ID_1]", of="[PATIENT_1]"))
    messages = [
        Message(Role.ASSISTANT, "", (ToolCall("a", "vitals", {"patient": str(amara.pk), "of": "Nwosu"}),)),
        Message(Role.TOOL, read, call_id="a", name="vitals"),
    ]
    reply = asked(amara, dora).chat(messages, tools=[VITALS])

    sent = server.received[0].body.decode()
    assert not [text for text in ("Amara", "Nwosu", str(amara.pk)) if text in sent]
    assert "72" in sent
    assert reply.tool_calls[0].arguments == {"patient": str(amara.pk), "of": "Nwosu"}


def test_tokens_that_are_cut_between_two_pieces_come_back(
    amara: Patient, dora: User, server: OpenAiWire
) -> None:
    server.then(server.streams("Mrs [PAT", "IENT_1", "] was seen [", "DATE_1] and [not", "hing] else."))
    pieces = list(asked(amara, dora).stream([Message(Role.USER, NOTE)]))
    assert "".join(one.text for one in pieces) == "Mrs Amara Nwosu was seen 14.04.2026 and [nothing] else."
    assert not [one for one in pieces if "PAT" in one.text]
    assert pieces[-1].reply is not None
    assert pieces[-1].reply.content == "Mrs Amara Nwosu was seen 14.04.2026 and [nothing] else."


def test_a_stream_that_is_closed_is_settled(amara: Patient, dora: User, server: OpenAiWire) -> None:
    server.then(server.streams(*["word "] * 20))
    pieces = asked(amara, dora).stream([Message(Role.USER, "Tell me")])
    assert next(pieces).text == "word "
    pieces.close()
    assert Disclosure.objects.get().outcome == "stopped"


# ── What forbids it, at each send ────────────────────────────────────────────


def test_without_consent_the_built_in_answers(dora: User, server: OpenAiWire) -> None:
    patient = make_treated(dora)
    provider = provider_for(dora, patient=patient)
    assert isinstance(provider, Instead)
    assert "not agreed" in provider.because


def test_a_consent_taken_back_in_the_middle_counts_at_once(
    amara: Patient, dora: User, server: OpenAiWire
) -> None:
    provider = asked(amara, dora)
    provider.chat([Message(Role.USER, "How is she?")])
    agree(amara, by=dora, is_given=False)
    assert code_of(provider) is Failed.OFF
    assert len(server.received) == Disclosure.objects.count() == 1


def test_the_switch_turned_off_in_the_middle_counts_at_once(
    amara: Patient, dora: User, server: OpenAiWire, settings: Any
) -> None:
    provider = asked(amara, dora)
    settings.ASSISTANT_OUTSIDE = False
    assert code_of(provider) is Failed.OFF
    assert server.received == []
    assert isinstance(provider_for(dora), Instead)


def test_what_cannot_be_hidden_is_not_sent(
    amara: Patient, dora: User, server: OpenAiWire, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last look at the bytes knows nothing of how names are hidden."""
    monkeypatch.setattr("assistant.privacy.vault.Vault.hide", lambda _vault, text: text)
    assert code_of(asked(amara, dora), Message(Role.USER, NOTE)) is Failed.OFF
    assert server.received == []
    assert not Disclosure.objects.exists()


def test_nothing_is_sent_from_inside_a_transaction(amara: Patient, dora: User, server: OpenAiWire) -> None:
    with atomic():
        assert code_of(asked(amara, dora)) is Failed.OFF
    assert server.received == []


def test_without_a_patient_nothing_read_about_patients_goes_out(dora: User, server: OpenAiWire) -> None:
    provider = asked(None, dora)
    found = Message(Role.TOOL, '{"name": "Amara Nwosu"}', call_id="a", name="find_patient")
    assert code_of(provider, found) is Failed.OFF
    provider.chat(
        [Message(Role.USER, "Dose of ramipril?")], tools=[VITALS, Tool("search_guidelines", "", {})]
    )
    (received,) = server.received
    assert [one["function"]["name"] for one in received.data["tools"]] == ["search_guidelines"]


def test_a_patient_of_the_house_whom_the_asker_names_is_hidden(dora: User, server: OpenAiWire) -> None:
    make_patient(given_name="Tuuli", family_name="Mägi")
    asked(None, dora).chat([Message(Role.USER, "what about tuuli magi, and Mägi, Tuuli?")])
    assert b"uuli" not in server.received[0].body


# ── Budget, breaker, retention ───────────────────────────────────────────────


def test_a_budget_is_for_a_user_and_a_day(
    amara: Patient, dora: User, dov: User, server: OpenAiWire, settings: Any
) -> None:
    settings.ASSISTANT_TOKENS_PER_DAY = 3000
    asked(amara, dora).chat([Message(Role.USER, "How is she?")])
    assert used_today(dora) == 18  # what was reserved above that is free again

    TokenUse.objects.update(used=2990)
    assert code_of(asked(amara, dora)) is Failed.BUDGET
    assert len(server.received) == 1
    assert used_today(dov) == 0
    with time_machine.travel(now() + timedelta(days=1)):
        asked(amara, dora).chat([Message(Role.USER, "How is she?")])
    TokenUse.objects.update(used=3000)
    assert isinstance(provider_for(dora, patient=amara), Instead)


def test_after_some_failures_nobody_waits_any_more(amara: Patient, dora: User, server: OpenAiWire) -> None:
    provider = asked(amara, dora)
    server.then(*[server.garbage] * 4)
    for _ in range(4):
        assert code_of(provider) is Failed.GARBAGE
    assert provider.breaker.state == "open"
    assert code_of(provider) is Failed.UNREACHABLE
    assert len(server.received) == 4
    assert isinstance(provider_for(dora, patient=amara), Instead)

    with time_machine.travel(now() + timedelta(seconds=31)):
        assert provider.breaker.state == "half open"
        assert provider.breaker.lets_through()
        assert not provider.breaker.lets_through()
    with time_machine.travel(now() + timedelta(seconds=70)):
        provider.chat([Message(Role.USER, "How is she?")])
    assert provider.breaker.state == "closed"


def test_the_text_of_old_disclosures_is_forgotten(
    amara: Patient, dora: User, server: OpenAiWire, settings: Any
) -> None:
    asked(amara, dora).chat([Message(Role.USER, "How is she?")])
    assert forget_what_was_sent() == 0
    with time_machine.travel(now() + timedelta(days=settings.ASSISTANT_KEEP_SENT_DAYS + 1)):
        assert forget_what_was_sent() == 1
    disclosure = Disclosure.objects.get()
    assert disclosure.payload == ""
    assert len(disclosure.sha256) == 64
