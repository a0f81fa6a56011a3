"""What is seen is shown at once, believed after two looks, and told once for each outage."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError

from accounts.models import User
from analytics.health.looking import look_at
from analytics.health.register import LOOK_EVERY, checks
from analytics.health.status import status
from analytics.health.watching import watch, write_down
from analytics.models import CheckChange, CheckState, State
from analytics.tests.make import Pretended, make_check, registered
from hospital import clock
from notifications.models import Message

pytestmark = pytest.mark.django_db


@pytest.fixture
def part() -> Iterator[Pretended]:
    part = Pretended()
    with registered(make_check(part.look)):
        yield part


@pytest.fixture
def later() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(clock.now(), tick=False) as traveller:
        yield traveller


def look_again(later: time_machine.Traveller) -> CheckState:
    later.shift(LOOK_EVERY)
    assert watch()
    return CheckState.objects.get(name="pretended")


def told(user: User) -> list[str]:
    return list(Message.objects.in_inbox_of(user).order_by("id").values_list("title", flat=True))


def test_nobody_looks_again_within_eight_seconds(part: Pretended, later: time_machine.Traveller) -> None:
    assert watch()
    assert not watch()
    assert part.looked == 1
    look_again(later)
    assert part.looked == 2


def test_what_is_seen_is_shown_at_once(part: Pretended, later: time_machine.Traveller) -> None:
    watch()
    part.state = State.DOWN
    row = look_again(later)
    assert (row.seen, row.state) == (State.DOWN, State.OK)
    (shown,) = status().parts
    assert (shown.state, shown.sentence, shown.since) == (State.DOWN, "It is down.", clock.now())


def test_it_is_believed_after_two_looks(part: Pretended, later: time_machine.Traveller) -> None:
    watch()
    look_again(later)
    part.state = State.DOWN
    began = look_again(later).since
    assert not CheckChange.objects.exists()
    look_again(later)
    change = CheckChange.objects.newest_first()[0]
    assert (change.was, change.state, change.at) == ("ok", "down", began), "it began when it was first seen"


def test_administrators_are_told_once_and_once_again_when_it_is_over(
    part: Pretended, later: time_machine.Traveller, adam: User, mona: User
) -> None:
    watch()
    for part.state in (State.OK, State.WARNING, State.WARNING, State.DOWN, State.DOWN, State.WARNING):
        look_again(later)
    assert told(adam) == ["Pretended part: It is warning."]
    for part.state in (State.WARNING, State.UNKNOWN, State.UNKNOWN, State.DOWN, State.DOWN):
        look_again(later)
    assert len(told(adam)) == 1, "that nobody knows is no end"
    for part.state in (State.OK, State.OK, State.OK):
        look_again(later)
    assert told(adam)[1:] == ["Pretended part: it works again."]
    for part.state in (State.DOWN, State.DOWN):
        look_again(later)
    assert len(told(adam)) == 3, "another outage"
    assert told(mona) == []


def test_what_comes_and_goes_is_told_to_nobody(
    part: Pretended, later: time_machine.Traveller, adam: User
) -> None:
    watch()
    look_again(later)
    for part.state in (State.DOWN, State.OK) * 5:
        look_again(later)
    assert told(adam) == []


def test_slow_is_no_alarm(part: Pretended, later: time_machine.Traveller, adam: User) -> None:
    watch()
    for part.state in (State.OK, State.SLOW, State.SLOW):
        look_again(later)
    assert told(adam) == []


def test_of_two_who_looked_at_once_one_writes(
    part: Pretended, later: time_machine.Traveller, adam: User
) -> None:
    part.state = State.DOWN
    watch()
    both = [{row.name: row for row in CheckState.objects.all()} for _ in range(2)]
    found = look_at(checks())
    for rows in both:
        write_down(found, rows)
    assert CheckChange.objects.count() == 1
    assert len(told(adam)) == 1


def test_what_was_not_looked_at_for_a_minute_is_not_known(
    part: Pretended, later: time_machine.Traveller
) -> None:
    watch()
    part.state = State.DOWN
    later.shift(timedelta(minutes=5))
    (shown,) = status().parts
    assert shown.state == State.DOWN, "the page looks itself when nobody else does"
    assert CheckState.objects.update(looked_at=clock.now() - timedelta(minutes=5))
    (shown,) = status().parts
    assert shown.state == State.UNKNOWN


def test_a_part_that_is_looked_at_seldom_is_left_alone(later: time_machine.Traveller) -> None:
    part = Pretended()
    with registered(make_check(part.look, every=2 * LOOK_EVERY)):
        watch()
        look_again(later)
        assert part.looked == 1
        look_again(later)
        assert part.looked == 2


def test_a_first_look_written_twice_is_refused_by_the_database(part: Pretended) -> None:
    watch()
    with pytest.raises(IntegrityError):
        CheckState.objects.bulk_create([CheckState(name="pretended", seen=State.OK, sentence="")])
