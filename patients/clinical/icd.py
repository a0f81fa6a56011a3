"""Codes of ICD-10-CM: what they mean, and the search by words.

The classification is that of the US National Center for Health Statistics, as the library `simple_icd_10_cm`
carries it. Reading it takes two seconds and some 240 MB, so it is read at the first question and by no page before.
Asked are the words of a code's description, of its inclusion terms, and the everyday words below.
"""

import gc
import re
import unicodedata
import warnings
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from itertools import chain, islice
from sys import intern
from threading import Lock
from typing import Any

VERSION = "ICD-10-CM 2026, release of 1 April 2026"
MOST_FOUND = 12
SHORTEST_QUESTION = 2
LONGEST_QUESTION = 100
AFTER_ALL = "\uffff"

# What people come with most often, in their own words; these stand first where the words fit them, in this order.
COMMON: dict[str, str] = {
    "I10": "high blood pressure, hypertension",
    "E11.9": "type 2 diabetes, diabetes, sugar, T2DM",
    "E78.5": "hyperlipidaemia, high blood fats, high cholesterol",
    "J06.9": "cold, respiratory infection",
    "M54.50": "low back pain, backache",
    "F32.A": "depression",
    "K21.9": "heartburn, reflux, GERD, GORD",
    "J45.909": "asthma",
    "N39.0": "UTI, urinary tract infection, bladder infection",
    "E03.9": "underactive thyroid, low thyroid",
    "I48.91": "atrial fibrillation, AF",
    "J44.9": "COPD",
    "A09": "diarrhea, diarrhoea, stomach flu, gastroenteritis",
    "B34.9": "virus",
    "D50.9": "iron deficiency anaemia",
    "D64.9": "anaemia",
    "E05.90": "overactive thyroid, hyperthyroidism",
    "E10.9": "type 1 diabetes, juvenile diabetes",
    "E55.9": "vitamin D deficiency",
    "E66.9": "obesity, overweight",
    "E78.00": "high cholesterol",
    "E87.6": "hypokalaemia, low potassium",
    "F10.20": "alcohol dependence, alcoholism",
    "F17.210": "smoker, smoking",
    "F41.1": "anxiety",
    "F41.9": "anxiety",
    "F03.90": "dementia",
    "G20.A1": "Parkinson",
    "G30.9": "Alzheimer",
    "G40.909": "epilepsy, seizures",
    "G43.909": "migraine",
    "G47.00": "insomnia, sleeplessness",
    "G47.33": "sleep apnoea",
    "H10.9": "pink eye",
    "H66.90": "ear infection",
    "I20.9": "angina",
    "I21.9": "heart attack",
    "I25.10": "coronary heart disease, CHD, CAD",
    "I50.9": "heart failure, weak heart",
    "I63.9": "stroke",
    "I73.9": "peripheral arterial disease, PAD",
    "I82.409": "leg thrombosis, DVT",
    "I26.99": "pulmonary embolism",
    "I83.90": "varicose veins",
    "J00": "common cold, runny nose",
    "J02.9": "sore throat",
    "J03.90": "tonsillitis",
    "J11.1": "flu",
    "J18.9": "pneumonia, lung infection",
    "J20.9": "bronchitis",
    "J30.9": "hay fever, allergic rhinitis",
    "J32.9": "sinusitis",
    "J44.1": "COPD exacerbation",
    "K29.70": "gastritis",
    "K35.80": "appendicitis",
    "K57.30": "diverticulosis",
    "K58.9": "irritable bowel, IBS",
    "K59.00": "constipation",
    "K80.20": "gallstones",
    "L20.9": "eczema, atopic dermatitis",
    "L30.9": "eczema, rash",
    "L40.9": "psoriasis",
    "L50.9": "hives, urticaria",
    "M06.9": "rheumatoid arthritis",
    "M10.9": "gout",
    "M17.9": "knee arthrosis, knee osteoarthritis",
    "M19.90": "arthrosis, osteoarthritis",
    "M54.2": "neck pain",
    "M81.0": "osteoporosis",
    "N18.30": "chronic kidney disease, CKD stage 3",
    "N18.9": "chronic kidney disease, CKD",
    "N20.0": "kidney stone",
    "N30.00": "bladder infection, cystitis",
    "N40.0": "enlarged prostate, BPH",
    "R05.9": "cough",
    "R07.9": "chest pain",
    "R10.9": "abdominal pain, stomach ache, belly pain",
    "R42": "dizziness",
    "R50.9": "fever",
    "R51.9": "headache",
    "R53.83": "tiredness, fatigue",
    "U07.1": "COVID, corona",
    "Z34.90": "pregnant, pregnancy",
}

_PLACE = {code: place for place, code in enumerate(COMMON)}
_GAPS = dict.fromkeys((code for code in range(128) if not chr(code).isalnum()), " ")
_GAPS |= dict.fromkeys(map(ord, "\u2013\u2014\u201c\u201d\u201e"), " ") | dict.fromkeys(
    map(ord, "'\u2019"), ""
)
_CODE = re.compile(r"[A-Z][0-9][0-9A-Z]?\.?[0-9A-Z]{0,4}")
_MANY_WORDS = 8
_LOOKED_AT = 6  # times as many as are answered are looked at for how they are called
_SHORTEST_WHOLE = 3  # what is shorter is still being typed
_EXTERNAL_CAUSES = frozenset("VWXY")
_FULL_LENGTH = 8  # of a code with a dot and a seventh sign: this encounter or that


@dataclass(frozen=True)
class Code:
    """A code of the classification. One that is not `billable` has more exact codes below it."""

    code: str
    title: str
    billable: bool


