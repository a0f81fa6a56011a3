"""What means the same comes first; the words that are the same decide between those."""

import pytest

from assistant.retrieval.ranking import best, bm25, mixed, rarest, spread, words_of

TEXTS = [
    "Ramipril lowers blood pressure.",
    "Take ramipril in the evening.",
    "Blood pressure is measured seated.",
]


def test_a_rare_word_weighs_more_and_one_that_nobody_has_nothing() -> None:
    first, second, third = bm25("ramipril pressure seated", TEXTS)
    assert third > first > second > 0
    assert bm25("dosage", TEXTS) == [0, 0, 0]
    assert bm25("dosage", []) == []


def test_empty_words_and_plurals_do_not_count() -> None:
    assert words_of("What are the doses of 2.5 mg tablets?") == ["dose", "2.5", "mg", "tablet"]
    assert words_of("diagnosis of pus in the abscess") == ["diagnosis", "pus", "abscess"]


def test_scores_are_spread_from_0_to_1() -> None:
    assert spread([3, 1, 2]) == [1, 0, 0.5]
    assert spread([2, 2]) == [0, 0]
    assert spread([]) == []


def test_eight_parts_meaning_two_parts_words() -> None:
    assert mixed([0.9, 0.5, 0.1], "seated", TEXTS) == pytest.approx([0.8, 0.4, 0.2])


def test_the_best_come_first_and_equals_always_in_the_same_order() -> None:
    assert best({"b": 1, "a": 1, "c": 2, "d": 0}, 3) == ["c", "a", "b"]
    assert rarest("Is metformin stopped in kidney disease?", 2) == ["metformin", "stopped"]
