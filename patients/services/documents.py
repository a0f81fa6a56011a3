"""What can be done with the documents of a chart."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.acting import note, service
from accounts.models import User
from accounts.once import Once
from hospital.errors import Refusal
from hospital.queue import enqueue
from patients import front, timeline
from patients.files import Incoming, store
from patients.models import Document, Encounter, Patient

UPLOAD = "patients.upload_document"
TextState = Document.TextState


@service("patients.upload_document")
def upload_document(
    patient: Patient,
    *,
    file: Incoming,
    kind: str = Document.Kind.REPORT,
    title: str = "",
    dated_on: date | None = None,
    encounter: Encounter | None = None,
    is_confirmed: bool = False,
    once: Once | None = None,
    by: User,
) -> Document:
    """Put a file that was let in into a chart. Without a title it is called as its file.

    The same content a second time is refused (`already_there`) unless that was confirmed. The file is on the disk
    before the row says so, and is gone again where no row is written.
    """
    if once and (earlier := once.earlier(UPLOAD, by=by)):
        found: Document = Document.objects.without_text().get(pk=earlier)
        return found
    with store.kept(file.key):
        _refuse_inactive(patient)
        if encounter and encounter.patient_id != patient.pk:
            raise ValidationError({"encounter": _("This consultation is not one of this patient.")})
        if not is_confirmed and (there := Document.objects.same_as(patient, file.sha256)):
            raise already_there(there, file)
        document = _row(
            patient, file, kind=kind, title=title, dated_on=dated_on, encounter=encounter, by=by
        ).add()
        _tell(document)
        if once:
            once.done(UPLOAD, document, by=by)
    note(media_type=document.media_type, size=document.size)
    if document.text_state == TextState.WAITING:
        enqueue("patients.tasks.read_text", document.pk)
    return document


@service("patients.upload_document")
def upload_documents(
    patient: Patient, *, files: Sequence[Incoming], title: str = "", once: Once, by: User, **facts: Any
) -> list[Document]:
    """Put several files into a chart, all or none. The same file of the same form is put down once."""
    number = len(files)
    titles = [f"{title} ({place})" if title and number > 1 else title for place in range(1, number + 1)]
    with store.kept(*(file.key for file in files)):
        return [
            upload_document(patient, file=file, title=called, once=_of_file(once, file), by=by, **facts)
            for file, called in zip(files, titles, strict=True)
        ]


def _of_file(once: Once, file: Incoming) -> Once:
    return replace(once, key=f"{once.key}:{file.sha256}", fingerprint=file.sha256)


def _row(patient: Patient, file: Incoming, *, title: str, by: User, **facts: Any) -> Document:
    picture = file.media_type.startswith("image/")
    return Document(
        patient=patient,
        recorded_by=by,
        title=title.strip() or file.name,
        file_name=file.name,
        media_type=file.media_type,
        size=file.size,
        sha256=file.sha256,
        key=file.key,
        pages=file.pages,
        text_state=TextState.NONE if picture else TextState.WAITING,
        **facts,
    )


def already_there(there: Document, file: Incoming) -> Refusal:
    """What is answered to somebody who sends the same once more."""
    return Refusal(
        _("“%(file)s” is in this chart already, as “%(title)s”.") % {"file": file.name, "title": there.title},
        code="already_there",
        field="file",
        offers=[
            {
                "document": str(there.pk),
                "url": there.get_absolute_url(),
                "label": _("See the one that is there"),
            }
        ],
    )


@service("patients.edit_document")
def edit_document(document: Document, *, seen_version: int | None, by: User, **changes: Any) -> Document:
    """Correct its title, kind or date. Raises Stale when somebody else was faster."""
    _refuse_retracted(document)
    note(fields=sorted(changes))
    document.change(seen_version=seen_version, **changes)
    _tell(document)
    return document


@service("patients.retract_document")
def retract_document(
    document: Document, *, reason: str, seen_version: int | None = None, by: User
) -> Document:
    """Take back what was put into the wrong chart. It stays, struck through; its file can still be read."""
    document.retract(because=reason, seen_version=seen_version, by=by)
    _tell(document)
    return document


def _tell(document: Document) -> None:
    """Its line of the timeline, and the card of the record page."""
    timeline.tell(
        "document",
        document.pk,
        patient_id=document.patient_id,
        at=document.created_at,
        **facts_of(document),
    )
    front.renew(document.patient_id, documents=Document.objects.front(document.patient_id))


def facts_of(document: Document) -> dict[str, Any]:
    """What the line of the timeline says of it."""
    facts: dict[str, Any] = {"title": document.title, "what": document.kind}
    if document.dated_on:
        facts["dated_on"] = document.dated_on.isoformat()
    return facts | ({"retracted": True} if document.is_retracted else {})


def _refuse_inactive(patient: Patient) -> None:
    if not patient.is_active:
        raise Refusal(_("This patient is inactive. Reactivate the record first."), code="patient_inactive")


def _refuse_retracted(document: Document) -> None:
    if document.is_retracted:
        raise Refusal(_("This document was taken back. It can no longer be changed."), code="retracted")
