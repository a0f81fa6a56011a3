"""Transactions with one meaning on both engines, and services that are tried again."""

import time
from contextlib import suppress
from typing import Any

import pytest
from django.db import IntegrityError, OperationalError, connections  # noqa: TID251 to be in the way
from pymongo.errors import OperationFailure, PyMongoError

from accounts import acting
from accounts.acting import service
from accounts.models import NumberSeries, Site, User
from accounts.services import next_number
from audit.models import Entry
from hospital import engine
from hospital.db import Doomed, atomic, in_atomic, on_commit
from hospital.errors import LostRace, Refusal
from hospital.tests.mongo import ON_MONGO

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _keep_the_register_of_services(monkeypatch: pytest.MonkeyPatch) -> None:
    """The services that these tests make up are forgotten afterwards."""
    monkeypatch.setattr(acting, "SERVICES", dict(acting.SERVICES))


@pytest.fixture
def told() -> list[str]:
    return []


def begin(name: str) -> None:
    NumberSeries.objects.create(name=name, last=1)


def begun() -> set[str]:
    return set(NumberSeries.objects.values_list("name", flat=True))


class Broken(Exception):
    pass


def break_off() -> None:
    raise Broken


# ── Blocks ──────────────────────────────────────────────────────────────────


def test_what_a_block_wrote_is_there_after_it() -> None:
    with atomic():
        assert in_atomic()
        begin("a")
    assert not in_atomic()
    assert begun() == {"a"}


def test_what_a_block_wrote_is_gone_when_an_exception_leaves_it() -> None:
    with suppress(Broken), atomic():
        begin("a")
        break_off()
    assert not in_atomic()
    assert begun() == set()


def test_an_inner_block_joins_the_outer_one() -> None:
    with suppress(Broken), atomic():
        with atomic():
            begin("inner")
        begin("outer")
        break_off()
    assert begun() == set()


def swallow_in_an_inner_block() -> None:
    with atomic():
        begin("outer")
        with suppress(Broken), atomic():
            begin("inner")
            break_off()
        assert in_atomic()


def test_a_swallowed_exception_dooms_the_whole() -> None:
    with pytest.raises(Doomed):
        swallow_in_an_inner_block()
    assert begun() == set()
    with atomic():  # the next one begins with a clean slate
        begin("later")
    assert begun() == {"later"}


def swallow_and_fail() -> None:
    with atomic():
        with suppress(Broken), atomic():
            break_off()
        raise ValueError("Only this is told.")


def test_the_exception_itself_comes_through_a_doomed_transaction() -> None:
    with pytest.raises(ValueError, match="Only this"):
        swallow_and_fail()
    assert not in_atomic()


def test_it_decorates_functions_too() -> None:
    @atomic()
    def begin_two(fail: bool) -> None:
        begin("a")
        if fail:
            break_off()

    with pytest.raises(Broken):
        begin_two(fail=True)
    begin_two(fail=False)
    assert begun() == {"a"}


# ── After the commit ────────────────────────────────────────────────────────


def test_on_commit_waits_for_the_outermost_block(told: list[str]) -> None:
    with atomic():
        with atomic():
            on_commit(lambda: told.append("done"))
        assert told == []
    assert told == ["done"]


def test_on_commit_is_not_called_after_a_rollback(told: list[str]) -> None:
    with suppress(Broken), atomic():
        on_commit(lambda: told.append("done"))
        break_off()
    with atomic():
        begin("a")
    assert told == []


def test_on_commit_calls_at_once_where_there_is_no_transaction(told: list[str]) -> None:
    on_commit(lambda: told.append("done"))
    assert told == ["done"]


def test_what_fails_after_the_commit_does_not_undo_it(told: list[str]) -> None:
    with atomic():
        begin("a")
        on_commit(break_off)
        on_commit(lambda: told.append("done"))
    assert begun() == {"a"}
    assert told == ["done"]


# ── Services that are tried again ───────────────────────────────────────────


class Busy(Exception):
    """What SQLite's driver raises when the file is taken."""

    sqlite_errorname = "SQLITE_BUSY"


def busy() -> OperationalError:
    error = OperationalError("database is locked")
    error.__cause__ = Busy()
    return error


def conflict() -> OperationFailure:
    return OperationFailure("WriteConflict", 112, {"errorLabels": ["TransientTransactionError"]})


def test_the_engine_knows_which_errors_pass() -> None:
    wrapped = OperationalError("the commit failed")
    wrapped.__cause__ = conflict()
    assert engine.is_transient(busy())
    assert engine.is_transient(conflict())
    assert engine.is_transient(wrapped)
    assert not engine.is_transient(OperationalError("no such table"))
    assert not engine.is_transient(IntegrityError("UNIQUE"))
    assert not engine.is_transient(PyMongoError("gone"))
    assert not engine.is_transient(OperationFailure("duplicate", 11000))


