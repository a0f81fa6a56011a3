"""How alike two registrations are: a score from 0 to 100, made of points that each say why.

Points are added for what agrees and taken off for what contradicts; a field that one of the two lacks says nothing.
That is the idea of Fellegi and Sunter, A theory for record linkage, J Am Stat Assoc 64, 1969, with weights that
people can read and add up instead of estimated ones. Names are compared word by word with the measure of Jaro and
Winkler (Winkler, String comparator metrics, 1990), by their sound, and romanised. The weights are ours; they are
judged by `patients.tests.labelled_pairs`, which was written before them, and by nothing else: no clinic's data.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

import jellyfish
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from patients.searching import national_digits, sound_of, words_of

SUSPECTED = 60  # from here on a pair is looked at by people
NEAR_CERTAIN = (
    90  # from here on another system has to say that it knows: names, date of birth and phone agree
)

# Two family names, or two given names, that are written the same.
SAME_FAMILY, SAME_GIVEN = 23, 22
# Another given name under the same date and phone: a twin. It must outweigh what the household shares.
OTHER_GIVEN = -30
# Another family name says little: people marry.
OTHER_FAMILY = -4
# One in some 30 000 people of all ages was born on a given day.
SAME_BIRTH_DATE = 35
# The same digits in another order, or day and month exchanged: seldom by chance, often by hand.
BIRTH_DATE_SWAPPED = 27
# One digit of eight is another one: chance is about forty times as likely as that of the same date.
BIRTH_DATE_ONE_DIGIT = 21
# Only the year is known of one of the two, and it is the same.
SAME_BIRTH_YEAR = 20
# People know when they were born. Fathers and sons of one name, brothers, namesakes end here.
OTHER_BIRTH_DATE = -25
# A household shares it, a stranger does not.
SAME_PHONE = 20
# Asked for in every registration and seldom wrong.
OTHER_SEX = -8

ALIKE = 0.82  # likeness from which two words count as the same name, written differently
KNOWN_BY_SOUND = 0.93
KNOWN_FOR_SHORT = 0.88

WORDS: dict[str, str | Promise] = {
    "same_names": _("Same names"),
    "swapped_names": _("Given and family name exchanged"),
    "alike_family_name": _("Family name written alike"),
    "same_family_name": _("Same family name"),
    "other_family_name": _("Other family name"),
    "alike_given_name": _("Given name written alike"),
    "same_given_name": _("Same given name"),
    "other_given_name": _("Other given name"),
    "same_birth_date": _("Same date of birth"),
    "birth_date_swapped": _("Date of birth with digits exchanged"),
    "birth_date_one_digit": _("Date of birth with one other digit"),
    "same_birth_year": _("Same year of birth"),
    "other_birth_date": _("Other date of birth"),
    "same_phone": _("Same phone"),
    "other_sex": _("Other sex"),
}

# What people are called for short, where the short name has neither the letters nor the sound of the long one.
SHORT: dict[str, frozenset[str]] = {
    long: frozenset(short.split())
    for long, short in {
        "aleksandr": "sasha sascha alex",
        "alexander": "alex sascha sasha xander",
        "andreas": "andi",
        "angelika": "geli",
        "anthony": "tony",
        "barbara": "babs basia",
        "catherine": "kate cathy katie",
        "christopher": "chris kit",
        "daniel": "dan danny",
        "edward": "ed eddie ted",
        "elizabeth": "liz beth betty lisa eliza",
        "francisco": "paco",
        "gabriele": "gabi",
        "henry": "harry",
        "james": "jim jimmy",
        "johannes": "hannes hans",
        "jose": "pepe",
        "joseph": "joe",
        "katarzyna": "kasia",
        "magdalena": "magda lena",
        "malgorzata": "gosia",
        "margaret": "maggie peggy meg",
        "matthew": "matt",
        "michael": "mike mick michi",
        "oleksandr": "sasha sascha olek",
        "richard": "dick rick",
        "robert": "bob rob bobby",
        "susanne": "susi sanne",
        "thomas": "tom tommy",
        "william": "bill will billy liam",
        "wolfgang": "wolf",
    }.items()
}

# Ukrainian after the resolution 55 of the Cabinet of Ministers of Ukraine, 2010; letters that only Russian has beside it.
_CYRILLIC = "абвгґдеєжзиіїйклмнопрстуфхцчшщьюяёыэъ"
_ROMAN_CYRILLIC = "a b v h g d e ie zh z y i i i k l m n o p r s t u f kh ts ch sh shch - iu ia e y e -"
# Consonants alone: short vowels are not written.
_ARABIC = "ابتثجحخدذرزسشصضطظعغفقكلمنهويةىءآأإؤئ"
_ROMAN_ARABIC = "a b t t j h k d d r z s s s d t z a g f k k l m n h w y a a - a a a w y"


def _table(signs: str, roman: str) -> dict[str, str]:
    return {sign: text.strip("-") for sign, text in zip(signs, roman.split(), strict=True)}


_ROMAN = str.maketrans(_table(_CYRILLIC, _ROMAN_CYRILLIC) | _table(_ARABIC, _ROMAN_ARABIC))
_SPELT = (
    ("ae", "a"),
    ("oe", "o"),
    ("ue", "u"),
    ("ph", "f"),
    ("ck", "k"),
    ("ou", "u"),
    ("ii", "i"),
    ("iy", "i"),
)
_VOWELS = str.maketrans("", "", "aeiouy")


@dataclass(frozen=True)
class Person:
    """What is compared of a registration, made even: words without case and accents, digits of the phone."""

    given: tuple[str, ...]
    family: tuple[str, ...]
    birth_date: date | None
    is_estimated: bool = False
    sex: str = ""
    phone: str = ""

    @classmethod
    def of(cls, one: Any) -> "Person":
        """Of a patient, or of whatever has the same attributes."""
        return cls(
            words_of(one.given_name),
            words_of(one.family_name),
            one.birth_date,
            one.birth_date_is_estimated,
            one.sex,
            national_digits(one.phone),
        )


@dataclass(frozen=True)
class Likeness:
    """How alike two registrations are, and why: codes of WORDS with their points."""

    score: int
    reasons: tuple[tuple[str, int], ...]

    @property
    def is_suspected(self) -> bool:
        return self.score >= SUSPECTED

    @property
    def as_json(self) -> list[dict[str, Any]]:
        return [{"code": code, "points": points} for code, points in self.reasons]


def likeness_of(one: Person, other: Person) -> Likeness:
    """Add up what agrees and what contradicts."""
    reasons = tuple(
        (code, points)
        for code, points in (*_names(one, other), *_births(one, other), *_contact(one, other))
        if code
    )
    return Likeness(max(0, min(100, sum(points for _code, points in reasons))), reasons)


# ── Names ────────────────────────────────────────────────────────────────────
@lru_cache(maxsize=20_000)
def _even(word: str) -> str:
    """Romanised, and without what languages spell differently."""
    word = word.translate(_ROMAN)
    for written, plain in _SPELT:
        word = word.replace(written, plain)
    return word


@lru_cache(maxsize=50_000)
def likeness_of_words(one: str, other: str) -> float:
    """1 for the same word, 0 for two that have nothing to do with each other."""
    if one == other:
        return 1.0
    if other in SHORT.get(one, ()) or one in SHORT.get(other, ()):
        return KNOWN_FOR_SHORT
    first, second = _even(one), _even(other)
    if first == second:
        return 0.98
    written = jellyfish.jaro_winkler_similarity(first, second)
    if _is_one_slip(first, second):
        written = max(written, 0.9)
    if _sounds_alike(first, second) or _same_consonants(one, other):
        written = max(written, KNOWN_BY_SOUND)
    return written if written >= ALIKE else 0.0


def _is_one_slip(one: str, other: str) -> bool:
    """One letter left out, added, wrong or exchanged with its neighbour; in words long enough to tell."""
    long_enough = min(len(one), len(other)) >= 3 and max(len(one), len(other)) >= 4
    return long_enough and jellyfish.damerau_levenshtein_distance(one, other) <= 1


def _sounds_alike(one: str, other: str) -> bool:
    sound = sound_of(one)
    alike = bool(sound) and sound == sound_of(other)
    return alike and jellyfish.jaro_winkler_similarity(one, other) >= 0.72


def _same_consonants(one: str, other: str) -> bool:
    """For names one of which is written in a script without short vowels."""
    if one.isascii() == other.isascii():
        return False
    bare = [_even(word).translate(_VOWELS).replace("kh", "k").replace("sh", "s") for word in (one, other)]
    squeezed = ["".join(_without_doubles(word)) for word in bare]
    return len(squeezed[0]) > 1 and squeezed[0] == squeezed[1]


def _without_doubles(word: str) -> Iterator[str]:
    before = ""
    for sign in word:
        if sign != before:
            yield sign
        before = sign


def likeness_of_names(one: Sequence[str], other: Sequence[str]) -> float:
    """Of two names of one or more words: every word of the shorter one has to be in the longer one."""
    shorter, longer = sorted((one, other), key=len)
    if not shorter:
        return 0.0
    joined = likeness_of_words("".join(one), "".join(other))
    best = [max(likeness_of_words(word, its) for its in longer) for word in shorter]
    return max(joined, sum(best) / len(best) if min(best) else 0.0)


def _names(one: Person, other: Person) -> Iterator[tuple[str, int]]:
    given = likeness_of_names(one.given, other.given)
    family = likeness_of_names(one.family, other.family)
    crossed = min(likeness_of_names(one.given, other.family), likeness_of_names(one.family, other.given))
    if crossed > min(given, family):
        yield "swapped_names", round((SAME_FAMILY + SAME_GIVEN) * crossed) - 3
    elif given == family == 1.0:
        yield "same_names", SAME_FAMILY + SAME_GIVEN
    else:
        yield _part("family_name", family, SAME_FAMILY, OTHER_FAMILY)
        yield _part("given_name", given, SAME_GIVEN, OTHER_GIVEN)


def _part(name: str, likeness: float, same: int, other: int) -> tuple[str, int]:
    if not likeness:
        return f"other_{name}", other
    return f"same_{name}" if likeness == 1.0 else f"alike_{name}", round(same * likeness)


# ── Date of birth, phone, sex ────────────────────────────────────────────────
def _births(one: Person, other: Person) -> Iterator[tuple[str, int]]:
    first, second = one.birth_date, other.birth_date
    if first is None or second is None:
        return
    if one.is_estimated or other.is_estimated:
        same = first.year == second.year
        yield ("same_birth_year", SAME_BIRTH_YEAR) if same else ("other_birth_date", OTHER_BIRTH_DATE)
    elif first == second:
        yield "same_birth_date", SAME_BIRTH_DATE
    elif second in exchanged(first):
        yield "birth_date_swapped", BIRTH_DATE_SWAPPED
    elif _differing(first, second) == 1:
        yield "birth_date_one_digit", BIRTH_DATE_ONE_DIGIT
    else:
        yield "other_birth_date", OTHER_BIRTH_DATE


def _differing(one: date, other: date) -> int:
    return sum(left != right for left, right in zip(one.isoformat(), other.isoformat(), strict=True))


@lru_cache(maxsize=2_000)
def exchanged(born: date) -> frozenset[date]:
    """The dates that come of exchanging day and month, or two neighbouring digits."""
    text = born.isoformat()
    texts = {f"{text[:5]}{text[8:]}-{text[5:7]}"}
    for left in (2, 5, 8):
        texts.add(f"{text[:left]}{text[left + 1]}{text[left]}{text[left + 2 :]}")
    return frozenset(_dates(texts)) - {born}


@lru_cache(maxsize=2_000)
def one_digit_off(born: date) -> frozenset[date]:
    """The dates that differ in one digit; the century is not mistyped."""
    text = born.isoformat()
    places = (2, 3, 5, 6, 8, 9)
    return frozenset(
        _dates({f"{text[:at]}{digit}{text[at + 1 :]}" for at in places for digit in "0123456789"})
    ) - {born}


def _dates(texts: set[str]) -> Iterator[date]:
    for text in sorted(texts):
        try:
            yield date.fromisoformat(text)
        except ValueError:
            continue


def _contact(one: Person, other: Person) -> Iterator[tuple[str, int]]:
    if one.phone and one.phone == other.phone:
        yield "same_phone", SAME_PHONE
    if {one.sex, other.sex} == {"female", "male"}:
        yield "other_sex", OTHER_SEX
