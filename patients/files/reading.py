"""Reading what documents say, so that they are found by it. Done by the worker, once for each document."""

import re
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import structlog
from django.db.models import Q

from hospital import clock
from hospital.models import one_of
from patients.files import store
from patients.files.kinds import PDF, TEXT
from patients.files.letting_in import Incoming
from patients.files.pdfs import text_of
from patients.models import Document

log = structlog.get_logger(__name__)
MOST_SIGNS = 200_000
MOST_TRIES = 3
TRIED_AGAIN_AFTER = timedelta(minutes=10)
AT_A_TIME = 20
NOT_KEPT = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
TextState = Document.TextState


def read_text(pk: UUID) -> str:
    """Read one that waits, and say how that ended; "" where there is nothing to be done. Twice is no harm.

    A try is counted before it begins: what takes a worker down is not tried for ever.
    """
    document: Document | None = one_of(Document.objects.waiting(MOST_TRIES).filter(pk=pk).without_text())
    if document is None or not begin(document):
        return ""
    state, text = _read(document)
    tried = Document.objects.filter(pk=pk, text_state=TextState.WAITING, text_tries=document.text_tries + 1)
    tried.update(text=text, text_state=state, updated_at=clock.now())
    if state == TextState.FAILED:
        log.warning("document_text_failed", document=str(pk))
    return str(state)


def waiting_too_long() -> list[UUID]:
    """Those of which the worker was not told, or that somebody began with and never finished. The oldest first."""
    rows = (
        Document.objects.waiting(MOST_TRIES)
        .filter(Q(text_tries=0) | Q(updated_at__lt=_long_ago()))
        .order_by("id")
    )
    return list(rows.values_list("pk", flat=True)[:AT_A_TIME])


def give_up() -> int:
    """Those that were tried often enough: how many."""
    rows = Document.objects.filter(
        text_state=TextState.WAITING, text_tries__gte=MOST_TRIES, updated_at__lt=_long_ago()
    )
    return int(rows.update(text_state=TextState.FAILED))


def _long_ago() -> datetime:
    return clock.now() - TRIED_AGAIN_AFTER


def begin(document: Document) -> bool:
    seen = Document.objects.filter(
        pk=document.pk, text_state=TextState.WAITING, text_tries=document.text_tries
    )
    return bool(seen.update(text_tries=document.text_tries + 1, updated_at=clock.now()))


def read_once(incoming: Incoming) -> str:
    """What a file says that was let in, and that is kept nowhere: it is gone afterwards. "" if it says nothing."""
    try:
        return _text(store.incoming_path(incoming.key), incoming.media_type) or ""
    finally:
        incoming.forget()


def _read(document: Document) -> tuple[str, str]:
    text = _text(store.path_of(document.key), document.media_type)
    if text is None:
        return TextState.FAILED, ""
    return (TextState.READ, text) if text else (TextState.NONE, "")


def _text(path: Path, media_type: str) -> str | None:
    """None if it could not be read."""
    if media_type not in {PDF.media_type, TEXT.media_type} or not path.is_file():
        return None
    found = text_of(path, most=MOST_SIGNS) if media_type == PDF.media_type else _plain(path)
    return None if found is None else NOT_KEPT.sub("", found).strip()[:MOST_SIGNS]


def _plain(path: Path) -> str:
    """The beginning of a text, which was looked through when it was let in."""
    with path.open(encoding="utf-8-sig", newline=None) as file:
        return file.read(MOST_SIGNS)
