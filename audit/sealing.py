"""Seals over the audit: so many rows, the hash of all that stands in them, and the seal before.

Rows are written by every page, so they are not chained one by one: everybody would wait for everybody. They are
sealed some minutes later, a thousand at a time. Whoever changes, adds or removes a sealed row is found; who also writes
all later seals anew is found by whoever has kept one of them: each is written to the log.
"""

import hashlib
import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from django.db import IntegrityError

from audit.models import Entry, Seal
from hospital import clock
from hospital.errors import LostRace
from hospital.models import one_of

log = structlog.get_logger(__name__)
ROWS = 1000
SETTLED_AFTER = timedelta(minutes=10)  # longer than any transaction: a row that comes later would be missing
SEALED_WITHIN = timedelta(hours=1)
GENESIS = "0" * 64
FIRST = UUID(int=0)


class Broken(Exception):
    """The first seal that is not over the rows that are there, in words for whoever has to look into it."""


def seal_more(*, at_once: bool = False) -> int:
    """Seal the next thousand rows; fewer only if the oldest has waited for an hour, or `at_once`. How many it were."""
    last: Seal | None = one_of(Seal.objects.order_by("-sequence"))
    now = clock.now()
    rows = Entry.objects.filter(
        id__gt=last.last_id if last else FIRST, id__lt=_written_at(now - SETTLED_AFTER)
    )
    entries = list(rows.order_by("id")[:ROWS])
    waits = bool(entries) and (at_once or entries[0].id < _written_at(now - SEALED_WITHIN))
    if not (waits or len(entries) == ROWS):
        return 0
    seal = Seal(
        sequence=last.sequence + 1 if last else 1,
        last_id=entries[-1].id,
        rows=len(entries),
        previous=last.digest if last else GENESIS,
    )
    seal.digest = digest(seal, entries)
    try:
        seal.save(force_insert=True)
    except IntegrityError as error:
        raise LostRace("Another has just sealed these.") from error
    log.info("audit_sealed", sequence=seal.sequence, rows=seal.rows, digest=seal.digest)
    return seal.rows


def _written_at(moment: datetime) -> UUID:
    """The smallest id that a row of this millisecond could have."""
    return UUID(int=int(moment.timestamp() * 1000) << 80)


def digest(seal: Seal, entries: Iterable[Entry]) -> str:
    """The SHA-256 over the seal before, the place of this one, and each row."""
    hashed = hashlib.sha256(f"{seal.previous}:{seal.sequence}:{seal.rows}:{seal.last_id}".encode())
    for entry in entries:
        hashed.update(_line(entry))
    return hashed.hexdigest()


def _line(entry: Entry) -> bytes:
    facts: dict[str, Any] = {
        "id": str(entry.pk),
        "at": entry.at.astimezone(UTC).isoformat(timespec="milliseconds"),
        "actor": str(entry.actor_id or ""),
        "verb": entry.verb,
        "subject_type": entry.subject_type,
        "subject": str(entry.subject_id or ""),
        "patient": str(entry.patient_id or ""),
        "door": entry.door,
        "outcome": str(entry.outcome),
        "request": entry.request_id,
        "details": entry.details,
    }
    return json.dumps(facts, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str).encode()


def verify(sequence: int) -> int:
    """Compare this seal with its rows and with the seal before. How many rows; 0 if there is no such seal.

    Raises Broken.
    """
    seal = Seal.objects.filter(sequence=sequence).first()
    if seal is None:
        if Seal.objects.filter(sequence__gt=sequence).exists():
            raise Broken(f"Seal {sequence} of the audit is missing.")
        return 0
    before: Seal | None = one_of(Seal.objects.filter(sequence=sequence - 1))
    if seal.previous != (before.digest if before else GENESIS):
        raise Broken(f"Seal {sequence} of the audit does not follow the one before it.")
    since = before.last_id if before else FIRST
    entries = list(Entry.objects.filter(id__gt=since, id__lte=seal.last_id).order_by("id")[: ROWS + 1])
    if len(entries) != seal.rows:
        raise Broken(
            f"Under seal {sequence} of the audit stand {len(entries)} rows, and {seal.rows} were sealed."
        )
    if digest(seal, entries) != seal.digest:
        raise Broken(f"Under seal {sequence} of the audit a row is not what was sealed.")
    return seal.rows
