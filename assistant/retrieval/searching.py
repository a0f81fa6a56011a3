"""The search: what is near in the index, read again from the database, and put in order."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import acting
from accounts.models import User
from assistant.embedding import NotAsExpected, embed
from assistant.models import Guideline
from assistant.retrieval import ranking, reading, store
from assistant.retrieval.found import Found, Hit
from assistant.retrieval.vectors import as_told, likeness, vectors_of
from patients.models import Patient, may_see_chart

CANDIDATES = 30
COMPARED = 10  # without the index, as many as fit best by their words are compared by what they mean
LONGEST_QUESTION = 2_000
Vector = Sequence[float]


@dataclass(frozen=True)
class _Shelf:
    """Where passages stand: whose chart, or that of guidelines; and how they are read with and without the index."""

    patient: str
    read: Callable[[Sequence[str]], dict[str, Hit]]
    read_without: Callable[[], dict[str, Hit]]


def search(question: str, *, by: User, patient: Patient | None = None, most: int = 8) -> Found:
    """The passages that answer best: of guidelines, and of the chart of this patient where one is given.

    That the chart was opened is written to the audit; where that cannot be done, nothing is answered. Of a patient
    whose chart this user may not see, nothing is found, and nothing is said about it.
    """
    question = " ".join(question.split())[:LONGEST_QUESTION]
    shelves = _shelves(question, patient, by)
    if not question or not shelves:
        return Found(())
    waiting = _waiting() if patient is None else ""  # whoever searches a chart does not miss a guideline
    try:
        (vector,) = embed([question])
    except (NotAsExpected, ImportError):
        hits = _by_words(question, shelves)
        by_words = _("The model of the search is not installed as it should be: found by words only.")
        return Found(_first(hits, most), _joined(by_words, waiting))
    near, missing = _near(question, vector, shelves)
    return Found(_ranked(question, near, most), _joined(missing, waiting))


def _waiting() -> str:
    """A sentence where guidelines are kept from which nothing can be quoted yet, or ""."""
    number = Guideline.objects.to_be_indexed().count()
    if not number:
        return ""
    return ngettext(
        "%(number)s guideline is still waiting to be indexed: nothing of it was found.",
        "%(number)s guidelines are still waiting to be indexed: nothing of them was found.",
        number,
    ) % {"number": number}


def _joined(*sentences: str) -> str:
    return " ".join(filter(None, sentences))


def _shelves(question: str, patient: Patient | None, by: User) -> list[_Shelf]:
    """Those that this user may search. Asked first: what is not on them is not compared with anything."""
    found: list[_Shelf] = []
    if by.has_perm("assistant.view_guideline"):
        found.append(
            _Shelf(
                "",
                lambda ids: reading.passages(ids, by=by),
                lambda: reading.passages_with_words(question, by=by),
            )
        )
    if patient is not None and by.has_perm("patients.open_record") and may_see_chart(by, patient):
        acting.opened_part(patient, "passages", by=by)
        found.append(
            _Shelf(
                str(patient.pk),
                lambda ids: reading.entries(ids, patient, by=by),
                lambda: reading.latest_entries(patient, by=by),
            )
        )
    return found


def _near(question: str, vector: Vector, shelves: Sequence[_Shelf]) -> tuple[dict[str, Hit], str]:
    """Of each shelf what is nearest; without the index, what has the words of the question."""
    try:
        found: dict[str, Hit] = {}
        for shelf in shelves:
            near = {
                one.id: one.likeness for one in store.nearest(vector, patient=shelf.patient, most=CANDIDATES)
            }
            read = shelf.read(list(near))
            found |= {key: replace(hit, score=_from_0_to_1(near[key])) for key, hit in read.items()}
        return found, ""
    except store.StoreAway:
        some = _by_words(question, shelves)
        best = ranking.best({key: hit.score for key, hit in some.items()}, COMPARED)
        return _compared(vector, {key: some[key] for key in best}), _(
            "The index of passages cannot be reached: only what has the words of the question was found."
        )


def _by_words(question: str, shelves: Sequence[_Shelf]) -> dict[str, Hit]:
    """What has words of the question, with a score that says how well they fit, compared with each other."""
    found = {key: hit for shelf in shelves for key, hit in shelf.read_without().items()}
    scores = ranking.bm25(question, [hit.text for hit in found.values()])
    top = max(scores, default=0.0) or 1.0
    return {
        key: replace(hit, score=score / top / 2)
        for (key, hit), score in zip(found.items(), scores, strict=True)
        if score
    }


def _compared(vector: Vector, hits: dict[str, Hit]) -> dict[str, Hit]:
    vectors = vectors_of([(hit.title, hit.heading, hit.text) for hit in hits.values()])
    scores = [likeness(vector, other) for other in vectors]
    return {
        key: replace(hit, score=_from_0_to_1(score))
        for (key, hit), score in zip(hits.items(), scores, strict=True)
    }


def _ranked(question: str, hits: dict[str, Hit], most: int) -> tuple[Hit, ...]:
    texts = [as_told(hit.title, hit.heading, hit.text) for hit in hits.values()]
    order = ranking.mixed([hit.score for hit in hits.values()], question, texts)
    best = ranking.best(dict(zip(hits, order, strict=True)), most)
    return tuple(hits[key] for key in best)


def _first(hits: dict[str, Hit], most: int) -> tuple[Hit, ...]:
    return tuple(hits[key] for key in ranking.best({key: hit.score for key, hit in hits.items()}, most))


def _from_0_to_1(score: float) -> float:
    return min(1.0, max(0.0, score))
