"""Seals: whoever changes, adds or removes a row of the audit around the program is found."""

from collections.abc import Callable
from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db.models import QuerySet

from audit import sealing
from audit.models import AppendOnly, Entry, Seal
from audit.services import record
from hospital import clock

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "ROWS", 3)


def write(number: int) -> None:
    for n in range(number):
        record("patients.open_record", actor_id=None, details={"part": "front", "ä": n})


@pytest.fixture
def sealed() -> None:
    write(7)
    with time_machine.travel(clock.now() + timedelta(minutes=11)):
        while sealing.seal_more(at_once=True):
            pass


def verify() -> str:
    out = StringIO()
    call_command("verify_audit", stdout=out)
    return out.getvalue()


def test_sealed_rows_are_verified(sealed: None) -> None:
    assert list(Seal.objects.order_by("sequence").values_list("rows", flat=True)) == [3, 3, 1]
    assert verify() == "7 rows of the audit are what was sealed, under 3 seals.\n"


def test_what_has_not_settled_is_not_sealed() -> None:
    write(5)
    assert sealing.seal_more(at_once=True) == 0
    with time_machine.travel(clock.now() + timedelta(minutes=11)):
        assert sealing.seal_more() == 3
        assert sealing.seal_more() == 0, "a small seal waits for more rows"
    with time_machine.travel(clock.now() + timedelta(minutes=61)):
        assert sealing.seal_more() == 2, "but not for ever"


def first() -> "QuerySet[Entry]":
    return QuerySet(Entry).filter(pk=Entry.objects.order_by("id")[1].pk)


def slip_one_in() -> None:
    entry = Entry.objects.order_by("id")[0]
    entry.pk = type(entry.pk)(int=entry.pk.int + 1)
    QuerySet[Entry](Entry).bulk_create([entry])


ATTACKS: list[tuple[Callable[[], object], str]] = [
    (lambda: first().update(verb="patients.nothing"), "a row is not what was sealed"),
    (lambda: first().update(details={}), "a row is not what was sealed"),
    (lambda: first().update(at=clock.now()), "a row is not what was sealed"),
    (lambda: first()._raw_delete("default"), "stand 2 rows, and 3 were sealed"),  # noqa: SLF001
    (slip_one_in, "stand 4 rows, and 3 were sealed"),
    (lambda: QuerySet(Seal).filter(sequence=2)._raw_delete("default"), "Seal 2 of the audit is missing"),  # noqa: SLF001
    (lambda: QuerySet(Seal).filter(sequence=1).update(digest="0" * 64), "a row is not what was sealed"),
]


@pytest.mark.parametrize(("attack", "said"), ATTACKS)
def test_whoever_goes_around_the_program_is_found(
    sealed: None, attack: Callable[[], object], said: str
) -> None:
    attack()
    with pytest.raises(CommandError, match=said):
        verify()


def test_who_seals_one_anew_must_seal_all_that_follow(sealed: None) -> None:
    first().update(verb="patients.nothing")
    seal = Seal.objects.get(sequence=1)
    new = sealing.digest(seal, Entry.objects.order_by("id")[:3])
    QuerySet(Seal).filter(sequence=1).update(digest=new)
    with pytest.raises(CommandError, match="Seal 2 of the audit does not follow"):
        verify()


def test_seals_are_never_changed(sealed: None) -> None:
    with pytest.raises(AppendOnly):
        Seal.objects.update(rows=1)
    with pytest.raises(AppendOnly):
        Seal.objects.all().delete()
