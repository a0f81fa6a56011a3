"""The kinds of messages there are. Filled by the apps above in their `AppConfig.ready()`."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.functional import Promise

from accounts.models import Site, User
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


Names = Callable[[set[UUID], User], Mapping[UUID, str]]
_kinds: dict[str, Kind] = {}
_names: list[Names] = []


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


def register_names(read: Names) -> None:
    """Who knows the names of patients, for those who may see them."""
    _names.append(read)


def name_patients(messages: Iterable[Message], user: User) -> None:
    """Set `patient_name` of each, in one query for all; empty where this user may not know it."""
    rows = list(messages)
    ids = {one.patient_id for one in rows if one.patient_id is not None}
    names = {key: name for read in _names for key, name in read(ids, user).items()} if ids else {}
    for one in rows:
        one.patient_name = names.get(one.patient_id, "")  # type: ignore[arg-type]
