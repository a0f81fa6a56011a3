"""Measured values in a report: name, number, unit, range; high or low by the report's range, its flag, or ours.

Our own range is that of an adult from patients.clinical.loinc, and is used only where the name is coded there and the
unit is the same. A value that nobody gives a range or a flag for is not judged.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from assistant.summarising.sections import Piece, Section, lines_of
from patients.clinical.loinc import STARTERS, Starter
from patients.clinical.results import flag_by_range, range_in_words
from patients.clinical.units import tidy_unit

_NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:[.,]\d+)?"
_UNIT = (
    r"%|fl|pg|/\s?(?:mm3|mm³|[µu]l|hpf)|(?:[mµuμnpfkd]?(?:g|l|mol|eq|iu|u|m\[IU\])|x?\s?10\s?[*^]?\s?(?:[⁰¹²³⁴⁵⁶⁷⁸⁹]+|\d{1,2})|cells|mm)"
    r"\s?/\s?(?:[mµuμd]?l|mol|mmol|h|hr|min(?:/1\.73\s?m[²2]?)?|hpf|g|kg|mm3|mm³)|mmhg|mm/h|s|sec"
)
_RANGE = (
    rf"(?:(?:ref(?:erence)?\.?|normal|usual)?\s*(?:range|interval|value)?\s*:?\s*)"
    rf"(?:(?P<low>{_NUMBER})\s*(?:-|–|to)\s*(?P<high>{_NUMBER})|(?P<most>[<≤]=?)\s*(?P<top>{_NUMBER})|"
    rf"(?P<least>[>≥]=?)\s*(?P<floor>{_NUMBER}))"
)
_FLAG = r"\*|\(?(?:HH|LL|H|L|high|low|↑|↓)\)?"
_VALUE = rf"(?P<comparator>[<>≤≥]=?)?\s*(?P<number>{_NUMBER})\s*(?P<unit>{_UNIT})?(?![\w/.,]\d)"
_LINE = re.compile(
    rf"(?P<name>[^\W\d_][^:|\d\r\n]{{0,48}}?(?:\s?[A-Z]?\d{{1,2}}[a-z]?)?)\s*(?:[:=|\t]|\s)\s*{_VALUE}"
    rf"(?:[\s|]+(?P<flag>{_FLAG})(?=[\s|\[(.,;]|$))?(?:[\s|,;]*[\[(]?\s*{_RANGE}\s*(?:{_UNIT})?\s*[\])]?)?"
    rf"(?:[\s|]+(?P<after>{_FLAG}))?\s*[.;]?",
    re.IGNORECASE,
)
_HIGH, _LOW = {"h", "hh", "high", "↑"}, {"l", "ll", "low", "↓"}
# Other names under which tests stand in reports, in small letters → ours.
_ALSO = {
    "wbc": "leukocytes", "white cell count": "leukocytes", "white blood cells": "leukocytes", "leucocytes": "leukocytes",
    "hb": "haemoglobin", "hgb": "haemoglobin", "hemoglobin": "haemoglobin", "haematocrit": "haematocrit",
    "hct": "haematocrit", "hematocrit": "haematocrit", "plt": "platelets", "platelet count": "platelets",
    "na": "sodium", "k": "potassium", "cl": "chloride", "hco3": "bicarbonate", "ca": "calcium",
    "c-reactive protein": "crp", "serum potassium": "potassium", "serum sodium": "sodium",
    "serum creatinine": "creatinine", "alt (gpt)": "alt", "ast (got)": "ast", "bun": "urea nitrogen",
    "total bilirubin": "bilirubin", "thyrotropin": "tsh", "ft4": "free t4", "fasting glucose": "glucose, fasting",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Value:
    """A value as it stands in the report: `text` is that part of it, and so are `number`, `unit` and `range`.

    `flag` is H, L, N or "". `judged_by` is "range" of the report, "flag" of the report, or "reference": ours, which
    `reference` then says with its source.
    """

    name: str
    number: str
    unit: str
    range: str
    flag: str
    judged_by: str
    reference: str
    text: str
    start: int
    end: int

    @property
    def is_abnormal(self) -> bool:
        return self.flag in {"H", "L"}


def values_of(text: str) -> list[Value]:
    """All that can be read for certain, in their order, each once."""
    found: dict[int, Value] = {}
    for line in lines_of(text):
        for value in (*_in_line(line), *_in_prose(line)):
            found.setdefault(_place(text, value), value)
    return [found[place] for place in sorted(found)]


def _place(text: str, value: Value) -> int:
    """Where its number stands."""
    return text.index(value.number, value.start + len(value.name))


def _in_line(line: Piece) -> Iterator[Value]:
    """A line that is one value and nothing else; outside of a laboratory's part, one that can be judged."""
    found = _LINE.fullmatch(line.text)
    if found and (value := _value(found, line)):
        yield value


