"""Going on with a proof where the last task has left it; of two tasks at once one does."""

import time
from datetime import timedelta
from uuid import uuid4

import structlog
from django.db import IntegrityError

from analytics.models import Verification
from analytics.verifying.proofs import PROOFS, WRONG, Place, Step
from hospital import clock
from hospital.errors import LostRace

log = structlog.get_logger(__name__)
LEASE = timedelta(seconds=150)  # longer than a task may take: whoever has died holds it no longer
LOOKS = 3  # at a part in which something is wrong: somebody may just be paying
PAUSE = 0.5  # seconds


def begin_all() -> None:
    """Begin each proof that is not under way."""
    for name in PROOFS:
        _begin(name)


def _begin(name: str) -> None:
    if not Verification.objects.filter(name=name).exists():
        try:
            Verification.objects.bulk_create([Verification(name=name, started_at=clock.now())])
        except IntegrityError as error:
            raise LostRace("Another has just begun it.") from error
        return
    idle = Verification.objects.filter(name=name, started_at=None)
    idle.update(started_at=clock.now(), place={}, rows=0)


def go_on(seconds: float) -> bool:
    """Go on with each proof that is under way or was never begun, for so many seconds at most. Whether any is left."""
    known = set(Verification.objects.values_list("name", flat=True))
    for name in PROOFS.keys() - known:
        _begin(name)
    give_up = time.monotonic() + seconds
    for name, step in PROOFS.items():
        _go_on(name, step, give_up)
    return bool(Verification.objects.exclude(started_at=None).exists())


def _go_on(name: str, step: Step, give_up: float) -> None:
    claim, now = uuid4().hex, clock.now()
    free = Verification.objects.filter(name=name, started_at__isnull=False, claimed_until__lte=now)
    if not free.update(claim=claim, claimed_until=now + LEASE):
        return
    mine = Verification.objects.filter(name=name, claim=claim)
    row = mine.get()
    place: Place | None = row.place
    rows = row.rows
    try:
        while place is not None:
            place, looked_at = _settled(step, place)
            rows += looked_at
            if time.monotonic() > give_up:
                break
    except WRONG as found:
        log.warning("proof_broken", proof=name)
        mine.update(**_end(Verification.Outcome.BROKEN, str(found)), proved_rows=rows)
        return
    if place is None:
        mine.update(**_end(Verification.Outcome.INTACT), proved_rows=rows)
    else:
        mine.update(place=place, rows=rows, claim="", claimed_until=clock.now())


def _settled(step: Step, place: Place) -> tuple[Place | None, int]:
    """While somebody pays, a part may be read half before and half after: what is wrong is wrong three times."""
    for _ in range(LOOKS - 1):
        try:
            return step(place)
        except WRONG:
            time.sleep(PAUSE)
    return step(place)


def _end(outcome: str, found: str = "") -> dict[str, object]:
    now = clock.now()
    return {
        "outcome": outcome,
        "found": found[:300],
        "ended_at": now,
        "started_at": None,
        "claim": "",
        "claimed_until": now,
    }
