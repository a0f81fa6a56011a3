"""Dates in a text, in all the usual ways of writing them."""

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date

from assistant.privacy.spans import Kind, Span

NAMES = (
    ("jan", "january", "januar", "jänner"),
    ("feb", "february", "februar"),
    ("mar", "march", "märz", "mär", "maerz", "mrz"),
    ("apr", "april"),
    ("may", "mai"),
    ("jun", "june", "juni"),
    ("jul", "july", "juli"),
    ("aug", "august"),
    ("sep", "sept", "september"),
    ("oct", "october", "okt", "oktober"),
    ("nov", "november"),
    ("dec", "december", "dez", "dezember"),
)
MONTHS = {name: number for number, names in enumerate(NAMES, start=1) for name in names}
MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
GERMAN_MONTH = "januar|jänner|februar|märz|mai|juni|juli|oktober|dezember"
DAY = r"(?P<d>[0-3]?\d)(?:st|nd|rd|th)?"
YEAR = r"(?P<y>(?:1[89]|2[01])\d\d|['’]?\d\d)"
LONG_YEAR = r"(?P<y>(?:1[89]|20|21)\d\d)"
BEFORE, AFTER = r"(?<![\d.,/-])", r"(?![\d/]|[.,-]\d)"
Read = Callable[[re.Match[str]], Iterator[date]]


def _year(text: str) -> Iterator[int]:
    """Two digits may be of this century or of the last."""
    digits = text.lstrip("'’")
    if len(digits) == 4:
        yield int(digits)
        return
    yield 2000 + int(digits)
    yield 1900 + int(digits)


def _dates(years: Iterator[int], month: str, day: str) -> Iterator[date]:
    for year in years:
        with suppress(ValueError):
            yield date(year, int(month), int(day))


def _in_order(found: re.Match[str]) -> Iterator[date]:
    yield from _dates(_year(found["y"]), found["m"], found["d"])


def _in_either_order(found: re.Match[str]) -> Iterator[date]:
    yield from _dates(_year(found["y"]), found["m"], found["d"])
    yield from _dates(_year(found["y"]), found["d"], found["m"])


def _by_name(found: re.Match[str]) -> Iterator[date]:
    month = str(MONTHS[found["m"].lower()])
    year = found.groupdict().get("y")
    yield from _dates(_year(year) if year else iter((2000,)), month, found["d"])


I = re.IGNORECASE  # noqa: E741 as in re
PATTERNS: tuple[tuple[re.Pattern[str], Read], ...] = (
    (re.compile(rf"{BEFORE}{LONG_YEAR}[-/.](?P<m>[01]?\d)[-/.](?P<d>[0-3]?\d)(?!\d)"), _in_order),
    (re.compile(rf"(?<![\d.,])(?P<d>[0-3]?\d)\.\s?(?P<m>[01]?\d)\.\s?{YEAR}(?!\d|[.,]\d)"), _in_order),
    (re.compile(rf"{BEFORE}(?P<d>[0-3]?\d)/(?P<m>[0-3]?\d)/{YEAR}{AFTER}"), _in_either_order),
    (re.compile(rf"{BEFORE}(?P<d>[0-3]?\d)-(?P<m>[0-3]?\d)-{LONG_YEAR}{AFTER}"), _in_either_order),
    (re.compile(rf"{BEFORE}(?P<d>[0-3]\d)-(?P<m>[0-3]\d)-(?P<y>\d\d){AFTER}"), _in_either_order),
    (re.compile(r"(?<!\d)(?P<y>(?:19|20)\d\d)(?P<m>[01]\d)(?P<d>[0-3]\d)(?!\d)"), _in_order),
    (
        re.compile(
            rf"(?<![\d.,]){DAY}\.?[\s-]*(?:of\s+)?(?P<m>{MONTH})(?![^\W\d_])\.?[\s,-]*{YEAR}(?!\d)", I
        ),
        _by_name,
    ),
    (
        re.compile(rf"(?<![^\W\d_])(?P<m>{MONTH})\.?\s+{DAY}(?!\d|[.:,]\d|\s*%)(?:,?\s+{LONG_YEAR})?", I),
        _by_name,
    ),
)
# Only where the patient was born on that day: else these are as likely something else.
OWN_PATTERNS: tuple[tuple[re.Pattern[str], Read], ...] = (
    (
        re.compile(r"(?<!\d)(?P<d>[0-3]?\d)[\s,_-]{1,2}(?P<m>[01]?\d)[\s,_-]{1,2}(?P<y>\d{4}|\d\d)(?!\d)"),
        _in_either_order,
    ),
    (re.compile(r"(?<!\d)(?P<d>[0-3]\d)(?P<m>[01]\d)(?P<y>\d{4}|\d\d)(?!\d)"), _in_either_order),
    (re.compile(r"(?<!\d)(?P<d>[0-3]?\d)\.\s?(?P<m>[01]?\d)\.?\s*/?\s*(?P<y>\d{4})(?!\d)"), _in_order),
)


def find_dates(text: str, born_on: date | None) -> Iterator[Span]:
    """Days with month, with or without year. Years alone, times and "last Monday" stay."""
    for pattern, read in PATTERNS:
        for found in pattern.finditer(text):
            days = set(read(found))
            if days:
                yield Span(found.start(), found.end(), Kind.BORN if born_on in days else Kind.DATE)
    if born_on is None:
        return
    for pattern, read in OWN_PATTERNS:
        for found in pattern.finditer(text):
            if born_on in set(read(found)):
                yield Span(found.start(), found.end(), Kind.BORN)
    yield from _birthday(text, born_on)


def _birthday(text: str, born_on: date) -> Iterator[Span]:
    """The day without the year, as 03.02.: with its zeros, or after a word that says so."""
    day, month = born_on.day, born_on.month
    plain = re.compile(rf"(?<![\d.,])0?{day}\.\s?0?{month}\.(?!\d)")
    for found in plain.finditer(text):
        is_full = found.group().startswith("0") or day > 9
        said = re.search(r"(?:born|birthday|dob|geb\w*\.?|\*)\W*(?:on|am)?\W*$", text[: found.start()], I)
        if said or (is_full and month < 10 and f".0{month}" in found.group()):
            yield Span(found.start(), found.end(), Kind.BORN)


def read_date(text: str) -> date | None:
    """The day that a date most likely means; None if it names no year."""
    for pattern, read in PATTERNS:
        found = pattern.fullmatch(text)
        if found and found.groupdict().get("y"):
            return next(read(found), None)
    return None