def _in_prose(line: Piece) -> Iterator[Value]:
    for found in _prose().finditer(line.text):
        if value := _value(found, line):
            yield value


@cache
def _prose() -> re.Pattern[str]:
    """Names that are known here, anywhere; the short ones only in capitals, as in K or Na."""
    names = sorted({*_coded(), *_ALSO}, key=len, reverse=True)
    long = "|".join(re.escape(name) for name in names if len(name) > 3)
    short = "|".join(
        re.escape(form) for name in names if len(name) <= 3 for form in (name.upper(), name.title())
    )
    return re.compile(
        rf"(?<![\w-])(?P<name>(?i:{long})|{short})(?i:\s+(?:level|count|of|was|is|at|now|still|measured))*\s*[:=]?\s*"
        rf"(?i:{_VALUE})(?i:\s*(?P<flag>\((?:H|L|high|low)\)))?(?i:\s*[\[(]\s*{_RANGE}\s*(?:{_UNIT})?\s*[\])])?"
        rf"(?P<after>(?!))?"
    )


def _value(found: re.Match[str], line: Piece) -> Value | None:
    name = " ".join(found["name"].split()).strip(" .-")
    unit = found["unit"] or ""
    low, high = found["low"] or found["floor"], found["high"] or found["top"]
    printed = (found["flag"] or found["after"] or "").strip("()").casefold()
    starter = _starter(name, unit)
    number = _decimal(found["number"])
    flag, judged_by, reference = "", "", ""
    if low or high:
        flag = _flag(number, found["comparator"], low, high)
        judged_by = "range"
    elif printed in _HIGH | _LOW:
        flag, judged_by = ("H" if printed in _HIGH else "L"), "flag"
    elif starter:
        flag = flag_by_range(number, _ascii(found["comparator"]), starter.low, starter.high)
        judged_by = "reference"
        reference = f"{range_in_words(starter.low, starter.high)} ({starter.source})"
    elif not (unit and line.section is Section.LABORATORY):
        return None
    stands = "low" if found["low"] else "most" if found["most"] else "least" if found["least"] else ""
    last = {"low": "high", "most": "top", "least": "floor"}.get(stands, "")
    start, end = line.start + found.start(), line.start + found.start() + len(found.group().rstrip(" \t.;|"))
    return Value(
        name=name,
        number=f"{found['comparator'] or ''}{found['number']}" if _is_joined(found) else found["number"],
        unit=unit,
        range=found.string[found.start(stands) : found.end(last)] if stands else "",
        flag=flag,
        judged_by=judged_by,
        reference=reference,
        text=line.text[start - line.start : end - line.start],
        start=start,
        end=end,
    )


def _is_joined(found: re.Match[str]) -> bool:
    return bool(found["comparator"]) and found.end("comparator") == found.start("number")


def _flag(number: Decimal, comparator: str | None, low: str | None, high: str | None) -> str:
    return flag_by_range(
        number, _ascii(comparator), _decimal(low) if low else None, _decimal(high) if high else None
    )


def _ascii(comparator: str | None) -> str:
    return (comparator or "").replace("≤", "<=").replace("≥", ">=").replace("==", "=")


def _decimal(text: str) -> Decimal:
    thousands = re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", text)
    return Decimal(text.replace(",", "") if thousands else text.replace(",", "."))


@cache
def _coded() -> dict[str, tuple[Starter, ...]]:
    found: dict[str, tuple[Starter, ...]] = {}
    for one in STARTERS:
        if one.group != "Urine":
            name = one.short_name.casefold()
            found[name] = (*found.get(name, ()), one)
    return found


def _starter(name: str, unit: str) -> Starter | None:
    """The test of this name in this unit, if a range is kept for it."""
    small = name.casefold()
    some = _coded().get(_ALSO.get(small, small), ())
    return next(
        (one for one in some if unit and one.unit == tidy_unit(unit.lstrip("x× ")) and (one.low or one.high)),
        None,
    )
