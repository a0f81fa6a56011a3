"""What may be given away: all that is below the list prices, by whatever name and through whichever door."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from billing.models import Charge, DiscountLimit, Invoice, InvoiceLine, Price
from billing.reckoning import exceeds, gross_of
from hospital.errors import Refusal
from hospital.money import NOTHING


def given_away(lines: Iterable[InvoiceLine], off_the_whole: Decimal) -> Decimal:
    """What an invoice is below the list prices, by whatever name: a discount, or a price below that of the list."""
    below = ((line.listed_amount - line.gross_amount + line.discount_amount) for line in lines)
    return sum((max(NOTHING, one) for one in below), off_the_whole)


def prices_when_done(charges: Iterable[Charge]) -> dict[Any, Decimal]:
    """What the list said of charged services, on the day and in the department of each charge, by charge."""
    together: dict[Any, list[Charge]] = {}
    for charge in charges:
        if charge.service_id:
            together.setdefault((charge.done_on, charge.department_id), []).append(charge)
    found: dict[Any, Decimal] = {}
    for (day, department), some in together.items():
        services = {charge.service_id for charge in some if charge.service_id}
        prices = Price.objects.amounts(services, on=day, department_id=department)
        found |= {one.pk: prices[one.service_id] for one in some if one.service_id in prices}
    return found


def given_by_charges(lines: Iterable[InvoiceLine]) -> Decimal:
    """What was taken off when charges were made, within the limit of whoever made them, and stands on these lines."""
    kept = NOTHING
    for line in lines:
        if line.charge is not None:
            charged = gross_of(line.charge.quantity, line.charge.unit_amount)
            kept += max(NOTHING, min(line.listed_amount - charged, given_away([line], NOTHING)))
    return kept


def refuse_too_much_off(invoice: Invoice, lines: list[InvoiceLine], *, before: Decimal, by: User) -> None:
    """More than was given before is given within the limit of the role only."""
    given = given_away(lines, invoice.discount_amount)
    if given > before:
        refuse_beyond_limit(given, invoice.listed_amount, by=by, field="discount")


def refuse_beyond_limit(given: Decimal, listed: Decimal, *, by: User, field: str) -> None:
    """Refused with `discount_limit` where the role may not take so much off."""
    limit = DiscountLimit.objects.of(by.role)
    if exceeds(given, listed, limit):
        said = _("You may take off at most %(limit)s %% of the list prices. Ask somebody who may give more.")
        raise Refusal(said % {"limit": f"{limit.normalize():f}"}, code="discount_limit", field=field)
