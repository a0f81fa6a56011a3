"""The timeline: what each kind of line says, and how lines are written. Filled in `AppConfig.ready()`.

An app above registers its kind with `register` and writes a line with `tell` in the service that does what the
line is about. `rebuild` of a kind says the same of all rows there are: live and rebuilt lines are equal.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError
from django.utils.functional import Promise

from accounts.models import User
from hospital import clock
from hospital.errors import LostRace
from patients.models import Patient, TimelineEntry

PAGE = 30
AFTER_ALL_KEYS = "~"


@dataclass(frozen=True)
class Line:
    """What the timeline shows of an event. `tone` is a status colour (ok, info, warn, danger) or empty."""

    title: str
    detail: str = ""
    url: str = ""
    tone: str = ""
    struck: bool = False  # taken back, cancelled


@dataclass(frozen=True)
class Kind:
    """A kind of line: `key` is kept in the rows, `permission` is needed to see it."""

    key: str
    label: str | Promise
    icon: str
    permission: str
    draw: Callable[[TimelineEntry, User], Line]
    rebuild: Callable[[UUID], Iterable["Told"]]


@dataclass(frozen=True)
class Told:
    """A line as it is kept."""

    subject_id: UUID
    at: datetime
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Drawn:
    """A line with all that a template needs."""

    entry: TimelineEntry
    kind: Kind
    line: Line
    is_coming: bool


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    _kinds[kind.key] = kind


def kinds_for(user: User) -> list[Kind]:
    """The kinds that this user may see, in the order in which they were registered."""
    return [kind for kind in _kinds.values() if user.has_perm(kind.permission)]


def tell(kind: str, subject_id: UUID, *, patient_id: UUID, at: datetime, **facts: Any) -> None:
    """Write the line of an event, or write it anew. Call it inside the service that does what it tells of."""
    key = key_of(kind, subject_id)
    if TimelineEntry.objects.filter(pk=key).update(at=at, facts=facts):
        return
    try:
        TimelineEntry.objects.create(
            key=key, kind=kind, subject_id=subject_id, patient_id=patient_id, at=at, facts=facts
        )
    except IntegrityError as error:
        raise LostRace("This line was written a moment ago.") from error


def tell_first(kind: str, told: Told, *, patient_id: UUID) -> TimelineEntry:
    """An unsaved line, for what is certain to be new and written in bulk."""
    return TimelineEntry(
        key=key_of(kind, told.subject_id),
        kind=kind,
        subject_id=told.subject_id,
        patient_id=patient_id,
        at=told.at,
        facts=told.facts,
    )


def key_of(kind: str, subject_id: UUID) -> str:
    return f"{kind}:{subject_id.hex}"


def read(
    patient: Patient, user: User, *, kinds: Iterable[str] = (), before: str = "", size: int = PAGE
) -> tuple[list[Drawn], str]:
    """A page of the stream, the latest first, and where the next one begins; "" at its end. One query.

    `kinds` narrows it, to kinds that the user may see. `before` is what an earlier page answered.
    """
    allowed = {kind.key: kind for kind in kinds_for(user)}
    wanted = [key for key in kinds if key in allowed] or list(allowed)
    rows = TimelineEntry.objects.of(patient.pk)
    if len(wanted) < len(_kinds):
        rows = rows.filter(kind__in=wanted)
    if place := _place(before):
        rows = rows.older_than(*place)
    found = list(rows[: size + 1])
    shown = [entry for entry in found[:size] if entry.kind in allowed]
    drawn = [_drawn(entry, allowed[entry.kind], user) for entry in shown]
    last = found[size - 1] if len(found) > size else None
    return drawn, f"{last.at.isoformat()}~{last.key}" if last else ""


def _drawn(entry: TimelineEntry, kind: Kind, user: User) -> Drawn:
    return Drawn(entry, kind, kind.draw(entry, user), entry.at > clock.now())


def now_place() -> str:
    """Where the stream begins without what is still to come."""
    return f"{clock.now().isoformat()}~{AFTER_ALL_KEYS}"


def _place(before: str) -> tuple[datetime, str] | None:
    """Where a page begins; what is no such place is the beginning."""
    moment, _, key = before.partition("~")
    try:
        at = datetime.fromisoformat(moment)
    except ValueError:
        return None
    return (at, key) if at.tzinfo and len(key) <= 80 and key.isprintable() else None


def rebuild(patient_id: UUID) -> int:
    """Write all lines of a patient anew, from the rows they are about. Returns how many there are."""
    lines = [
        tell_first(kind.key, told, patient_id=patient_id)
        for kind in _kinds.values()
        for told in kind.rebuild(patient_id)
    ]
    TimelineEntry.objects.filter(patient_id=patient_id).delete()
    TimelineEntry.objects.bulk_create(lines)
    return len(lines)
