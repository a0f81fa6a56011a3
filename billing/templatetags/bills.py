"""What templates of billing need: `{% load bills %}`.

amount|money           EUR 1,240.00, from a Decimal; empty for None
number|plain_number    1.5 or 20, never 20.000
amount|minus           the same with the other sign
charge|charged         what it comes to
policy|is_over:day     whether it has ended before that day
{% bill_status bill %}       the badge of an invoice: what is overdue says so
{% refund_status refund %}   that of a refund
{% till_status till %}       that of a till: one that did not fit says so
"""

from datetime import date
from decimal import Decimal

from django import template
from django.conf import settings
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from accounts import places
from billing.models import Charge, Invoice, Policy, Refund, Till
from billing.reckoning import gross_of
from hospital import clock
from hospital.money import exact_minor
from hospital.templatetags.look import badge, money_minor

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


@register.simple_tag
def bill_status(bill: Invoice) -> SafeString:
    if bill.is_overdue(clock.today(places.first_site().time_zone)):
        return badge("danger", "alert", _("Overdue"))
    tone, sign = LOOKS[Status(bill.status)]
    return badge(tone, sign, bill.get_status_display())


@register.simple_tag
def refund_status(refund: Refund) -> SafeString:
    tone, sign = REFUNDS[Refund.Status(refund.status)]
    return badge(tone, sign, refund.get_status_display())


@register.simple_tag
def till_status(till: Till) -> SafeString:
    if till.is_open:
        return badge("info", "clock", till.get_status_display())
    tone, sign = ("warn", "alert") if till.difference_amount else ("ok", "check")
    return badge(tone, sign, till.get_status_display())


@register.filter
def minus(amount: Decimal) -> Decimal:
    return -amount


@register.filter
def is_over(policy: Policy, day: date) -> bool:
    """Whether it covered once, and does not any more."""
    return policy.valid_until is not None and policy.valid_until < day


@register.filter
def charged(charge: Charge) -> Decimal:
    """What a charge comes to."""
    return gross_of(charge.quantity, charge.unit_amount)
