"""What can be done with the guidelines from which answers quote."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.utils.translation import gettext as _

from accounts.acting import note, service
from accounts.models import User
from assistant import files
from assistant.models import Guideline
from hospital.errors import LostRace, Refusal
from hospital.models import one_of
from hospital.queue import enqueue
from patients.files import Incoming
from patients.files.kinds import PDF, TEXT
from patients.models.words import UNPRINTABLE, has_forbidden, tidy

Status = Guideline.Status


@service("assistant.keep_guidelines")
def upload_guideline(
    *, file: Incoming, title: str, licence: str, source: str = "", language: str = "en", by: User
) -> Guideline:
    """Take a document into the knowledge base. It is quoted from as soon as the worker has indexed it.

    Raises ValidationError for a picture, Refusal (`already_there`) for what is there already.
    """
    if file.media_type not in {PDF.media_type, TEXT.media_type}:
        raise ValidationError({"file": _("A guideline is a PDF, a Markdown file or a plain text.")})
    with files.kept(file.key):
        if (there := _with_content(file.sha256)) is not None:
            raise Refusal(
                _("“%(file)s” is there already, as “%(title)s”.") % {"file": file.name, "title": there.title},
                code="already_there",
                field="file",
            )
        guideline = _added(
            title=title,
            licence=licence,
            source=source,
            language=language,
            file_name=file.name,
            media_type=file.media_type,
            size=file.size,
            sha256=file.sha256,
            key=file.key,
            pages=file.pages,
            uploaded_by=by,
        )
    note(sha256=guideline.sha256, size=guideline.size)
    enqueue("assistant.tasks.index_passages")
    return guideline


@service("assistant.keep_guidelines")
def edit_guideline(
    guideline: Guideline, *, seen_version: int | None = None, by: User, **changes: str
) -> Guideline:
    """Correct what is said about it. With another title its passages are indexed anew. Raises Stale."""
    _refuse_retired(guideline)
    is_renamed = changes.get("title", guideline.title) != guideline.title
    guideline.change(seen_version=seen_version, **changes)
    note(fields=sorted(changes))
    if is_renamed and guideline.status == Status.INDEXED:
        guideline.move_to(Status.WAITING, tries=0)
        enqueue("assistant.tasks.index_passages")
    return guideline


@service("assistant.keep_guidelines")
def index_guideline_again(guideline: Guideline, *, seen_version: int | None = None, by: User) -> Guideline:
    """Read it once more, after that has failed or where its passages are not as they should be."""
    _refuse_retired(guideline)
    guideline.move_to(Status.WAITING, seen_version=seen_version, tries=0, problem="")
    enqueue("assistant.tasks.index_passages")
    return guideline


@service("assistant.keep_guidelines")
def retire_guideline(
    guideline: Guideline, *, reason: str, seen_version: int | None = None, by: User
) -> Guideline:
    """From now on nothing is quoted from it. It stays, so that answers of earlier can be read."""
    reason = tidy(reason, lines=False)
    if not reason:
        raise ValidationError({"reason": _("Say why.")})
    if has_forbidden(reason, lines=False):
        raise ValidationError({"reason": UNPRINTABLE})
    guideline.move_to(Status.RETIRED, seen_version=seen_version, retired_because=reason[:300])
    enqueue("assistant.tasks.index_passages")
    return guideline


def _added(**facts: Any) -> Guideline:
    try:
        return Guideline(**facts).add()
    except IntegrityError as error:  # somebody has uploaded the same a moment ago
        raise LostRace from error


def _with_content(sha256: str) -> Guideline | None:
    found: Guideline | None = one_of(Guideline.objects.filter(sha256=sha256).exclude(status=Status.RETIRED))
    return found


def _refuse_retired(guideline: Guideline) -> None:
    if guideline.is_retired:
        raise Refusal(_("This guideline is retired. Upload it again if it is to be used."), code="retired")
