"""A year in ten zones: each reminder once, in the right hour, over every clock change; none of what is off."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core import mail

from accounts.lead_times import LeadTime
from accounts.models import User
from appointments import telling
from appointments.tests.year import ZONES, Year

SEED = 20261124


def lived(by: User, visits: int, seed: int = SEED, **more: Any) -> Year:
    year = Year(seed, visits, by, **more)
    year.plan()
    year.live()
    return year


def check(year: Year) -> None:
    right, sent = year.right(), year.sent()
    print(f"{len(year.stories)} visits, {len(right)} reminders in {len(year.zones)} zones, seed {year.seed}")
    assert not right - sent, f"missing or at another time, seed {year.seed}"
    assert not sent - right, f"twice, wrong, or at another time, seed {year.seed}"
    mails = [one for one in mail.outbox if one.subject.startswith("Reminder")]
    assert len(mails) == right.total()


@pytest.mark.mongo_slow("it is about clocks")
def test_a_year_of_reminders(rita: User) -> None:
    check(lived(rita, visits=6))


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(SEED, SEED + 3))
def test_three_years_of_many_more(rita: User, seed: int) -> None:
    check(lived(rita, visits=60, seed=seed))


@pytest.mark.mongo_slow("it is about clocks")
def test_whoever_reckons_with_the_offset_of_the_visit_is_found_out(
    rita: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A day is not always 24 hours: this year is red on the rule that most systems have."""

    def naive(lead: LeadTime, starts_at: datetime, zone: ZoneInfo) -> datetime:
        offset = starts_at.astimezone(zone).utcoffset() or timedelta(0)
        due_at = starts_at - timedelta(days=lead.days, minutes=lead.minutes)
        if lead.at:
            there = due_at + offset
            due_at = there.replace(hour=lead.at.hour, minute=lead.at.minute) - offset
        return due_at

    monkeypatch.setattr(telling, "remind_at", naive)
    year = lived(rita, visits=1, zones=ZONES[:2])
    wrong = year.right() - year.sent()
    assert wrong
    assert {rule for _, rule, _ in wrong} <= {"3d", "1d", "1d 18:00"}, "hours are hours"
