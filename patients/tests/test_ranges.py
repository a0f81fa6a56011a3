"""What is usual at which age: the expected numbers were copied from the sources that patients.clinical.ranges names."""

from datetime import date
from decimal import Decimal

import pytest

from patients.clinical.ages import Age, age_on, youngest_and_oldest
from patients.clinical.body import NO_CLASS_IN_PREGNANCY, NO_CLASS_OF_CHILDREN, bmi, bmi_class
from patients.clinical.ranges import SOURCES, Range, Who, in_words, usual


def of(months: int, *, days: int | None = None, **more: object) -> Who:
    return Who(Age(days if days is not None else months * 31, months), **more)  # type: ignore[arg-type]


def ends(measure: str, who: Who) -> tuple[float | None, float | None] | None:
    found = usual(measure, who)
    return (found.low, found.high) if found else None


# Fleming 2011: in months from and before which age, breathing rate 1st and 99th centile, pulse 1st and 99th.
FLEMING = [
    (0, 3, 25, 66, 107, 181),
    (3, 6, 24, 64, 104, 175),
    (6, 9, 23, 61, 98, 168),
    (9, 12, 22, 58, 93, 161),
    (12, 18, 21, 53, 88, 156),
    (18, 24, 19, 46, 82, 149),
    (24, 36, 18, 38, 76, 142),
    (36, 48, 17, 33, 70, 136),
    (48, 72, 17, 29, 65, 131),
    (72, 96, 16, 27, 59, 123),
    (96, 144, 14, 25, 52, 115),
    (144, 180, 12, 23, 47, 108),
    (180, 192, 11, 22, 43, 104),
]


@pytest.mark.parametrize(("first", "before", "slow", "fast", "low", "high"), FLEMING)
def test_breathing_and_pulse_of_children_in_the_first_and_last_month_of_each_row(
    first: int, before: int, slow: int, fast: int, low: int, high: int
) -> None:
    for months in (first, before - 1):
        assert ends("respiration", of(months)) == (slow, fast)
        assert ends("pulse", of(months)) == (low, high)


@pytest.mark.parametrize(
    ("measure", "low", "high"),
    [
        ("respiration", 12, 20),
        ("spo2", 96, 100),
        ("temperature", 36.1, 38.0),
        ("systolic", 111, 219),
        ("pulse", 51, 90),
        ("diastolic", 60, 89),
        ("glucose", 3.9, 11.0),
    ],
)
def test_what_is_usual_of_adults_from_the_day_they_are_sixteen(measure: str, low: float, high: float) -> None:
    assert ends(measure, of(192)) == (low, high)
    assert ends(measure, of(90 * 12)) == (low, high)
    if measure != "glucose":
        assert ends(measure, of(191)) != (low, high)


def test_saturation_with_a_target_of_88_to_92() -> None:
    assert ends("spo2", of(800, scale_2=True, on_oxygen=True)) == (88, 92)
    assert ends("spo2", of(800, scale_2=True)) == (88, 100)
    assert ends("spo2", of(800, on_oxygen=True)) == (96, 100)


# PALS 2020: 60 in the first 28 days, 70 in the first year, 70 + 2 × years up to 9, 90 from 10 on.
PALS = [(1, 72), (2, 74), (3, 76), (4, 78), (5, 80), (6, 82), (7, 84), (8, 86), (9, 88), (10, 90), (15, 90)]
# AAP 2017, table 6: from these values on a second look is needed.
AAP_BOYS = "98/52 100/55 101/58 102/60 103/63 105/66 106/68 107/69 107/70 108/72 110/74 113/75 120/80"
AAP_GIRLS = "98/54 101/58 102/60 103/62 104/64 105/67 106/68 107/69 108/71 109/72 111/74 114/75 120/80"


@pytest.mark.parametrize(("years", "low"), PALS)
def test_the_lowest_systolic_pressure_of_children(years: int, low: int) -> None:
    found = usual("systolic", of(years * 12))
    assert found is not None
    assert found.low == low


def test_the_lowest_systolic_pressure_of_the_youngest() -> None:
    assert ends("systolic", of(0, days=0)) == (60, None)
    assert ends("systolic", of(0, days=27)) == (60, None)
    assert ends("systolic", of(0, days=28)) == (70, None)
    assert ends("systolic", of(11)) == (70, None)
    assert ends("diastolic", of(11)) is None


@pytest.mark.parametrize(("sex", "table"), [("male", AAP_BOYS), ("female", AAP_GIRLS)])
def test_from_which_pressure_on_a_second_look_is_needed(sex: str, table: str) -> None:
    for years, pair in enumerate(table.split(), start=1):
        systolic, diastolic = (int(one) for one in pair.split("/"))
        upper = usual("systolic", of(years * 12, sex=sex)), usual("diastolic", of(years * 12, sex=sex))
        for found, limit in zip(upper, (systolic, diastolic), strict=True):
            assert found is not None
            assert found.flag(limit) == "high"
            assert found.flag(limit - 1) != "high"


def test_of_a_sex_that_is_not_known_the_lower_limit_of_both_counts() -> None:
    for sex in ("unknown", "other"):
        assert ends("diastolic", of(24, sex=sex)) == (None, 54)
        assert ends("systolic", of(9 * 12, sex=sex)) == (88, 106)


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        (of(0, days=0), (36.5, 37.5)),
        (of(0, days=27), (36.5, 37.5)),
        (of(0, days=28), (36.0, 37.9)),
        (of(191), (36.0, 37.9)),
    ],
)
def test_the_temperature_of_newborns_and_children(who: Who, expected: tuple[float, float]) -> None:
    assert ends("temperature", who) == expected


