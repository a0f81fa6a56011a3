"""One turn of the writer: what is retired goes, what waits comes, charts are brought up to date."""

from collections.abc import Callable
from dataclasses import dataclass

import structlog
from django.utils.translation import gettext as _

from assistant.embedding import NotAsExpected
from assistant.indexing import charts, guidelines
from assistant.indexing.writer import LostClaim, Over, Turn, claim
from assistant.models import Guideline, IndexedRecord, IndexPlace
from assistant.retrieval import store
from hospital.db import atomic
from hospital.errors import LostRace

log = structlog.get_logger(__name__)
Status = Guideline.Status


@dataclass
class Progress:
    """What a turn has done: steps of guidelines, entries of charts; and why it did not do all.

    `is_away`: the store could not be reached, or the model not be used; `is_taken`: somebody else is at it.
    """

    steps: int = 0
    entries: int = 0
    is_all: bool = False
    is_away: bool = False
    is_taken: bool = False


def sweep(seconds: float, say: Callable[[str], None] = lambda _text: None) -> Progress:
    """Do what there is to do, for so long at most. Twice, at once or cut short is no harm."""
    progress = Progress()
    turn = _turn(seconds)
    if turn is None:
        progress.is_taken = True
        return progress
    try:
        _work(turn, progress, say)
        progress.is_all = True
    except store.StoreAway:
        progress.is_away = True
        guidelines.say_what_is_wrong(_("The index cannot be reached. This goes on by itself when it can be."))
    except NotAsExpected as error:
        progress.is_away = True
        guidelines.say_what_is_wrong(str(error))
    except Over:
        log.info("index_turn_over", steps=progress.steps, entries=progress.entries)
    except LostClaim:
        log.warning("index_claim_lost")
    finally:
        turn.give_back()
    return progress


def _turn(seconds: float) -> Turn | None:
    try:
        return claim(seconds)
    except LostRace:
        return None


def _work(turn: Turn, progress: Progress, say: Callable[[str], None]) -> None:
    if not store.count() and _is_something_known():
        forget()  # another server, or an empty folder: everything has to be put there again
    guidelines.remove_retired()
    for guideline in guidelines.index(turn):
        progress.steps += 1
        say(f"{guideline.title}: {guideline.passages_done} of {guideline.passages_total} passages")
    for number in charts.index(turn):
        progress.entries += number
        say(f"{progress.entries} entries of charts")


def _is_something_known() -> bool:
    ready = Guideline.objects.filter(status__in=[Status.INDEXED, Status.INDEXING], passages_done__gt=0)
    return ready.exists() or IndexedRecord.objects.exists()


def begin_again() -> bool:
    """Empty the store, and let everything wait for being indexed. False where somebody is at it. Raises StoreAway."""
    turn = _turn(0)
    if turn is None:
        return False
    try:
        store.begin_again()
        forget()
    finally:
        turn.give_back()
    return True


def forget() -> None:
    """Nothing is indexed. What was being read or quoted from waits; what is retired has no vectors any more."""
    with atomic():
        IndexedRecord.objects.all().delete()
        IndexPlace.objects.filter(name__startswith="rows:").delete()
        for guideline in Guideline.objects.filter(status__in=[Status.INDEXED, Status.INDEXING]):
            guideline.move_to(Status.WAITING, tries=0, has_vectors=False, passages_done=0)
        Guideline.objects.filter(status=Status.RETIRED).update(has_vectors=False)
