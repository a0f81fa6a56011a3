"""The patients of the golden set × the candidates of guidelines: what is unsafe for somebody is never offered."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from itertools import chain

import pytest

from assistant.demo import TEXTS
from assistant.models import Guideline, Passage
from assistant.recommending.diagnosis import Fit
from assistant.recommending.finding import Placed
from assistant.recommending.recommend import Candidate, Thought, candidate_of, thoughts_of
from assistant.recommending.tables import Row, rows_in
from assistant.tests.make_treatments import HEAD
from hospital import clock
from prescriptions.asking import answer
from prescriptions.asking.patient import Dated, Known, Recorded
from prescriptions.dosage import Written
from prescriptions.safety.names import resolve
from prescriptions.tests.golden import CASES, UNSEEN, Case, expecting

OF_A_DOSE = {"dose"}  # a candidate has a dose of its own
TODAY = date(2026, 5, 4)


def rows_of(text: str) -> Iterator[Row]:
    return (row for row in rows_in(text) if isinstance(row, Row))


DEMONSTRATION = tuple(
    chain.from_iterable(rows_of(path.read_text(encoding="utf-8")) for path in sorted(TEXTS.glob("*.md")))
)
DANGERS = tuple(
    one
    for file in (CASES, UNSEEN)
    for one in expecting("contraindicated", of=file)
    if one.kind not in OF_A_DOSE
)


def names_of(case: Case) -> list[str]:
    return [one if isinstance(one, str) else str(one["name"]) for one in case.question()["medicines"]]


def known_of(case: Case) -> Known:
    """As it would be, had it been recorded of a patient."""
    asked = case.question()
    age, egfr = asked.get("age_years", 40), asked.get("egfr")
    return Known(
        today=TODAY,
        allergies=tuple(Recorded(name, True, "high") for name in asked.get("allergies", ())),
        age_years=Decimal(str(age)),
        age_is_estimated=False,
        weight=None,
        egfr=Dated(Decimal(str(egfr)), TODAY) if egfr else None,
        pregnant=asked.get("pregnant", False),
        left_out=(),
    )


def thought_of(row: Row) -> Thought:
    guideline = Guideline(title="Of the test")
    placed = Placed(
        row, Fit.CODE, Passage(pk=f"{guideline.pk}:0", guideline=guideline, number=0), guideline, 0
    )
    (thought,), unread = thoughts_of([placed], {})
    assert not unread
    return thought


def for_patient(row: Row, case: Case, *, beside: list[str]) -> Candidate:
    thought = thought_of(row)
    checked = answer(
        [thought.line],
        known=known_of(case),
        taken=[Written(medicine=name) for name in beside],
        products={},
        at=clock.now(),
    )
    return candidate_of(thought, checked)


def is_of(row: Row, name: str) -> bool:
    meant = resolve(name)
    return meant is not None and set(meant.substances) == set(row.substances)


def offered_though_unsafe(case: Case, row: Row) -> bool:
    """Whether a row is not blocked for the patient of a case who takes the other medicines of it already."""
    mine = [name for name in names_of(case) if is_of(row, name)]
    beside = [name for name in names_of(case) if name not in mine[:1]]
    return not for_patient(row, case, beside=beside).is_blocked


def test_what_is_contraindicated_for_somebody_is_never_offered() -> None:
    """Whichever medicine of a case a guideline gives, to its patient who has the rest of the case."""
    unsafe, tried = [], 0
    for case in DANGERS:
        for name in case.about:
            text = f"{HEAD}\n| Something (R52) | {name} | 1 mg | by mouth | once daily | 5 | none known |"
            for row in rows_of(text):
                tried += 1
                if offered_though_unsafe(case, row):
                    unsafe.append((case.case, name))

    assert unsafe == []
    assert tried >= 100


def test_nor_by_the_guidelines_of_the_demonstration() -> None:
    pairs = [
        (case, row)
        for case in DANGERS
        for row in DEMONSTRATION
        if any(is_of(row, name) for name in case.about)
    ]

    assert [(case.case, row.text) for case, row in pairs if offered_though_unsafe(case, row)] == []
    assert len(pairs) >= 20


@pytest.mark.parametrize("name", ["Amoxicillin", "Ibuprofen"])
def test_who_has_nothing_is_offered_it(name: str) -> None:
    row = next(one for one in DEMONSTRATION if one.medicine == name)
    healthy = Case("none", "", "clear", (name,), (), "age=40 weight=70 egfr=90", (), "", "")

    assert not for_patient(row, healthy, beside=[]).is_blocked