@pytest.mark.parametrize("passing", [busy, conflict, lambda: LostRace("taken")])
def test_a_conflict_is_tried_again_from_the_start(passing: Any, adam: User) -> None:
    tries: list[str] = []

    @service("accounts.keep_places")
    def begin_at_third_try(*, by: User) -> None:
        tries.append("try")
        begin(f"try-{len(tries)}")
        if len(tries) < 3:
            raise passing()

    begin_at_third_try(by=adam)
    assert len(tries) == 3
    assert begun() == {"try-3"}
    assert [entry.outcome for entry in Entry.objects.filter(verb="accounts.keep_places")] == ["done"]


def test_somebody_who_loses_every_race_is_told_so(adam: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "wait_before_retry", lambda _: 0.0)
    tries: list[str] = []

    @service("accounts.keep_places")
    def never(*, by: User) -> None:
        tries.append("try")
        raise LostRace("taken")

    with pytest.raises(LostRace):
        never(by=adam)
    assert len(tries) == acting.TRIES
    assert Entry.objects.get(verb="accounts.keep_places").outcome == "failed"


def test_nobody_waits_for_long_where_each_try_takes_long(adam: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "wait_before_retry", lambda _: 0.0)
    monkeypatch.setattr(acting, "TRY_FOR", 0.2)
    tries: list[str] = []

    @service("accounts.keep_places")
    def slow(*, by: User) -> None:
        tries.append("try")
        time.sleep(0.15)
        raise LostRace("taken")

    with pytest.raises(LostRace):
        slow(by=adam)
    assert len(tries) <= 2


def test_a_refusal_is_not_tried_again(adam: User) -> None:
    tries: list[str] = []

    @service("accounts.keep_places")
    def refuse(*, by: User) -> None:
        tries.append("try")
        raise Refusal("No.")

    with pytest.raises(Refusal):
        refuse(by=adam)
    assert tries == ["try"]


def test_only_the_outermost_service_tries_again(adam: User) -> None:
    tries: list[str] = []

    @service("accounts.keep_places")
    def inner(*, by: User) -> None:
        tries.append("inner")
        if tries.count("inner") == 1:
            raise LostRace("taken")

    @service("accounts.keep_places")
    def outer(*, by: User) -> None:
        tries.append("outer")
        inner(by=by)

    outer(by=adam)
    assert tries == ["outer", "inner", "outer", "inner"]


def test_after_a_lost_race_the_record_is_as_it_was(adam: User, site: Site) -> None:
    seen: list[tuple[str, int]] = []

    @service("accounts.keep_places")
    def rename(place: Site, *, by: User) -> None:
        seen.append((place.name, place.version))
        place.change(name="Southfield")
        if len(seen) == 1:
            raise LostRace("taken")

    before = (site.name, site.version)
    rename(site, by=adam)
    assert seen == [before, before]
    assert (site.name, site.version) == ("Southfield", before[1] + 1)
    stored = Site.objects.get(pk=site.pk)
    assert (stored.name, stored.version) == (site.name, site.version)


def test_after_a_refusal_the_record_is_as_it_was(adam: User, site: Site) -> None:
    @service("accounts.keep_places")
    def rename(place: Site, *, by: User) -> None:
        place.change(name="Southfield")
        raise Refusal("Not today.")

    before = (site.name, site.version)
    with pytest.raises(Refusal):
        rename(site, by=adam)
    assert (site.name, site.version) == before
    stored = Site.objects.get(pk=site.pk)
    assert (stored.name, stored.version) == before


def test_a_series_has_no_gap_where_somebody_gave_up(adam: User) -> None:
    @service("accounts.keep_places")
    def take(*, fail: bool, by: User) -> int:
        number = next_number("visits")
        if fail:
            raise Refusal("No.")
        return number

    assert take(fail=False, by=adam) == 1
    with pytest.raises(Refusal):
        take(fail=True, by=adam)
    assert take(fail=False, by=adam) == 2


@pytest.mark.skipif(not ON_MONGO, reason="SQLite lets one writer in at a time")
def test_a_real_write_conflict_is_tried_again(adam: User, site: Site) -> None:
    collection = connections["default"].get_database()[Site._meta.db_table]  # type: ignore[attr-defined]
    tries: list[str] = []

    @service("accounts.keep_places")
    def rename(place: Site, *, by: User) -> None:
        tries.append("try")
        list(Site.objects.all())  # the snapshot is taken here
        if len(tries) == 1:
            collection.update_one({"number_prefix": site.number_prefix}, {"$set": {"address": "elsewhere"}})
        place.change(name="Southfield")

    rename(site, by=adam)
    assert len(tries) == 2
    stored = Site.objects.get(pk=site.pk)
    assert (stored.name, stored.address) == ("Southfield", "elsewhere")
