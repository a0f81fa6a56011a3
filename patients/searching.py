"""How patients are found: the texts of the search keys, and the ranges of keys that a question means.

A key is `<kind>:<text> #<patient's id in hex>`. Every text but the phonetic one ends with the words of
the name, so that a question of several parts is answered from the keys alone. `#` sorts before every
letter and digit: among the keys that begin alike, the shortest name comes first.

kind  text                                            answers
n     two words of the name, in both orders           words written out, the last one begun
p     three letters of a word, another word, …        two words that are both only begun
s     the sounds of two words, in both orders         misspelt names
t     digits of the phone, national, without zeros    a number as people dial it, or with +49
r     the same digits from the end                    "the number ends in 4711"
m     digits of the medical record number             with or without prefix, zeros, check digit
b     date of birth, ISO                              a date in one of the usual orders
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from itertools import permutations
from typing import Any

import jellyfish
import phonenumbers

LONGEST_QUESTION = 200
LONGEST_WORD = 32
LONGEST_TEXT = 160
MOST_PAIRED_WORDS = 6
BEGINNING = 3  # letters of the first word of a `p` key
SHORTEST_ENDING = 4  # digits that say which end of a phone number is meant
MRN_DIGITS = 6
AFTER_ALL_TEXT = "\uffff"
OF = " #"  # between a key's text and the patient's id
KINDS = "bmnptrs"  # in this order the answers are given

_LETTERS = str.maketrans(
    {"\u0131": "i", "ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ə": "e"}
    | dict.fromkeys("'\u2019\u2018\u02bc`\u00b4", "")
)
_SOUNDS = (("sch", "sh"), ("dt", "t"), ("th", "t"), ("tz", "z"), ("ph", "f"), ("y", "i"), ("j", "i"))

_DATES = (
    re.compile(r"(?<!\d)(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})(?!\d)"),
    re.compile(r"(?<!\d)(?P<day>\d{1,2})[./](?P<month>\d{1,2})[./](?P<year>\d{4})(?!\d)"),
)
_NUMBERS = re.compile(r"\+?\(?\d[\d\s()/.-]*")
_PREFIX = re.compile(r"(?<![^\W_])[^\W\d_][^\W_]{0,3}(?:-\s?(?=\d)|(?=\d{6}))")


@lru_cache(maxsize=20_000)
def words_of(text: str) -> tuple[str, ...]:
    """The words of a name without case, accents and punctuation; each at most LONGEST_WORD signs."""
    plain = unicodedata.normalize("NFKD", text.casefold()).translate(_LETTERS)
    signs = (sign if unicodedata.category(sign)[0] in "LN" else _instead_of(sign) for sign in plain)
    return tuple(
        unicodedata.normalize("NFC", word)[:LONGEST_WORD] for word in "".join(signs).casefold().split()
    )


def _instead_of(sign: str) -> str:
    """Nothing for accents, the sign itself for vowel signs that stand by themselves, else a gap."""
    category = unicodedata.category(sign)
    if category == "Mc":
        return sign
    return "" if category in {"Mn", "Cf"} else " "


@lru_cache(maxsize=20_000)
def sound_of(word: str) -> str:
    """Metaphone, evened out for names from German-speaking and neighbouring countries; "" if none."""
    for written, spoken in _SOUNDS:
        word = word.replace(written, spoken)
    code = jellyfish.metaphone(word) if word.isascii() and word.isalpha() else ""
    return re.sub(r"(.)\1+", r"\1", code)


def national_digits(phone: Any) -> str:
    """The digits of a phone number without country and leading zeros; "" if it is none."""
    number = getattr(phone, "national_number", None)
    return str(number) if number else ""


def keys_for(patient: Any) -> list[str]:
    """Every key under which this patient is found, sorted."""
    given, family = words_of(patient.given_name), words_of(patient.family_name)
    words = list(dict.fromkeys([*family[:3], *given[:3], *family[3:], *given[3:]]))
    paired, others = words[:MOST_PAIRED_WORDS], words[MOST_PAIRED_WORDS:]
    name = " ".join(words)
    texts = {f"n:{word} {name}" for word in (others if len(paired) > 1 else words)}
    for first, second in permutations(paired, 2):
        rest = "".join(f" {word}" for word in words if word not in {first, second})
        texts.add(f"n:{first} {second}{rest}")
        texts.add(f"p:{first[:BEGINNING]} {second} {first}{rest}")
    texts.update(f"s:{sounds}" for sounds in _sounds(paired))
    texts.add(f"b:{patient.birth_date.isoformat()} {name}")
    if digits := national_digits(patient.phone):
        texts.update({f"t:{digits} {name}", f"r:{digits[::-1]} {name}"})
    if number := "".join(filter(str.isdigit, patient.mrn.partition("-")[2])):
        texts.add(f"m:{number} {name}")
    return sorted(f"{text[:LONGEST_TEXT]}{OF}{patient.pk.hex}" for text in texts)


def _sounds(words: Iterable[str]) -> Iterator[str]:
    codes = [code for code in dict.fromkeys(map(sound_of, words)) if code]
    if len(codes) == 1:
        yield codes[0]
    for first, second in permutations(codes, 2):
        yield f"{first} {second}"


def words_in(key: str) -> list[str]:
    return key[2 : key.rindex(OF)].split()


@dataclass
class Question:
    """What somebody typed into the search, taken apart."""

    words: list[str] = field(default_factory=list)
    numbers: list[str] = field(default_factory=list)  # as typed: digits, perhaps with a + before them
    born_on: date | None = None

    @classmethod
    def read(cls, text: str) -> "Question":
        text = unicodedata.normalize("NFKC", text[:LONGEST_QUESTION].replace("\x00", " "))
        text, born_on = _take_date(text)
        text = _PREFIX.sub(" ", text)
        numbers = [_dialled(match.group()) for match in _NUMBERS.finditer(text)]
        words = words_of(_NUMBERS.sub(" ", text))
        return cls(list(dict.fromkeys(words)), [one for one in numbers if one], born_on)

    def ranges(self) -> list[str]:
        """Beginnings of keys, the most exact first. Any key that begins so is a candidate."""
        if self.born_on:
            return [f"b:{self.born_on.isoformat()}"]
        if self.numbers:
            return _number_ranges(max(self.numbers, key=len))
        return _name_ranges(self.words)

    def sounds_like(self) -> list[str]:
        """Beginnings of phonetic keys, for a question of names only. Whole sounds: hence the space."""
        if self.born_on or self.numbers:
            return []
        codes = [code for code in map(sound_of, _longest(self.words)) if code]
        return [f"s:{' '.join(codes)} "] if len("".join(codes)) > 1 else []

    def means(self, key: str) -> bool:
        """Whether the key's text has every word of the question, at least begun."""
        present = words_in(key)
        return all(any(one.startswith(word) for one in present) for word in self.words)

    def rank(self, key: str) -> tuple[int, int, int, str]:
        """The smaller the better: words written out, the kind of key, few other names, the alphabet."""
        present = words_in(key)
        begun = sum(word not in present for word in self.words)
        return begun, KINDS.index(key[0]), len(present), key


