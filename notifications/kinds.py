"""The kinds of messages there are. Filled by the apps above in their `AppConfig.ready()`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.functional import Promise

from accounts.models import Site
from notifications.models import Message


@dataclass(frozen=True)
class Facts:
    """What is true of a message's subject and recipient at this moment.

    `context` goes into the templates `notifications/<kind>.txt` (the first line is the title) and
    `notifications/<kind>.sms.txt`. `starts_at` is when it is too late. `calendar` is the text of an
    .ics file, `method` its METHOD. `path` leads to the subject inside the product, for staff.
    """

    name: str
    site: Site
    context: Mapping[str, Any]
    email: str = ""
    phone: str = ""
    language: str = ""
    starts_at: datetime | None = None
    calendar: str = ""
    method: str = ""
    path: str = ""


@dataclass(frozen=True)
class Kind:
    """A kind of message. `load` reads its subject anew: the facts, or why it must not be said any more."""

    name: str
    label: str | Promise
    load: Callable[[Message], Facts | Message.Because] = field(compare=False)
    is_reminder: bool = False


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Add a kind, or replace the one with the same name."""
    _kinds[kind.name] = kind


def kind_of(message: Message) -> Kind:
    """KeyError for a kind that no app has registered."""
    return _kinds[message.kind]


def label_of(name: str) -> str:
    return str(_kinds[name].label) if name in _kinds else name


def choices() -> list[tuple[str, str]]:
    return [(kind.name, str(kind.label)) for kind in _kinds.values()]
