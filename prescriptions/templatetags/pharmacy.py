"""What templates of the pharmacy need: `{% load pharmacy %}`.

number|amount          0.5 or 20, never 20.00
number|of_unit:unit    20 tablets, 5 ml
number|signed_amount   +20 or −3, of a movement
"""

from decimal import Decimal

from django import template

from prescriptions.dosage import amount_in_words, plain

register = template.Library()
MINUS = "\N{MINUS SIGN}"


@register.filter
def amount(number: Decimal | None) -> str:
    return plain(number) or ""


@register.filter
def signed_amount(number: Decimal) -> str:
    sign = MINUS if number < 0 else "+" if number else ""
    return f"{sign}{plain(abs(number))}"


@register.filter
def of_unit(number: Decimal, unit: str) -> str:
    return amount_in_words(number, unit)
