"""What a question asks to be done: a prescription or a note, which is proposed and waits for a person."""

import re
from typing import Any

from assistant.providers.builtin.medicines import OFTEN

_PRESCRIBE = re.compile(
    r"^(?:please |can you |could you )*(?:prescribe|(?:propose|draft|write|prepare) (?:a |the )?prescription (?:of|for))\s+"
    rf"(?P<medicine>[^,?]+?)(?:,?\s+(?P<often>{OFTEN}))?"
    r"(?:,?\s+for (?P<number>\d{1,3}) (?P<unit>day|week)s?)?[.?! ]*$",
    re.IGNORECASE,
)
_WRITE = re.compile(
    r"^(?:please |can you |could you )*(?:propose|draft|write|prepare) (?:a |the )?note\s*[:,]\s*(?P<words>.+)$",
    re.IGNORECASE | re.DOTALL,
)
_SECTION = re.compile(r"\b(?P<name>complaint|examination|assessment|plan)\s*:\s*", re.IGNORECASE)
DAYS = {"day": 1, "week": 7}

Proposal = tuple[str, dict[str, Any]]


def proposal_in(question: str) -> Proposal | None:
    """The tool that proposes it, and its arguments: nothing is added to what was typed."""
    text = " ".join(question.split())
    prescribed = _PRESCRIBE.match(text)
    if prescribed:
        return "propose_prescription", {"medicines": [_line(prescribed)]}
    note = _WRITE.match(text)
    return ("propose_note", _sections(note["words"])) if note else None


def _line(found: re.Match[str]) -> dict[str, Any]:
    line: dict[str, Any] = {"medicine": found["medicine"].strip(), "frequency": found["often"] or ""}
    if found["number"]:
        line["days"] = int(found["number"]) * DAYS[found["unit"].casefold()]
    return line


def _sections(words: str) -> dict[str, str]:
    """As they are named; what stands under no name is the assessment."""
    parts = _SECTION.split(words)
    said = {"assessment": parts[0].strip()} if parts[0].strip() else {}
    for name, text in zip(parts[1::2], parts[2::2], strict=True):
        said[name.casefold()] = " ".join(filter(None, [said.get(name.casefold(), ""), text.strip()]))
    return said
