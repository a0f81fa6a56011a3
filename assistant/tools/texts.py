"""Tools that read texts: notes and documents of the chart, and what the search finds in them and in guidelines."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from assistant.retrieval.found import Hit
from assistant.sources import Kind, Source
from assistant.tools.gathering import Asking, Found
from assistant.tools.saying import at, day, span, zone_of
from patients.models import SECTIONS, Document, Encounter, Patient

MOST_TEXTS = 8
MOST_PASSAGES = 8


def notes(asking: Asking, given: Mapping[str, Any]) -> Found:
    """Signed notes, the newest first, and the asker's own drafts: one source for each."""
    patient = asking.patient
    since, until = span(given["since"], given["until"], zone_of(patient))
    rows = Encounter.objects.of(patient).standing().with_names().latest_first()
    rows = rows.filter(began_at__gte=since) if since else rows
    rows = rows.filter(began_at__lt=until) if until else rows
    readable = [one for one in rows[: 5 * MOST_TEXTS] if one.is_signed or one.author_id == asking.by.pk]
    texts = [(one, _note_text(one, patient)) for one in readable]
    found = [one for one in texts if _has(one[1], given["words"])][: min(given["most"], MOST_TEXTS)]
    sources = [_note_said(one, text, patient, asking) for one, text in found]
    return Found(sources, [] if sources else [_("No such note is found.")])


def _has(text: str, words: str) -> bool:
    plain = text.casefold()
    return all(word in plain for word in words.casefold().split())


def _note_text(note: Encounter, patient: Patient) -> str:
    when = at(note.began_at, zone_of(patient))
    state = f"signed by {note.signed_by}" if note.is_signed else "draft, not signed"
    parts = [f"Note of {when}, {state}."]
    parts += [f"{name.capitalize()}: {text}" for name in SECTIONS if (text := getattr(note, name).strip())]
    return "\n".join(parts)


def _note_said(note: Encounter, text: str, patient: Patient, asking: Asking) -> Source:
    return asking.turn.keep(
        Kind.NOTE,
        note.pk,
        title=f"Note, {at(note.began_at, zone_of(patient))}",
        text=text,
        url=note.get_absolute_url(),
        patient=patient.pk,
    )


def documents(asking: Asking, given: Mapping[str, Any]) -> Found:
    """Documents of the chart and their text, as far as it could be read."""
    patient = asking.patient
    rows = Document.objects.of(patient).standing().latest_first()
    rows = rows.search(given["words"]) if given["words"] else rows
    rows = rows.filter(dated_on__gte=given["since"]) if given["since"] else rows
    rows = rows.filter(dated_on__lte=given["until"]) if given["until"] else rows
    found = list(rows[: min(given["most"], MOST_TEXTS)])
    sources = [_document_said(one, patient, asking) for one in found]
    return Found(sources, [] if sources else [_("No such document is found.")])


def _document_said(document: Document, patient: Patient, asking: Asking) -> Source:
    on = f" of {day(document.dated_on)}" if document.dated_on else ""
    head = f"{document.get_kind_display()}{on}: {document.title} ({document.file_name})."
    text = document.text.strip() or f"{document.get_text_state_display()}."
    return asking.turn.keep(
        Kind.DOCUMENT,
        document.pk,
        title=document.title,
        text=f"{head}\n{text}",
        url=document.get_absolute_url(),
        patient=patient.pk,
    )


def search_guidelines(asking: Asking, given: Mapping[str, Any]) -> Found:
    """Passages of the hospital's guidelines."""
    return _searched(asking, given["question"], None)


def search_chart(asking: Asking, given: Mapping[str, Any]) -> Found:
    """Passages of the notes and documents of the patient."""
    return _searched(asking, given["question"], asking.patient)


def _title(hit: Hit) -> str:
    parts = [hit.title, hit.heading, f"p. {hit.page}" if hit.page else ""]
    return ", ".join(dict.fromkeys(filter(None, parts)))[:200]


def _searched(asking: Asking, question: str, patient: Patient | None) -> Found:
    from assistant.retrieval import search  # noqa: PLC0415 what it needs is heavy

    answer = search(question, by=asking.by, patient=patient, most=MOST_PASSAGES)
    wanted = [one for one in answer.passages if (one.kind == Kind.GUIDELINE) == (patient is None)]
    sources = [
        asking.turn.keep(
            one.kind, one.subject, title=_title(one), text=one.text, url=one.url, patient=one.patient
        )
        for one in wanted
    ]
    asking.turn.miss(answer.missing)
    missing = [answer.missing] if answer.missing else []
    return Found(sources, missing or ([] if sources else [_("Nothing like it is found.")]))
