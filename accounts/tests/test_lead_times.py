"""How long before a visit people are reminded, as an administrator writes it."""

from datetime import time

import pytest

from accounts.lead_times import LeadTime, read


def test_days_hours_and_minutes_are_understood() -> None:
    assert read("3d, 1D  18:00, 2h,30m,") == [
        LeadTime("3d", days=3),
        LeadTime("1d 18:00", days=1, at=time(18)),
        LeadTime("2h", minutes=120),
        LeadTime("30m", minutes=30),
    ]


def test_nothing_means_no_reminder_and_twice_means_once() -> None:
    assert read(" ") == []
    assert len(read("2h, 2h")) == 1


@pytest.mark.parametrize(
    "text",
    [
        "soon",
        "0d",
        "-1d",
        "2w",
        "2h 18:00",
        "1d 25:00",
        "61d",
        "49h",
        "601m",
        "1.5h",
        "1d,2d,3d,4d,5d,6d,7d,8d,9d",
    ],
)
def test_anything_else_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(ValueError, match=r"lead time|too long|time of day|At most"):
        read(text)
