"""Where guidelines lie: UPLOADS_FOLDER/guidelines/<random key>, each readable by its owner alone; and what they say."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hospital import engine
from hospital.errors import LostRace
from patients.files import store
from patients.files.kinds import PDF
from patients.files.pdfs import leaves_of

FOLDER = "guidelines"
MOST_SIGNS = 3_000_000
NOT_KEPT = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


def path_of(key: str) -> Path:
    return store.folder() / FOLDER / key


def pages_of(key: str, media_type: str) -> list[str] | None:
    """What the file says, page by page; a text is one page. None if it cannot be read or says nothing."""
    path = path_of(key)
    if not path.is_file():
        return None
    if media_type == PDF.media_type:
        found = leaves_of(path, most=MOST_SIGNS)
    else:
        found = [path.read_text(encoding="utf-8-sig")]
    pages = [NOT_KEPT.sub("", page) for page in found or ()]
    return pages if any(page.strip() for page in pages) else None


@contextmanager
def kept(key: str) -> Iterator[None]:
    """Move what was let in to where guidelines lie, before the block writes its row; back if that fails."""
    waiting, place = store.incoming_path(key), path_of(key)
    place.parent.mkdir(mode=store.FOLDER_MODE, parents=True, exist_ok=True)
    try:
        if not place.exists() and waiting.exists():
            waiting.replace(place)
        yield
    except BaseException as error:
        comes_again = isinstance(error, LostRace) or engine.is_transient(error)
        if place.exists():
            place.replace(waiting)
        if not comes_again:
            waiting.unlink(missing_ok=True)
        raise


def write(key: str, content: bytes) -> None:
    """Put down a file of our own: the demonstration's."""
    place = path_of(key)
    place.parent.mkdir(mode=store.FOLDER_MODE, parents=True, exist_ok=True)
    handle = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, store.MODE)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
