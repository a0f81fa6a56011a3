"""One turn of looking: what is new since the last, a part at a time, and what was taken back."""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import structlog

from assistant.indexing.writer import LostClaim, Over, Turn, claim
from assistant.models import AnomalyAlert
from assistant.services import alerts
from assistant.services.alerts import Found
from assistant.watching import bills, charts, openings, orders
from assistant.watching.places import first_of, place_of, remember, settle
from audit.models import Entry
from billing.models import Charge
from hospital import clock, engine
from hospital.errors import LostRace
from patients.models import LabResult, Vitals
from prescriptions.models import PrescriptionLine

log = structlog.get_logger(__name__)
CLAIM = "odd"
AT_A_TIME, ENTRIES_AT_A_TIME = 100, 500
MOST_CHECKED_AGAIN = 500
TRIES = 20


@dataclass
class Looked:
    """What a turn has done. `is_taken`: somebody else was at it; `is_all`: nothing is left."""

    rows: int = 0
    found: int = 0
    withdrawn: int = 0
    is_all: bool = False
    is_taken: bool = False


@dataclass(frozen=True)
class Watched:
    """A list in which new rows appear, and what is done with some of them."""

    name: str
    model: Any
    look: Callable[[Sequence[Any]], Iterator[Found]]
    at_a_time: int = AT_A_TIME
    time: str = "created_at"


WATCHED = (
    Watched("results", LabResult, charts.of_results),
    Watched("vitals", Vitals, charts.of_vitals),
    Watched("orders", PrescriptionLine, orders.of_orders),
    Watched("charges", Charge, bills.of_charges),
    Watched("audit", Entry, openings.of_entries, ENTRIES_AT_A_TIME, "at"),
)


def sweep(seconds: float) -> Looked:
    """Look for so long at most. Twice, at once or cut short is no harm: each thing has one key."""
    looked = Looked()
    turn = _turn(seconds)
    if turn is None:
        looked.is_taken = True
        return looked
    try:
        _begin_with_the_audit_of_now()
        for watched in WATCHED:
            _walk(turn, watched, looked)
        for recent in (bills.of_discounts, bills.of_refunds):
            turn.step()
            looked.found += keep_once(recent())
        looked.withdrawn = _withdraw()
        looked.is_all = True
    except Over:
        log.info("looking_over", rows=looked.rows, found=looked.found)
    except LostClaim:
        log.warning("looking_claim_lost")
    finally:
        turn.give_back()
    return looked


def _turn(seconds: float) -> Turn | None:
    try:
        return claim(seconds, CLAIM)
    except LostRace:
        return None


def _begin_with_the_audit_of_now() -> None:
    """Who opened what before this was there is not looked at; a place is kept from the first turn on."""
    if place_of("audit") is None:
        last = Entry.objects.order_by("-id").values_list("pk", flat=True).first()
        remember("audit", last or first_of(clock.now()))


def _walk(turn: Turn, watched: Watched, looked: Looked) -> None:
    """All that is new. The place stays behind what may yet come, which is then looked at again."""
    after = place_of(watched.name)
    while True:
        turn.step()
        rows = watched.model.objects.order_by("id")
        some = list((rows.filter(pk__gt=after) if after else rows)[: watched.at_a_time])
        if not some:
            return
        looked.found += keep_once(watched.look(some))
        looked.rows += len(some)
        settle(watched.name, [(row.pk, getattr(row, watched.time)) for row in some])
        after = some[-1].pk


def keep_once(found: Iterable[Found]) -> int:
    """Keep what is new. Between two at once the unique key decides; the slower one then finds it kept."""
    some = list(found)
    for attempt in range(TRIES if some else 0):
        try:
            return alerts.keep(some)
        except Exception as error:
            again = isinstance(error, LostRace) or engine.is_transient(error)
            if not again or attempt == TRIES - 1:
                raise
            time.sleep(engine.wait_before_retry(attempt))
    return 0


def _withdraw() -> int:
    """What was found of an entry that was taken back since, of the latest that wait."""
    waiting = list(AnomalyAlert.objects.waiting().order_by("-id")[:MOST_CHECKED_AGAIN])
    gone: set[Any] = set()
    for model in (LabResult, Vitals):
        ids = [one.subject_id for one in waiting if one.subject_type == model._meta.label_lower]
        gone |= set(model.objects.filter(pk__in=ids, retracted_at__isnull=False).values_list("pk", flat=True))
    charges = [one.subject_id for one in waiting if one.subject_type == Charge._meta.label_lower]
    left = Charge.objects.filter(pk__in=charges).exclude(status__in=bills.COUNTING)
    gone |= set(left.values_list("pk", flat=True))
    return alerts.withdraw([one for one in waiting if one.subject_id in gone]) if gone else 0
