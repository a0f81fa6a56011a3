"""The labelled pairs themselves: always the same, of the balance that is written there, and not trivial."""

from collections import Counter

import pytest

from patients.tests.labelled_pairs import DUPLICATES, LIKENESSES, OTHERS, SEEDS, SLIPS, labelled_pairs


def test_a_seed_makes_the_same_set_again() -> None:
    assert labelled_pairs(SEEDS[0]) == labelled_pairs(SEEDS[0])
    assert labelled_pairs(SEEDS[0]) != labelled_pairs(SEEDS[1])


@pytest.mark.parametrize("seed", SEEDS)
def test_each_set_has_every_kind_of_slip_and_of_likeness(seed: int) -> None:
    pairs = labelled_pairs(seed)
    assert Counter(pair.is_same for pair in pairs) == {True: DUPLICATES, False: OTHERS}

    slips = Counter(slip for pair in pairs if pair.is_same for slip in pair.how.split(" + "))
    alike = Counter(pair.how for pair in pairs if not pair.is_same)
    assert set(slips) == {slip.__name__.strip("_") for slip, _ in SLIPS}
    assert set(alike) == {one.__name__.strip("_") for one, _ in LIKENESSES}
    assert min(slips.values()) >= 3


@pytest.mark.parametrize("seed", SEEDS)
def test_two_people_are_never_written_down_the_same(seed: int) -> None:
    assert not [pair for pair in labelled_pairs(seed) if not pair.is_same and pair.first == pair.second]
