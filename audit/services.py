"""Writing the audit: the only way in."""

from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from audit.models import Entry


@dataclass(frozen=True)
class Context:
    """Through which door somebody came, and with which request."""

    door: str = "command"
    request_id: str = ""


_context: ContextVar[Context] = ContextVar("audit_context", default=Context())  # noqa: B039 it is frozen


def enter(context: Context) -> None:
    _context.set(context)


def current() -> Context:
    return _context.get()


def record(
    verb: str,
    *,
    actor_id: UUID | None,
    outcome: str = Entry.Outcome.DONE,
    subject_type: str = "",
    subject_id: UUID | None = None,
    patient_id: UUID | None = None,
    details: dict[str, Any] | None = None,
) -> Entry:
    """Add one row. If this raises, what it should have recorded must not be answered."""
    here = _context.get()
    entry = Entry(
        verb=verb,
        actor_id=actor_id,
        outcome=outcome,
        subject_type=subject_type,
        subject_id=subject_id,
        patient_id=patient_id,
        door=here.door,
        request_id=here.request_id,
        details=details or {},
    )
    entry.save()
    return entry
