"""An outbox in which something has happened: letters that were sent, that wait, and that somebody has to decide about."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from hospital import clock
from notifications.kinds import Facts
from notifications.letters import chosen_way, compose
from notifications.models import Channel, ContactPreference, Message

Status, Because = Message.Status, Message.Because
BATCH = 2000
# What became of a letter, in order, whatever the rest of them.
TROUBLES = (
    (Status.FAILED, Because.REFUSED, "550 no such mailbox"),
    (Status.UNCERTAIN, Because.INTERRUPTED, "SMTPServerDisconnected after the text was sent"),
    (Status.FAILED, Because.UNREACHABLE, "ConnectionRefusedError"),
)
Pair = tuple[Message, Facts]


def plant(
    pairs: Sequence[Pair], lines: Sequence[Message], random: Random, progress: Callable[[str], None]
) -> None:
    """Letters as if they had been sent when they were due, with a few troubles; lines of inboxes, half of them read."""
    now = clock.now()
    for message, facts in pairs:
        _send(message, facts, now, random)
    past = [
        message for message, _ in pairs if message.status == Status.SENT and message.channel == Channel.EMAIL
    ]
    for message, (status, because, error) in zip(
        random.sample(past, k=min(len(past), 3)), TROUBLES, strict=False
    ):
        message.status, message.because, message.error = status, because, error
        message.sent_at = None
        if status == Status.FAILED:
            message.title = message.body = ""
    for number, line in enumerate(reversed(lines)):
        line.sent_at = now - timedelta(hours=3 * number, minutes=11)
        line.read_at = line.sent_at if random.random() < 0.5 else None
    letters = [message for message, _ in pairs]
    Message.objects.bulk_create([*letters, *lines], batch_size=BATCH)
    progress(f"{len(letters)} messages, {len(lines)} lines in inboxes")


def _send(message: Message, facts: Facts, now: datetime, random: Random) -> None:
    if message.due_at > now:
        return
    way = chosen_way(facts, None)
    if way is None:
        message.status, message.because = Status.WITHDRAWN, Because.NO_ADDRESS
        return
    channel, address = way
    letter = compose(message, facts, address)
    message.status, message.channel, message.attempts = Status.SENT, channel, 1
    message.sent_at = message.due_at + timedelta(seconds=random.randint(1, 50))
    message.sent_to, message.title, message.may_know = letter.to, letter.title, True
    message.body = letter.short if channel == Channel.SMS else letter.text


def silence(person_id: UUID) -> None:
    """Somebody who has followed the link in a reminder."""
    ContactPreference(
        person_id=person_id,
        person_type="patient",
        muted=ContactPreference.Muted.REMINDERS,
        muted_at=clock.now() - timedelta(days=20),
    ).add()
