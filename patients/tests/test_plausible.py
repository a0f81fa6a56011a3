"""What is questioned before it is kept, what is refused, and which slip is guessed."""

from datetime import UTC, datetime, timedelta

import pytest

from patients.clinical.ages import Age
from patients.clinical.plausible import Doubt, Measured, doubts

NOON = datetime(2026, 4, 12, 12, tzinfo=UTC)
ADULT = Age(67 * 365, 67 * 12)
NEWBORN = Age(3, 0)


def found(age: Age = ADULT, /, **values: float) -> list[Doubt]:
    return doubts(values, age=age, taken_at=NOON)


def codes(age: Age = ADULT, /, **values: float) -> dict[str, str]:
    return {one.field: one.code for one in found(age, **values)}


def test_what_a_ward_measures_every_day_is_not_questioned() -> None:
    assert not found(
        respiration=22,
        spo2=94,
        temperature=38.3,
        systolic=128,
        diastolic=74,
        pulse=98,
        weight=71.4,
        height=162,
        glucose=9.4,
        pain=3,
    )
    assert not found(NEWBORN, respiration=48, spo2=97, temperature=36.9, pulse=150, weight=3.4, height=51)


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("temperature", 9.9, "impossible"),
        ("temperature", 10, "implausible"),
        ("temperature", 33.9, "implausible"),
        ("temperature", 34.0, None),
        ("temperature", 41.5, None),
        ("temperature", 41.6, "implausible"),
        ("temperature", 47, "implausible"),
        ("temperature", 47.1, "impossible"),
        ("temperature", 370, "impossible"),
        ("spo2", 49, "implausible"),
        ("spo2", 50, None),
        ("spo2", 101, "impossible"),
        ("pulse", 29, "implausible"),
        ("pulse", 251, "implausible"),
        ("respiration", 4, "implausible"),
        ("respiration", 61, "implausible"),
        ("systolic", 59, "implausible"),
        ("systolic", 251, "implausible"),
        ("weight", 700, "implausible"),
        ("weight", 701, "impossible"),
        ("weight", 24, "implausible"),
        ("weight", 0, "impossible"),
        ("height", 17, "implausible"),
        ("height", 1.7, "impossible"),
        ("glucose", 36, "implausible"),
        ("glucose", 180, "implausible"),
    ],
)
def test_the_limits_of_questions_and_of_refusals(name: str, value: float, code: str | None) -> None:
    assert codes(**{name: value}) == ({name: code} if code else {})


@pytest.mark.parametrize(
    ("systolic", "diastolic", "code"), [(120, 119, None), (120, 120, "implausible"), (120, 121, "impossible")]
)
def test_the_diastolic_pressure_is_the_lower_one(systolic: int, diastolic: int, code: str | None) -> None:
    assert codes(systolic=systolic, diastolic=diastolic) == ({"diastolic": code} if code else {})


@pytest.mark.parametrize(
    ("name", "value", "meant"),
    [
        ("temperature", 370, "37.0"),
        ("temperature", 98.6, "37.0"),
        ("temperature", 3.7, "37.0"),
        ("weight", 700, "70.0"),
        ("height", 17, "170.0"),
        ("height", 1.7, "170.0"),
        ("pulse", 720, "72"),
        ("glucose", 180, "10.0"),
        ("glucose", 92, "5.1"),
    ],
)
def test_a_common_slip_has_a_hint(name: str, value: float, meant: str) -> None:
    [doubt] = found(**{name: value})
    assert doubt.text.endswith(f"Did you mean {meant}?")


def test_what_is_only_unusual_has_no_hint() -> None:
    [doubt] = found(temperature=33.0)
    assert "Did you mean" not in doubt.text
    assert "33.0 °C" in doubt.text


@pytest.mark.parametrize(
    ("age", "values", "asked"),
    [
        (NEWBORN, {"weight": 71.4}, {"weight"}),
        (NEWBORN, {"pulse": 72}, set()),
        (NEWBORN, {"pulse": 59}, {"pulse"}),
        (Age(5 * 366, 60), {"height": 51}, {"height"}),
        (Age(5 * 366, 60), {"weight": 19, "height": 110, "pulse": 95, "respiration": 22}, set()),
        (Age(12 * 366, 144), {"weight": 14}, {"weight"}),
        (Age(17 * 366, 215), {"weight": 20}, set()),
    ],
)
def test_what_is_expected_depends_on_the_age(age: Age, values: dict[str, float], asked: set[str]) -> None:
    assert set(codes(age, **values)) == asked


def doubt_about(name: str, value: float, before: float, days: float, age: Age = ADULT) -> bool:
    last = Measured(before, NOON - timedelta(days=days))
    given = {"weight_before": last} if name == "weight" else {"height_before": last}
    return bool(doubts({name: value}, age=age, taken_at=NOON, **given))


@pytest.mark.parametrize(
    ("value", "before", "days", "asked"),
    [
        (84.0, 70.0, 30, False),
        (84.1, 70.0, 30, True),
        (84.1, 70.0, 30.1, False),
        (56.0, 70.0, 1, False),
        (55.9, 70.0, 1, True),
    ],
)
def test_a_weight_far_from_the_last_one_is_questioned(
    value: float, before: float, days: float, asked: bool
) -> None:
    assert doubt_about("weight", value, before, days) is asked
    assert not doubt_about("weight", value, before, days, age=Age(3650, 120))


def test_adults_do_not_grow() -> None:
    assert doubt_about("height", 179, 170, 4000)
    assert not doubt_about("height", 172, 170, 4000)
    assert not doubt_about("height", 150, 110, 300, age=Age(3650, 120))


def test_an_impossible_value_is_said_before_an_unusual_one() -> None:
    [doubt] = found(systolic=100, diastolic=170)
    assert (doubt.field, doubt.code) == ("diastolic", "impossible")
