"""Where documents lie: UPLOADS_FOLDER/ab/<random key>, each readable by its owner alone."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import structlog
from django.conf import settings

from patients.models import Document

log = structlog.get_logger(__name__)
INCOMING = "incoming"
MODE, FOLDER_MODE = 0o600, 0o700


def folder() -> Path:
    return Path(settings.UPLOADS_FOLDER)


def path_of(key: str) -> Path:
    return folder() / key[:2] / key


def new_file(key: str) -> BinaryIO:
    """A file that waits to be put into a chart, open for writing."""
    place = folder() / INCOMING
    place.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
    handle = os.open(place / key, os.O_WRONLY | os.O_CREAT | os.O_EXCL, MODE)
    return os.fdopen(handle, "wb")


def incoming_path(key: str) -> Path:
    return folder() / INCOMING / key


def keep(key: str) -> None:
    """Move what waits to where documents lie. It is on the disk before a row says so; twice is no harm."""
    target = path_of(key)
    target.parent.mkdir(mode=FOLDER_MODE, exist_ok=True)
    if not target.exists():
        incoming_path(key).replace(target)
        _flush(target.parent)


def take_back(key: str) -> None:
    """Let it wait again: the row was not written."""
    if path_of(key).exists():
        path_of(key).replace(incoming_path(key))


def _flush(place: Path) -> None:
    """Names are on the disk only when their folder is."""
    if os.name != "posix":
        return
    handle = os.open(place, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def content_of(document: Document) -> BinaryIO | None:
    """Its file, open for reading; None, and an error in the log, where it is gone."""
    path = path_of(document.key)
    if path.is_file():
        return path.open("rb")
    log.error("document_file_missing", document=str(document.pk))
    return None


def kept_files() -> Iterator[Path]:
    for place in sorted(folder().glob("??")):
        yield from sorted(place.iterdir())
