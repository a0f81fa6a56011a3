"""Whether a part of a sentence affirms or denies, by cues and their scope.

After NegEx: Chapman WW, Bridewell W, Hanbury P, Cooper GF, Buchanan BG, A simple algorithm for identifying negated
findings and diseases in discharge summaries, J Biomed Inform 2001; 34: 301-310. Cues stand before or after what they
deny; phrases that only look so are passed over; some words end the scope. Here the scope is the rest of the clause.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from assistant.summarising.sections import Piece

BEFORE = """
absence of|cannot see|declined|declines|denied|denies|denying|did not exhibit|did not reveal|did not show|
does not reveal|does not show|evidence against|fails to reveal|failed to reveal|free of|inconsistent with|
lack of|lacked|negative for|never|no|no abnormal|no cause of|no complaints of|no evidence|no evidence of|no findings of|
no indication of|no new|no sign of|no signs of|no suggestion of|no suspicious|none of|not|not appear|not associated with|
not demonstrate|not exhibit|not feel|not have|not know of|not reveal|not see|not to be|nothing to suggest|patient was not|
rather than|resolved|ruled out|rules out|unremarkable for|without|without any|without evidence of|without sign of|
without signs of|nor|neither|non
"""
AFTER = """
absent|are absent|are ruled out|is absent|is ruled out|not demonstrated|not detected|not evident|not found|
not identified|not present|not seen|not visible|not visualised|not visualized|unlikely|was ruled out|were ruled out|
has been ruled out|have been ruled out|was absent|were absent|negative|excluded|is excluded|was excluded
"""
# They have a word of denial in them, and deny nothing.
ONLY_LOOKS_SO = """
cannot be excluded|cannot be ruled out|cannot exclude|cannot rule out|could not be excluded|gram negative|no change|
no further|no increase|no interval change|no longer|no significant change|no significant interval change|no suspicious change|
not able to exclude|not cause|not certain if|not certain whether|not drain|not excluded|not extend|not necessarily|
not only|not ruled out|not well seen|not well visualised|not well visualized|without difficulty|without further|
not improved|not resolved|not normal|no improvement|no decrease|not compliant|non-compliant|rh negative|rhesus negative
"""
UNCERTAIN = """
cannot be excluded|cannot be ruled out|cannot exclude|cannot rule out|could represent|could be|could not be excluded|
differential|equivocal|likely|may be|may represent|might be|possible|possibly|presumed|probable|probably|question of|
questionable|suggestive of|suspected|suspicious for|suspicion of|versus|vs
"""
NORMAL = """
no abnormality|normal|unremarkable|within normal limits|within the normal range|clear|intact|patent|preserved|
not enlarged|not dilated
"""
NOT_NORMAL = re.compile(
    r"\b(?:abnormal\w*|not normal|not clear|not intact|upper limit of normal|lower limit of normal|above normal|"
    r"below normal|than normal|normal pressure hydrocephalus|(?:otherwise|previously) (?:normal|unremarkable))\b"
)
# Here the scope of a denial ends.
_CLAUSES = re.compile(
    r"\s*;\s*|,?\s+(?=(?:but|however|although|though|yet|nevertheless|apart from|aside from|except|except for|"
    r"other than|still|secondary to|which|who)\b)|,?\s+(?:and|with)\s+(?=(?:no|not|without|there (?:is|are|was|were))\b)|"
    r",\s*(?=(?:no|not|without|there (?:is|are|was|were))\b)|\s+(?=without\b)",
    re.IGNORECASE,
)
_OPENING = re.compile(
    r"(?:but|however|although|though|yet|nevertheless|still|and|with)\b[,\s]*(?:for\b\s*)?", re.IGNORECASE
)


class Polarity(StrEnum):
    AFFIRMED = "affirmed"
    DENIED = "denied"
    NORMAL = "normal"


@dataclass(frozen=True, slots=True)
class Clause:
    """A part of a sentence, with where it stands."""

    text: str
    start: int
    end: int
    polarity: Polarity
    is_uncertain: bool


def _cues(text: str) -> re.Pattern[str]:
    """These phrases as whole words; a space is any space, and may be the end of a line."""
    phrases = sorted((one.strip() for one in text.replace("\n", "").split("|")), key=len, reverse=True)
    return re.compile(
        r"(?<![\w-])(?:"
        + "|".join(r"\s+".join(map(re.escape, one.split())) for one in phrases)
        + r")(?![\w])",
        re.IGNORECASE,
    )


_BEFORE, _AFTER = _cues(BEFORE), _cues(AFTER)
_LOOKS_SO, _UNCERTAIN, _NORMAL = _cues(ONLY_LOOKS_SO), _cues(UNCERTAIN), _cues(NORMAL)


def clauses_of(piece: Piece) -> Iterator[Clause]:
    """The clauses of a sentence, each judged by itself; what follows a denial in the same clause is denied."""
    begins = 0
    for cut in (*_CLAUSES.finditer(piece.text), None):
        ends = cut.start() if cut else len(piece.text)
        said = piece.text[begins:ends]
        opening = _OPENING.match(said)
        at = begins + (opening.end() if opening else 0)
        words = piece.text[at:ends].strip(" \t\r\n,")
        if any(sign.isalnum() for sign in words):
            at += piece.text[at:ends].index(words)
            yield Clause(
                words,
                piece.start + at,
                piece.start + at + len(words),
                polarity_of(words),
                is_uncertain(words),
            )
        begins = cut.end() if cut else ends


def is_uncertain(text: str) -> bool:
    return bool(_UNCERTAIN.search(text))


def polarity_of(clause: str) -> Polarity:
    bare = _LOOKS_SO.sub(" ", clause)
    if _NORMAL.search(bare) and not NOT_NORMAL.search(bare.casefold()):
        return Polarity.NORMAL
    if _BEFORE.search(bare) or _AFTER.search(bare):
        return Polarity.DENIED
    return Polarity.AFFIRMED
