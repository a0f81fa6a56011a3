"""Asking, what comes of it, and erasing: a conversation belongs to one user and is not kept for ever."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.utils.translation import gettext as _

import audit.services
from accounts.acting import note as audit_note
from accounts.acting import service
from accounts.models import User
from accounts.once import Once
from assistant.models import LONGEST_TITLE, Conversation, Fact, Turn
from assistant.services.remembering import remember
from assistant.sources import Source
from hospital import clock
from hospital.db import atomic
from hospital.errors import LostRace, Refusal
from hospital.models import one_of
from patients.models import Patient, may_see_chart

ASK = "assistant.ask"
ERASE = "assistant.erase_conversation"
MOST_TURNS = 200
LEASE = timedelta(minutes=5)  # after it, an answer that nobody has ended is begun anew
BATCH = 200
Status = Turn.Status


@dataclass
class Said:
    """What is kept of an answer: see Turn. `cited` are the sources of its citations."""

    answer: list[dict[str, Any]] = field(default_factory=list)
    citations: list[dict[str, Any]] = field(default_factory=list)
    cited: Sequence[tuple[Source, str]] = ()
    sources_used: list[str] = field(default_factory=list)
    dropped: int = 0
    provider: str = ""
    notice: str = ""
    is_outside: bool = False
    abstained: bool = False


@service(ASK)
def ask(
    conversation: Conversation | None = None,
    *,
    question: str,
    patient: Patient | None = None,
    once: Once | None = None,
    by: User,
) -> Turn:
    """Write a question down, in a conversation or as the beginning of one about `patient` or about nobody.

    It is answered afterwards, outside of any transaction: see `assistant.answering`. Raises ValidationError on
    `question`, PermissionDenied where the conversation or the patient is not the asker's to see, and is refused
    with `too_long` for a conversation that has grown too long.
    """
    if once and (earlier := once.earlier(ASK, by=by)):
        asked: Turn | None = one_of(Turn.objects.select_related("conversation").filter(pk=earlier))
        if asked is None:
            raise Refusal(_("This conversation has been erased."), code="erased")
        return asked
    turn = _next_turn(conversation or _begun(patient, by), question, by)
    if once:
        once.done(ASK, turn, by=by)
    return turn


def _begun(patient: Patient | None, by: User) -> Conversation:
    if patient is not None:
        visible = Patient.objects.visible_to(by).filter(pk=patient.pk).exists()
        if not visible or not may_see_chart(by, patient):
            raise PermissionDenied(ASK)
    return Conversation(user=by, role=by.role, patient=patient, expires_at=_kept_until()).add()


def _kept_until() -> Any:
    return clock.now() + timedelta(days=settings.ASSISTANT_KEEP_DAYS)


def _next_turn(conversation: Conversation, question: str, by: User) -> Turn:
    if not Conversation.objects.visible_to(by).filter(pk=conversation.pk).exists():
        raise PermissionDenied(ASK)
    last = one_of(Turn.objects.of(conversation).order_by("-number").values_list("number", flat=True)) or 0
    if last >= MOST_TURNS:
        raise Refusal(_("This conversation has grown too long. Begin a new one."), code="too_long")
    turn = Turn(conversation=conversation, number=last + 1, question=question)
    try:
        turn.add()
    except IntegrityError as error:
        raise LostRace("Two questions at once in one conversation.") from error
    title = conversation.title or " ".join(turn.question.split())[:LONGEST_TITLE]
    changes = {"title": title, "last_used_at": clock.now(), "expires_at": _kept_until()}
    if not Conversation.objects.filter(pk=conversation.pk, erased_at=None).update(**changes):
        raise Refusal(_("This conversation has been erased."), code="erased")
    for name, value in changes.items():
        setattr(conversation, name, value)
    return turn


@service(ASK)
def take_up(turn: Turn, *, by: User) -> Turn:
    """Begin to answer: only one can. Refused with `being_answered`, or with `answered` when it is over."""
    if turn.is_over:
        raise Refusal(_("This question has been answered."), code="answered")
    if turn.status == Status.ASKED:
        turn.move_to(Status.ANSWERING)
    elif turn.status == Status.ANSWERING and turn.updated_at > clock.now() - LEASE:
        raise Refusal(_("This question is being answered."), code="being_answered")
    else:
        turn.move_back_to(Status.ANSWERING, stop_asked_at=None)
    return turn


@service(ASK)
def keep_answer(turn: Turn, said: Said, *, status: str = Status.ANSWERED, by: User) -> Turn:
    """Keep what was said, and what of it the conversation remembers. The audit keeps ids, never words."""
    turn.move_to(
        status,
        answer=said.answer,
        citations=said.citations,
        sources_used=said.sources_used,
        dropped=said.dropped,
        provider=said.provider,
        notice=said.notice,
        is_outside=said.is_outside,
        abstained=said.abstained,
    )
    remember(turn, said.cited)
    audit_note(
        status=str(status),
        provider=said.provider,
        outside=said.is_outside,
        abstained=said.abstained,
        dropped=said.dropped,
        sources=said.sources_used,
    )
    return turn


@service("assistant.stop_answer")
def stop_answer(turn: Turn, *, by: User) -> Turn:
    """Ask that an answer ends where it is: whoever is giving it sees that between two words."""
    if turn.status == Status.ASKED:
        turn.move_to(Status.STOPPED)
    elif turn.status == Status.ANSWERING:
        now = clock.now()
        Turn.objects.filter(pk=turn.pk, status=Status.ANSWERING).update(stop_asked_at=now)
        turn.stop_asked_at = now
    return turn


@service(ERASE)
def erase_conversation(conversation: Conversation, *, by: User) -> Conversation:
    """Its questions, answers and facts are gone for good; that there was one stays in the audit."""
    audit_note(turns=_emptied(conversation))
    return conversation


@service("assistant.erase_fact")
def erase_fact(fact: Fact, *, by: User) -> None:
    """Forget it. It comes back only if a later answer cites the same source."""
    audit_note(fact=str(fact.pk), conversation=str(fact.conversation_id))
    Fact.objects.filter(pk=fact.pk).delete()


def erase_expired() -> int:
    """Erase the conversations that nobody has used for ASSISTANT_KEEP_DAYS. How many there were."""
    due = Conversation.objects.filter(expires_at__lt=clock.now(), erased_at=None).order_by("expires_at", "id")
    number = 0
    while batch := list(due[:BATCH]):
        number += sum(_expire(one) for one in batch)
    return number


def _expire(conversation: Conversation) -> bool:
    with atomic():
        turns = _emptied(conversation)
        audit.services.record(
            ERASE,
            actor_id=None,
            subject_type=conversation._meta.label_lower,
            subject_id=conversation.pk,
            patient_id=conversation.patient_id,
            details={"turns": turns, "expired": True},
        )
    return True


def _emptied(conversation: Conversation) -> int:
    turns, _of_each = Turn.objects.of(conversation).delete()
    Fact.objects.of(conversation).delete()
    changes = {"title": "", "summary": "", "erased_at": clock.now()}
    Conversation.objects.filter(pk=conversation.pk).update(**changes)
    for name, value in changes.items():
        setattr(conversation, name, value)
    return turns


def facts_of(conversation: Conversation) -> list[Fact]:
    """What it remembers, the newest first."""
    return list(Fact.objects.of(conversation).order_by("-turn_number", "-id"))


def turn_of(conversation: Conversation, pk: UUID) -> Turn | None:
    """A question of this conversation, with it."""
    turn: Turn | None = one_of(Turn.objects.of(conversation).filter(pk=pk))
    if turn is not None:
        turn.conversation = conversation
    return turn
