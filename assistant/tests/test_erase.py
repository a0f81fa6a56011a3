"""Erasing: a conversation is its user's own, and does not stay for ever."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.roles import Role
from assistant.models import Conversation, Fact, Turn
from assistant.services import erase_conversation, erase_expired, erase_fact
from assistant.tests.make import make_answered, make_conversation, make_fact
from audit.models import Entry
from hospital import clock
from patients.models import CareRelation, Patient
from patients.tests.make import make_treated


@pytest.fixture
def amara(dora: User) -> Patient:
    return make_treated(dora)


@pytest.fixture
def conversation(dora: User, amara: Patient) -> Conversation:
    found = make_conversation(dora, amara, summary="- Potassium?")
    make_answered(found)
    make_fact(found)
    return found


def test_nothing_is_left_of_an_erased_conversation_but_that_there_was_one(
    conversation: Conversation, dora: User, amara: Patient
) -> None:
    erase_conversation(conversation, by=dora)

    conversation.refresh_from_db()
    assert (conversation.title, conversation.summary) == ("", "")
    assert not Turn.objects.exists()
    assert not Fact.objects.exists()
    assert not Conversation.objects.visible_to(dora).exists()
    entry = Entry.objects.get(verb="assistant.erase_conversation")
    assert (entry.subject_id, entry.patient_id) == (conversation.pk, amara.pk)
    assert entry.details == {"turns": 1}


def test_a_fact_is_forgotten_alone(conversation: Conversation, dora: User) -> None:
    erase_fact(Fact.objects.select_related("conversation").get(), by=dora)
    assert not Fact.objects.exists()
    assert Turn.objects.exists()
    assert "Potassium" not in str(Entry.objects.get(verb="assistant.erase_fact").details)


def test_somebody_without_a_part_in_the_assistant_erases_nothing(
    conversation: Conversation, carl: User
) -> None:
    with pytest.raises(PermissionDenied):
        erase_conversation(conversation, by=carl)


def test_what_nobody_uses_is_erased_by_itself(
    conversation: Conversation, dora: User, time_machine: Any
) -> None:
    used = make_conversation(dora)
    time_machine.move_to(clock.now() + 31 * clock.A_DAY)
    Conversation.objects.filter(pk=used.pk).update(expires_at=clock.now() + clock.A_DAY)

    assert erase_expired() == 1
    assert not Turn.objects.exists()
    assert list(Conversation.objects.filter(erased_at=None)) == [used]
    entry = Entry.objects.get(verb="assistant.erase_conversation")
    assert entry.actor_id is None
    assert entry.details == {"turns": 1, "expired": True}
    assert erase_expired() == 0


# ── Who sees one ────────────────────────────────────────────────────────────


def seen(user: User) -> list[Conversation]:
    return list(Conversation.objects.visible_to(user))


def test_only_its_user_sees_a_conversation(conversation: Conversation, dora: User, dov: User) -> None:
    make_treated(dov)
    assert seen(dora) == [conversation]
    assert seen(dov) == []


def test_it_is_seen_only_while_the_patient_is_in_care(conversation: Conversation, dora: User) -> None:
    about_nobody = make_conversation(dora)
    CareRelation.objects.update(is_open=False)
    assert seen(dora) == [about_nobody]


def test_in_another_role_it_is_seen_no_more(conversation: Conversation, dora: User) -> None:
    dora.role = Role.RECEPTIONIST
    assert seen(dora) == []


# ── The doors ───────────────────────────────────────────────────────────────


def test_the_page_asks_before_it_erases(conversation: Conversation, dora: User, client: Client) -> None:
    client.force_login(dora)
    page = reverse("assistant:erase", args=[conversation.pk])
    assert b"for good" in client.get(page).content
    assert Turn.objects.exists()
    answer = client.post(page)
    assert answer.headers["Location"] == reverse("assistant:list")
    assert client.get(conversation.get_absolute_url()).status_code == 404


def test_a_fact_is_forgotten_from_the_page(conversation: Conversation, dora: User, client: Client) -> None:
    client.force_login(dora)
    fact = Fact.objects.get()
    assert fact.text.encode() in client.get(conversation.get_absolute_url()).content
    client.post(reverse("assistant:erase_fact", args=[conversation.pk, fact.pk]))
    assert not Fact.objects.exists()


def test_others_find_nothing_to_erase(
    conversation: Conversation, dov: User, client: Client, api: Callable[[User], Any]
) -> None:
    client.force_login(dov)
    assert client.post(reverse("assistant:erase", args=[conversation.pk])).status_code == 404
    own = make_conversation(dov)
    stray = reverse("assistant:erase_fact", args=[own.pk, Fact.objects.get().pk])
    assert client.post(stray).status_code == 404
    assert api(dov).delete(f"/api/v1/ai/chat/{conversation.pk}").status_code == 404
    assert Turn.objects.exists()
    assert Fact.objects.exists()


def test_the_api_erases_and_forgets(
    conversation: Conversation, dora: User, api: Callable[[User], Any]
) -> None:
    at = f"/api/v1/ai/chat/{conversation.pk}"
    assert api(dora).get(at).json()["summary"] == "- Potassium?"
    assert api(dora).delete(at).status_code == 204
    assert api(dora).get(at).status_code == 404
    assert api(dora).get("/api/v1/ai/chat/history").json()["results"] == []
