"""Which entries of a chart can be found by what they say, and what that is."""

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from assistant.retrieval.chunking import Chunk, chunks_of
from assistant.sources import Kind
from patients.models import ChartQuerySet, Document, Encounter, LabResult, Problem

MOST_OF_ONE = 100  # passages: some forty pages
Part = tuple[str, str]  # a heading, or none, and what stands under it


@dataclass(frozen=True)
class Sort:
    """A sort of entries. `rows` are those that may be found; `subject_types` is how the audit calls what changes them.

    `first_to_come` is the id of the oldest that is none of these yet, and becomes one without anybody's doing.
    """

    kind: Kind
    rows: Callable[[], ChartQuerySet]
    parts_of: Callable[[Any], list[Part]]
    title_of: Callable[[Any], str]
    url_of: Callable[[Any], str]
    subject_types: tuple[str, ...]
    first_to_come: Callable[[], UUID | None] = lambda: None


def chunks(sort: Sort, record: Any) -> list[Chunk]:
    """The passages of an entry: the same each time, so that a number is enough to find one again."""
    return [
        replace(chunk, heading=heading)
        for heading, text in sort.parts_of(record)
        for chunk in chunks_of([text], is_markdown=False)
    ][:MOST_OF_ONE]


def digest(sort: Sort, record: Any) -> str:
    """The SHA-256 of all that the entry says, in hex."""
    return hashlib.sha256(json.dumps(sort.parts_of(record), ensure_ascii=False).encode()).hexdigest()


def _notes() -> ChartQuerySet:
    rows: ChartQuerySet = Encounter.objects.sealed().standing().prefetch_related("addenda")
    return rows


def _sections(note: Encounter) -> Iterator[Part]:
    """What was signed, and what was added to it. A note that is not what was signed says nothing."""
    if not note.is_intact:
        return
    for name, text in note.sections().items():
        if text:
            yield name.capitalize(), text
    for addendum in sorted(note.addenda.all(), key=lambda one: one.pk):
        if addendum.is_intact and not addendum.is_retracted:
            yield _("Addendum"), addendum.text


def _note_title(note: Encounter) -> str:
    return _("Note of %(day)s") % {"day": f"{note.began_at:%-d %b %Y}"}


def _documents() -> ChartQuerySet:
    return Document.objects.standing().filter(text_state=Document.TextState.READ)


def _first_unread() -> UUID | None:
    waiting = Document.objects.filter(text_state=Document.TextState.WAITING).order_by("id")
    return next(iter(waiting.values_list("pk", flat=True)[:1]), None)


def _problem(problem: Problem) -> list[Part]:
    code = f" ({problem.code})" if problem.code else ""
    said = [f"{problem.title}{code}: {problem.get_status_display().lower()}", problem.when, problem.note]
    return [("", ". ".join(one.rstrip(".") for one in said if one) + ".")]


def _results() -> ChartQuerySet:
    """Those about which somebody wrote something. Figures are looked up, not searched."""
    rows = LabResult.objects.standing()
    return rows.exclude(text="", note="")


def _result(result: LabResult) -> list[Part]:
    said = [f"{result.name}: {result.shown} {result.unit_shown}".rstrip(), result.note]
    return [("", ". ".join(one.rstrip(".") for one in said if one) + ".")]


SORTS = (
    Sort(
        Kind.NOTE,
        _notes,
        lambda note: list(_sections(note)),
        _note_title,
        lambda note: str(note.get_absolute_url()),
        ("patients.encounter", "patients.addendum"),
    ),
    Sort(
        Kind.DOCUMENT,
        _documents,
        lambda document: [("", document.text)],
        lambda document: str(document.title),
        lambda document: str(document.get_absolute_url()),
        ("patients.document",),
        _first_unread,
    ),
    Sort(
        Kind.PROBLEM,
        Problem.objects.standing,
        _problem,
        lambda problem: str(problem.title),
        lambda problem: reverse("patients:problems", args=[problem.patient_id]),
        ("patients.problem",),
    ),
    Sort(
        Kind.RESULT,
        _results,
        _result,
        lambda result: str(result.name),
        lambda result: reverse("patients:results_of_test", args=[result.patient_id, result.loinc]),
        ("patients.labresult",),
    ),
)
BY_KIND = {sort.kind.value: sort for sort in SORTS}
