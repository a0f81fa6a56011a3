"""Putting folder and rows in order again, after somebody pulled the plug between the two."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import islice
from pathlib import Path

import structlog

from hospital import clock
from patients.files import store
from patients.models import Document

log = structlog.get_logger(__name__)
AT_A_TIME = 200
ORPHANED_AFTER = timedelta(days=1)


def tidy() -> dict[str, int]:
    """Remove files older than a day of which no row knows; count and log the rows whose file is gone."""
    before = (clock.now() - ORPHANED_AFTER).timestamp()
    return {"removed": _remove_orphans(before), "missing": _count_missing()}


def _remove_orphans(before: float) -> int:
    waiting = (store.folder() / store.INCOMING).glob("*")
    old = [path for path in waiting if path.stat().st_mtime < before]
    files = (path for path in store.kept_files() if path.stat().st_mtime < before)
    while some := list(islice(files, AT_A_TIME)):
        old += _unknown(some)
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)


def _unknown(paths: list[Path]) -> Iterator[Path]:
    names = [path.name for path in paths]
    known = set(Document.objects.filter(key__in=names).values_list("key", flat=True))
    yield from (path for path in paths if path.name not in known)


def _count_missing() -> int:
    missing = 0
    for document in Document.objects.only("key").order_by("id").iterator(chunk_size=AT_A_TIME):
        if not store.path_of(document.key).exists():
            log.error("document_file_missing", document=str(document.pk))
            missing += 1
    return missing
