"""Names of other people, as well as it can be done: by title, by relation, by lists, by script."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from assistant.privacy.lists import is_also_a_word, is_given_name, is_word
from assistant.privacy.names import PARTICLES
from assistant.privacy.spans import Kind, Span, Word, words_in

_TITLES = (
    "dr drs prof professor mr mrs ms miss mister mx sir frau herr herrn hr fr nurse sister matron schwester pfleger doctor "
    "pastor father reverend rabbi imam midwife dietitian physiotherapist"
)
_AFTER_A_TITLE_NO_NAME = "practitioner specialist manager led in call station on ward and or"
_RELATIONS = (
    "daughter son wife husband mother father sister brother aunt uncle niece nephew partner neighbour neighbor friend carer "
    "caregiver guardian grandmother grandfather granddaughter grandson cousin mum mom dad fiance fiancee stepson "
    "stepdaughter girlfriend boyfriend tochter sohn ehefrau ehemann named called"
)
# Names that stand for what they described; and modal verbs that are names of few.
_EPONYMS = (
    "babinski romberg fleischner brackmann house sjogren meniere guillain barre behcet raynaud schonlein henoch kobner rontgen "
    "doppler holter mantoux gram foley hickman kernig brudzinski murphy mcburney rovsing lachman phalen tinel trendelenburg "
    "child pugh ranson wells cockcroft gault kdigo gold nyha killip framingham braden norton barthel waterlow tanner valsalva "
    "wernicke korsakoff lewy kaposi burkitt ewing wilms barrett helicobacter candida carina aspergillus klebsiella listeria "
    "april august june "
    "borrelia rosacea melena malaria angina alopecia chlamydia giardia ebola zika corona"
)
TITLES, RELATIONS = frozenset(_TITLES.split()), frozenset(_RELATIONS.split())
AFTER_A_TITLE_NO_NAME, EPONYMS = frozenset(_AFTER_A_TITLE_NO_NAME.split()), frozenset(_EPONYMS.split())
MODALS = frozenset({"may", "will", "can", "mark", "hope", "no", "so", "do", "long", "short"})
FAR_SCRIPTS = re.compile(
    r"[\u0370-\u03ff\u0400-\u052f\u0530-\u08ff\u0900-\u0dff\u0e00-\u0eff\u10a0-\u10ff\u1100-\u11ff\u3040-\u9fff\uac00-\ud7af]"
)
MOST_FAR = 0.3  # of the letters: a text in another script is no list of names
LONGEST_ABBREVIATION = 4
AFTER_TITLE = re.compile(r"\.?\s{1,2}")
BETWEEN = re.compile(r"[ \u00a0\n-]{1,2}|\.\s?")


@dataclass
class Staff:
    """Who works here: names that are found wherever they stand."""

    families: set[str] = field(default_factory=set)
    pairs: set[tuple[str, str]] = field(default_factory=set)

    @classmethod
    def of(cls, full_names: Iterable[str]) -> "Staff":
        staff = cls()
        for full in full_names:
            keys = [word.key for word in words_in(full) if word.key not in TITLES]
            staff.pairs |= {*pairwise(keys), *pairwise(keys[::-1])}
            staff.families |= {key for key in keys[-1:] if len(key) > 3 and not is_word(key)}
        return staff


def find_others(text: str, staff: Staff) -> Iterator[Span]:
    """Names of anybody. What is found is as likely a name as the lists and the words before it can say."""
    words = words_in(text)
    letters = sum(sign.isalpha() for sign in text)
    far_too = len(FAR_SCRIPTS.findall(text)) <= MOST_FAR * letters
    place = 0
    while place < len(words):
        last = _name_at(text, words, place, staff, far_too)
        if last is None:
            place += 1
            continue
        yield Span(words[place].start, words[last].end, Kind.PERSON)
        place = last + 1


def _name_at(text: str, words: list[Word], place: int, staff: Staff, far_too: bool) -> int | None:
    """The place of the last word of a name that begins here."""
    word = words[place]
    if (
        far_too
        and FAR_SCRIPTS.search(word.text)
        and (len(word.text) > 1 or not "\u0370" <= word.text <= "\u03ff")
    ):
        return place
    if not word.is_capital or _is_abbreviation(word):
        return _staff_at(text, words, place, staff)
    if _introduced(text, words, place):
        return _to_the_end(text, words, place)
    if _is_given(text, words, place):
        return _to_the_end(text, words, place)
    if _before_a_given_name(text, words, place):
        return place + 1
    return _staff_at(text, words, place, staff)


def _is_abbreviation(word: Word) -> bool:
    return word.text.isupper() and len(word.text) <= LONGEST_ABBREVIATION


def _introduced(text: str, words: list[Word], place: int) -> bool:
    """Dr Osei; her daughter Zofia."""
    if not place:
        return False
    before, word = words[place - 1], words[place]
    gap = text[before.end : word.start]
    if before.key in TITLES and before.is_capital and AFTER_TITLE.fullmatch(gap):
        return word.key not in AFTER_A_TITLE_NO_NAME and word.key not in TITLES
    is_relation = before.key in RELATIONS and gap in {" ", ", ", ": ", " (", "\n"}
    can_be_name = not is_word(word.key) or (is_also_a_word(word.key) and word.key not in MODALS)
    return is_relation and not before.is_capital and can_be_name and word.key not in TITLES


def _is_given(text: str, words: list[Word], place: int) -> bool:
    """A given name that means nothing else; or one that does, before a word that can only be a family name."""
    word = words[place]
    if word.key in EPONYMS:
        return False
    if is_given_name(word.key) or (is_also_a_word(word.key) and not word.text.isascii()):
        return True
    if not is_also_a_word(word.key) or word.key in MODALS or place + 1 >= len(words):
        return False
    after = words[place + 1]
    is_family = _can_be_family(after) and (is_given_name(after.key) or not after.text.isascii())
    return text[word.end : after.start] == " " and is_family


def _before_a_given_name(text: str, words: list[Word], place: int) -> bool:
    """Osei, Akua."""
    if place + 1 >= len(words) or is_word(words[place].key) or words[place].key in EPONYMS:
        return False
    after = words[place + 1]
    comma = text[words[place].end : after.start]
    return comma == ", " and after.is_capital and not _is_abbreviation(after) and is_given_name(after.key)


def _staff_at(text: str, words: list[Word], place: int, staff: Staff) -> int | None:
    word = words[place]
    if place + 1 < len(words) and (word.key, words[place + 1].key) in staff.pairs:
        gap = text[word.end : words[place + 1].start]
        if BETWEEN.fullmatch(gap) or gap == ", ":
            return place + 1
    return place if word.is_capital and word.key in staff.families else None


def _can_be_family(word: Word) -> bool:
    return (
        word.is_capital and not _is_abbreviation(word) and word.key not in EPONYMS and not is_word(word.key)
    )


def _to_the_end(text: str, words: list[Word], place: int) -> int:
    """As far as capitals follow that are no words; particles and initials are part of a name."""
    last = place
    for after in range(place + 1, min(place + 5, len(words))):
        word, gap = words[after], text[words[after - 1].end : words[after].start]
        if not BETWEEN.fullmatch(gap) or (gap.startswith(".") and len(words[after - 1].text) > 1):
            break
        is_family = _can_be_family(word) or (after == place + 1 and _is_family_and_word(word, gap))
        if is_family or (len(word.text) == 1 and word.is_capital and text[word.end : word.end + 1] == "."):
            last = after
        elif word.key not in PARTICLES:
            break
    return last


def _is_family_and_word(word: Word, gap: str) -> bool:
    """Peter Brown: after a given name also a word may be a family name."""
    return gap in {" ", "-"} and word.is_capital and is_also_a_word(word.key) and word.key not in MODALS
