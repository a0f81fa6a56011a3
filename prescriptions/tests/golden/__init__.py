"""The golden set: questions about medicines whose answers are known, and how an engine is measured by them.

It was written and committed before its author had seen a rule. The cases are in `cases.csv`:

case       kind and number; `-harmless` cases look like a danger and are none
expected   the least that must be found (contraindicated, serious, caution), `clear`, or `not-screened`
medicines  separated by `;`, as people write them; ` = 400 mg x 3` adds dose, unit and times a day
allergies  separated by `;`, as the chart of a patient or a person writes them
patient    age= (years) weight= (kg) egfr= (ml/min/1.73 m²) pregnant
about      the medicines that the finding has to name; empty: all of the case
because    what is dangerous, or why it is not
source     a label (section 4: contraindications, 5: warnings, 7: interactions), a summary of product characteristics
           (4.3: contraindications), a statement of an agency, or a paper (PMID)

`unseen.csv` holds more of the same. It was written, still without a look at the rules, after they had been corrected by
`cases.csv`, so that it tells how they do with questions by which nobody has corrected them.

Where labels of the United States and of Europe grade a danger differently, the milder grade is expected.
"""

import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from prescriptions.safety.names import resolve

CASES, UNSEEN = "cases.csv", "unseen.csv"
GRADES = ("caution", "serious", "contraindicated")
CLEAR, NOT_SCREENED = "clear", "not-screened"
IN_QUESTION = {"age": "age_years", "weight": "weight_kg", "egfr": "egfr"}

Answer = Mapping[str, Any]


@dataclass(frozen=True)
class Case:
    """One question, and what is known of its answer."""

    case: str
    kind: str
    expected: str
    medicines: tuple[str, ...]
    allergies: tuple[str, ...]
    patient: str
    named: tuple[str, ...]
    because: str
    source: str

    def question(self) -> dict[str, Any]:
        """The body of `POST /api/v1/safety/check`."""
        asked: dict[str, Any] = {"medicines": [_medicine(one) for one in self.medicines]}
        if self.allergies:
            asked["allergies"] = list(self.allergies)
        for part in self.patient.split():
            name, _, value = part.partition("=")
            asked |= {IN_QUESTION[name]: float(value)} if value else {name: True}
        return asked

    @property
    def about(self) -> tuple[str, ...]:
        """The medicines that have to be named, as they were written."""
        return self.named or tuple(one.partition(" = ")[0] for one in self.medicines)

    def grades(self, answer: Answer) -> list[str]:
        """The severities of the findings that name all that has to be named."""
        return [
            finding["severity"]
            for finding in answer["findings"]
            if all(_names(finding["medicines"], one) for one in self.about)
        ]

    def is_found(self, answer: Answer) -> bool:
        """Whether a finding names what has to be named, however severe."""
        return bool(self.grades(answer))

    def is_graded(self, answer: Answer) -> bool:
        """Whether such a finding is at least as severe as expected."""
        return any(GRADES.index(one) >= GRADES.index(self.expected) for one in self.grades(answer))

    def is_left_open(self, answer: Answer) -> bool:
        """Whether the answer says that something was not screened for each medicine of the case."""
        open_for = {one["medicine"].casefold() for one in answer["not_screened"]}
        return {one.casefold() for one in self.about} <= open_for

    def is_right(self, answer: Answer) -> bool:
        """Whether the answer is as good as this set asks for."""
        if self.expected == CLEAR:
            return not answer["findings"]
        if self.expected == NOT_SCREENED:
            return self.is_left_open(answer)
        return self.is_graded(answer) if self.expected == "contraindicated" else self.is_found(answer)


@dataclass(frozen=True)
class Measured:
    """How an engine did. Shares are of 1."""

    wrong: tuple[tuple[Case, Answer], ...]
    contraindicated: float  # of the contraindicated, found and graded so
    overall: float  # of all dangers, found
    graded: float  # of all dangers, found and at least as severe as expected
    false_alarms: float  # of the harmless, with any finding
    left_open: float  # of what cannot be screened, said to be so


def _medicine(written: str) -> str | dict[str, Any]:
    name, _, dose = written.partition(" = ")
    if not dose:
        return name
    amount, unit, _x, times = dose.split()
    return {"name": name, "dose": float(amount), "unit": unit, "times_a_day": float(times)}


def _names(named: Sequence[str], one: str) -> bool:
    """Whether a finding names this medicine, by whichever of its names."""
    meant = resolve(one)
    if meant is None:
        return one in named
    for name in named:
        found = resolve(name)
        if found and set(found.substances) & set(meant.substances):
            return True
    return False


def _several(text: str) -> tuple[str, ...]:
    return tuple(one.strip() for one in text.split(";") if one.strip())


@cache
def cases(name: str = CASES) -> tuple[Case, ...]:
    """All of them, of one of the two files."""
    with Path(__file__).with_name(name).open(encoding="utf-8", newline="") as file:
        return tuple(
            Case(
                row["case"],
                row["kind"],
                row["expected"],
                _several(row["medicines"]),
                _several(row["allergies"]),
                row["patient"],
                _several(row["about"]),
                row["because"],
                row["source"],
            )
            for row in csv.DictReader(file)
        )


def expecting(*expected: str, of: str = CASES) -> Iterator[Case]:
    """The cases with one of these expectations."""
    return (one for one in cases(of) if one.expected in expected)


def measure(ask: Callable[[dict[str, Any]], Answer], of: str = CASES) -> Measured:
    """Put every question; `ask` takes a body of the endpoint and returns its answer."""
    answers = {one.case: ask(one.question()) for one in cases(of)}

    def share(asked: Iterator[Case], holds: Callable[[Case, Answer], bool]) -> float:
        held = [holds(one, answers[one.case]) for one in asked]
        return sum(held) / len(held)

    return Measured(
        wrong=tuple((one, answers[one.case]) for one in cases(of) if not one.is_right(answers[one.case])),
        contraindicated=share(expecting("contraindicated", of=of), Case.is_graded),
        overall=share(expecting(*GRADES, of=of), Case.is_found),
        graded=share(expecting(*GRADES, of=of), Case.is_graded),
        false_alarms=share(expecting(CLEAR, of=of), lambda _one, answer: bool(answer["findings"])),
        left_open=share(expecting(NOT_SCREENED, of=of), Case.is_left_open),
    )
