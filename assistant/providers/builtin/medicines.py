"""Medicines that a question names, as one writes them: each with its dose and how often it is taken."""

import re
import unicodedata
from dataclasses import dataclass

from assistant.providers.builtin.little import LITTLE
from assistant.providers.builtin.words import words_of
from prescriptions.safety import names

OFTEN = (
    r"(?:once|twice|(?:one|two|three|four|\d) times) (?:(?:a|per) (?:day|week)|daily)|every \d+ hours|"
    r"daily|at night|in the morning|bd|bid|tds|tid|qds|qid|od|\d-\d-\d(?:-\d)?"
)
_DOSE = re.compile(
    r"\s*,?\s*(?P<dose>\d+(?:[.,]\d+)?\s*(?:mg|milligrams?|g|grams?|mcg|[µμ]g|ug|micrograms?|iu|units?)\b"
    r"(?:\s+(?:tablet|capsule|suppository)\b)?)"
)
_OFTEN = re.compile(rf"\s*,?\s*(?P<often>(?:{OFTEN})\b)")
_WORD = re.compile(r"[^\W\d_]+(?:[-/][^\W\d_]+)*")
_BETWEEN = frozenset({"and", "or", "with", "plus", "together", "beside", "for", "this", "the", "patient"})
LONGEST_NAME = 3


@dataclass(frozen=True, slots=True)
class Named:
    """`medicines` as they are to be checked; `left` is the text without them."""

    medicines: tuple[str, ...] = ()
    left: str = ""
    has_dose: bool = False

    @property
    def is_all(self) -> bool:
        """Whether nothing else is asked: two medicines beside each other, or one with its dose."""
        known = len(self.medicines)
        return (known > 1 or (known == 1 and self.has_dose)) and set(words_of(self.left)) <= _BETWEEN


def medicines_in(question: str) -> Named:
    text = " ".join(unicodedata.normalize("NFKC", question).casefold().split())
    found: list[str] = []
    left, begins, has_dose = "", 0, False
    words = list(_WORD.finditer(text))
    at = 0
    while at < len(words):
        length = _length_at(text, words, at)
        if not length or words[at].start() < begins:
            at += 1
            continue
        left += text[begins : words[at].start()]
        name = text[words[at].start() : words[at + length - 1].end()]
        dose, often, begins = _after(text, words[at + length - 1].end())
        has_dose |= bool(dose)
        found.append(" ".join(filter(None, [name, dose, often])))
        at += length
    return Named(tuple(dict.fromkeys(found)), left + text[begins:], has_dose)


def without_doses(text: str) -> str:
    """For medicines that are not known."""
    return _OFTEN.sub(" ", _DOSE.sub(" ", text))


def _after(text: str, at: int) -> tuple[str, str, int]:
    dose = _DOSE.match(text, at)
    at = dose.end() if dose else at
    often = _OFTEN.match(text, at)
    return dose["dose"] if dose else "", often["often"] if often else "", often.end() if often else at


def _length_at(text: str, words: list[re.Match[str]], at: int) -> int:
    """Of how many words a known name consists that begins here; 0 where there is none."""
    for length in range(min(LONGEST_NAME, len(words) - at), 0, -1):
        run = words[at : at + length]
        said = text[run[0].start() : run[-1].end()]
        if any(len(one.group()) < 3 or one.group() in LITTLE | _BETWEEN for one in run):
            continue
        if len(said.split()) == length and names.resolve(said):
            return length
    return 0
