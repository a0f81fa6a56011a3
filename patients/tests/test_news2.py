"""NEWS2, cell by cell: the expected points are copied from the chart of the Royal College of Physicians, 2017."""

from dataclasses import replace
from typing import Any

import pytest

from patients.clinical.news2 import (
    AGE_NOT_KNOWN,
    CHILD,
    HIGH,
    INCOMPLETE,
    LOW,
    LOW_MEDIUM,
    MEDIUM,
    NONE,
    NOT_BECAUSE,
    PREGNANT,
    Reading,
    Risk,
    is_of_pregnancy,
    risk_of,
    score,
    why_not,
)

WELL = Reading(
    respiration=16,
    spo2=98,
    on_oxygen=False,
    systolic=125,
    pulse=70,
    consciousness="A",
    temperature=36.8,
)

# The chart: parameter, first and last value of each coloured cell, its points.
CHART: dict[str, list[tuple[float, float, int]]] = {
    "respiration": [(0, 8, 3), (9, 11, 1), (12, 20, 0), (21, 24, 2), (25, 90, 3)],
    "spo2": [(0, 91, 3), (92, 93, 2), (94, 95, 1), (96, 100, 0)],
    "systolic": [(0, 90, 3), (91, 100, 2), (101, 110, 1), (111, 219, 0), (220, 300, 3)],
    "pulse": [(0, 40, 3), (41, 50, 1), (51, 90, 0), (91, 110, 1), (111, 130, 2), (131, 250, 3)],
    "temperature": [(28.0, 35.0, 3), (35.1, 36.0, 1), (36.1, 38.0, 0), (38.1, 39.0, 1), (39.1, 43.0, 2)],
}
SCALE_2_ON_AIR = [(0, 83, 3), (84, 85, 2), (86, 87, 1), (88, 92, 0), (93, 100, 0)]
SCALE_2_ON_OXYGEN = [
    (0, 83, 3),
    (84, 85, 2),
    (86, 87, 1),
    (88, 92, 0),
    (93, 94, 1),
    (95, 96, 2),
    (97, 100, 3),
]


def points(parameter: str, **changes: Any) -> int:
    found = score(replace(WELL, **changes))
    assert found is not None
    return found.points[parameter]


def cells() -> list[tuple[str, float, int]]:
    return [
        (parameter, value, expected)
        for parameter, row in CHART.items()
        for first, last, expected in row
        for value in (first, last)
    ]


@pytest.mark.parametrize(("parameter", "value", "expected"), cells())
def test_each_cell_of_the_chart_at_both_of_its_ends(parameter: str, value: float, expected: int) -> None:
    assert points(parameter, **{parameter: value}) == expected


@pytest.mark.parametrize(("first", "last", "expected"), SCALE_2_ON_AIR)
def test_saturation_on_scale_2_breathing_air(first: int, last: int, expected: int) -> None:
    for value in (first, last):
        assert points("spo2", spo2=value, scale_2=True, on_oxygen=False) == expected


@pytest.mark.parametrize(("first", "last", "expected"), SCALE_2_ON_OXYGEN)
def test_saturation_on_scale_2_with_oxygen(first: int, last: int, expected: int) -> None:
    for value in (first, last):
        assert points("spo2", spo2=value, scale_2=True, on_oxygen=True) == expected


def test_scale_1_does_not_ask_for_oxygen() -> None:
    assert points("spo2", spo2=97, on_oxygen=True) == 0


def test_oxygen_itself_scores_two() -> None:
    assert points("on_oxygen", on_oxygen=True) == 2
    assert points("on_oxygen", on_oxygen=False) == 0


@pytest.mark.parametrize(("level", "expected"), [("A", 0), ("C", 3), ("V", 3), ("P", 3), ("U", 3)])
def test_whoever_is_not_alert_or_is_newly_confused_scores_three(level: str, expected: int) -> None:
    assert points("consciousness", consciousness=level) == expected


def test_the_points_are_added_up() -> None:
    reading = replace(WELL, respiration=22, spo2=94, temperature=38.3, pulse=98)
    found = score(reading)

    assert found is not None
    assert (found.total, found.has_three, found.risk) == (5, False, MEDIUM)


def test_the_worst_reading_there_is_scores_twenty() -> None:
    worst = Reading(30, 80, True, 80, 140, "U", 34.0)
    found = score(worst)

    assert found is not None
    assert (found.total, found.risk) == (20, HIGH)


@pytest.mark.parametrize(
    ("total", "has_three", "expected"),
    [
        (0, False, NONE),
        (1, False, LOW),
        (4, False, LOW),
        (3, True, LOW_MEDIUM),
        (4, True, LOW_MEDIUM),
        (5, False, MEDIUM),
        (6, True, MEDIUM),
        (7, False, HIGH),
        (20, True, HIGH),
    ],
)
def test_the_risk_at_each_threshold(total: int, has_three: bool, expected: Risk) -> None:
    assert risk_of(total, has_three=has_three) is expected


def test_oxygen_with_another_single_point_is_no_three_in_one_parameter() -> None:
    found = score(replace(WELL, on_oxygen=True, pulse=95))

    assert found is not None
    assert (found.total, found.risk) == (3, LOW)


@pytest.mark.parametrize(
    "missing", ["respiration", "spo2", "on_oxygen", "systolic", "pulse", "consciousness", "temperature"]
)
def test_nothing_is_scored_when_a_parameter_is_missing(missing: str) -> None:
    nothing: dict[str, Any] = {missing: "" if missing == "consciousness" else None}
    reading = replace(WELL, **nothing)

    assert reading.missing == [missing]
    assert score(reading) is None
    assert why_not(reading, youngest_years=40, oldest_years=40, is_pregnant=False) == INCOMPLETE


def test_a_zero_was_measured_and_is_not_missing() -> None:
    found = score(replace(WELL, respiration=0, pulse=0, spo2=0, systolic=0))

    assert found is not None
    assert found.total == 12


@pytest.mark.parametrize(
    ("youngest", "oldest", "pregnant", "expected"),
    [
        (15, 15, False, CHILD),
        (16, 16, False, ""),
        (15, 16, False, AGE_NOT_KNOWN),
        (30, 30, True, PREGNANT),
        (15, 15, True, CHILD),
        (15, 16, True, PREGNANT),
        (0, 0, False, CHILD),
        (101, 101, False, ""),
    ],
)
def test_who_is_scored_and_who_is_not(youngest: int, oldest: int, pregnant: bool, expected: str) -> None:
    because = why_not(WELL, youngest_years=youngest, oldest_years=oldest, is_pregnant=pregnant)

    assert because == expected
    assert not because or because in NOT_BECAUSE


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("O00.101", True),
        ("O26.843", True),
        ("O9A.211", True),
        ("Z33.1", True),
        ("Z331", True),
        ("Z34.90", True),
        ("z34.01", True),
        ("Z3A.20", True),
        ("Z33.2", False),
        ("Z32.02", False),
        ("Z30.9", False),
        ("I10", False),
        ("", False),
    ],
)
def test_which_codes_say_that_somebody_is_pregnant(code: str, expected: bool) -> None:
    assert is_of_pregnancy(code) is expected
