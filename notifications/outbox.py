"""From due to sent. A row says `sending` before anything leaves the house; nothing is lost, nothing is sent twice.

The guarantees rest on two things: the unique key of a row (one message for each event, version, rule and
recipient), and conditional updates of one row (who has it in hand). Tasks and brokers are only hints.
"""

import time
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import structlog
from django.conf import settings
from django.db import IntegrityError
from django.db.models import F
from django.utils.functional import Promise

from hospital import clock
from hospital.errors import LostRace
from hospital.models import Record
from hospital.queue import enqueue
from notifications import kinds
from notifications.channels import NotSent, Uncertain, Ways
from notifications.channels.ways import deduplicates
from notifications.kinds import Facts
from notifications.letters import Letter, chosen_way, compose
from notifications.models import Channel, ContactPreference, Heartbeat, Message
from notifications.timing import outside_quiet_hours

log = structlog.get_logger(__name__)
Status, Because = Message.Status, Message.Because
BATCH = 100
MOST_ATTEMPTS = 12
LONGEST_PAUSE = timedelta(hours=1)
LONGEST_ERROR = 300


@dataclass(frozen=True)
class To:
    """Whom: `patient`, `user` or `doctor`, with the id of the row."""

    type: str
    id: UUID


# ── Writing, in the transaction of the event ─────────────────────────────────


def message_about(
    subject: Record,
    kind: str,
    to: To,
    *,
    version: int,
    rule: str = "now",
    due_at: datetime | None = None,
    **more: Any,
) -> Message:
    """A row for the outbox, not written yet. `version` counts what the message would be wrong about later."""
    return Message(
        key=f"{kind}:{subject.pk.hex}:{version}:{rule}:{to.type}:{to.id.hex}",
        kind=kind,
        rule=rule,
        subject_type=subject._meta.label_lower,
        subject_id=subject.pk,
        subject_version=version,
        patient_id=subject.audit_patient_id,
        recipient_type=to.type,
        recipient_id=to.id,
        due_at=due_at or clock.now(),
        **more,
    )


def inbox_about(
    subject: Record, kind: str, to: To, *, version: int, title: str | Promise, url: str
) -> Message:
    """A line in the inbox of somebody who works here: it is there as soon as it is written."""
    return message_about(
        subject,
        kind,
        to,
        version=version,
        rule="inbox",
        channel=Channel.INBOX,
        status=Status.SENT,
        sent_at=clock.now(),
        may_know=True,
        title=str(title),
        url=url,
    )


def write(messages: Sequence[Message]) -> None:
    """Into the outbox, inside the transaction of what they tell; the worker hears of it after the commit."""
    if not messages:
        return
    try:
        Message.objects.bulk_create(messages)
    except IntegrityError as error:
        raise LostRace("The same message was written a moment ago.") from error
    now = clock.now()
    if due := [one.pk for one in messages if one.status == Status.DUE and one.due_at <= now]:
        enqueue("notifications.tasks.send", *due)


def withdraw(subject_id: UUID, *, but: Sequence[str] = (), because: str = Because.SUPERSEDED) -> int:
    """Nothing that waits to be said about this subject is true any more, but for these kinds."""
    waiting = Message.objects.filter(subject_id=subject_id, status=Status.DUE).exclude(kind__in=but)
    return int(
        waiting.update(
            status=Status.WITHDRAWN,
            because=because,
            version=F("version") + 1,
            updated_at=clock.now(),
        )
    )


def was_told(subject_id: UUID, to: To) -> bool:
    """Whether they know anything about this subject, or may."""
    return bool(Message.objects.filter(subject_id=subject_id, recipient_id=to.id, may_know=True).exists())


# ── Sending ──────────────────────────────────────────────────────────────────


def drain(seconds: float) -> Counter[str]:
    """Send what is due, the longest overdue first, for so many seconds at most. How many came to which end."""
    ends: Counter[str] = Counter()
    give_up = time.monotonic() + seconds
    with Ways() as ways:
        while batch := list(Message.objects.due(clock.now())[:BATCH]):
            for message in batch:
                if time.monotonic() > give_up:
                    return ends
                ends[deliver(message, ways)] += 1
    return ends


def send_now(ids: Sequence[UUID]) -> Counter[str]:
    """Send those of these that are due."""
    ends: Counter[str] = Counter()
    with Ways() as ways:
        for message in Message.objects.due(clock.now()).filter(pk__in=ids):
            ends[deliver(message, ways)] += 1
    return ends


def deliver(message: Message, ways: Ways) -> str:
    """Bring one message to its end, or to its next attempt; in which state it is then, or `lost` to another worker.

    Whatever is wrong with it stops only this one: a message that cannot be written is a dead letter.
    """
    try:
        prepared = _prepare(message)
    except Exception as error:
        log.exception("message_cannot_be_written", message=str(message.pk))
        return _end(message, Status.FAILED, because=Because.UNWRITABLE, error=type(error).__name__)
    if not isinstance(prepared, _Ready):
        return _end(message, **prepared)
    channel, letter = prepared.channel, prepared.letter
    if not _take_in_hand(message, channel, letter):
        return "lost"
    try:
        ways.send(channel, letter)
    except NotSent as error:
        return _finish(message, **_next_attempt(message, error))
    except Uncertain as error:
        return _finish(message, **_unknown(message, str(error)))
    except Exception as error:
        log.exception("channel_broken", message=str(message.pk))
        return _finish(message, **_unknown(message, type(error).__name__))
    return _finish(message, status=Status.SENT, because=Because.NOTHING, error="", sent_at=clock.now())


