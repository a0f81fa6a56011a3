"""What a guideline says speaks against a treatment, held against what is known of the patient.

Only what is plain is judged: that it holds, or that it does not. All else is left to who reads it.
"""

import re
from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Any

from prescriptions.safety.names import resolve


class Verdict(StrEnum):
    HOLDS = "holds"
    DOES_NOT = "does_not"
    OPEN = "open"


_EGFR = re.compile(r"egfr below (\d{1,3})")
_CHILDREN = re.compile(r"children under (\d{1,2})")
_BESIDE = re.compile(r"together with (?:an? )?(.+)")
_OF_PREGNANCY = re.compile(r"pregnan|trimester")
Asked = Mapping[str, Any]


def judged(limit: str, asked: Asked) -> Verdict:
    """`asked` is what a safety check was asked about the patient, as it is kept."""
    text = " ".join(limit.casefold().split())
    if found := _EGFR.fullmatch(text):
        return _below(asked["egfr"], found[1])
    if found := _CHILDREN.fullmatch(text):
        return Verdict.OPEN if asked["age_is_estimated"] else _below(asked["age_years"], found[1])
    if found := _BESIDE.fullmatch(text):
        return _beside(found[1], asked["taken"])
    if _OF_PREGNANCY.search(text):
        return _pregnant(asked["pregnant"], is_all=text == "pregnancy")
    if "allerg" in text:
        return Verdict.DOES_NOT if asked["allergies"] == [] else Verdict.OPEN
    return Verdict.OPEN


def _below(known: str | None, limit: str) -> Verdict:
    if known is None:
        return Verdict.OPEN
    return Verdict.HOLDS if Decimal(known) < Decimal(limit) else Verdict.DOES_NOT


def _pregnant(pregnant: bool | None, *, is_all: bool) -> Verdict:
    if pregnant is False:
        return Verdict.DOES_NOT
    return Verdict.HOLDS if pregnant and is_all else Verdict.OPEN


def _beside(name: str, taken: list[str]) -> Verdict:
    meant = resolve(name)
    if meant is None:
        return Verdict.OPEN
    known = [resolve(one) for one in taken]
    if any(one and set(one.substances) & set(meant.substances) for one in known):
        return Verdict.HOLDS
    return Verdict.DOES_NOT if all(known) else Verdict.OPEN
