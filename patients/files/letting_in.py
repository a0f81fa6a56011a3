"""The gate: a file is let in for what it is, never for what it is called or said to be."""

import hashlib
import os
import weakref
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from hospital.models import new_secret
from hospital.uploads import TooLargeUpload
from patients.files import kinds, store
from patients.files.names import display_name, extension_of
from patients.files.pdfs import check_pdf
from patients.files.pictures import check_jpeg, check_png
from patients.files.texts import check_text


@dataclass(eq=False)
class Incoming:
    """A file that was let in and waits on the disk for its row. What is not put into a chart goes with this object."""

    key: str
    name: str
    media_type: str
    size: int
    sha256: str
    pages: int | None = None

    def __post_init__(self) -> None:
        self._end = weakref.finalize(self, store.incoming_path(self.key).unlink, missing_ok=True)

    def forget(self) -> None:
        """It will not be put into any chart."""
        self._end()


def let_in(upload: UploadedFile[Any]) -> Incoming:
    """Check a file that came in with a form or a request, and keep it waiting.

    Raises ValidationError with a sentence for the sender and a code: too_large, empty, name, unknown_kind, program,
    archive, office, picture, markup, too_many_pixels, no_text, too_long, or one of patients.files.pdfs.REASONS.
    """
    if isinstance(upload, TooLargeUpload):
        raise _too_large()
    key = new_secret()
    path = store.incoming_path(key)
    try:
        size, sha256 = _copy(upload, key)
        kind = _kind(path)
        pages = _open(path, kind)
        name = display_name(upload.name or "", kind.endings[0])
        _compare(name, kind)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return Incoming(key, name, kind.media_type, size, sha256, pages)


def _copy(upload: UploadedFile[Any], key: str) -> tuple[int, str]:
    """Size and SHA-256 of what was written, and is on the disk."""
    size, digest = 0, hashlib.sha256()
    with store.new_file(key) as file:
        for chunk in upload.chunks():
            size += len(chunk)
            if size > settings.LARGEST_DOCUMENT:
                raise _too_large()
            digest.update(chunk)
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
    if not size:
        raise ValidationError(_("This file is empty."), code="empty")
    return size, digest.hexdigest()


def _too_large() -> ValidationError:
    return ValidationError(
        _("This file is larger than %(most)s MB, the most that is kept."),
        code="too_large",
        params={"most": f"{settings.LARGEST_DOCUMENT / 1_000_000:g}"},
    )


def _kind(path: Path) -> kinds.Kind:
    """What the content is; text where its first bytes say nothing else."""
    with path.open("rb") as file:
        head = file.read(kinds.HEAD)
    if refused := kinds.unwelcome(head):
        raise ValidationError(str(refused[1]), code=refused[0])
    kind = kinds.kind_of(head) or kinds.TEXT
    if kind is not kinds.TEXT and zipfile.is_zipfile(path):
        raise ValidationError(str(kinds.ARCHIVE), code="archive")
    return kind


def _compare(name: str, kind: kinds.Kind) -> None:
    """A name that promises something else is a mistake or a trick."""
    ending = extension_of(name).lower()
    if ending in kind.endings:
        return
    what = _("a plain text") if kind is kinds.TEXT else kind.endings[0].removeprefix(".").upper()
    raise ValidationError(
        _("The name ends in %(ending)s, but the file is %(what)s."),
        code="name",
        params={"ending": ending, "what": what},
    )


def _open(path: Path, kind: kinds.Kind) -> int | None:
    """Open it as what it is; the number of its pages, if it has some."""
    if kind is kinds.PDF:
        return check_pdf(path)
    {kinds.PNG: check_png, kinds.JPEG: check_jpeg, kinds.TEXT: check_text}[kind](path)
    return None
