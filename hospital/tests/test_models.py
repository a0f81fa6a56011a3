"""What every record can do: be added, be changed once per version, move along its states."""

from uuid import UUID

import pytest
from django.core.exceptions import ValidationError

from accounts.models import Site, User
from appointments.models import Appointment
from hospital.errors import Stale, WrongMove
from hospital.models import uuid7

pytestmark = pytest.mark.django_db


def test_keys_are_in_the_order_of_their_making() -> None:
    keys = [uuid7() for _ in range(50)]
    assert keys == sorted(keys)
    assert {key.version for key in keys} == {7}


def test_a_record_is_checked_before_it_is_added() -> None:
    with pytest.raises(ValidationError) as wrong:
        Site(name="Moon base", time_zone="Moon/Tycho", number_prefix="MB").add()
    assert set(wrong.value.message_dict) == {"time_zone"}
    assert not Site.objects.filter(name="Moon base").exists()


def test_a_change_is_stored_and_counted(site: Site) -> None:
    before = site.updated_at
    assert site.change(name="Southfield") is site
    stored = Site.objects.get(pk=site.pk)
    assert (stored.name, stored.version) == ("Southfield", 2)
    assert stored.updated_at >= before
    assert (site.version, site.updated_at) == (stored.version, stored.updated_at)


def test_a_change_writes_only_what_it_names(site: Site) -> None:
    seen_by_the_other = Site.objects.get(pk=site.pk)
    seen_by_the_other.address = "typed, never saved"
    seen_by_the_other.change(name="Southfield")
    assert Site.objects.get(pk=site.pk).address == site.address


def test_the_slower_of_two_is_told_that_nothing_was_saved(site: Site) -> None:
    seen_by_the_slower = Site.objects.get(pk=site.pk)
    site.change(name="Southfield")
    with pytest.raises(Stale, match="Somebody else has just changed this site"):
        seen_by_the_slower.change(name="Eastfield")
    assert Site.objects.get(pk=site.pk).name == "Southfield"


def test_an_older_version_than_the_one_that_was_read_is_stale(site: Site) -> None:
    site.change(name="Southfield")
    with pytest.raises(Stale):
        site.change(name="Eastfield", seen_version=1)
    site.change(name="Eastfield", seen_version=2)
    assert Site.objects.get(pk=site.pk).version == 3


def test_a_wrong_change_is_not_stored(site: Site) -> None:
    with pytest.raises(ValidationError):
        site.change(number_prefix="?!")
    assert Site.objects.get(pk=site.pk).number_prefix == "NF"


def test_a_role_without_the_permission_sees_no_row(site: Site, rita: User, una: User) -> None:
    assert Site.objects.all().visible_to(rita).exists()
    assert not Site.objects.all().visible_to(una).exists()


# ── States ──────────────────────────────────────────────────────────────────
# The rules of a visit's steps are tested in appointments; here it lends its states to the base.


def test_a_step_off_the_way_is_refused_before_anything_is_asked() -> None:
    visit = Appointment(status=Appointment.Status.CANCELLED)
    assert not visit.may_move_to("completed")
    with pytest.raises(WrongMove, match="is cancelled; it cannot become completed"):
        visit.move_to("completed")
    assert (visit.status, visit.version) == ("cancelled", 1)


def test_a_step_is_refused_when_another_version_was_seen() -> None:
    visit = Appointment(status=Appointment.Status.BOOKED, version=3)
    with pytest.raises(Stale):
        visit.move_to("confirmed", seen_version=2)


def test_a_step_that_finds_no_row_in_the_seen_state_is_lost() -> None:
    nowhere = UUID(int=7)
    visit = Appointment(pk=nowhere, status=Appointment.Status.BOOKED)
    with pytest.raises(WrongMove, match="Somebody else"):
        visit.move_to("confirmed")
    assert (visit.status, visit.version) == ("booked", 1)


@pytest.mark.parametrize("status", Appointment.Status.values)
def test_every_state_is_named_in_moves_or_is_an_end(status: str) -> None:
    ways = Appointment.MOVES.get(status, frozenset())
    assert ways <= set(Appointment.Status.values)
    assert status not in ways
