"""The price list, tax rates, limits of discounts, payers and policies."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.utils.translation import gettext as _

from accounts.acting import note as write_down
from accounts.acting import service
from accounts.models import Department, User
from billing.models import DiscountLimit, Payer, Policy, Price, Service, TaxClass, TaxRate
from billing.services.shared import amount_of, as_it_is
from hospital.errors import LostRace
from hospital.money import NOTHING
from patients.models import Patient
from prescriptions.models import Product

KEEP = "billing.keep_price_list"
KEEP_PAYERS = "billing.keep_payers"


def _added(record: Any, taken: Callable[[], bool], field: str, said: str) -> Any:
    """Insert what no other row of this key stands in the way of."""
    if taken():
        raise ValidationError({field: said})
    try:
        return record.add()
    except IntegrityError as error:
        raise LostRace("The same was added a moment ago.") from error


@service(KEEP)
def add_service(
    *, code: str, name: str, tax_class: str = TaxClass.EXEMPT, product_key: str = "", by: User
) -> Service:
    """Put something on the price list. ValidationError of `code` or `product_key` where it is taken."""
    record = Service(code=code, name=name, tax_class=tax_class, product_key=product_key)
    record.check_row()
    _refuse_charged_product(record.product_key)
    there = Service.objects.filter(code=record.code)
    added: Service = _added(record, there.exists, "code", _("There is a service with this code already."))
    return added


@service(KEEP)
def edit_service(record: Service, *, seen_version: int | None = None, by: User, **changes: Any) -> Service:
    """Change `name`, `tax_class`, `is_active` or `product_key`. The code stays: others refer to it."""
    if unknown := sorted(set(changes) - {"name", "tax_class", "is_active", "product_key"}):
        raise ValidationError(dict.fromkeys(unknown, _("This cannot be changed.")))
    _refuse_charged_product(changes.get("product_key", ""), but=record)
    write_down(fields=sorted(changes))
    changed: Service = record.change(seen_version=seen_version, **changes)
    return changed


def _refuse_charged_product(key: str, but: Service | None = None) -> None:
    """There is such a medicine, and no other service is what its dispensing costs."""
    key = key.strip().casefold()
    if not key:
        return
    if not Product.objects.filter(key=key).exists():
        raise ValidationError({"product_key": _("No product has this key.")})
    others = Service.objects.filter(product_key=key)
    if (others.exclude(pk=but.pk) if but else others).exists():
        raise ValidationError({"product_key": _("Another service is charged for this medicine.")})


@service(KEEP)
def set_price(
    one: Service,
    *,
    unit_amount: Decimal,
    valid_from: date,
    valid_until: date | None = None,
    department: Department | None = None,
    payer: Payer | None = None,
    by: User,
) -> Price:
    """Say what a service costs from a day on: everywhere, in a department, for a payer. See `Price.objects.amounts`.

    A price that began earlier ends by itself. ValidationError of `valid_from` where one begins that day already.
    """
    price = Price(
        service=one,
        department=department,
        payer=payer,
        unit_amount=amount_of(unit_amount, "unit_amount", above_zero=False),
        valid_from=valid_from,
        valid_until=valid_until,
    )
    price.check_row()
    there = Price.objects.filter(service=one, scope=price.scope, valid_from=valid_from)
    added: Price = _added(price, there.exists, "valid_from", _("A price begins that day already."))
    return added


@service(KEEP)
def end_price(price: Price, *, valid_until: date, seen_version: int | None = None, by: User) -> Price:
    """Say until when a price holds."""
    ended: Price = price.change(seen_version=seen_version, valid_until=valid_until)
    return ended


@service(KEEP)
def set_tax_rate(*, tax_class: str, percent: Decimal, valid_from: date, by: User) -> TaxRate:
    """Say how much tax is due from a day on. ValidationError of `valid_from` where one begins that day already."""
    rate = TaxRate(tax_class=tax_class, percent=percent, valid_from=valid_from)
    there = TaxRate.objects.filter(tax_class=tax_class, valid_from=valid_from)
    added: TaxRate = _added(rate, there.exists, "valid_from", _("A rate begins that day already."))
    return added


@service(KEEP)
def set_discount_limit(*, role: str, percent: Decimal, by: User) -> DiscountLimit:
    """Say how much of the list prices a role may take off an invoice."""
    found = DiscountLimit.objects.filter(role=role).first()
    write_down(role=role, percent=str(percent))
    if found is not None:
        changed: DiscountLimit = found.change(percent=percent)
        return changed
    added: DiscountLimit = _added(DiscountLimit(role=role, percent=percent), lambda: False, "role", "")
    return added


@service(KEEP_PAYERS)
def add_payer(*, code: str, name: str, address: str = "", by: User) -> Payer:
    """Add an insurer or another payer. ValidationError of `code` where it is taken."""
    payer = Payer(code=code, name=name, address=address)
    payer.check_row()
    there = Payer.objects.filter(code=payer.code)
    added: Payer = _added(payer, there.exists, "code", _("There is a payer with this code already."))
    return added


@service(KEEP_PAYERS)
def add_policy(
    patient: Patient,
    *,
    payer: Payer,
    number: str,
    coverage_percent: Decimal,
    valid_from: date,
    co_payment_amount: Decimal = NOTHING,
    limit_amount: Decimal | None = None,
    valid_until: date | None = None,
    by: User,
) -> Policy:
    """Write down what a payer has agreed to pay for a patient."""
    limit = None if limit_amount is None else amount_of(limit_amount, "limit_amount", above_zero=False)
    added: Policy = Policy(
        patient=patient,
        payer=payer,
        number=number,
        coverage_percent=coverage_percent,
        co_payment_amount=amount_of(co_payment_amount, "co_payment_amount", above_zero=False),
        limit_amount=limit,
        valid_from=valid_from,
        valid_until=valid_until,
    ).add()
    return added


@service(KEEP_PAYERS)
def end_policy(policy: Policy, *, valid_until: date, seen_version: int | None = None, by: User) -> Policy:
    """Say until when a policy covers. Invoices that are issued stay as they are."""
    current: Policy = as_it_is(policy, seen_version)
    ended: Policy = current.change(valid_until=valid_until)
    return ended
