"""What stands behind the ids of the index, read from the database now, by somebody who may read it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from accounts.models import User
from assistant.models import Guideline, IndexedRecord, Passage
from assistant.retrieval.charts import BY_KIND, SORTS, chunks, digest
from assistant.retrieval.chunking import is_list_of_sources
from assistant.retrieval.found import Hit
from assistant.retrieval.ranking import rarest
from assistant.sources import Kind
from patients.models import Patient

MOST_LEXICAL = 200
MOST_WORDS = 6
LATEST_ENTRIES = 60


def passages(ids: Sequence[str], *, by: User) -> dict[str, Hit]:
    """Those of guidelines that are in use, by their ids."""
    rows = list(Passage.objects.filter(pk__in=ids).visible_to(by)) if ids else []
    return _of_guidelines(rows)


def passages_with_words(question: str, *, by: User) -> dict[str, Hit]:
    """Passages that have one of the longest words of a question: what there is to choose from without an index."""
    found: dict[str, Passage] = {}
    for word in rarest(question, MOST_WORDS):
        rows = Passage.objects.filter(text__icontains=word).visible_to(by)
        found |= {row.pk: row for row in rows.order_by("id")[: MOST_LEXICAL // MOST_WORDS]}
    return _of_guidelines(found.values())


def _of_guidelines(rows: Iterable[Passage]) -> dict[str, Hit]:
    rows = list(rows)
    known = Guideline.objects.answering().in_bulk({row.guideline_id for row in rows})
    return {
        row.pk: Hit(
            kind=Kind.GUIDELINE,
            subject=row.pk,
            title=known[row.guideline_id].title,
            text=row.text,
            url=row.get_absolute_url(),
            patient="",
            score=0.0,
            heading=row.heading,
            page=row.page,
        )
        for row in rows
        if row.guideline_id in known and not is_list_of_sources(row.heading)
    }


def entries(ids: Sequence[str], patient: Patient, *, by: User) -> dict[str, Hit]:
    """Passages of entries of this patient's chart, by `kind:entry:number`.

    The index is not believed: an entry of somebody else, one that was taken back, that this user may not see, or
    that says something else than when it was indexed is left out.
    """
    wanted: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for one in ids:
        kind, subject, number = (*one.split(":"), "", "")[:3]
        if kind in BY_KIND and number.isdecimal():
            wanted[kind][subject].append(int(number))
    keys = [IndexedRecord.key_of(kind, subject) for kind, some in wanted.items() for subject in some]
    known = dict(
        IndexedRecord.objects.filter(pk__in=keys, patient_id=patient.pk).values_list("key", "sha256")
    )
    found: dict[str, Hit] = {}
    for kind, some in wanted.items():
        subjects = [subject for subject in some if IndexedRecord.key_of(kind, subject) in known]
        for record in _rows(kind, patient, by, subjects):
            if digest(BY_KIND[kind], record) == known[IndexedRecord.key_of(kind, record.pk)]:
                found |= _hits(kind, record, some[str(record.pk)])
    return found


def latest_entries(patient: Patient, *, by: User) -> dict[str, Hit]:
    """All passages of the latest entries of each sort: what there is to choose from without an index."""
    found: dict[str, Hit] = {}
    for sort in SORTS:
        rows = sort.rows().visible_to(by).of(patient).order_by("-id")[:LATEST_ENTRIES]
        for record in rows:
            found |= _hits(sort.kind, record, None)
    return found


def _rows(kind: str, patient: Patient, by: User, subjects: Sequence[str]) -> list[Any]:
    if not subjects:
        return []
    return list(BY_KIND[kind].rows().visible_to(by).of(patient).filter(pk__in=subjects))


def _hits(kind: str, record: Any, numbers: Iterable[int] | None) -> dict[str, Hit]:
    """The passages of an entry that has these numbers, or all."""
    sort = BY_KIND[kind]
    some = chunks(sort, record)
    return {
        f"{kind}:{record.pk}:{number}": Hit(
            kind=sort.kind,
            subject=str(record.pk),
            title=sort.title_of(record),
            text=some[number].text,
            url=sort.url_of(record),
            patient=str(record.patient_id),
            score=0.0,
            heading=some[number].heading,
        )
        for number in (range(len(some)) if numbers is None else numbers)
        if number < len(some)
    }
