"""Guidelines on their way into the index: read, cut into passages, each passage turned into a vector."""

from collections.abc import Iterator

import structlog
from django.utils.translation import gettext as _

from assistant import files
from assistant.indexing.writer import Turn
from assistant.models import Guideline, Passage
from assistant.retrieval import store
from assistant.retrieval.chunking import BELOW, chunks_of, is_list_of_sources
from assistant.retrieval.vectors import vectors_of
from assistant.sources import Kind
from hospital.db import atomic
from hospital.errors import Stale, WrongMove
from patients.files.kinds import PDF

log = structlog.get_logger(__name__)
AT_A_TIME = 16
MOST_TRIES = 3
Status = Guideline.Status


def index(turn: Turn) -> Iterator[Guideline]:
    """Go on with those that wait, the oldest first, as long as the turn lasts; each as it stands after each step.

    Raises StoreAway, Over: then what was done is kept, and the next turn goes on from there.
    """
    rows = Guideline.objects.to_be_indexed().order_by("id")
    for guideline in list(rows):
        try:
            if guideline.status == Status.WAITING:
                turn.step()
                _read(guideline)
                yield guideline
            while guideline.status == Status.INDEXING:
                turn.step()
                _go_on(guideline)
                yield guideline
        except (Stale, WrongMove):  # it was retired in the meantime, or is to be read again
            continue


def say_what_is_wrong(text: str) -> None:
    """On all that waits, for whoever looks at the list and wonders why nothing moves."""
    Guideline.objects.to_be_indexed().update(problem=text)


def remove_retired() -> int:
    """Take the vectors of retired guidelines out of the store; how many guidelines that were. Raises StoreAway."""
    number = 0
    for guideline in Guideline.objects.filter(status=Status.RETIRED, has_vectors=True):
        store.remove_guideline(str(guideline.pk))
        Guideline.objects.filter(pk=guideline.pk, status=Status.RETIRED).update(has_vectors=False)
        number += 1
    return number


def _read(guideline: Guideline) -> None:
    """Cut it into passages. A try is counted before it begins: what takes a worker down is not tried for ever."""
    if guideline.tries >= MOST_TRIES:
        guideline.move_to(Status.FAILED, problem=_("Reading it has failed several times."))
        return
    guideline.change(tries=guideline.tries + 1)
    if guideline.has_vectors:
        store.remove_guideline(str(guideline.pk))
    pages = files.pages_of(guideline.key, guideline.media_type) or []
    passages = list(_passages(guideline, pages))
    if because := _why_not(pages, passages):
        log.warning("guideline_not_read", guideline=str(guideline.pk))
        guideline.move_to(Status.FAILED, problem=because)
        return
    with atomic():
        Passage.objects.filter(guideline_id=guideline.pk).delete()
        Passage.objects.bulk_create(passages)
        guideline.move_to(
            Status.INDEXING, passages_done=0, passages_total=len(passages), problem="", has_vectors=True
        )


def _why_not(pages: list[str], passages: list[Passage]) -> str:
    """What is said to the one who has uploaded it; empty where it can be used."""
    if sum(len(page) for page in pages) > files.MOST_SIGNS:
        return _("It is too long. Upload it in parts.")
    if not passages:
        return _("No text was found in it. A scanned document has to be turned into text first.")
    return ""


def _passages(guideline: Guideline, pages: list[str]) -> Iterator[Passage]:
    is_pdf = guideline.media_type == PDF.media_type
    is_markdown = guideline.file_name.lower().endswith(".md")
    for number, chunk in enumerate(chunks_of(pages, is_markdown=is_markdown, numbered=is_pdf)):
        yield Passage(
            id=f"{guideline.pk}:{number}",
            guideline=guideline,
            number=number,
            page=chunk.page,
            heading=chunk.heading.removeprefix(guideline.title).removeprefix(BELOW),
            text=chunk.text,
        )


def _go_on(guideline: Guideline) -> None:
    """The next few passages; after the last the guideline is ready."""
    done = guideline.passages_done
    some = list(
        Passage.objects.filter(guideline_id=guideline.pk, number__gte=done).order_by("number")[:AT_A_TIME]
    )
    told = [one for one in some if not is_list_of_sources(one.heading)]
    vectors = vectors_of([(guideline.title, one.heading, one.text) for one in told])
    store.put(
        [
            store.Entry(one.pk, vector, Kind.GUIDELINE.value, str(guideline.pk))
            for one, vector in zip(told, vectors, strict=True)
        ]
    )
    done += len(some)
    if done >= guideline.passages_total or not some:
        guideline.move_to(Status.INDEXED, passages_done=done, tries=0, problem="")
    else:
        _said(guideline, done)


def _said(guideline: Guideline, done: int) -> None:
    """How far it has come. Not a change of the guideline: its version stays as who looks at it has seen it."""
    seen = Guideline.objects.filter(pk=guideline.pk, status=Status.INDEXING, version=guideline.version)
    if not seen.update(passages_done=done):
        raise WrongMove(_("Somebody else has just changed this guideline."))
    guideline.passages_done = done
