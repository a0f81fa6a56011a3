"""The golden set itself: that it is large and sound enough to judge an engine, and that it can fail one."""

from collections import Counter
from typing import Any

import pytest

from prescriptions.safety.names import resolve
from prescriptions.tests.golden import CASES, CLEAR, GRADES, NOT_SCREENED, UNSEEN, cases, expecting, measure


def test_it_is_as_large_as_the_issue_asks() -> None:
    kinds = Counter(one.kind for one in expecting(*GRADES))

    assert len(cases()) >= 200
    assert len(list(expecting(CLEAR))) >= 80
    assert set(kinds) == {"interaction", "qt", "allergy", "duplicate", "dose", "kidney", "pregnancy"}
    assert min(kinds.values()) >= 10


def test_each_case_is_there_once_and_says_why_and_by_whom() -> None:
    both = (*cases(CASES), *cases(UNSEEN))
    asked = Counter((one.medicines, one.allergies, one.patient) for one in both)

    assert [question for question, times in asked.items() if times > 1] == []
    for file in (CASES, UNSEEN):
        assert len({one.case for one in cases(file)}) == len(cases(file))
    for one in both:
        assert one.expected in {*GRADES, CLEAR, NOT_SCREENED}, one.case
        assert one.because, one.case
        assert one.source, one.case
        assert one.question()["medicines"], one.case


@pytest.mark.parametrize("file", [CASES, UNSEEN])
def test_every_medicine_is_known_but_those_that_must_not_be(file: str) -> None:
    for one in cases(file):
        for medicine in one.question()["medicines"]:
            name = medicine if isinstance(medicine, str) else medicine["name"]
            dosed = isinstance(medicine, dict)  # known, and without what a dose is judged by
            unknown = one.expected == NOT_SCREENED and name in one.about and not dosed
            assert (resolve(name) is None) == unknown, (one.case, name)


def test_spelling_brands_salts_and_combinations_are_among_the_dangers() -> None:
    written = [name for one in expecting(*GRADES) for name in one.medicines]

    assert any("sodium" in name or "succinate" in name for name in written)
    assert any("Augmentin" in name for name in written)
    assert any((found := resolve(name)) and len(found.substances) > 1 for name in written)
    assert any("acetaminophen" in name for name in written)


def silent(_question: dict[str, Any]) -> dict[str, Any]:
    return {"findings": [], "not_screened": []}


def alarmed(question: dict[str, Any]) -> dict[str, Any]:
    names = [one if isinstance(one, str) else one["name"] for one in question["medicines"]]
    return {
        "findings": [{"severity": "contraindicated", "medicines": names}],
        "not_screened": [{"medicine": name} for name in names],
    }


def hesitant(question: dict[str, Any]) -> dict[str, Any]:
    answer = alarmed(question)
    answer["findings"][0]["severity"] = "caution"
    return answer


def test_an_engine_that_says_nothing_finds_nothing() -> None:
    measured = measure(silent)

    assert (measured.overall, measured.contraindicated, measured.left_open) == (0, 0, 0)
    assert measured.false_alarms == 0
    assert {one.case for one, _answer in measured.wrong} == {
        one.case for one in cases() if one.expected != CLEAR
    }


def test_an_engine_that_always_warns_is_nothing_but_false_alarms() -> None:
    measured = measure(alarmed)

    assert (measured.overall, measured.contraindicated, measured.false_alarms) == (1, 1, 1)


def test_a_mild_word_is_not_enough_for_what_is_forbidden() -> None:
    measured = measure(hesitant)

    assert measured.contraindicated == 0
    assert measured.overall == 1
    assert measured.graded < 0.1


def test_a_finding_about_another_medicine_does_not_count() -> None:
    case = next(expecting("contraindicated"))
    beside = {"severity": "contraindicated", "medicines": ["metformin", "ramipril"]}

    assert not case.is_right({"findings": [beside], "not_screened": []})
