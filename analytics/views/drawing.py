"""Figures, series and tables as templates need them: texts, addresses and pictures."""

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from html import escape
from typing import Any
from urllib.parse import quote_plus, urlencode

from django.conf import settings
from django.urls import reverse
from django.utils.safestring import mark_safe

from accounts.models import User
from analytics.forms import NAMES
from analytics.reports.figures import Figure, Unit
from analytics.reports.statistics import Series
from analytics.reports.tables import Row, Table
from hospital.money import minor_digits
from prescriptions.figures.drawing import COUNTED, Picture, Said, bar_width, columns, curves

HEAT_STEPS = 5
LONG = 7  # more than this is written smaller
ROWS_SHOWN = 15
MOST_IN_HALF = 3  # columns that have room in half of the page
IN_FULL = {"days", "ages", "weekdays"}
BAR = (
    '<svg class="bar" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true" focusable="false">'
    '<rect width="{}" height="6" /></svg>'
)
Address = Mapping[str, str]


@dataclass(frozen=True)
class Way:
    """Where the rows behind a figure are, and what somebody must be allowed to go there.

    `names` are those of the filters there; where one that is asked has none, the rows would be others.
    """

    url_name: str
    permission: str
    names: Mapping[str, str]
    what: str = ""
    at: str = ""

    def leads(self, asked: Address) -> str:
        if not asked.keys() <= self.names.keys():
            return ""
        there = {self.names[name]: value for name, value in asked.items()}
        return f"{_address(self.url_name)}?{urlencode(there | ({'what': self.what} if self.what else {}))}{self.at}"


@cache
def _address(url_name: str) -> str:
    return reverse(url_name)


SAME = {name: name for name in NAMES}
OF_PRESCRIBING = {name: name for name in NAMES if name != "site"}
OF_BILLS = {"from": "issued_from", "to": "issued_to", "department": "department"}


def _visits(what: str) -> Way:
    return Way("analytics:visits", "appointments.view_appointment", SAME, what)


def _statistics(page: str, table: str) -> Way:
    permission = "analytics.view_revenue" if page == "revenue" else "analytics.view_figures"
    return Way(f"analytics:{page}", permission, SAME, at=f"#table-{table}")


PRESCRIBED = Way("prescriptions:figures", "prescriptions.view_figures", OF_PRESCRIBING)
WAYS: Mapping[str, Way] = {
    "held": _visits("held"),
    "completed": _visits("completed"),
    "no_show_rate": _visits("no_show"),
    "cancelled_rate": _visits("cancelled"),
    "average_wait": _visits("waited"),
    "waited_long_rate": _visits("waited"),
    "utilisation": _visits("used"),
    "rooms": _visits("in_rooms"),
    "newcomers": _visits("newcomers"),
    "newcomers_rate": _visits("newcomers"),
    "returning": _visits("returning"),
    "signed": PRESCRIBED,
    "override_rate": PRESCRIBED,
    "lines": PRESCRIBED,
    "warned": PRESCRIBED,
    "revenue": Way("billing:list", "billing.view_invoice", OF_BILLS),
    "received": _statistics("revenue", "methods"),
    "collection_rate": _statistics("revenue", "days"),
    "credited": _statistics("revenue", "days"),
}


def drawn_figures(found: Iterable[Figure], asked: Address, user: User) -> list[dict[str, Any]]:
    """Each as texts, made once, with the way to its rows, if this user may go it."""
    shown = []
    for one in found:
        way, text = WAYS.get(one.definition.key), one.text
        shown.append(
            {
                "figure": one,
                "key": one.definition.key,
                "label": str(one.definition.label),
                "says": str(one.definition.text),
                "text": text,
                "is_long": len(text) > LONG,
                "was": one.before_text,
                "change": one.change_text,
                "url": way.leads(asked) if way and user.has_perm(way.permission) else "",
            }
        )
    return shown


def drawn_series(one: Series) -> dict[str, Any]:
    """Counts and amounts as columns, shares as a curve."""
    days = list(one.days)
    if one.unit == Unit.SHARE:
        shares = [None if value is None else 100 * float(value) for value in one.values]
        picture: Picture = curves(days, ("overridden", shares))
    else:
        picture = columns(days, [float(value or 0) for value in one.values], _said(one.unit))
    return {"series": one, "picture": picture}


def _said(unit: Unit) -> Said:
    if unit == Unit.MONEY:
        return Said(before=f"{settings.CURRENCY}\N{NO-BREAK SPACE}", decimals=minor_digits())
    return Said(after=" min") if unit == Unit.MINUTES else COUNTED


def drawn_table(table: Table, asked: Address, files: str, here: str) -> dict[str, Any]:
    """Rows with texts and bars; the longest tables not to their end, which is in the file."""
    rows = table.rows if table.key in IN_FULL else table.rows[:ROWS_SHOWN]
    drawn = {at for at, one in enumerate(table.columns) if table.bar in {one.key, "*"}}
    largest = max((float(row.values[at] or 0) for row in table.rows for at in drawn), default=0)
    rest = {name: value for name, value in asked.items() if name != table.leads_to}
    address = urlencode({**rest, table.leads_to: ""}) if table.leads_to else ""
    return {
        "table": table,
        "has_rows": bool(rows),
        "body": mark_safe(  # noqa: S308 each text is escaped where it is put in
            "".join(
                f"<tr>{_name(row, f'{here}?{address}{quote_plus(row.key)}' if address and row.key else '')}"
                f"{_cells(table, row, drawn, largest)}</tr>"
                for row in rows
            )
        ),
        "is_wide": len(table.columns) > MOST_IN_HALF,
        "more": len(table.rows) - len(rows),
        "file": _file_of(table, asked, files),
    }


def _name(row: Row, url: str) -> str:
    name = f"<bdi>{escape(row.name)}</bdi>"
    link = f'<a href="{escape(url)}">{name}</a>' if url else name
    return f'<th scope="row" class="words">{link}</th>'


def _cells(table: Table, row: Row, drawn: Container[int], largest: float) -> str:
    """A template that made thousands of them would take most of a page's time."""
    return "".join(
        f'<td class="num{"" if column.is_kept else " opt"}">{escape(table.text(column, value))}'
        f"{BAR.format(bar_width(max(0.0, float(value or 0)), largest)) if at in drawn else ''}</td>"
        for at, (column, value) in enumerate(zip(table.columns, row.values, strict=True))
    )


def drawn_heat(table: Table, asked: Address, files: str) -> dict[str, Any]:
    """Each number with a step of warmth from 0 to HEAT_STEPS."""
    most = max((int(value or 0) for row in table.rows for value in row.values), default=0) or 1

    def cell(value: Any) -> str:
        return f'<td class="warm-{-(-HEAT_STEPS * int(value or 0) // most)}">{value}</td>'

    body = "".join(
        f'<tr><th scope="row">{escape(row.name)}</th>{"".join(map(cell, row.values))}</tr>'
        for row in table.rows
    )
    return {
        "table": table,
        "body": mark_safe(body),  # noqa: S308 names are escaped, the rest are numbers
        "file": _file_of(table, asked, files),
    }


def _file_of(table: Table, asked: Address, files: str) -> str:
    return f"{files}?{urlencode({**asked, 'table': table.key})}"
