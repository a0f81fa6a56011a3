"""What templates of billing need: `{% load bills %}`.

amount|money           EUR 1,240.00, from a Decimal; empty for None
number|plain_number    1.5 or 20, never 20.000
amount|minus           the same with the other sign
charge|charged         what it comes to
{% bill_status bill %}       the badge of an invoice: what is overdue says so
{% refund_status refund %}   that of a refund
"""

from decimal import Decimal
from typing import Any

from django import template
from django.conf import settings
from django.utils.translation import gettext as _

from accounts import places
from billing.models import Charge, Invoice, Refund
from billing.reckoning import gross_of
from hospital import clock
from hospital.money import exact_minor
from hospital.templatetags.look import money_minor

register = template.Library()

Status = Invoice.Status
LOOKS = {
    Status.DRAFT: ("neutral", "edit"),
    Status.ISSUED: ("info", "clock"),
    Status.PARTLY_PAID: ("info", "clock"),
    Status.PAID: ("ok", "check"),
    Status.VOID: ("neutral", "ban"),
}
REFUNDS = {
    Refund.Status.REQUESTED: ("warn", "clock"),
    Refund.Status.APPROVED: ("info", "check"),
    Refund.Status.DECLINED: ("neutral", "ban"),
    Refund.Status.PAID: ("ok", "done"),
}


@register.filter
def money(amount: Decimal | None) -> str:
    return "" if amount is None else money_minor(exact_minor(amount), settings.CURRENCY)


@register.filter
def plain_number(number: Decimal | None) -> str:
    return "" if number is None else f"{number.normalize():f}"


@register.inclusion_tag("components/badge.html")
def bill_status(bill: Invoice) -> dict[str, Any]:
    if bill.is_overdue(clock.today(places.first_site().time_zone)):
        return {"tone": "danger", "sign": "alert", "label": _("Overdue")}
    tone, sign = LOOKS[Status(bill.status)]
    return {"tone": tone, "sign": sign, "label": bill.get_status_display()}


@register.inclusion_tag("components/badge.html")
def refund_status(refund: Refund) -> dict[str, Any]:
    tone, sign = REFUNDS[Refund.Status(refund.status)]
    return {"tone": tone, "sign": sign, "label": refund.get_status_display()}


@register.filter
def minus(amount: Decimal) -> Decimal:
    return -amount


@register.filter
def charged(charge: Charge) -> Decimal:
    """What a charge comes to."""
    return gross_of(charge.quantity, charge.unit_amount)
