"""Faults as they happen: the point of a number in the wrong place, and the sample of somebody else.

That samples are mixed up, and that several tests at once show it: Rosenbaum MW, Baron JM, Using machine
learning-based multianalyte delta checks to detect wrong blood in tube errors, Am J Clin Pathol 2018; 150: 555–566.
That numbers are written ten times too large or too small: Lesar TS, Tenfold medication dose prescribing errors,
Ann Pharmacother 2002; 36: 1833–1839.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from assistant.tests.anomaly_set.series import Person, Sample

FEWEST_TESTS = 4  # that two samples share, so that they are those of the same request
LOOK_BACK = timedelta(days=365)


@dataclass(frozen=True)
class Case:
    """A sample with what was known of the person before it. `loinc`: of which number, "" of the whole sample."""

    before: tuple[Sample, ...]
    sample: Sample
    loinc: str
    is_fault: bool


def decimal_points(people: Sequence[Person], seed: int, *, share: float = 0.1) -> Iterator[Case]:
    """Each number that was measured in the year before as well; of a share of them the point is moved."""
    dice = random.Random(f"points {seed}")
    for before, sample in _in_turn(people):
        for code, value in sample.values.items():
            if not any(code in one.values for one in before):
                continue
            is_fault = dice.random() < share
            wrong = value.scaleb(dice.choice((1, -1))) if is_fault else value
            yield Case(before, Sample(sample.at, sample.values | {code: wrong}), code, is_fault)


def mix_ups(people: Sequence[Person], seed: int, *, share: float = 0.1) -> Iterator[Case]:
    """Each sample with enough tests of the year before; a share of them holds somebody else's numbers."""
    dice = random.Random(f"mix-ups {seed}")
    everything = [(number, sample) for number, one in enumerate(people) for sample in one.samples]
    for number, person in enumerate(people):
        for before, sample in _in_turn([person]):
            known = {code for one in before for code in one.values} & set(sample.values)
            if len(known) < FEWEST_TESTS:
                continue
            is_fault = dice.random() < share
            values = _of_somebody_else(dice, everything, number, known) if is_fault else sample.values
            yield Case(before, Sample(sample.at, sample.values | values), "", is_fault)


def _in_turn(people: Sequence[Person]) -> Iterator[tuple[tuple[Sample, ...], Sample]]:
    for person in people:
        for place, sample in enumerate(person.samples):
            since = sample.at - LOOK_BACK
            yield tuple(one for one in person.samples[:place] if one.at >= since), sample


def _of_somebody_else(
    dice: random.Random, everything: Sequence[tuple[int, Sample]], number: int, codes: set[str]
) -> dict[str, Decimal]:
    """The numbers of another person's sample for the same tests, as it happens when two tubes change places."""
    while True:
        other, sample = dice.choice(everything)
        if other != number and codes <= set(sample.values):
            return {code: sample.values[code] for code in codes}