@dataclass(frozen=True)
class _Ready:
    channel: str
    letter: Letter


def _prepare(message: Message) -> _Ready | dict[str, Any]:
    """The letter, from what is true now; or the state in which the message ends or waits instead."""
    kind = kinds.kind_of(message)
    facts = kind.load(message)
    if not isinstance(facts, Facts):
        return {"status": Status.WITHDRAWN, "because": facts}
    preference = ContactPreference.objects.of(message.recipient_id)
    if preference and preference.silences(reminder=kind.is_reminder):
        return {"status": Status.WITHDRAWN, "because": Because.OPTED_OUT}
    way = chosen_way(facts, preference)
    if way is None:
        return {"status": Status.WITHDRAWN, "because": Because.NO_ADDRESS}
    later = outside_quiet_hours(clock.now(), facts.site, facts.starts_at)
    if later > clock.now():
        return {"status": Status.DUE, "due_at": later}
    channel, address = way
    return _Ready(channel, compose(message, facts, address))


def _end(message: Message, status: str, **changes: Any) -> str:
    """From due to an end without an attempt, unless somebody else has it in hand by now."""
    changes |= {"status": status, "version": message.version + 1, "updated_at": clock.now()}
    return status if _waiting(message).update(**changes) else "lost"


def _waiting(message: Message) -> Any:
    return Message.objects.filter(pk=message.pk, status=Status.DUE, version=message.version)


def _take_in_hand(message: Message, channel: str, letter: Letter) -> bool:
    """Due becomes sending, with what is said to whom, committed before the attempt; one worker wins."""
    message.claim, now = uuid4().hex, clock.now()
    message.attempts += 1
    message.channel = channel
    return bool(
        _waiting(message).update(
            status=Status.SENDING,
            claim=message.claim,
            claimed_at=now,
            channel=channel,
            sent_to=letter.to,
            title=letter.title,
            body=letter.short if channel == Channel.SMS else letter.text,
            may_know=True,
            attempts=message.attempts,
            version=message.version + 1,
            updated_at=now,
        )
    )


def _finish(message: Message, *, status: str, **changes: Any) -> str:
    """How the attempt ended. Still said if the sweep has given it up meanwhile: the one who tried knows better."""
    mine = Message.objects.filter(
        pk=message.pk, claim=message.claim, status__in=[Status.SENDING, Status.UNCERTAIN]
    )
    changes |= {"status": status, "version": F("version") + 1, "updated_at": clock.now()}
    return status if mine.update(**changes) else "lost"


def _next_attempt(message: Message, error: NotSent) -> dict[str, Any]:
    said = {"error": str(error)[:LONGEST_ERROR], "may_know": message.may_know}
    if error.for_good:
        return {"status": Status.FAILED, "because": Because.REFUSED, **said}
    if message.attempts >= MOST_ATTEMPTS:
        return {"status": Status.FAILED, "because": Because.UNREACHABLE, **said}
    return {
        "status": Status.DUE,
        "because": Because.UNREACHABLE,
        "due_at": clock.now() + pause_after(message.attempts),
        **said,
    }


def pause_after(attempts: int) -> timedelta:
    """Doubles from attempt to attempt, to an hour."""
    first: float = settings.RETRY_FIRST_SECONDS
    return min(LONGEST_PAUSE, timedelta(seconds=first * (1 << min(attempts - 1, 20))))


def _unknown(message: Message, error: str) -> dict[str, Any]:
    """It may have been sent. Again only where the other side knows the letter by its key."""
    said = {"because": Because.INTERRUPTED, "error": error[:LONGEST_ERROR]}
    if message.attempts < MOST_ATTEMPTS and deduplicates(message.channel):
        return {"status": Status.DUE, "due_at": clock.now() + pause_after(message.attempts), **said}
    return {"status": Status.UNCERTAIN, **said}


# ── Sweeping ─────────────────────────────────────────────────────────────────


def give_up_the_lost() -> int:
    """What has been `sending` for longer than any attempt takes was in the hand of a worker that died."""
    since = clock.now() - timedelta(seconds=settings.SENDING_LEASE_SECONDS)
    lost = 0
    for message in Message.objects.filter(status=Status.SENDING, claimed_at__lt=since)[:BATCH]:
        lost += _finish(message, **_unknown(message, "the worker ended")) != "lost"
    return lost


def sweep(seconds: float) -> Counter[str]:
    """All that has to be done about the outbox, by whichever worker comes first; several at once do no harm."""
    given_up = give_up_the_lost()
    ends = drain(seconds)
    beat("sweep", given_up=given_up, **ends)
    return ends


def doubt_what_was_due() -> int:
    """After a backup was put back: what was due before now may have been sent since it was made, so staff decides."""
    return int(
        Message.objects.filter(status=Status.DUE, due_at__lte=clock.now()).update(
            status=Status.UNCERTAIN,
            because=Because.INTERRUPTED,
            error="a backup was restored",
            may_know=True,
            version=F("version") + 1,
            updated_at=clock.now(),
        )
    )


def is_anything_due() -> bool:
    return bool(Message.objects.due(clock.now()).exists())


def beat(name: str, **details: Any) -> None:
    """Write down that a part of the machinery has just worked."""
    now = clock.now()
    if not Heartbeat.objects.filter(name=name).update(at=now, details=details):
        with suppress(IntegrityError):  # another has just done so for the first time
            Heartbeat.objects.bulk_create([Heartbeat(name=name, at=now, details=details)])
