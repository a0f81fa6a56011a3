"""The rules of money, orders and openings, and what each says of itself."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from assistant.anomalies import Kind, saying
from assistant.anomalies.access import many_denials, same_family_name, snooping, unusual_volume
from assistant.anomalies.known_tests import CRITICAL, KNOWN
from assistant.anomalies.money import Charged, charged_twice, just_below, many_refunds, odd_discount
from assistant.anomalies.orders import Ordered, dose, same_medicine
from assistant.anomalies.own_values import Point
from assistant.anomalies.results import Measured, critical_value, decimal_point, far_from_own
from assistant.anomalies.vitals import odd_numbers
from patients.clinical.loinc import BY_CODE

NOW = datetime(2026, 5, 3, 8, tzinfo=UTC)
TODAY = date(2026, 5, 3)
LIMIT = Decimal(100)


def before(*values: str) -> list[Point]:
    return [
        Point(NOW - timedelta(days=10 * (len(values) - place)), Decimal(value))
        for place, value in enumerate(values)
    ]


def potassium(value: str, *earlier: str) -> Measured:
    return Measured("2823-3", "Potassium", "mmol/L", Decimal(value), before(*earlier))


def ordered(daily: str, *, until: int = 5) -> Ordered:
    return Ordered("Ramipril 5 mg", "tablet", Decimal(daily), TODAY, TODAY + timedelta(days=until))


def test_what_is_known_of_tests_has_the_units_in_which_they_are_reported() -> None:
    units = [(code, one.unit) for code, one in KNOWN.items()] + [
        (code, one.unit) for code, one in CRITICAL.items()
    ]
    for code, unit in units:
        if code in BY_CODE:
            assert unit == BY_CODE[code].unit, code


@pytest.mark.parametrize(
    ("value", "is_critical"), [("2.7", True), ("2.8", False), ("6.2", False), ("6.3", True)]
)
def test_the_limits_themselves_are_not_beyond(value: str, *, is_critical: bool) -> None:
    assert (critical_value(potassium(value)) is not None) is is_critical


def test_a_point_in_the_wrong_place_either_way() -> None:
    for wrong in ("42", "0.42"):
        found = decimal_point(potassium(wrong, "4.1", "4.3", "4.2"), NOW)
        assert found is not None
        assert found.facts["meant"] == {"42": "4.2", "0.42": "4.2"}[wrong]


def test_without_an_earlier_value_nothing_is_far_from_it() -> None:
    assert decimal_point(potassium("42"), NOW) is None
    assert far_from_own(potassium("42"), NOW) is None


def test_a_weight_ten_times_too_small() -> None:
    found = list(odd_numbers({"weight": Decimal("7.1")}, {"weight": before("70", "71")}, NOW))
    assert [one.kind for one in found] == [Kind.DECIMAL_POINT]


def test_zero_and_below_are_left_alone() -> None:
    assert decimal_point(potassium("0", "4.1", "4.2"), NOW) is None
    assert far_from_own(potassium("4.1", "0", "-1"), NOW) is None


def test_doses_beside_the_own_and_beside_those_of_the_house() -> None:
    assert dose(ordered("10"), [Decimal(1)], []) is not None
    assert dose(ordered("2"), [Decimal(1)], []) is None
    assert dose(ordered("10"), [], [Decimal(1)] * 12) is not None
    assert dose(ordered("10"), [], [Decimal(1)] * 5) is None


def test_the_same_medicine_twice_only_where_much_of_it_is_left() -> None:
    assert same_medicine(ordered("1"), [ordered("1", until=60)]) is not None
    assert same_medicine(ordered("1"), [ordered("1", until=5)]) is None


def test_charges_discounts_and_refunds() -> None:
    charge = Charged("1", "X-ray", TODAY, Decimal("85.50"))
    assert charged_twice(charge, []) is None
    assert charged_twice(charge, [charge]) is not None
    assert odd_discount(0.5, [0.1] * 8, []) is not None
    assert odd_discount(0.15, [0.1] * 8, []) is None
    assert odd_discount(0.6, [], [0.1]) is not None
    assert just_below([Decimal(95)] * 3, LIMIT, 30) is not None
    assert just_below([Decimal(95)] * 3 + [Decimal(10)] * 4, LIMIT, 30) is None
    assert many_refunds(20, [1, 2, 1], 30) is not None
    assert many_refunds(6, [4, 5, 6], 30) is None


def test_openings() -> None:
    assert same_family_name("Dr. Anna Meyer-Schulz", "Schulz")
    assert not same_family_name("Anna Meyer", "Anna")
    assert snooping(1, same_name=True, is_own_work=True) is None
    assert snooping(1, same_name=True, is_own_work=False) is not None
    assert many_denials(4, 40) is None
    assert unusual_volume(60, [12, 14, 13, 15, 12]) is not None
    assert unusual_volume(60, [12, 14]) is None


def test_each_kind_says_its_numbers_what_it_may_mean_and_what_to_do() -> None:
    twice = charged_twice(
        Charged("1", "X-ray", TODAY, Decimal("85.50")), [Charged("2", "X-ray", TODAY, Decimal(1))]
    )
    made = [
        critical_value(potassium("7")),
        decimal_point(potassium("42", "4.2"), NOW),
        far_from_own(potassium("6.9", "4.2", "4.2", "4.2"), NOW),
        dose(ordered("10"), [Decimal(1)], []),
        same_medicine(ordered("1"), [ordered("1", until=60)]),
        twice,
        just_below([Decimal(95)] * 3, LIMIT, 30),
        many_refunds(20, [1, 2, 1], 30),
        snooping(1, same_name=True, is_own_work=False),
        many_denials(6, 7),
        unusual_volume(60, [12, 14, 13, 15, 12]),
    ]
    for one in made:
        assert one is not None
        assert saying.in_short(one.kind, one.facts)
    for kind in Kind:
        assert all(saying.advice(kind))