def test_the_saturation_of_children_has_a_range_in_air_and_under_five_years_only() -> None:
    assert ends("spo2", of(59)) == (96, 100)
    assert ends("spo2", of(60)) is None
    assert ends("spo2", of(59, on_oxygen=True)) is None


def test_glucose_has_no_range_for_infants_and_none_in_pregnancy() -> None:
    assert ends("glucose", of(11)) is None
    assert ends("glucose", of(12)) == (3.9, 11.0)
    assert ends("glucose", of(360, is_pregnant=True)) is None


def test_in_pregnancy_only_the_upper_limits_of_pressure_are_kept() -> None:
    expecting = of(360, is_pregnant=True)
    assert ends("systolic", expecting) == (None, 139)
    assert ends("diastolic", expecting) == (None, 89)
    for measure in ("respiration", "pulse", "temperature", "spo2"):
        assert usual(measure, expecting) is None


def test_what_nobody_has_a_range_for_has_none() -> None:
    for measure in ("weight", "height", "pain"):
        assert usual(measure, of(400)) is None
        assert usual(measure, of(40)) is None


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Decimal("36.0"), "low"),
        (Decimal("36.1"), "normal"),
        (Decimal("38.0"), "normal"),
        (Decimal("38.1"), "high"),
    ],
)
def test_both_ends_belong_to_the_range(value: Decimal, expected: str) -> None:
    assert Range(36.1, 38.0, "news2").flag(value) == expected


def test_within_one_known_end_nothing_is_called_normal() -> None:
    assert Range(None, 139, "pregnancy").flag(120) == ""
    assert Range(None, 139, "pregnancy").flag(140) == "high"
    assert Range(70, None, "pals_aap").flag(69) == "low"
    assert Range(70, None, "pals_aap").flag(80) == ""


def test_every_range_names_a_source_that_is_written_down() -> None:
    people = [of(months, is_pregnant=pregnant) for months in range(1200) for pregnant in (True, False)]
    people += [of(700, scale_2=True), of(700, scale_2=True, on_oxygen=True), of(0, days=3)]
    named = {
        found.source
        for who in people
        for measure in ("respiration", "spo2", "temperature", "systolic", "diastolic", "pulse", "glucose")
        if (found := usual(measure, who))
    }
    assert named == set(SOURCES)


@pytest.mark.parametrize(
    ("measure", "found", "estimated", "expected"),
    [
        ("pulse", Range(51, 90, "news2"), False, "51 to 90"),
        ("temperature", Range(36.1, 38.0, "news2"), False, "36.1 to 38.0"),
        ("systolic", Range(None, 139, "pregnancy"), False, "up to 139"),
        ("systolic", Range(70, None, "pals_aap"), False, "from 70"),
        ("pulse", Range(52, 115, "fleming"), True, "about 52 to 115"),
        ("spo2", None, False, "no range"),
    ],
)
def test_a_range_in_words(measure: str, found: Range | None, estimated: bool, expected: str) -> None:
    assert in_words(measure, found, is_estimated=estimated) == expected


# ── Ages ─────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("born", "on", "days", "months", "years"),
    [
        (date(2026, 4, 12), date(2026, 4, 12), 0, 0, 0),
        (date(2026, 4, 12), date(2026, 5, 10), 28, 0, 0),
        (date(2026, 1, 31), date(2026, 2, 28), 28, 0, 0),
        (date(2026, 1, 12), date(2026, 4, 12), 90, 3, 0),
        (date(2010, 4, 13), date(2026, 4, 12), 5843, 191, 15),
        (date(2010, 4, 12), date(2026, 4, 12), 5844, 192, 16),
        (date(2024, 2, 29), date(2025, 2, 28), 365, 11, 0),
        (date(2026, 4, 13), date(2026, 4, 12), 0, 0, 0),
    ],
)
def test_how_old_somebody_is(born: date, on: date, days: int, months: int, years: int) -> None:
    age = age_on(on, born)
    assert (age.days, age.months, age.years) == (days, months, years)


def test_of_a_year_alone_the_age_lies_between_two() -> None:
    youngest, oldest = youngest_and_oldest(date(2026, 4, 12), date(2010, 7, 1), is_estimated=True)
    assert (youngest.years, oldest.years) == (15, 16)

    same = youngest_and_oldest(date(2026, 4, 12), date(2010, 7, 1), is_estimated=False)
    assert [one.years for one in same] == [15, 15]


# ── Body mass index ──────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("weight", "expected"),
    [
        ("53.3", "underweight"),
        ("53.5", "normal weight"),
        ("72.1", "normal weight"),
        ("72.25", "pre-obesity"),
        ("86.7", "obesity class I"),
        ("101.15", "obesity class II"),
        ("115.6", "obesity class III"),
    ],
)
def test_the_classes_of_the_body_mass_index(weight: str, expected: str) -> None:
    value = bmi(Decimal(weight), 170)
    assert value is not None
    assert str(bmi_class(value, Age(12000, 400))) == expected


def test_who_has_no_class() -> None:
    assert bmi(30, 130) == 17.8
    assert bmi_class(17.8, Age(6900, 12 * 20 - 1)) is NO_CLASS_OF_CHILDREN
    assert bmi_class(24, Age(11000, 360), is_pregnant=True) is NO_CLASS_IN_PREGNANCY
    assert bmi(70, 0) is None
