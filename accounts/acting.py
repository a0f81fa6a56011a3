"""@service: how everything is done. Permission, transaction, retry and audit; nobody can forget them."""

import functools
import time
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any, ParamSpec, TypeVar

from django.core.exceptions import PermissionDenied, ValidationError

import audit.services
from audit.models import Entry
from hospital import db, engine
from hospital.errors import LostRace, Refusal
from hospital.models import Record

P = ParamSpec("P")
R = TypeVar("R")

SERVICES: dict[str, Callable[..., Any]] = {}
TRIES = 50  # with the engine's waiting between them about ten seconds: a queue at one counter, not a hang
TRY_FOR = 60.0  # seconds; a database that is away makes each try long

_details: ContextVar[dict[str, Any] | None] = ContextVar("service_details", default=None)


def note(**details: Any) -> None:
    """Add to the audit row of the service that is running: ids, times, field names; never free text."""
    notes = _details.get()
    if notes is not None:
        notes.update(details)


def service(permission: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Make a function the one way to do something.

    It takes the actor as `by`, checks that the actor has `permission`, runs in one transaction and
    writes the audit row in it. A service called by a service joins its transaction. Only the
    outermost is tried again when the engine reports a conflict; a refusal, denial or failure is
    written down after the rollback, in a transaction of its own.
    """

    def decorate(act: Callable[P, R]) -> Callable[P, R]:
        @functools.wraps(act)
        def run(*args: P.args, **kwargs: P.kwargs) -> R:
            actor = kwargs["by"]
            subject = next((one for one in args if isinstance(one, Record)), None)
            if db.in_atomic():
                return _run_once(act, permission, actor, subject, args, kwargs)
            return _run_outermost(act, permission, actor, subject, args, kwargs)

        run.permission = permission  # type: ignore[attr-defined]
        SERVICES[permission] = run
        return run

    return decorate


def _run_once(
    act: Callable[..., R], permission: str, actor: Any, subject: Record | None, args: Any, kwargs: Any
) -> R:
    details: dict[str, Any] = {}
    token = _details.set(details)
    try:
        if not actor.has_perm(permission):
            raise PermissionDenied(permission)
        result = act(*args, **kwargs)
        _record(
            permission, actor, result if isinstance(result, Record) else subject, Entry.Outcome.DONE, details
        )
        return result
    finally:
        _details.reset(token)


def _run_outermost(
    act: Callable[..., R], permission: str, actor: Any, subject: Record | None, args: Any, kwargs: Any
) -> R:
    records = [one for one in (*args, *kwargs.values()) if isinstance(one, Record)]
    before = [dict(one.__dict__) for one in records]
    began = time.monotonic()
    for attempt in range(TRIES):
        try:
            with db.atomic():
                return _run_once(act, permission, actor, subject, args, kwargs)
        except Exception as error:
            for one, state in zip(records, before, strict=True):
                one.__dict__.clear()
                one.__dict__.update(state)
            again = isinstance(error, LostRace) or engine.is_transient(error)
            if again and attempt < TRIES - 1 and time.monotonic() - began < TRY_FOR:
                time.sleep(engine.wait_before_retry(attempt))
                continue
            _record(permission, actor, subject, _outcome(error), _explain(error))
            raise
    raise AssertionError("the last try returns or raises")


def _outcome(error: Exception) -> str:
    kinds: list[tuple[type[Exception], str]] = [
        (PermissionDenied, Entry.Outcome.DENIED),
        (Refusal, Entry.Outcome.REFUSED),
        (ValidationError, Entry.Outcome.INVALID),
    ]
    return next((outcome for kind, outcome in kinds if isinstance(error, kind)), Entry.Outcome.FAILED)


def _explain(error: Exception) -> dict[str, Any]:
    return {"code": error.code} if isinstance(error, Refusal) else {"error": type(error).__name__}


def _record(verb: str, actor: Any, subject: Record | None, outcome: str, details: dict[str, Any]) -> None:
    audit.services.record(
        verb,
        actor_id=actor.pk,
        outcome=outcome,
        subject_type=subject._meta.label_lower if subject is not None else "",
        subject_id=subject.pk if subject is not None else None,
        patient_id=subject.audit_patient_id if subject is not None else None,
        details=details,
    )


def opened(row: Any, *, by: Any) -> None:
    """Write down that somebody opened a record about a patient. If this raises, show nothing."""
    patient_id = getattr(row, "audit_patient_id", None)
    if patient_id is not None:
        _record(_view(type(row)), by, row, Entry.Outcome.DONE, {})


def opened_part(patient: Record, part: str, *, by: Any) -> None:
    """Write down that somebody opened a part of a patient's record. If this raises, show nothing."""
    _record("patients.open_record", by, patient, Entry.Outcome.DONE, {"part": part})


def not_in_care(patient: Record, permission: str, *, by: Any) -> None:
    """Write down that a clinician asked for the chart of somebody whom he or she does not treat."""
    _record(permission, by, patient, Entry.Outcome.DENIED, {"code": "not_in_care"})


def not_shown(model: Any, pk: Any, *, by: Any) -> None:
    """Write down that somebody asked for a row that exists and that he or she may not know of."""
    row = model._default_manager.filter(pk=pk).first()
    if row is not None:
        _record(_view(model), by, row if isinstance(row, Record) else None, Entry.Outcome.DENIED, {})


def listed(verb: str, *, by: Any, filters: dict[str, Any], count: int) -> None:
    """Write down that somebody read a list or searched: what for, and how many rows were shown."""
    _record(verb, by, None, Entry.Outcome.DONE, {"filters": filters, "count": count})


def denied(permission: str, *, by: Any) -> None:
    """Write down that somebody tried what the role does not allow."""
    _record(permission, by, None, Entry.Outcome.DENIED, {})


def _view(model: Any) -> str:
    return f"{model._meta.app_label}.view_{model._meta.model_name}"
