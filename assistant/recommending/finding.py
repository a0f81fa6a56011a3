"""Which rows of the guidelines are for a diagnosis."""

from collections.abc import Iterable
from dataclasses import dataclass

from accounts.models import User
from assistant.models import Guideline, Passage
from assistant.recommending.diagnosis import Diagnosis, Fit
from assistant.recommending.tables import Row, Unread, rows_in
from assistant.retrieval import search
from assistant.sources import Kind

MOST_PASSAGES = 400
HEAD_OF_A_TABLE = "Condition (ICD-10)"
NEAR_ENOUGH = 0.45  # a score of the search, from which on a guideline is taken to be about the words
LOOKED_AT = 4


@dataclass(frozen=True, slots=True)
class Placed:
    """A row where it stands. `number` counts the rows of its passage."""

    row: Row | Unread
    fit: Fit
    passage: Passage
    guideline: Guideline
    number: int


def rows_for(diagnosis: Diagnosis, *, by: User) -> tuple[list[Placed], str]:
    """Those that come nearest: what fits less well is left out as soon as something fits; and what is missing."""
    if not by.has_perm("assistant.view_guideline"):
        return [], ""
    passages = Passage.objects.filter(text__icontains=HEAD_OF_A_TABLE).visible_to(by)
    if diagnosis.code:
        passages = passages.filter(text__contains=diagnosis.category)
    placed = _placed(passages.order_by("id")[:MOST_PASSAGES], diagnosis)
    found = [one for one in placed if one.fit is not Fit.SEARCH]
    if found or diagnosis.code or not diagnosis.words:
        return _nearest(found), ""
    near, missing = _near(diagnosis.words, by)
    return [one for one in placed if one.guideline.pk in near], missing


def _placed(passages: Iterable[Passage], diagnosis: Diagnosis) -> list[Placed]:
    passages = list(passages)
    known = Guideline.objects.answering().in_bulk({one.guideline_id for one in passages})
    return [
        Placed(row, fit, passage, known[passage.guideline_id], number)
        for passage in passages
        if passage.guideline_id in known
        for number, row in enumerate(rows_in(passage.text))
        if (fit := _fit(row, diagnosis, known[passage.guideline_id].title))
    ]


def _fit(row: Row | Unread, diagnosis: Diagnosis, title: str) -> Fit | None:
    """A row whose own code cannot be read is shown wherever its words name the category."""
    fit = diagnosis.fit(row.codes, f"{row.condition} {title}")
    if fit or not diagnosis.code:
        return fit or Fit.SEARCH
    return Fit.CATEGORY if not row.codes and diagnosis.category in row.text else None


def _nearest(found: list[Placed]) -> list[Placed]:
    exact = {Fit.CODE, Fit.NEAR_CODE, Fit.WORDS}
    return [one for one in found if one.fit in exact] or found


def _near(words: str, by: User) -> tuple[set[str], str]:
    """The guidelines in which the search finds what is meant."""
    answer = search(words, by=by, most=LOOKED_AT)
    ids = {
        one.subject.partition(":")[0]
        for one in answer.passages
        if one.kind is Kind.GUIDELINE and one.score >= NEAR_ENOUGH
    }
    return {Guideline._meta.pk.to_python(pk) for pk in ids}, answer.missing
