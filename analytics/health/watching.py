"""Looking again and again, by whoever comes first, and writing down what changed."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import DatabaseError, IntegrityError
from django.db.models import F

from analytics.health.alerts import tell
from analytics.health.looking import look_at
from analytics.health.register import LOOK_EVERY, Check, Reading, checks
from analytics.models import BAD, CheckChange, CheckState, State
from hospital import clock
from hospital.db import atomic
from hospital.errors import LostRace
from notifications.models import Heartbeat
from notifications.outbox import beat

log = structlog.get_logger(__name__)
WATCH = "health"  # its heartbeat
STALE_AFTER = LOOK_EVERY + timedelta(seconds=1)
BELIEVED_AFTER = 2  # looks in a row
SOON = timedelta(seconds=1)


def watch() -> bool:
    """Look at what is due, unless somebody did within the last eight seconds. Whether it was our turn."""
    now = clock.now()
    if not _is_our_turn(now):
        return False
    rows = {row.name: row for row in CheckState.objects.all()}
    due = [
        check
        for check in checks()
        if check.name not in rows or now - rows[check.name].looked_at >= check.every - SOON
    ]
    readings = look_at(due)
    try:
        write_down(readings, rows)
    except (DatabaseError, LostRace) as error:  # the next look writes what this one could not
        log.warning("health_not_written", error=type(error).__name__)
    return True


def _is_our_turn(now: datetime) -> bool:
    mine = Heartbeat.objects.filter(name=WATCH, at__lte=now - LOOK_EVERY + SOON)
    if mine.update(at=now, details={}):
        return True
    if Heartbeat.objects.filter(name=WATCH).exists():
        return False
    beat(WATCH)
    return True


def watch_if_nobody_does() -> None:
    """For pages: those who watch all the time may be what is broken."""
    if not Heartbeat.objects.filter(name=WATCH, at__gt=clock.now() - STALE_AFTER).exists():
        watch()


def write_down(readings: Sequence[tuple[Check, Reading]], rows: dict[str, CheckState]) -> None:
    """Keep what was found. A conditional UPDATE of each row decides between two who looked at once."""
    now = clock.now()
    with atomic():
        new = [_new(check, reading, now) for check, reading in readings if check.name not in rows]
        try:
            CheckState.objects.bulk_create(new)
        except IntegrityError as error:
            raise LostRace("Somebody else has written these a moment ago.") from error
        for check, reading in readings:
            if check.name in rows:
                _again(check, reading, rows[check.name], now)


def _new(check: Check, reading: Reading, now: datetime) -> CheckState:
    """What is well at the first look is believed; what is not, at the second."""
    state = State.UNKNOWN if reading.state in BAD else reading.state
    return CheckState(
        name=check.name, state=state, seen=reading.state, since=now, looked_at=now, **_said(reading)
    )


def _said(reading: Reading) -> dict[str, Any]:
    return {
        "sentence": str(reading.sentence)[:300],
        "figure": reading.figure[:60],
        "number": reading.number,
    }


def _again(check: Check, reading: Reading, row: CheckState, now: datetime) -> None:
    same = reading.state == row.seen
    looks = min(row.looks + 1, BELIEVED_AFTER) if same else 1
    values = _said(reading) | {
        "seen": reading.state,
        "since": row.since if same else now,
        "looks": looks,
        "looked_at": now,
        "version": F("version") + 1,
    }
    change: CheckChange | None = None
    if looks >= BELIEVED_AFTER and reading.state != row.state:
        values["state"] = reading.state
        change = _change(reading, row)
        values |= {"outage_id": _outage(check, row, change)}
    if not CheckState.objects.filter(name=row.name, version=row.version).update(**values):
        return  # somebody else has looked meanwhile and written it down
    if change is not None:
        change.add()
        tell(check, row, change)


def _change(reading: Reading, row: CheckState) -> CheckChange:
    return CheckChange(
        name=row.name, was=row.state, state=reading.state, at=row.since, sentence=str(reading.sentence)[:300]
    )


def _outage(check: Check, row: CheckState, change: CheckChange) -> Any:
    """The change with which the outage began that goes on after this one, if any."""
    if change.state in BAD:
        return row.outage_id or (change.pk if check.alerts else None)
    return row.outage_id if change.state == State.UNKNOWN else None
