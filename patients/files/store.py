"""Where documents lie: UPLOADS_FOLDER/ab/<random key>, each readable by its owner alone."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import structlog
from django.conf import settings

from hospital import engine
from hospital.errors import LostRace
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


@contextmanager
def kept(*keys: str) -> Iterator[None]:
    """Move what waits to where documents lie, before the block writes its rows.

    If the block is going to be tried again the files wait again, if it fails otherwise they are removed. Twice is
    no harm. What a commit that fails or a pulled plug leaves behind is found by `tidy`.
    """
    try:
        for key in keys:
            _move(incoming_path(key), path_of(key))
        yield
    except BaseException as error:
        comes_again = isinstance(error, LostRace) or engine.is_transient(error)
        for key in keys:
            _move(path_of(key), incoming_path(key))
            if not comes_again:
                incoming_path(key).unlink(missing_ok=True)
        raise


def _move(source: Path, target: Path) -> None:
    if target.exists() or not source.exists():
        return
    target.parent.mkdir(mode=FOLDER_MODE, exist_ok=True)
    source.replace(target)
    _flush(target.parent)


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
