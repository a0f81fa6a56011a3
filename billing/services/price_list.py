"""The price list, tax rates, and limits of discounts."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.acting import note as write_down
from accounts.acting import service
from accounts.models import Department, User
from billing.models import DiscountLimit, Payer, Price, Service, TaxClass, TaxRate
from billing.services.shared import added, amount_of
from prescriptions.models import Product

KEEP = "billing.keep_price_list"


@service(KEEP)
def add_service(
    *, code: str, name: str, tax_class: str = TaxClass.EXEMPT, product_key: str = "", by: User
) -> Service:
    """Put something on the price list. ValidationError of `code` or `product_key` where it is taken."""
    record = Service(code=code, name=name, tax_class=tax_class, product_key=product_key)
    record.check_row()
    _refuse_charged_product(record.product_key)
    there = Service.objects.filter(code=record.code)
    made: Service = added(record, there.exists, "code", _("There is a service with this code already."))
    return made


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
    made: Price = added(price, there.exists, "valid_from", _("A price begins that day already."))
    return made


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
    made: TaxRate = added(rate, there.exists, "valid_from", _("A rate begins that day already."))
    return made


@service(KEEP)
def set_discount_limit(*, role: str, percent: Decimal, by: User) -> DiscountLimit:
    """Say how much of the list prices a role may take off an invoice."""
    found = DiscountLimit.objects.filter(role=role).first()
    write_down(role=role, percent=str(percent))
    if found is not None:
        changed: DiscountLimit = found.change(percent=percent)
        return changed
    made: DiscountLimit = added(DiscountLimit(role=role, percent=percent), lambda: False, "role", "")
    return made
