"""What all papers have: amounts, days, from whom and for whom, and how often it was printed."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import Site, User
from hospital import clock, paper
from hospital.money import minor_digits
from patients.models import Patient

MINUS, NARROW_GAP = "\N{MINUS SIGN}", "\N{NO-BREAK SPACE}"
LEFT, RIGHT = "left", "right"


def money(amount: Decimal) -> str:
    """1,234.50, or −1,234.50 for what is taken away; as many places as the currency has."""
    text = f"{abs(amount):,.{minor_digits()}f}"
    return f"{MINUS}{text}" if amount < 0 else text


def with_currency(amount: Decimal) -> str:
    return f"{settings.CURRENCY}{NARROW_GAP}{money(amount)}"


def number(value: Decimal) -> str:
    """20 or 1.5, never 20.000."""
    return f"{value.normalize():f}"


def percent(value: Decimal) -> str:
    return f"{number(value)}{NARROW_GAP}%"


def day(on: date | None) -> str:
    return date_format(on, "j M Y") if on else ""


def facts(*pairs: tuple[str, str]) -> list[list[str]]:
    """What is not said is left out."""
    return [[label, text] for label, text in pairs if text]


def column(head: str, width: int = 0, align: str = LEFT) -> dict[str, Any]:
    """Of a table; width 0 is as wide as what stands in it."""
    return {"head": head, "width": width, "align": align}


def table(columns: list[dict[str, Any]], rows: list[list[str]], title: str = "") -> dict[str, Any]:
    return {"title": title, "columns": columns, "rows": rows}


def total(label: str, amount: str, *, strong: bool = False) -> dict[str, Any]:
    return {"label": label, "amount": amount, "strong": strong}


def printed(times: int) -> str:
    """Empty for the original, which is the first; the second is Copy 1."""
    return _("Copy %(number)d") % {"number": times - 1} if times > 1 else ""


def _address_of(patient: Patient) -> list[str]:
    return [patient.full_name, *(line.strip() for line in patient.address.splitlines() if line.strip())]


def set_in_type(
    values: dict[str, Any],
    *,
    title: str,
    site: Site,
    patient: Patient | None = None,
    by: User,
    draw: Callable[..., bytes] = paper.pdf,
) -> bytes:
    """The PDF of what all papers have, with these values of its own. What is about no patient says `to` and `foot`."""
    now: datetime = clock.now().astimezone(site.zone)
    common: dict[str, Any] = {
        "hospital": site.name,
        "from": [line.strip() for line in site.address.splitlines() if line.strip()],
        "to": _address_of(patient) if patient else [],
        "foot": f"{patient.full_name} · {patient.mrn}" if patient else "",
        "printed": _("Printed by %(name)s, %(at)s")
        % {"name": str(by), "at": f"{date_format(now, 'j M Y')}, {now:%H:%M}"},
        "fictitious": _("Fictitious: demonstration. Nothing has to be paid.") if settings.DEBUG else "",
        "copy": "",
        "stamp": "",
        "says": "",
        "facts": [],
        "tables": [],
        "totals": [],
        "notes": [],
        "pay": [],
        "drawing": "",
        "drawing_says": "",
        "drawing_title": "",
    }
    return draw("bill", common | values, title=title)
