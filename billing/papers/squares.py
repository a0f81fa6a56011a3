"""The square on an invoice: a transfer that a bank's app can read, or else what proves which paper this is."""

import io
from dataclasses import dataclass
from decimal import Decimal

import segno
from django.conf import settings
from django.utils.translation import gettext as _
from segno import helpers

from accounts.models import Site
from prescriptions.papers.drawing import in_groups, square

SIGNS = 16
LONGEST_NAME = 70
MOST = Decimal("999999999.99")


@dataclass(frozen=True)
class Square:
    """An SVG, what it says to those who do not see it, and what stands above it."""

    drawing: str
    says: str
    title: str


def account_name(site: Site) -> str:
    return (settings.BANK_ACCOUNT_NAME or site.name)[:LONGEST_NAME].strip()


def signs(content_hash: str) -> str:
    """The beginning of a hash, as it is printed."""
    return in_groups(content_hash[:SIGNS])


def transfer(site: Site, number: str, amount: Decimal) -> Square | None:
    """A SEPA transfer of so much (EPC069-12); None where there is nothing to transfer, or no account for euros."""
    if not settings.BANK_IBAN or settings.CURRENCY != "EUR" or not 0 < amount <= MOST:
        return None
    made = helpers.make_epc_qr(
        account_name(site),
        settings.BANK_IBAN,
        amount,
        text=number,
        bic=settings.BANK_BIC or None,
        encoding="utf-8",
    )
    says = _("QR code of a transfer of EUR %(amount)s to %(iban)s, reference %(number)s")
    words = {"amount": f"{amount:.2f}", "iban": in_groups(settings.BANK_IBAN), "number": number}
    return Square(drawn(made), says % words, _("Pay with your bank’s app"))


def proof(number: str, content_hash: str) -> Square:
    says = _("QR code with the number %(number)s and the hash of what was issued")
    return Square(square(f"{number} {content_hash}"), says % {"number": number}, "")


def drawn(made: segno.QRCode) -> str:
    svg = io.BytesIO()
    made.save(svg, kind="svg", border=4, xmldecl=False)
    return svg.getvalue().decode()
