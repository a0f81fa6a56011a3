"""Days are counted as plain arithmetic over all rows counts them, kept or not, whatever the clocks do."""

from collections import Counter
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
import time_machine
from django.core.management import call_command

from accounts import places
from accounts.models import User
from analytics.daily import Live, Period, count_these, days_waiting, recount
from analytics.models import Counted, Topic, Touched, VisitDay, VisitHour
from analytics.tests.world import DAYS, FIRST, NOW, make_world, plainly, wall
from appointments.models import Appointment
from appointments.services import no_show_appointment

LAST = FIRST + timedelta(days=DAYS)
COUNTED = tuple(name for name in VisitDay.NUMBERS if name != "open_minutes")


def sums(**narrowed: Any) -> Counter[str]:
    found = Live(Topic.VISITS, Period(FIRST, LAST, **narrowed)).sums(VisitDay, numbers=COUNTED).total()
    return Counter({name: number for name, number in found.items() if number})


SLOW = pytest.mark.mongo_slow("another month at random is counted there")


@pytest.mark.parametrize("seed", [1, pytest.param(2, marks=SLOW), pytest.param(3, marks=SLOW)])
def test_every_number_is_what_plain_arithmetic_finds(rita: User, dora: User, ivo: User, seed: int) -> None:
    with time_machine.travel(NOW, tick=False):
        world = make_world([rita, dora, ivo], Random(seed), visits=120)
        call_command("count_days", since=FIRST, verbosity=0)

        assert sums() == +plainly(FIRST, LAST)
        for doctor in world.doctors:
            assert sums(doctor_id=doctor.pk) == +plainly(FIRST, LAST, doctor=doctor)
        home = world.doctors[0].site
        assert sums(site_id=home.pk) == +plainly(FIRST, LAST, site=home)


def test_the_hours_are_those_of_the_clock_on_the_wall(rita: User) -> None:
    with time_machine.travel(NOW, tick=False):
        make_world([rita], Random(7), visits=80)
        call_command("count_days", since=FIRST, verbosity=0)
        live = Live(Topic.VISITS, Period(FIRST, LAST))
        found = live.sums(VisitHour, by=("doctor_id", "weekday", "hour"))

    plain: Counter[tuple[Any, int, int]] = Counter()
    for visit in Appointment.objects.exclude(status="cancelled").select_related("doctor__department__site"):
        local = wall(visit.starts_at, visit.doctor.department.site.time_zone)
        if FIRST <= local.date() <= LAST:
            plain[visit.doctor_id, local.weekday(), local.hour] += 1
    assert {key: numbers["held"] for key, numbers in found.found.items()} == plain


def test_what_changes_on_a_past_day_is_in_the_figures_at_once(rita: User, adam: User) -> None:
    with time_machine.travel(NOW, tick=False):
        make_world([rita], Random(5), visits=60)
        call_command("count_days", since=FIRST, verbosity=0)
        late = Appointment.objects.filter(status="booked", starts_at__lt=NOW - timedelta(days=3))[0]
        before = sums()
        no_show_appointment(late, by=adam)

        assert Touched.objects.count() == 1
        assert sums() == +plainly(FIRST, LAST) != before
        assert count_these(Topic.VISITS, days_waiting(Topic.VISITS)) == 1
        assert not Touched.objects.exists()
        assert sums() == +plainly(FIRST, LAST)


def test_days_that_nobody_counted_are_found_and_counted(rita: User) -> None:
    with time_machine.travel(NOW, tick=False):
        make_world([rita], Random(6), visits=40)
        call_command("count_days", since=FIRST, until=date(2026, 10, 20), verbosity=0)
        live = Live(Topic.VISITS, Period(FIRST, LAST))
        assert len(live.waiting) == len(places.sites()) * 12 - 3  # three are counted at once

        count_these(Topic.VISITS, days_waiting(Topic.VISITS))
        assert not Live(Topic.VISITS, Period(FIRST, LAST)).waiting
        assert sums() == +plainly(FIRST, LAST)


def test_counting_a_day_twice_leaves_what_counting_it_once_leaves(rita: User) -> None:
    with time_machine.travel(NOW, tick=False):
        world = make_world([rita], Random(8), visits=40)
        day = date(2026, 10, 25)
        recount(Topic.VISITS, world.doctors[0].site, day)
        once = list(VisitDay.objects.order_by("doctor_id").values_list("doctor_id", *VisitDay.NUMBERS))
        recount(Topic.VISITS, world.doctors[0].site, day)

        assert (
            list(VisitDay.objects.order_by("doctor_id").values_list("doctor_id", *VisitDay.NUMBERS)) == once
        )
        assert Counted.objects.get().version == 2
