"""What a result says: flag, range, change since the value before. Numbers only, no database."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from patients.clinical.lines import HEIGHT, WIDTH, draw_line
from patients.clinical.results import (
    as_text,
    contradicts,
    delta,
    flag_by_range,
    flag_in_words,
    is_too_far,
    range_in_words,
)
from patients.services.result_lines import read_moment, read_number, read_value

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")


def number(text: str) -> Decimal | None:
    return Decimal(text) if text else None


@pytest.mark.parametrize(
    ("value", "comparator", "low", "high", "flag"),
    [
        ("3.4999", "", "3.5", "5.1", "L"),
        ("3.5", "", "3.5", "5.1", "N"),  # both ends belong to the range
        ("5.1", "", "3.5", "5.1", "N"),
        ("5.1001", "", "3.5", "5.1", "H"),
        ("60", "", "60", "", "N"),
        ("59.9", "", "60", "", "L"),
        ("5", "", "", "5", "N"),
        ("5.01", "", "", "5", "H"),
        ("-3", "", "-2", "2", "L"),  # base excess
        ("0", "", "0", "5", "N"),
        ("5", "", "", "", ""),  # no range: nobody can tell
        ("5", "<", "0", "5", "N"),
        ("5", "<", "", "5", "N"),
        ("5", "<=", "", "5", "N"),
        ("6", "<", "", "5", ""),  # may be 5.5, may be 4
        ("3.5", "<", "3.5", "5.1", "L"),
        ("3.5", "<=", "3.5", "5.1", ""),
        ("4", "<", "3.5", "5.1", ""),
        ("5.1", ">", "3.5", "5.1", "H"),
        ("5.1", ">=", "3.5", "5.1", ""),
        ("4", ">", "3.5", "5.1", ""),
        ("90", ">", "60", "", "N"),
        ("60", ">=", "60", "", "N"),
        ("50", ">", "60", "", ""),
        ("", "", "3.5", "5.1", ""),  # a result in words
    ],
)
def test_the_flag_by_the_range(value: str, comparator: str, low: str, high: str, flag: str) -> None:
    assert flag_by_range(number(value), comparator, number(low), number(high)) == flag


def test_no_flag_is_never_called_normal() -> None:
    assert flag_in_words("", "") == "No range"
    assert flag_in_words("", "≤ 5") == "Unclear"
    assert flag_in_words("N", "≤ 5") == ""
    assert flag_in_words("H", "≤ 5") == "High ↑"
    assert flag_in_words("LL", "") == "Critically low ↓↓"


@pytest.mark.parametrize(
    ("given", "by_range", "clash"),
    [
        ("N", "H", True),
        ("N", "L", True),
        ("L", "H", True),
        ("LL", "H", True),
        ("HH", "L", True),
        ("H", "N", False),  # a rule of the laboratory's own
        ("HH", "H", False),
        ("N", "", False),
        ("", "H", False),
        ("A", "N", False),
    ],
)
def test_a_flag_that_cannot_go_with_the_range(given: str, by_range: str, clash: bool) -> None:
    assert contradicts(given, by_range) is clash


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("5.1000", "5.1"),
        ("100", "100"),
        ("100.0000", "100"),
        ("0.0000", "0"),
        ("-1.50", "-1.5"),
        ("1E+2", "100"),
    ],
)
def test_numbers_are_written_without_zeros_that_say_nothing(value: str, text: str) -> None:
    assert as_text(Decimal(value)) == text


def test_ranges_in_words() -> None:
    assert range_in_words(Decimal("3.50"), Decimal("5.10")) == "3.5 to 5.1"
    assert range_in_words(Decimal(60), None) == "≥ 60"
    assert range_in_words(None, Decimal(5)) == "≤ 5"
    assert range_in_words(None, None) == ""


@pytest.mark.parametrize(
    ("value", "low", "high", "far"),
    [
        ("51000", "3.5", "5.1", False),
        ("51000.1", "3.5", "5.1", True),
        ("0.0003", "3.5", "5.1", True),
        ("0.0004", "3.5", "5.1", False),
        ("0", "3.5", "5.1", True),
        ("80001", "", "8", True),
        ("600001", "60", "", True),
        ("999999", "", "", False),
        ("-5", "-2", "2", False),
    ],
)
def test_a_slip_of_the_point_is_noticed(value: str, low: str, high: str, far: bool) -> None:
    assert is_too_far(Decimal(value), number(low), number(high)) is far


def test_the_change_since_the_value_before() -> None:
    moved = delta(Decimal("4.5"), NOON, Decimal("4.0"), NOON - timedelta(days=30))

    assert (moved.absolute, moved.percent, moved.days) == (Decimal("0.5"), 12, 30)
    assert (moved.text, moved.percent_text) == ("+0.5", "+12\N{NARROW NO-BREAK SPACE}%")


def test_a_change_from_zero_has_no_percent() -> None:
    moved = delta(Decimal(3), NOON, Decimal(0), NOON)

    assert (moved.text, moved.percent, moved.percent_text) == ("+3", None, "")


def test_a_fall_is_written_with_a_minus_and_no_change_with_neither() -> None:
    assert delta(Decimal(3), NOON, Decimal(6), NOON).percent_text == "−50\N{NARROW NO-BREAK SPACE}%"
    assert delta(Decimal(3), NOON, Decimal(3), NOON).text == "±0"


# ── Reading what people and laboratories write ───────────────────────────────
@pytest.mark.parametrize(
    ("text", "delimiter", "value"),
    [
        ("4.3", ",", "4.3"),
        ("4,3", ",", "4.3"),
        ("4,3", ";", "4.3"),
        ("0,123", ";", "0.123"),
        ("12,3456", ";", "12.3456"),
        ("1.234", ",", "1.234"),
        ("1.234,5", ";", "1234.5"),
        ("1,234.5", ",", "1234.5"),
        ("1234", ";", "1234"),
        ("-2.5", ",", "-2.5"),
    ],
)
def test_numbers_that_can_mean_one_thing_only(text: str, delimiter: str, value: str) -> None:
    assert read_number(text, delimiter) == Decimal(value)


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("1,234", ","),  # a thousand, or a little more than one
        ("1,234", ";"),
        ("1.234", ";"),
        ("1.234.567", ","),
        ("NaN", ","),
        ("Infinity", ","),
        ("1e5", ","),
        ("٣", ","),
        ("", ","),
        ("1 234", ","),
        ("=1+1", ","),
        ("12345678901", ","),
    ],
)
def test_what_may_mean_two_things_or_none_is_not_guessed(text: str, delimiter: str) -> None:
    with pytest.raises(ValueError, match="Write"):
        read_number(text, delimiter)


@pytest.mark.parametrize(
    ("text", "comparator", "value"),
    [("< 5", "<", "5"), ("<=5", "<=", "5"), ("≥ 90", ">=", "90"), ("> 1,5", ">", "1.5"), ("7", "", "7")],
)
def test_a_sign_before_a_number_is_kept(text: str, comparator: str, value: str) -> None:
    assert read_value(text) == {"comparator": comparator, "value": Decimal(value)}


def test_a_time_without_a_zone_is_that_of_the_wall() -> None:
    assert read_moment("2026-07-01T08:30", BERLIN) == datetime(2026, 7, 1, 6, 30, tzinfo=UTC)
    assert read_moment("2026-07-01 08:30", BERLIN) == datetime(2026, 7, 1, 6, 30, tzinfo=UTC)
    assert read_moment("2026-07-01T08:30Z", BERLIN) == datetime(2026, 7, 1, 8, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "2026-10-25T02:30",
        "2026-03-29T02:30",
        "yesterday",
        "2026-07-01",
        "2026-13-01T08:00",
        "1626-07-01T08:00",
        "",
    ],
)
def test_a_time_that_is_none_or_comes_twice_is_not_guessed(text: str) -> None:
    with pytest.raises(ValueError, match="Write"):
        read_moment(text, BERLIN)


# ── The line ─────────────────────────────────────────────────────────────────
def test_the_line_goes_from_the_first_to_the_last_and_stays_inside() -> None:
    values = [(NOON + timedelta(days=day), Decimal(day), day > 5) for day in range(10)]
    drawn = draw_line(values, Decimal(2), Decimal(5))

    assert drawn is not None
    xs, ys = [dot.x for dot in drawn.dots], [dot.y for dot in drawn.dots]
    assert xs == sorted(xs)
    assert ys == sorted(ys, reverse=True)
    assert min(xs) >= 0
    assert max(xs) <= WIDTH
    assert 0 <= min(ys) <= max(ys) <= HEIGHT
    assert drawn.band_y < drawn.band_y + drawn.band_height
    assert [dot.is_abnormal for dot in drawn.dots] == [day > 5 for day in range(10)]


def test_one_value_makes_no_line_and_no_range_no_band() -> None:
    assert draw_line([(NOON, Decimal(1), False)], None, None) is None
    drawn = draw_line([(NOON, Decimal(1), False), (NOON, Decimal(1), False)], None, None)
    assert drawn is not None
    assert drawn.band_height == 0
