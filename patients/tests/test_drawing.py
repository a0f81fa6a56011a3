"""Curves as the server draws them, and how too many values become fewer."""

from datetime import UTC, datetime, timedelta

from patients.panels.drawing import Point, curve, runs, spark, thin, ticks

START = datetime(2026, 4, 12, tzinfo=UTC)


def points(*values: float, low: float | None = None, high: float | None = None) -> list[Point]:
    return [Point(START + timedelta(hours=number), value, low, high) for number, value in enumerate(values)]


def test_few_values_are_all_kept() -> None:
    few = points(1, 2, 3)
    assert thin(few, most=3) == few


def test_of_many_the_lowest_and_the_highest_of_each_span_stay_in_order() -> None:
    many = points(*(50 + number % 7 for number in range(1000)))
    many[333] = many[333]._replace(value=200)
    many[777] = many[777]._replace(value=1)
    kept = thin(many, most=40)

    assert len(kept) <= 40
    assert {200, 1} <= {point.value for point in kept}
    assert [point.at for point in kept] == sorted(point.at for point in kept)
    assert set(kept) <= set(many)


def test_of_a_span_with_equal_values_one_stays() -> None:
    assert len(thin(points(*[7.0] * 1000), most=40)) == 20


def test_a_curve_goes_from_left_to_right_and_a_high_value_stands_higher() -> None:
    drawn = spark([16, 22], (12, 20))
    (left, low), (right, high) = (
        tuple(float(one) for one in pair.split(",")) for pair in drawn["points"].split()
    )
    assert (left, right) == (3, 125)
    assert high < low
    assert drawn["band"] == {"y": "6.8", "height": "19.2"}


def test_a_band_without_an_end_goes_to_the_edge() -> None:
    for usual in ((None, 25), (10, None), (10, 25)):
        band = spark([10, 25], usual)["band"]
        assert (float(band["y"]), float(band["height"])) == (2, 24)
    assert spark([10, 25], (None, None))["band"] is None
    assert spark([10, 25], None)["band"] is None


def test_equal_values_are_a_level_line() -> None:
    drawn = spark([70, 70, 70], None)
    assert {pair.split(",")[1] for pair in drawn["points"].split()} == {"14.0"}


def test_a_range_lasts_until_the_next_one_begins() -> None:
    found = runs([*points(1, 2, low=1, high=3), *points(1, 2, 3, 4, low=2, high=4)[2:]])
    assert [(one.since.hour, one.until.hour, one.low, one.high) for one in found] == [
        (0, 2, 1, 3),
        (2, 3, 2, 4),
    ]
    assert runs(points(1, 2)) == []


def test_round_numbers_stand_at_the_axis() -> None:
    assert ticks(36.1, 39.2) == [37, 38, 39]
    assert ticks(0, 100) == [0, 20, 40, 60, 80, 100]


def test_a_single_value_is_drawn_too() -> None:
    drawn = curve(points(80), [], since=START - timedelta(days=1), until=START)
    assert len(drawn["dots"]) == 1
    assert drawn["bands"] == []
