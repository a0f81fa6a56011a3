"""The close of a till on paper: what had to be in it, what was counted, and everything that passed."""

from typing import Any

from django.utils.translation import gettext as _

from accounts import places
from accounts.models import User
from billing.models import Till
from billing.papers.words import (
    RIGHT,
    column,
    day,
    facts,
    money,
    printed,
    set_in_type,
    table,
    total,
    with_currency,
)
from billing.reports import DayOfTill, day_of_till
from hospital import paper


def till_preview(till: Till, *, by: User) -> bytes:
    """The first page as an SVG, across which it says that it is nothing but a preview."""
    return _till(till, stamp=_("PREVIEW"), draw=paper.picture, by=by)


def till_paper(till: Till, *, times: int = 1, by: User) -> bytes:
    """The PDF of a till; of one that is open it says so."""
    return _till(till, times=times, by=by)


def _till(till: Till, *, times: int = 1, stamp: str = "", by: User, **options: Any) -> bytes:
    site = places.site(till.site_id)
    passed = day_of_till(till)
    opened = till.opened_at.astimezone(site.zone)
    closed = till.closed_at.astimezone(site.zone) if till.closed_at else None
    values = {
        "copy": printed(times),
        "stamp": stamp or (_("OPEN") if till.is_open else ""),
        "to": [str(till.cashier)],
        "foot": f"{site.name} · {till.cashier}",
        "facts": facts(
            (_("Number"), till.number),
            (_("Opened"), f"{day(opened.date())}, {opened:%H:%M}"),
            (_("Closed"), f"{day(closed.date())}, {closed:%H:%M}" if closed else ""),
            (_("Closed by"), str(till.closed_by or "")),
        ),
        "tables": [_by_method(passed), *([_movements(passed, site.zone)] if passed.passed else [])],
        "totals": _sums(till),
        "notes": _notes(till),
    }
    return set_in_type(values, title=f"{_('Close of the till')} {till.number}", site=site, by=by, **options)


def _sums(till: Till) -> list[dict[str, Any]]:
    sums = [
        total(_("Float"), money(till.float_amount)),
        total(_("Cash taken"), money(till.taken_amount)),
        total(_("Cash given back"), money(-till.given_amount)),
        total(_("Expected in the till"), with_currency(till.expected_amount), strong=True),
    ]
    if till.counted_amount is None:
        return sums
    return [
        *sums,
        total(_("Counted"), with_currency(till.counted_amount), strong=True),
        total(_("Difference"), money(till.difference_amount)),
    ]


def _notes(till: Till) -> list[str]:
    why = (
        [_("It differs because: %(why)s") % {"why": till.difference_because}]
        if till.difference_because
        else []
    )
    return [*why, _("Signature:") + " " + "_" * 30]


def _by_method(passed: DayOfTill) -> dict[str, Any]:
    columns = [
        column(_("Way"), 1),
        column(_("Number"), align=RIGHT),
        column(_("Taken"), align=RIGHT),
        column(_("Given back"), align=RIGHT),
        column(_("Together"), align=RIGHT),
    ]
    rows = [
        [one.label, str(one.count), money(one.taken), money(-one.given), money(one.amount)]
        for one in passed.methods
    ]
    return table(columns, rows or [[_("Nothing passed."), "", "", "", ""]])


def _movements(passed: DayOfTill, zone: Any) -> dict[str, Any]:
    columns = [
        column(_("Time")),
        column(_("Receipt")),
        column(_("MRN"), 1),
        column(_("Way")),
        column(_("Amount"), align=RIGHT),
    ]
    rows = [
        [f"{one.at.astimezone(zone):%H:%M}", one.number, one.patient.mrn, one.label, money(one.amount)]
        for one in passed.passed
    ]
    return table(columns, rows, title=_("All that passed"))
