"""When: the days that a question speaks of."""

import calendar
import re
from collections.abc import Callable
from datetime import date, timedelta

Span = tuple[date | None, date | None]

MONTHS = {name.casefold(): number for number, name in enumerate(calendar.month_name) if name}
MONTHS |= {name.casefold(): number for number, name in enumerate(calendar.month_abbr) if name} | {"sept": 9}
_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
_UNITS = {"day": 1, "week": 7, "month": 31, "year": 366}
OPEN: Span = (None, None)


def _month(year: int, month: int) -> Span:
    return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])


def _day(found: re.Match[str], today: date) -> Span:
    on = date(int(found["y"]), MONTHS.get(found["m"]) or int(found["m"]), int(found["d"]))
    return on, on


def _month_of(found: re.Match[str], today: date) -> Span:
    month = MONTHS[found["m"]]
    if found["y"]:
        return _month(int(found["y"]), month)
    return _month(today.year if month <= today.month else today.year - 1, month)


def _year(found: re.Match[str], today: date) -> Span:
    year = int(found["y"])
    return date(year, 1, 1), None if found["since"] else date(year, 12, 31)


def _calendar(found: re.Match[str], today: date) -> Span:
    back = 1 if found["which"] in {"last", "previous"} else 0
    if found["unit"] == "year":
        return date(today.year - back, 1, 1), date(today.year - back, 12, 31)
    if found["unit"] == "month":
        months = today.year * 12 + today.month - 1 - back
        return _month(months // 12, months % 12 + 1)
    monday = today - timedelta(days=today.weekday() + 7 * back)
    return monday, monday + timedelta(days=6)


def _so_many(found: re.Match[str], today: date) -> Span:
    return today - timedelta(days=min(int(found["n"]), 200) * _UNITS[found["unit"]]), today


def _yesterday(found: re.Match[str], today: date) -> Span:
    return today - timedelta(days=1), today - timedelta(days=1)


_SAID: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], date], Span]], ...] = (
    (re.compile(r"\b(?:on )?(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})\b"), _day),
    (re.compile(rf"\b(?:on )?(?:the )?(?P<d>\d{{1,2}})\.? (?P<m>{_MONTH})\.?,? (?P<y>\d{{4}})\b"), _day),
    (re.compile(rf"\b(?:on )?(?P<m>{_MONTH}) (?P<d>\d{{1,2}}),? (?P<y>\d{{4}})\b"), _day),
    (re.compile(rf"\b(?:in |of )?(?P<m>{_MONTH}) (?P<y>\d{{4}})\b"), _month_of),
    (re.compile(rf"\bin (?P<m>{_MONTH})\b(?P<y>)"), _month_of),
    (re.compile(r"\b(?:in |of |(?P<since>since ))?(?P<y>(?:19|20)\d{2})\b"), _year),
    (re.compile(r"\b(?P<which>last|previous|this) (?P<unit>year|month|week)\b"), _calendar),
    (re.compile(r"\b(?:last|past) (?P<n>\d{1,3}) (?P<unit>day|week|month|year)s?\b"), _so_many),
    (re.compile(r"\byesterday\b"), _yesterday),
)


def span_in(text: str, today: date) -> tuple[Span, str]:
    """The days that a text in small letters speaks of, and the text without those words."""
    for pattern, read in _SAID:
        found = pattern.search(text)
        if found is None:
            continue
        try:
            span = read(found, today)
        except ValueError:  # the 31st of a short month
            continue
        return span, f"{text[: found.start()]} {text[found.end() :]}"
    return OPEN, text
