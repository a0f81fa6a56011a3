"""The till of a cashier: opened with a float, filled by what comes in, closed by counting."""

from decimal import Decimal

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.utils.translation import gettext as _

from accounts import places
from accounts.acting import note as write_down
from accounts.acting import service
from accounts.models import Site, User
from billing.models import Till
from billing.models.tills import SEES_ALL
from billing.services.shared import amount_of, as_it_is, day_at, new_number, reason_of
from hospital import clock
from hospital.errors import LostRace, Refusal
from hospital.models import one_of
from hospital.money import NOTHING

OPEN = "billing.open_till"
CLOSE = "billing.close_till"


@service(OPEN)
def open_till(*, float_amount: Decimal, site: Site | None = None, by: User) -> Till:
    """Begin with so much in the till. Refused with `till_open` where the actor has one open."""
    if till_of(by) is not None:
        raise Refusal(_("You have a till open already."), code="till_open")
    site = site or places.first_site()
    till = Till(
        number=new_number(site, "T")[0],
        site=site,
        cashier=by,
        opened_on=day_at(site),
        float_amount=amount_of(float_amount, "float_amount", above_zero=False),
    )
    try:
        till.add()
    except IntegrityError as error:
        raise LostRace("This till was opened a moment ago.") from error
    write_down(float=str(till.float_amount))
    return till


@service(CLOSE)
def close_till(
    till: Till, *, counted_amount: Decimal, because: str = "", seen_version: int | None = None, by: User
) -> Till:
    """Close it with what was counted. Where that is not what has to be in it, `because` says why.

    The till of somebody else needs `billing.close_any_till`. Refused with `wrong_move` once it is closed; Stale where
    something came in since it was looked at.
    """
    if till.cashier_id != by.pk and not by.has_perm(SEES_ALL):
        raise PermissionDenied(SEES_ALL)
    current: Till = as_it_is(till, seen_version)
    counted = amount_of(counted_amount, "counted_amount", above_zero=False)
    difference = counted - current.expected_amount
    current.move_to(
        Till.Status.CLOSED,
        counted_amount=counted,
        difference_because=reason_of(because, "because") if difference else "",
        closed_at=clock.now(),
        closed_by=by,
    )
    write_down(counted=str(counted), difference=str(difference))
    return current


def till_of(user: User) -> Till | None:
    """The till that this user has open."""
    found: Till | None = one_of(Till.objects.open_of(user))
    return found


def put_into_till(user: User, *, taken: Decimal = NOTHING, given: Decimal = NOTHING) -> Till | None:
    """Where money that this user takes or gives belongs; of cash the till holds more or less then.

    Part of every service that moves money: the row of the till is written even where no cash moves, so that nothing
    comes into a till that is being closed.
    """
    till = till_of(user)
    if till is not None:
        till.move(taken=taken, given=given)
    return till
