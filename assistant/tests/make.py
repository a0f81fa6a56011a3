"""Builders of conversations."""

from datetime import timedelta
from typing import Any

from accounts.models import User
from assistant.models import Conversation, Disclosure, Fact, PendingAction, Turn
from assistant.models.actions import WAITS, canonical, hash_of
from assistant.sources import Kind, Source
from hospital import clock
from patients.models import Patient


def make_conversation(user: User, patient: Patient | None = None, **fields: Any) -> Conversation:
    values = {
        "user": user,
        "role": user.role,
        "patient": patient,
        "title": "What was the last potassium?",
        "expires_at": clock.now() + timedelta(days=30),
    }
    return Conversation(**values | fields).add()


def make_turn(conversation: Conversation, **fields: Any) -> Turn:
    values = {
        "conversation": conversation,
        "number": Turn.objects.of(conversation).count() + 1,
        "question": "What was the last potassium?",
    }
    return Turn(**values | fields).add()


def make_answered(conversation: Conversation, **fields: Any) -> Turn:
    """A turn whose answer cites one result."""
    values = {
        "status": Turn.Status.ANSWERED,
        "answer": [{"text": "Potassium 5.9 mmol/L.", "keys": ["s1"], "opens": ""}],
        "citations": [
            {
                "id": "s1",
                "kind": "result",
                "title": "Potassium, 3 May 2026",
                "quote": "Potassium 5.9 mmol/L",
                "url": "/patients/",
            }
        ],
        "provider": "Scripted",
    }
    return make_turn(conversation, **values | fields)


def make_fact(conversation: Conversation, **fields: Any) -> Fact:
    values = {
        "conversation": conversation,
        "turn_number": 1,
        "text": "Potassium 5.9 mmol/L",
        "source_kind": "result",
        "source": str(conversation.pk),
        "title": "Potassium, 3 May 2026",
        "url": "/patients/",
    }
    return Fact(**values | fields).add()


def a_source(text: str, key: str = "s1", **fields: Any) -> Source:
    values: dict[str, Any] = {"kind": Kind.RESULT, "subject": f"row-{key}", "title": "Row", "url": "/x/"}
    values |= {"patient": "amara"} if fields.get("kind") not in {Kind.GUIDELINE, Kind.FREE_TIME} else {}
    return Source(key=key, text=text, **values | fields)


def make_disclosure(user: User, patient: Patient | None = None, **fields: Any) -> Disclosure:
    """One that was answered."""
    values = {
        "provider": "OpenAI",
        "model": "wire-1",
        "purpose": Disclosure.Purpose.ASK,
        "user": user,
        "patient": patient,
        "sha256": "0" * 64,
        "size": 33,
        "payload": '{"messages": "How is [PATIENT_1]"}',
        "outcome": Disclosure.Outcome.ANSWERED,
    }
    return Disclosure(**values | fields).add()


def make_proposal(user: User, patient: Patient, **arguments: Any) -> PendingAction:
    """A note that waits to be confirmed, or one with these words."""
    text = canonical(arguments or {"plan": "Turpentine off the hands."})
    return PendingAction(
        user=user,
        patient=patient,
        kind=PendingAction.Kind.NOTE,
        arguments=text,
        sha256=hash_of(text),
        expires_at=clock.now() + WAITS,
    ).add()
