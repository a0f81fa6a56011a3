"""The proofs of the night: a part at a time, one task at a time, and health says how they ended."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db.models import QuerySet

from accounts.models import User
from analytics import verifying
from analytics.health.looks import PROOF_IS_OLD, proof
from analytics.models import State, Verification
from analytics.verifying import running
from analytics.verifying.proofs import PROOFS, WRONG
from audit.models import Entry
from audit.sealing import seal_more
from audit.services import record
from billing.models import LedgerEntry
from billing.tests.make import item, make_issued
from hospital import clock
from patients.tests.make import make_patient

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _without_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "PAUSE", 0)


@pytest.fixture
def busy(carl: User) -> None:
    """An invoice, and an audit that is sealed."""
    make_issued(make_patient(), item(60), by=carl)
    with time_machine.travel(clock.now() + timedelta(minutes=11)):
        seal_more(at_once=True)


def of(name: str) -> Verification:
    return Verification.objects.get(name=name)


def test_both_are_proved(busy: None) -> None:
    assert proof("ledger").state == State.UNKNOWN
    assert not verifying.go_on(20)
    assert {row.outcome for row in Verification.objects.all()} == {"intact"}
    assert of("audit").proved_rows == Entry.objects.count()
    assert proof("ledger").state == proof("audit").state == State.OK
    with time_machine.travel(clock.now() + PROOF_IS_OLD + timedelta(minutes=1)):
        assert proof("ledger").state == State.WARNING


def test_it_goes_on_where_the_last_task_has_left_it(busy: None) -> None:
    verifying.go_on(20)
    at_once = of("ledger").proved_rows
    verifying.begin_all()
    tasks = 1
    while verifying.go_on(0):
        tasks += 1
        assert tasks < 50
    assert tasks > 5
    assert of("ledger").proved_rows == at_once


def test_a_night_that_goes_on_is_not_begun_again(busy: None) -> None:
    verifying.go_on(0)
    place = of("ledger").place
    verifying.begin_all()
    assert of("ledger").place == place != {}


ATTACKS: list[tuple[str, Callable[[], Any], str]] = [
    ("ledger", lambda: QuerySet(LedgerEntry).update(debit="cash"), "not what was booked"),
    ("audit", lambda: QuerySet(Entry).update(door="nowhere"), "not what was sealed"),
]


@pytest.mark.parametrize(("name", "attack", "said"), ATTACKS)
def test_what_is_wrong_is_named(busy: None, name: str, attack: Callable[[], Any], said: str) -> None:
    attack()
    verifying.go_on(20)
    found = proof(name)
    assert found.state == State.DOWN
    assert said in str(found.sentence)


def test_what_is_right_at_the_second_look_is_right(busy: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody was paying while it was read."""
    looks: list[int] = []

    def half_paid(place: dict[str, Any]) -> tuple[None, int]:
        looks.append(1)
        if len(looks) == 1:
            raise WRONG[0]("what is paid is 1, and should be 2.")
        return None, 1

    monkeypatch.setitem(PROOFS, "ledger", half_paid)
    verifying.go_on(20)
    assert of("ledger").outcome == "intact"


def test_of_two_tasks_one_goes_on(busy: None, monkeypatch: pytest.MonkeyPatch) -> None:
    others: list[bool] = []

    def with_another_beside_it(place: dict[str, Any]) -> tuple[None, int]:
        if not others:
            others.append(True)
            verifying.go_on(20)
        return None, len(others)

    monkeypatch.setitem(PROOFS, "ledger", with_another_beside_it)
    verifying.go_on(20)
    assert of("ledger").proved_rows == 1, "the other has not touched it"


def test_a_task_that_died_is_followed_by_another(busy: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def die(place: dict[str, Any]) -> tuple[None, int]:
        raise SystemExit

    monkeypatch.setitem(PROOFS, "ledger", die)
    with pytest.raises(SystemExit):
        verifying.go_on(20)
    monkeypatch.undo()
    assert verifying.go_on(20), "it is held until the dead one must have ended"
    with time_machine.travel(clock.now() + running.LEASE):
        assert not verifying.go_on(20)
    assert of("ledger").outcome == "intact"


def test_nothing_under_way_costs_little(busy: None, django_assert_max_num_queries: Any) -> None:
    verifying.go_on(20)
    record("patients.open_record", actor_id=None)
    with django_assert_max_num_queries(4):
        verifying.go_on(20)
