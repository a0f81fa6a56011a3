"""Lines that a doctor prescribes often, kept under a name."""

from dataclasses import replace

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.models import User
from hospital.errors import Refusal
from prescriptions.dosage import Written, written
from prescriptions.models import Favourite
from prescriptions.services import keep_favourite, remove_favourite
from prescriptions.services import writing as room

LINE = written("Ibuprofen 400 mg tablet", dose="1", frequency="tds", days="5")


def names(user: User) -> list[str]:
    return [one.name for one in Favourite.objects.of(user)]


def test_a_line_is_kept_under_a_name(dora: User, dov: User) -> None:
    kept = keep_favourite(LINE, name="  Ibu  for a week ", by=dora)
    assert (kept.name, Written.of(kept.line)) == ("Ibu for a week", LINE)
    assert (names(dora), names(dov)) == (["Ibu for a week"], [])


def test_the_same_name_holds_the_last_line(dora: User, dov: User) -> None:
    keep_favourite(LINE, name="Ibu", by=dora)
    keep_favourite(LINE, name="Ibu", by=dov)
    keep_favourite(written("Ibuprofen 400 mg tablet", dose="2", frequency="bd"), name="Ibu", by=dora)
    assert [Written.of(one.line).dose for one in Favourite.objects.of(dora)] == [2]
    assert Favourite.objects.count() == 2


@pytest.mark.parametrize("name", ["", "  ", "a\x00", "n" * 81])
def test_it_needs_a_name(dora: User, name: str) -> None:
    with pytest.raises(ValidationError) as raised:
        keep_favourite(LINE, name=name, by=dora)
    assert list(raised.value.message_dict) == ["name"]


def test_a_line_that_could_not_be_prescribed_is_not_kept(dora: User) -> None:
    with pytest.raises(ValidationError, match="no such route"):
        keep_favourite(replace(LINE, route="by magic"), name="Ibu", by=dora)


def test_it_is_removed_by_whose_it_is(dora: User, dov: User) -> None:
    kept = keep_favourite(LINE, name="Ibu", by=dora)
    with pytest.raises(Refusal, match="Somebody else keeps"):
        remove_favourite(kept, by=dov)
    remove_favourite(kept, by=dora)
    assert names(dora) == []


def test_nobody_keeps_more_than_can_be_looked_through(dora: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "MOST_FAVOURITES", 2)
    for name in ("One", "Two"):
        keep_favourite(LINE, name=name, by=dora)
    with pytest.raises(Refusal, match="2 lines already"):
        keep_favourite(LINE, name="Three", by=dora)
    keep_favourite(LINE, name="Two", by=dora)


def test_who_does_not_prescribe_keeps_none(nora: User) -> None:
    with pytest.raises(PermissionDenied):
        keep_favourite(LINE, name="Ibu", by=nora)
