"""Words of questions and sources, brought to one form: small letters, one spelling, stems."""

import re
import unicodedata
from difflib import SequenceMatcher

_WORD = re.compile(r"[a-z0-9]+(?:'[a-z]+)?\+?")
_JOINED = re.compile(r"(?<=[a-z])-(?=[a-z])")
_ENDINGS = ("ations", "ation", "ings", "ing", "ied", "ies", "ed", "es", "ly", "s", "e", "y")
_MEAN = {
    one: row.split()[0]
    for row in (
        "followup control recheck repeat review followups next",
        "xray radiograph radiography roentgen",
        "echocardiography echo echocardiogram",
        "medicine medication drug",
        "ultrasound sonography scan",
        "operation surgery",
        "retinopathy retina",
        "doctor physician",
        "take taken takes taking took",
        "physiotherapy physio",
        "bleeding bleed haemorrhage hemorrhage",
    )
    for one in row.split()
}
SHORTEST_PART = 6  # letters, of a word that counts inside another: thyroid in hypothyroidism
SHORTEST_START = 4
ALIKE = 0.84


def plain(text: str) -> str:
    return _JOINED.sub("", unicodedata.normalize("NFKC", text).casefold().replace("’", "'"))


def words_of(text: str) -> list[str]:
    """In their order, as they are written; only joined and small."""
    return _WORD.findall(plain(text))


def stem(word: str) -> str:
    """One form of a word: haemoglobin and hemoglobin, control and controlled, repeat and follow-up."""
    if word in _MEAN:
        return _MEAN[word]
    word = word.removesuffix("'s").replace("'", "")
    word = word.replace("aem", "em").replace("oed", "ed").replace("aes", "es") if len(word) > 4 else word
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            word = word[: -len(ending)]
            break
    word = word[:-1] if len(word) > 4 and word[-1] == word[-2] and word[-1] in "bdglmnprt" else word
    return _MEAN.get(word, word)


def stems(text: str) -> set[str]:
    return {stem(word) for word in words_of(text)}


def stands_in(wanted: str, there: set[str]) -> bool:
    """Whether a stem is among others: as it is, as the start or part of a longer one, or misspelt a little."""
    if wanted in there:
        return True
    if len(wanted) < SHORTEST_START or wanted.isdecimal():
        return False
    return any(_is_part(wanted, one) or _is_misspelt(wanted, one) for one in there)


def _is_part(wanted: str, whole: str) -> bool:
    return whole.startswith(wanted) or (len(wanted) >= SHORTEST_PART and wanted in whole)


def _is_misspelt(wanted: str, whole: str) -> bool:
    if len(wanted) < SHORTEST_PART or abs(len(wanted) - len(whole)) > 2 or wanted[0] != whole[0]:
        return False
    return SequenceMatcher(None, wanted, whole).ratio() >= ALIKE
