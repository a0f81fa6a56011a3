"""Entries of charts on their way into the index, and out of it again when they are taken back."""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

from assistant.indexing.writer import Turn
from assistant.models import IndexedRecord, IndexPlace
from assistant.retrieval import store
from assistant.retrieval.charts import SORTS, Sort, chunks, digest
from assistant.retrieval.vectors import vectors_of
from audit.models import Entry
from hospital import clock
from patients.models import Addendum

AUDIT = "audit"
AT_A_TIME = 50
PASSAGES_AT_A_TIME = 16
NEWS_AT_A_TIME = 500
SETTLED_AFTER = timedelta(minutes=2)  # an id is older than the commit that makes its row seen
LOOKING = ("view_", "open_record")
SORT_OF = {name: sort for sort in SORTS for name in sort.subject_types}


def index(turn: Turn) -> Iterator[int]:
    """Bring up to date what is new or was changed; how many entries with each step.

    Two ways: through all rows by their ids, which grow with time, so that none is missed; and through the audit,
    which says what has happened to older ones. Raises StoreAway, Over.
    """
    _begin_with_the_news_of_now()
    for sort in SORTS:
        yield from _walk(turn, sort)
    yield from _news(turn)


def _begin_with_the_news_of_now() -> None:
    """What was done before is seen on the way through all rows."""
    if _place(AUDIT) is None:
        settled = Entry.objects.filter(at__lt=clock.now() - SETTLED_AFTER).order_by("-id")
        for pk in settled.values_list("pk", flat=True)[:1]:
            _remember(AUDIT, pk)


def _walk(turn: Turn, sort: Sort) -> Iterator[int]:
    """Every row after the place up to which all is known. The place stays behind what may yet come."""
    name = f"rows:{sort.kind.value}"
    after = _place(name)
    to_come = sort.first_to_come()
    while True:
        rows = sort.rows().order_by("id")
        some = list((rows.filter(pk__gt=after) if after else rows)[:AT_A_TIME])
        if not some:
            return
        yield _bring(turn, sort, some, [row.pk for row in some])
        after = some[-1].pk
        before = clock.now() - SETTLED_AFTER
        settled = [row.pk for row in some if row.created_at < before and not (to_come and row.pk > to_come)]
        if settled:
            _remember(name, settled[-1])


def _news(turn: Turn) -> Iterator[int]:
    """What the audit says was done to entries since the last time."""
    after = _place(AUDIT)
    while True:
        rows = Entry.objects.order_by("id")
        some = list(
            (rows.filter(pk__gt=after) if after else rows).values_list(
                "pk", "at", "verb", "outcome", "subject_type", "subject_id"
            )[:NEWS_AT_A_TIME]
        )
        if not some:
            return
        yield sum(_bring(turn, sort, sort.rows().filter(pk__in=pks), pks) for sort, pks in _touched(some))
        after = some[-1][0]
        settled = [pk for pk, at, *_ in some if at < clock.now() - SETTLED_AFTER]
        if settled:
            _remember(AUDIT, settled[-1])


def _touched(entries: Iterable[tuple[Any, ...]]) -> Iterator[tuple[Sort, set[UUID]]]:
    found: dict[str, set[UUID]] = {}
    for _pk, _at, verb, outcome, subject_type, subject in entries:
        is_look = verb.partition(".")[2].startswith(LOOKING)
        if subject_type in SORT_OF and subject and outcome == Entry.Outcome.DONE and not is_look:
            found.setdefault(subject_type, set()).add(subject)
    for subject_type, pks in found.items():
        if subject_type == Addendum._meta.label_lower:
            rows = Addendum.objects.filter(pk__in=pks).values_list("encounter_id", flat=True)
            yield SORT_OF[subject_type], set(rows)
        else:
            yield SORT_OF[subject_type], pks


def _bring(turn: Turn, sort: Sort, rows: Iterable[Any], pks: Iterable[UUID]) -> int:
    """Make the index say the same as these rows; ids of which there is no row any more are taken out."""
    keys = {IndexedRecord.key_of(sort.kind, pk): pk for pk in pks}
    known = IndexedRecord.objects.in_bulk(list(keys))
    number = 0
    for row in rows:
        key = IndexedRecord.key_of(sort.kind, row.pk)
        before = known.pop(key, None)
        if before is None or before.sha256 != digest(sort, row):
            _put(turn, sort, row, before)
            number += 1
    for before in known.values():
        turn.step()
        _take_out(before)
        number += 1
    return number


def _put(turn: Turn, sort: Sort, row: Any, before: IndexedRecord | None) -> None:
    """Vectors first, then the row that says which text they are of: until then they are not believed."""
    title, some = sort.title_of(row), chunks(sort, row)
    for start in range(0, len(some), PASSAGES_AT_A_TIME):
        turn.step()
        part = some[start : start + PASSAGES_AT_A_TIME]
        vectors = vectors_of([(title, one.heading, one.text) for one in part])
        store.put(
            [
                store.Entry(
                    _id(sort.kind, row.pk, number), vector, sort.kind.value, str(row.pk), str(row.patient_id)
                )
                for number, vector in enumerate(vectors, start)
            ]
        )
    store.remove_from_charts(
        [_id(sort.kind, row.pk, one) for one in range(len(some), before.passages if before else 0)]
    )
    facts = {
        "kind": sort.kind.value,
        "subject_id": row.pk,
        "patient_id": row.patient_id,
        "version": row.version,
        "sha256": digest(sort, row),
        "passages": len(some),
        "indexed_at": clock.now(),
    }
    IndexedRecord(key=IndexedRecord.key_of(sort.kind, row.pk), **facts).save()


def _take_out(before: IndexedRecord) -> None:
    store.remove_from_charts([_id(before.kind, before.subject_id, one) for one in range(before.passages)])
    IndexedRecord.objects.filter(pk=before.pk).delete()


def _id(kind: str, subject: UUID, number: int) -> str:
    return f"{kind}:{subject}:{number}"


def _place(name: str) -> UUID | None:
    return IndexPlace.objects.filter(name=name).values_list("place", flat=True).first()


def _remember(name: str, place: UUID) -> None:
    IndexPlace(name=name, place=place).save()
