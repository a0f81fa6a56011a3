"""A report in short: findings, impressions, values out of range, what is to be done next; all in its own words."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from assistant.summarising.negation import Clause, Polarity, clauses_of
from assistant.summarising.sections import Piece, Section, pieces_of
from assistant.summarising.values import Value, values_of

LONGEST_REPORT = 100_000  # signs

_NEXT = re.compile(
    r"\b(?:follow(?:ed)?[- ]?up|repeat(?:ed)?|re-?check(?:ed)?|re-?assess(?:ed|ment)?|re-?evaluat\w+|surveillance|"
    r"review(?:ed)? (?:in|after|within|on|by)|return(?:s)? (?:in|to|on|if)|refer(?:red|ral)?|recommend(?:ed|s)?|"
    r"recommendation|advise[ds]?|suggest(?:ed)? (?:a |an )?(?:repeat|further|follow|ct|mri|ultrasound|biopsy)|"
    r"control (?:in|after|on)|further (?:imaging|work-?up|evaluation|investigation))\b",
    re.IGNORECASE,
)
_MONTHS = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
    r"nov(?:ember)?|dec(?:ember)?)"
)
_COUNT = r"(?:\d{1,3}|one|two|three|four|five|six|seven|eight|nine|ten|twelve|a|an)"
_WHEN = re.compile(
    rf"\b(?:(?:in|after|within|every)\s+(?:about\s+|approximately\s+)?{_COUNT}(?:\s*(?:-|–|to)\s*{_COUNT})?[\s-]*"
    rf"(?:hour|day|week|month|year)s?|(?:on|by|before)\s+(?:\d{{4}}-\d{{2}}-\d{{2}}|\d{{1,2}}[./]\d{{1,2}}[./]\d{{4}}|"
    rf"\d{{1,2}}(?:st|nd|rd|th)?\s+{_MONTHS}(?:\s+\d{{4}})?|{_MONTHS}\s+\d{{1,2}}(?:,?\s+\d{{4}})?)|"
    r"tomorrow|next (?:week|month|year)|annually|yearly)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Said:
    """Words of the report: its signs `start` to `end`. `when` stands in them, or is empty."""

    text: str
    start: int
    end: int
    is_denied: bool = False
    is_uncertain: bool = False
    when: str = ""


@dataclass(frozen=True, slots=True)
class Summary:
    """`absent`: what the report says is not there, or normal. Every text is a part of `source`."""

    source: str
    findings: tuple[Said, ...] = ()
    impressions: tuple[Said, ...] = ()
    abnormal: tuple[Value, ...] = ()
    follow_ups: tuple[Said, ...] = ()
    absent: tuple[Said, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not (self.findings or self.impressions or self.abnormal or self.follow_ups or self.absent)


def summarised(source: str) -> Summary:
    """Of a report with at most LONGEST_REPORT signs. A report without headings is one of findings."""
    pieces = pieces_of(source)
    values = values_of(source)
    is_headed = any(one.section in {Section.FINDINGS, Section.IMPRESSION} for one in pieces)
    told = [one for one in pieces if _is_told(one, is_headed=is_headed)]
    nexts = [one for one in told if _is_next(one)]
    rest = [one for one in told if one not in nexts and not _is_value(one, values)]
    findings = [one for one in rest if one.section is not Section.IMPRESSION]
    clauses = [clause for piece in findings for clause in clauses_of(piece)]
    return Summary(
        source,
        findings=tuple(_said(one) for one in clauses if one.polarity is Polarity.AFFIRMED),
        impressions=tuple(_whole(one) for one in rest if one.section is Section.IMPRESSION),
        abnormal=tuple(one for one in values if one.is_abnormal),
        follow_ups=tuple(_whole(one) for one in nexts),
        absent=tuple(_said(one) for one in clauses if one.polarity is not Polarity.AFFIRMED),
    )


def _is_told(piece: Piece, *, is_headed: bool) -> bool:
    """What stands under a heading that tells something; what stands under none only where there are no others."""
    if piece.section is Section.BACKGROUND:
        return False
    return bool(piece.section) or not is_headed or bool(_NEXT.search(piece.text))


def _is_next(piece: Piece) -> bool:
    if piece.section is Section.FOLLOW_UP:
        return True
    denies = all(one.polarity is Polarity.DENIED for one in clauses_of(piece))
    return bool(_NEXT.search(piece.text)) and not denies


def _is_value(piece: Piece, values: list[Value]) -> bool:
    """Whether it says nothing but a value."""
    return any(one.start <= piece.start and piece.end <= one.end + 1 for one in values)


def _whole(piece: Piece) -> Said:
    clauses = list(clauses_of(piece))
    when = _WHEN.search(piece.text)
    return Said(
        piece.text,
        piece.start,
        piece.end,
        is_denied=bool(clauses) and all(one.polarity is Polarity.DENIED for one in clauses),
        is_uncertain=any(one.is_uncertain for one in clauses),
        when=when.group() if when else "",
    )


def _said(clause: Clause) -> Said:
    return Said(
        clause.text,
        clause.start,
        clause.end,
        is_denied=clause.polarity is Polarity.DENIED,
        is_uncertain=clause.is_uncertain,
    )


def spans_of(summary: Summary) -> Iterator[tuple[int, int]]:
    """Where what it says stands in the source."""
    for some in (summary.findings, summary.impressions, summary.abnormal, summary.follow_ups, summary.absent):
        for one in some:
            yield one.start, one.end
