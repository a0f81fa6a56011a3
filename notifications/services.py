"""What people do about messages: read, send again, dismiss, say how they want to be told."""

from typing import Any
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.utils.translation import gettext as _

from accounts.acting import note, service
from accounts.models import User
from hospital import clock
from hospital.errors import LostRace, Refusal
from hospital.queue import enqueue
from notifications.letters import Person
from notifications.models import Channel, ContactPreference, Message

Status, Muted = Message.Status, ContactPreference.Muted


@service("notifications.send_message_again")
def send_message_again(message: Message, *, seen_version: int | None = None, by: User) -> Message:
    """Staff has decided that a message which failed, or of which nobody knows, is to be sent (again)."""
    note(was=message.status)
    message.move_to(
        Status.DUE, seen_version=seen_version, due_at=clock.now(), attempts=0, because="", claim="", error=""
    )
    enqueue("notifications.tasks.send", message.pk)
    return message


@service("notifications.dismiss_message")
def dismiss_message(message: Message, *, seen_version: int | None = None, by: User) -> Message:
    """Nothing more is to be done about a message: the recipient knows, or need not."""
    note(was=message.status)
    message.move_to(Status.DISMISSED, seen_version=seen_version, may_know=True)
    return message


@service("notifications.read_inbox")
def read_message(message: Message, *, by: User) -> Message:
    """Somebody has seen a line of the own inbox. Twice is no harm."""
    if message.channel != Channel.INBOX or message.recipient_id != by.pk:
        raise PermissionDenied("notifications.read_inbox")
    if message.read_at is None:
        message.change(read_at=clock.now())
    return message


@service("notifications.read_whole_inbox")
def read_all_messages(*, by: User) -> int:
    """Everything in the own inbox has been seen. How many lines were new."""
    unread = Message.objects.in_inbox_of(by).unread()
    number = int(unread.update(read_at=clock.now()))
    note(count=number)
    return number


@service("notifications.set_contact_preference")
def set_contact_preference(
    *, person_type: str, person_id: UUID, channel: str, muted: str, seen_version: int | None = None, by: User
) -> ContactPreference:
    """Write down how a person wants to be told, and of what. Empty: as is usual; of everything."""
    return _prefer(Person(person_type, person_id), muted, seen_version, channel=channel)


@service("notifications.opt_out")
def opt_out(person: Person, *, muted: str, by: User | AnonymousUser) -> ContactPreference:
    """Somebody has followed the link of a letter and said what he or she wants to hear."""
    return _prefer(person, muted, None)


def _prefer(person: Person, muted: str, seen_version: int | None, **more: str) -> ContactPreference:
    if muted not in Muted.values:
        raise Refusal(_("Choose what you want to hear."), code="unknown_choice", field="muted")
    note(muted=muted, **more)
    row: ContactPreference | None = ContactPreference.objects.of(person.id)
    wanted: dict[str, Any] = {"muted": muted, **more}
    if row is None or row.muted != muted:
        wanted["muted_at"] = clock.now() if muted else None
    if row is not None:
        return row.change(seen_version=seen_version, **wanted)
    try:
        return ContactPreference(person_type=person.type, person_id=person.id, **wanted).add()
    except IntegrityError as error:
        raise LostRace("The same preference was written a moment ago.") from error
