"""What several verbs of billing need: the row as it is now, its number, its charges."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.utils.translation import gettext as _

from accounts import places
from accounts.models import Site
from accounts.services import next_number
from billing.models import Charge, Invoice, Policy
from hospital import clock
from hospital.errors import LostRace, Refusal, Stale
from hospital.money import exact_minor
from patients.models.words import has_forbidden, tidy


class NotOfThis(Refusal):
    """What was named belongs to something else."""

    code = "not_of_this"
    status = 404


def added(record: Any, taken: Callable[[], bool], field: str, said: str) -> Any:
    """Insert what no other row of this key stands in the way of."""
    if taken():
        raise ValidationError({field: said})
    try:
        return record.add()
    except IntegrityError as error:
        raise LostRace("The same was added a moment ago.") from error


def as_it_is(record: Any, seen_version: int | None) -> Any:
    """The row as it stands in this transaction; Stale unless it is still what the asker looked at."""
    current = type(record).objects.get(pk=record.pk)
    if seen_version is not None and seen_version != current.version:
        said = _("Somebody else has just changed this %(noun)s. Nothing was saved.")
        raise Stale(said % {"noun": record._meta.verbose_name})
    return current


def refuse_what_is_no_draft(invoice: Invoice) -> None:
    if invoice.is_issued:
        said = _("An issued invoice never changes. Write a credit note.")
        raise Refusal(said, code="invoice_issued")
    if not invoice.is_draft:
        raise Refusal(_("This draft is void."), code="invoice_void")


def day_at(site: Site) -> Any:
    """The date on the calendar of the site, on which papers are dated."""
    return clock.today(site.time_zone)


def site_of(invoice: Invoice) -> Site:
    return places.site(invoice.site_id)


def new_number(site: Site, kind: str) -> tuple[str, str, int]:
    """The next number of a kind of paper (empty, C or R) at a site: as printed, its series, and where it stands in it.

    Each series begins with every year, and has no gaps: the counter moves in the transaction that uses the number.
    """
    series = "-".join(part for part in (site.number_prefix, kind, str(day_at(site).year)) if part)
    sequence = next_number(f"billing:{series}")
    return f"{series}-{sequence:06d}", series, sequence


def reason_of(text: str, field: str = "reason") -> str:
    text = tidy(text, lines=False)
    if not text or has_forbidden(text, lines=False):
        raise ValidationError({field: _("Say why.")})
    return text[:300]


def amount_of(value: Decimal | int, field: str, *, above_zero: bool = True) -> Decimal:
    """An amount that somebody asks for: not negative, nor finer than the currency is."""
    try:
        exact_minor(value)
    except (TypeError, ValueError) as error:
        raise ValidationError({field: _("This is not an amount in the hospital’s currency.")}) from error
    if value < 0 or (above_zero and not value):
        raise ValidationError({field: _("An amount above zero.")})
    return Decimal(value)


def free_charges(invoice: Invoice) -> None:
    """What was on an invoice that is void waits to be billed again."""
    back = Charge.objects.filter(invoice_id=invoice.pk, status=Charge.Status.INVOICED)
    for charge in back:
        take_off(charge)


def take_off(charge: Charge) -> None:
    """What is no longer on an invoice waits to be billed again, unless what it is for was undone meanwhile."""
    is_undone = charge.undone_at is not None
    charge.move_back_to(Charge.Status.UNBILLED, invoice=None, undone_at=None)
    if is_undone:
        charge.move_to(Charge.Status.WITHDRAWN)


def withdraw(charge: Charge | None) -> Charge | None:
    """What it is for was undone: nothing is to be billed. What is on an invoice says so, for somebody to credit it."""
    if charge is None:
        return None
    if charge.may_move_to(Charge.Status.WITHDRAWN):
        charge.move_to(Charge.Status.WITHDRAWN)
    elif charge.status == Charge.Status.INVOICED and charge.undone_at is None:
        _say_undone(charge)
    return charge


def _say_undone(charge: Charge) -> None:
    """LostRace where somebody takes it off its invoice at this moment: then it is to be withdrawn."""
    now = clock.now()
    changes = {"undone_at": now, "version": charge.version + 1, "updated_at": now}
    if not Charge.objects.filter(pk=charge.pk, version=charge.version).update(**changes):
        raise LostRace("Somebody else has just changed this charge.")
    for name, value in changes.items():
        setattr(charge, name, value)


def use_policy(invoice: Invoice, amount: Decimal) -> None:
    """Count what the payer owes of this invoice towards the limit of the policy."""
    if invoice.policy_id and amount:
        Policy.objects.get(pk=invoice.policy_id).use(amount)
