"""What is to be treated, and how near to it what a guideline is for comes."""

import re
from dataclasses import dataclass
from enum import StrEnum

from assistant.citing.words import content

_CODE = re.compile(r"[A-Z]\d[0-9A-Z](?:\.?[0-9A-Z]{1,4})?", re.IGNORECASE)
CATEGORY = 3  # signs of a code of ICD-10 that name its category


class Fit(StrEnum):
    """The nearest first. Of a whole category speaks only a code that says nothing more exactly: .9"""

    CODE = "code"
    NEAR_CODE = "near_code"
    CATEGORY = "category"
    WORDS = "words"
    SEARCH = "search"

    @property
    def rank(self) -> int:
        return list(Fit).index(self)


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """A code of ICD-10-CM, or words where there is none."""

    code: str = ""
    words: str = ""

    @classmethod
    def typed(cls, text: str) -> "Diagnosis":
        """From what somebody types: a code, or words."""
        text = " ".join(text.split())
        return cls(code=_dotted(text)) if _CODE.fullmatch(text) else cls(words=text)

    @property
    def category(self) -> str:
        return self.code[:CATEGORY]

    def fit(self, codes: tuple[str, ...], condition: str) -> Fit | None:
        """How near this comes to what a row is for."""
        if self.code:
            return min(
                (fit for code in codes if (fit := self._fit_of(code))), key=lambda fit: fit.rank, default=None
            )
        said = content(self.words)
        return Fit.WORDS if said and said <= content(condition) else None

    def _fit_of(self, code: str) -> Fit | None:
        if code == self.code:
            return Fit.CODE
        if code.startswith(self.code) or self.code.startswith(code):
            return Fit.NEAR_CODE
        says_no_more = code[CATEGORY + 1 : CATEGORY + 2] in {"", "9"}
        return Fit.CATEGORY if code[:CATEGORY] == self.category and says_no_more else None


def _dotted(code: str) -> str:
    code = code.upper().replace(".", "")
    return f"{code[:CATEGORY]}.{code[CATEGORY:]}" if len(code) > CATEGORY else code
