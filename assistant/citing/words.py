"""What a sentence claims in words: what it denies, how it judges, which medicines and things it names."""

import re
from collections.abc import Iterable

from assistant.citing.figures import IN_WORDS, MONTHS, UNITS, plain
from prescriptions.safety import names

# A word of one of these rows says the same as the others of it; none of another row.
SAME = tuple(
    frozenset(row.split())
    for row in (
        "high higher highest elevated raised above increased increasing rising rose exceeds > hyper",
        "low lower lowest below decreased decreasing reduced falling fell < hypo",
        "normal unremarkable usual",
        "abnormal",
        "critical critically dangerous",
        "positive",
        "negative",
        "allergic allergy allergies hypersensitive hypersensitivity",
        "contraindicated contraindication contraindications avoid avoided",
        "recommended recommends recommend should",
        "stopped discontinued ended withdrawn",
        "safe safely",
        "severe severely",
        "mild mildly",
        "acute",
        "chronic",
        "left",
        "right",
        "improved improving better",
        "worse worsened worsening",
        "confirmed",
        "suspected possible probable",
        "died deceased death dead",
        "pregnant pregnancy",
        "never",
        "always",
        "today",
        "yesterday",
        "tomorrow",
        *("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
    )
)
_ROW = {word: number for number, row in enumerate(SAME) for word in row}
_DENIES = re.compile(
    r"\b(?:no|not|non|none|nor|neither|never|without|denies|denied|absent|absence|negative|cannot|unknown|nothing|"
    r"except|unless|free of|ruled out)\b|n't\b"
)
_LITTLE_WORDS = """
a about after again all also an and any are as at based be been before being both but by can did do does during
each for from further given had has have he her here him his how i if in into is it its last latest may more most
much of on one only or other our out over patient patients per record recorded records report reported reports
said same see she since so some stated states such take taken takes than that the their them then there these
they this those through to under until up use used using very was we were what when where which while who whom
will with within would you your according recent recently shows show showed found noted currently current now
value values result results level levels measured documented listed following guideline source mr mrs ms
"""
_LITTLE = frozenset(_LITTLE_WORDS.split())
_WORD = re.compile(r"[^\W_]+(?:['][a-z]+)?|[<>]")
LONGEST_NAME = 3


def words_of(text: str) -> list[str]:
    return _WORD.findall(plain(text))


def denies(text: str) -> bool:
    return bool(_DENIES.search(plain(text)))


def judgements(text: str) -> set[int]:
    """The rows of SAME from which a text takes a word."""
    return {_ROW[word] for word in words_of(text) if word in _ROW}


def content(text: str) -> set[str]:
    """The stems of the words that say something: not the little ones, numbers, units or months."""
    return {
        _stem(word)
        for word in words_of(text)
        if len(word) > 2
        and not word.isdecimal()
        and word not in _LITTLE
        and word not in UNITS
        and word not in MONTHS
        and word not in IN_WORDS
    }


def mixed(text: str) -> set[str]:
    """Words of letters and digits, such as HbA1c, B12 or NF-000123: they are names, not numbers."""
    return {word for word in words_of(text) if word[0].isalpha() and any(sign.isdigit() for sign in word)}


def _stem(word: str) -> str:
    for ending in ("ations", "ation", "ings", "ing", "ies", "ied", "es", "ed", "s", "y"):
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word[: -len(ending)]
    return word


def medicines(text: str) -> dict[str, frozenset[str]]:
    """The names of medicines in a text, as they stand there, and the substances that each means."""
    words = words_of(text)
    found: dict[str, frozenset[str]] = {}
    at = 0
    while at < len(words):
        name, known = _longest_at(words, at)
        if known:
            found[name] = known
        at += max(1, len(name.split()))
    return found


def _longest_at(words: list[str], at: int) -> tuple[str, frozenset[str]]:
    for length in range(LONGEST_NAME, 0, -1):
        run = words[at : at + length]
        if len(run) < length or any(len(word) < 3 or word in _LITTLE for word in run):
            continue
        known = names.resolve(" ".join(run))
        if known:
            return " ".join(run), frozenset(known.substances)
    return "", frozenset()


def names_all(text: str, wanted: dict[str, frozenset[str]]) -> bool:
    """Whether each of these medicines stands in a text, under this name or another of the same."""
    there = f" {' '.join(words_of(text))} "
    missing = {name: known for name, known in wanted.items() if f" {name} " not in there}
    if not missing:
        return True
    known_there = set(medicines(text).values())
    return all(known in known_there for known in missing.values())


def share(wanted: Iterable[str], there: set[str]) -> float:
    """Which part of these words is there; 1 where there are none."""
    asked = set(wanted)
    return len(asked & there) / len(asked) if asked else 1.0