def _take_date(text: str) -> tuple[str, date | None]:
    for pattern in _DATES:
        if match := pattern.search(text):
            parts = {name: int(digits) for name, digits in match.groupdict().items()}
            try:
                return text[: match.start()] + " " + text[match.end() :], date(**parts)
            except ValueError:
                continue
    return text, None


def _dialled(typed: str) -> str:
    digits = "".join(sign for sign in typed if sign in "0123456789")
    return f"+{digits}" if typed.startswith("+") else digits


def _longest(words: list[str]) -> list[str]:
    """The two words that tell most, in the order in which they were typed."""
    chosen = sorted(words, key=len, reverse=True)[:2]
    return [word for word in words if word in chosen]


def _name_ranges(words: list[str]) -> list[str]:
    if len(words) < 2:
        return [f"n:{word}" for word in words]
    first, second = _longest(words)
    shorter, longer = sorted((first, second), key=len)
    if len(longer) < BEGINNING:
        begun = f"n:{first}"
    elif len(shorter) < BEGINNING:
        begun = f"p:{longer[:BEGINNING]} {shorter}"
    else:
        begun = f"p:{shorter[:BEGINNING]} {longer}"
    return [f"n:{first} {second}", f"n:{second} {first}", begun]


def _number_ranges(typed: str) -> list[str]:
    national = typed.lstrip("0")
    if typed.startswith(("+", "00")):
        digits = f"+{typed.lstrip('+0')}"
        try:
            national = str(phonenumbers.parse(digits).national_number)
        except phonenumbers.NumberParseException:
            national = ""
    texts = [f"t:{national}"] if national else []
    if not typed.startswith("+"):
        texts += [f"m:{typed}", f"m:{typed.zfill(MRN_DIGITS)}", f"m:{typed.zfill(MRN_DIGITS + 1)}"]
        if len(typed) >= SHORTEST_ENDING:
            texts.append(f"r:{typed[::-1]}")
    return list(dict.fromkeys(texts))
