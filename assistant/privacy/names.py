"""Names that are known: the patient's and those of the next of kin, however they are written."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import jellyfish

from assistant.privacy.lists import is_also_a_word, is_word
from assistant.privacy.spans import Kind, Span, Word, key_of, spelt_key_of, words_in

_PARTICLES = "al bin da de dei del dell den der di do dos du el ibn la le of ten ter van vom von zu zum y e"
PARTICLES = frozenset(_PARTICLES.split())
BESIDE = re.compile(r"[\s,.;_\-\u2010-\u2015/]{0,3}")
IDEOGRAPHS = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
OF_AN_EPONYM = re.compile(
    r"(?:['\u2019]s|s['\u2019])?[\s-]+(?:disease|syndrome|palsy|sign|signs|lymphoma|phenomenon|criteria|score|scale|test|"
    r"ulcer|procedure|catheter|stain|tumou?r|plus|dementia|thyroiditis|ophthalmopathy|fracture|fever|reflex)\b",
    re.IGNORECASE,
)
CERTAIN_LETTERS = 4  # a shorter name needs a capital
SHORTEST_ALONE = 3  # a shorter one needs its initial
SLIP_LETTERS = 5  # from here on a slip of the pen is looked for


@dataclass(frozen=True)
class Name:
    given: str
    family: str
    kind: Kind

    @classmethod
    def of(cls, full: str, kind: Kind) -> "Name":
        """The last word is the family name, unless a comma says otherwise."""
        before, comma, after = full.partition(",")
        if comma:
            return cls(after.strip(), before.strip(), kind)
        given, _, family = full.strip().rpartition(" ")
        return cls(given, family, kind)


@dataclass
class KnownNames:
    """An index of the words of names, asked for every word of a text."""

    names: Sequence[Name]
    kinds: dict[str, set[Kind]] = field(default_factory=dict)
    weak: set[str] = field(default_factory=set)
    exact: set[str] = field(default_factory=set)  # with their accents also short names are told from words
    initials: set[str] = field(default_factory=set)
    patterns: list[tuple[re.Pattern[str], Kind]] = field(default_factory=list)

    def __post_init__(self) -> None:
        for name in self.names:
            self._learn(name)

    def _learn(self, name: Name) -> None:
        given, family = words_in(name.given), words_in(name.family)
        for word in (*given, *family):
            self._add(word.text, name.kind)
            for part in re.split("['\u2019\u2018\u02bc]", word.text)[1:]:
                self._add(part, name.kind)
        for joined in _joined(name.given, name.family):
            self._add(joined, name.kind)
        for alone in (given, family):
            if len(alone) == 1 and not is_also_a_word(alone[0].key):
                self.weak -= {alone[0].key, alone[0].spelt}  # De may be all there is of a name
        self.initials |= {word.text[0].upper() for word in (*given, *family)}
        self.patterns += [(pattern, name.kind) for pattern in _patterns(given, family)]

    def _add(self, text: str, kind: Kind) -> None:
        if not text.isascii():
            self.exact.add(text.casefold())
        for key in {key_of(text), spelt_key_of(text)}:
            if not key:
                continue
            self.kinds.setdefault(key, set()).add(kind)
            if key in PARTICLES or (len(key) < SHORTEST_ALONE and key.isascii()):
                self.weak.add(key)

    def find(self, text: str) -> Iterator[Span]:
        words = words_in(text)
        found = [self._kinds_of(word, text) for word in words]
        for place, (one, other) in enumerate(pairwise(words)):
            if self._are_one_name(text, one, other):
                found[place], found[place + 1] = self.kinds[one.key], self.kinds[other.key]
        yield from self._runs(text, words, found)
        for pattern, kind in self.patterns:
            for match in pattern.finditer(text):
                yield Span(match.start(), match.end(), kind)

    def _kinds_of(self, word: Word, text: str) -> set[Kind]:
        """What this word is by itself; empty if it needs company."""
        key = word.key if word.key in self.kinds else word.spelt
        if key in self.kinds:
            return self.kinds[key] if self._is_certain(key, word, text) else set()
        return self._slip(word)

    def _is_certain(self, key: str, word: Word, text: str) -> bool:
        if key in self.weak:
            return word.is_capital and word.text.casefold() in self.exact
        if is_also_a_word(key) and OF_AN_EPONYM.match(text, word.end):
            return False
        needs_capital = is_word(key) or (len(key) < CERTAIN_LETTERS and key.isascii())
        return word.is_capital or not needs_capital

    def _are_one_name(self, text: str, one: Word, other: Word) -> bool:
        """Two words that mean something else by themselves, such as may kaiser."""
        both = one.key in self.kinds and other.key in self.kinds and one.key != other.key
        return both and not {one.key, other.key} <= PARTICLES and _beside(text, one, other)

    def _slip(self, word: Word, *, may_be_word: bool = False) -> set[Kind]:
        """A word that differs from a longer name in one letter, or in the order of two, and is no other word."""
        if len(word.key) < SLIP_LETTERS - 1 or (not may_be_word and is_word(word.key)):
            return set()
        shortest = SLIP_LETTERS if word.is_capital else SLIP_LETTERS + 1
        for key, kinds in self.kinds.items():
            near = len(key) >= shortest and abs(len(key) - len(word.key)) <= 1
            if near and jellyfish.damerau_levenshtein_distance(key, word.key) == 1:
                return kinds
        return set()

    def _runs(self, text: str, words: list[Word], found: list[set[Kind]]) -> Iterator[Span]:
        """Words of names that stand beside each other are one name, with what leans on them."""
        place = 0
        while place < len(words):
            if not found[place]:
                place += 1
                continue
            first, last, kinds = place, place, set(found[place])
            while first and self._leans(text, words[first - 1], words[first], words[first - 1]):
                first -= 1
            while last + 1 < len(words) and (
                (found[last + 1] and _beside(text, words[last], words[last + 1]))
                or self._leans(text, words[last], words[last + 1], words[last + 1])
            ):
                last += 1
                kinds = (kinds & found[last]) or kinds
            yield Span(words[first].start, _end(text, words[last]), _one_of(kinds))
            place = last + 1

    def _leans(self, text: str, before: Word, after: Word, asked: Word) -> bool:
        """Whether a word is part of a name because of its neighbour: a known one in any case, or an initial."""
        if not _beside(text, before, after):
            return False
        if asked.key in self.kinds or asked.spelt in self.kinds:
            return True
        if asked.is_capital and self._slip(asked, may_be_word=True):
            return True
        dotted = text[asked.end : asked.end + 1] == "."
        is_unit = text[asked.start - 1 : asked.start] == "/"  # mmol/L
        is_letter = len(asked.text) == 1 and asked.is_capital and not is_unit
        return is_letter and (dotted or asked.text in self.initials)


def _joined(given: str, family: str) -> Iterator[str]:
    """Names that are written as one word."""
    one, other = ("".join(word.text for word in words_in(name)) for name in (given, family))
    yield from (one, other)
    if len(one) > 1 and len(other) > 1:
        yield from (one + other, other + one)
    for name in (given, family):
        parts = [word.text for word in words_in(name)]
        yield from (first + second for first, second in pairwise(parts))


def _patterns(given: list[Word], family: list[Word]) -> Iterator[re.Pattern[str]]:
    """Initials, and names in scripts that put no space between words."""
    if not given or not family:
        return
    firsts, lasts = (
        r"[\s-]?".join(rf"{re.escape(word.text[0].upper())}\." for word in words) for words in (given, family)
    )
    first, last = (re.escape(words[0].text[0].upper()) for words in (given, family))
    for one, two in {
        (firsts, lasts),
        (lasts, firsts),
        (rf"{first}\.", rf"{last}\."),
        (rf"{last}\.", rf"{first}\."),
    }:
        yield re.compile(rf"(?<![^\W_]){one}[\s-]?{two}(?![^\W_])")
    for name in {family[0].text, family[0].key.capitalize()}:
        if len(name) < SHORTEST_ALONE:
            yield re.compile(rf"(?<![^\W_]){first}\.\s?{re.escape(name)}(?![^\W_])")
            yield re.compile(rf"(?<![^\W_]){re.escape(name)},?\s{first}\.")
    whole, called = (family[0].text + given[0].text), given[0].text
    if IDEOGRAPHS.search(whole):
        yield re.compile("|".join(re.escape(text) for text in (whole, called) if len(text) > 1))


def _beside(text: str, one: Word, other: Word) -> bool:
    return BESIDE.fullmatch(text, one.end, other.start) is not None


def _end(text: str, word: Word) -> int:
    """With the point of an initial."""
    return word.end + (len(word.text) == 1 and text[word.end : word.end + 1] == ".")


def _one_of(kinds: Iterable[Kind]) -> Kind:
    there = set(kinds)
    return Kind.PATIENT if Kind.PATIENT in there else next(iter(there))