def _words(text: str) -> list[str]:
    plain = text.casefold()
    if not plain.isascii():
        plain = "".join(
            sign for sign in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(sign)
        )
    return plain.translate(_GAPS).split()


class Index:
    """All codes, and where each word stands, the likeliest code first. No question reads all of it.

    Codes with a seventh sign, which say whether it is the first treatment of an injury or a later one, are found
    by their beginning; words lead to the code above them.
    """

    def __init__(self) -> None:
        library = _library()
        known = [
            one for one in dict.fromkeys(library.get_all_codes()) if library.is_category_or_subcategory(one)
        ]
        self.by_code = {
            code: Code(code, library.get_description(code), library.is_leaf(code)) for code in known
        }
        self.ordered = sorted(self.by_code)
        ranked = sorted(filter(_is_asked_by_words, self.by_code.values()), key=_rank)
        self.codes = ranked
        self.words = [frozenset(map(intern, _words_of(library, one))) for one in ranked]
        self.places: dict[str, array[int]] = {}
        for place, words in enumerate(self.words):
            for word in words:
                self.places.setdefault(word, array("I")).append(place)
        self.vocabulary = sorted(self.places)

    def with_prefix(self, prefix: str, limit: int) -> list[Code]:
        """The codes that begin so: those that are common, then the others in the order of the classification."""
        start = bisect_left(self.ordered, prefix)
        near = [code for code in self.ordered[start : start + limit] if code.startswith(prefix)]
        common = [code for code in COMMON if code.startswith(prefix)]
        return [self.by_code[code] for code in dict.fromkeys([*common, *near])][:limit]

    def with_words(self, asked: list[str], limit: int) -> list[Code]:
        """Those with all these words written out, then those with words that only begin so.

        Of either the ones that are called so come before those that only include what is called so.
        """
        whole = [self.places.get(word) for word in asked if len(asked[-1]) >= _SHORTEST_WHOLE]
        places = self._meeting(whole, asked, limit) if whole and all(whole) else []
        if len(places) < limit:
            begun = self._meeting([self._begun(word) for word in asked], asked, limit)
            places = list(dict.fromkeys([*places, *begun]))
        return [self.codes[place] for place in places[:limit]]

    def _begun(self, part: str) -> Any:
        first, last = (bisect_left(self.vocabulary, one) for one in (part, part + AFTER_ALL))
        found = self.vocabulary[first:last]
        if len(found) == 1:
            return self.places[found[0]]
        return sorted(set(chain.from_iterable(self.places[word] for word in found)))

    def _meeting(self, lists: list[Any], asked: list[str], limit: int) -> list[int]:
        shortest = min(lists, key=len)
        meeting = (place for place in shortest if _all_begin(asked, self.words[place]))
        found = list(islice(meeting, _LOOKED_AT * limit))
        return sorted(found, key=lambda place: not self._is_called(place, asked))[:limit]

    def _is_called(self, place: int, asked: list[str]) -> bool:
        one = self.codes[place]
        return _all_begin(asked, _words(f"{one.title} {COMMON.get(one.code, '')}"))


def _all_begin(parts: list[str], words: Iterable[str]) -> bool:
    """Whether each part begins a word."""
    return all(any(word.startswith(part) for word in words) for part in parts)


def _is_asked_by_words(one: Code) -> bool:
    return len(one.code) < _FULL_LENGTH


def _rank(one: Code) -> tuple[int, int, int, str]:
    """The smaller the likelier: common ones, then those that say little."""
    length = len(one.title.split()) + _MANY_WORDS * (one.code[0] in _EXTERNAL_CAUSES)
    return _PLACE.get(one.code, len(_PLACE)), length + 2 * (not one.billable), len(one.title), one.code


def _words_of(library: Any, one: Code) -> Iterator[str]:
    terms = (library.get_inclusion_term(one.code), library.get_includes(one.code))
    for text in chain((one.title, COMMON.get(one.code, "")), *terms):
        yield from _words(text)


def _library() -> Any:
    with warnings.catch_warnings():
        # The library reads its files in a way that Python has moved; it says so three times.
        warnings.filterwarnings("ignore", r"(read|open)_text is deprecated", DeprecationWarning)
        return import_module("simple_icd_10_cm")


_reading = Lock()


@cache
def _read() -> Index:
    """The collector of garbage rests meanwhile, and lets be what was read: it stays as long as the process."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        return Index()
    finally:
        gc.freeze()
        if was_on:
            gc.enable()


def index() -> Index:
    """Read once, also where several ask at the same time."""
    with _reading:
        return _read()


def find(code: str) -> Code | None:
    """The code, however it is written: E11.9, e119."""
    plain = code.strip().upper().replace(".", "")
    return index().by_code.get(f"{plain[:3]}.{plain[3:]}" if len(plain) > 3 else plain)


def search(text: str, *, limit: int = MOST_FOUND) -> list[Code]:
    """The codes that a beginning of a code or the beginnings of words mean, the likeliest first."""
    text = text[:LONGEST_QUESTION].strip()
    if len(text) < SHORTEST_QUESTION:
        return []
    found: list[Code] = []
    if _CODE.fullmatch(text.upper()):
        plain = text.upper().replace(".", "")
        found = index().with_prefix(f"{plain[:3]}.{plain[3:]}" if len(plain) > 3 else plain, limit)
    asked = list(dict.fromkeys(_words(text)))
    if asked and len(found) < limit:
        found = list(dict.fromkeys([*found, *index().with_words(asked, limit)]))
    return found[:limit]
