"""The rules against the golden set: the aims of the issue, and that the report would say if they were missed."""

from dataclasses import replace

import pytest

from prescriptions.tests.golden import CASES, UNSEEN, Measured, cases, measure
from prescriptions.tests.golden.report import aims_met, measured, written


@pytest.fixture(scope="module", params=[CASES, UNSEEN])
def figures(request: pytest.FixtureRequest) -> Measured:
    return measured(request.param)


@pytest.fixture(scope="module")
def first() -> Measured:
    return measured(CASES)


def test_every_contraindicated_case_is_found_as_such(figures: Measured) -> None:
    assert figures.contraindicated == 1, written(figures)


def test_nearly_all_dangers_are_found(figures: Measured) -> None:
    assert figures.overall >= 0.97, written(figures)


def test_false_alarms_are_rare(figures: Measured) -> None:
    assert figures.false_alarms <= 0.03, written(figures)


def test_what_cannot_be_screened_is_never_clear(figures: Measured) -> None:
    assert figures.left_open == 1, written(figures)


def test_the_report_says_the_figures_and_the_version(first: Measured) -> None:
    text = written(first)
    assert f"{len(cases())} cases" in text
    assert "100.0%  of the contraindicated" in text
    print(text)


def test_rules_that_say_nothing_miss_the_aims_and_each_case_is_named() -> None:
    silent = measure(lambda _body: {"findings": [], "not_screened": []})
    assert not aims_met(silent)
    assert "interaction-001: expected contraindicated" in written(silent)


@pytest.mark.parametrize(
    "worse",
    [{"contraindicated": 0.999}, {"overall": 0.969}, {"false_alarms": 0.031}, {"left_open": 0.99}],
    ids=str,
)
def test_one_aim_that_is_missed_is_enough(worse: dict[str, float], figures: Measured) -> None:
    assert aims_met(replace(figures, wrong=()))
    assert not aims_met(replace(figures, wrong=(), **worse))
