"""A question, understood as far as rules understand it: what it is about, when, and which words are left."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date

from assistant.providers.builtin.lexicon import BROAD, LONGEST_PHRASE, PHRASES, Concept, Part
from assistant.providers.builtin.little import LITTLE, SECTIONS, TREND
from assistant.providers.builtin.medicines import medicines_in, without_doses
from assistant.providers.builtin.times import OPEN, Span, span_in
from assistant.providers.builtin.words import plain, stem, words_of

_SOMEBODY = re.compile(r"\b(?:mr|mrs|ms|miss|patient)\.? (?:[A-Z]|\w+-\d)", re.IGNORECASE)
_NAMED = re.compile(r"\b(?:Mr|Mrs|Ms|Miss)\.? [A-Z]|\b[A-Z][a-z]+'s\b(?! disease)|\b[A-Z]{1,4}-\d{6}-\d\b")
_NAME = re.compile(r"\b[A-Z][a-zà-ÿ]+(?:[ -][A-Z][a-zà-ÿ]+)*")
_GREETING = re.compile(
    r"(?:hi|hello|hey|hallo|good (?:morning|afternoon|evening|day)|thanks|thank you|many thanks|ok|okay|bye|help|"
    r"goodbye|please help|how are you|who are you|what are you)(?: there| very much| a lot| assistant| me| you)?|"
    r"(?:what|how) (?:can|could|do|may|should) (?:you|i) (?:do|help|ask|know)(?: you| me| here| for me| about)?|"
    r"what can i ask(?: you| here)*|how does (?:this|it) work|(?:thanks|thank you),? (?:bye|that's all|that helps)"
)
_PAST = frozenset(
    {"before", "past", "ever", "stopped", "previous", "previously", "formerly", "did", "earlier"}
)
MEASURED = frozenset({Part.LABS, Part.VITALS, Part.NEWS2, Part.ABNORMAL})
OF_VISITS = frozenset({Part.LAST_NOTE, Part.LAST_VISIT, Part.NEXT_VISIT})


@dataclass(frozen=True)
class Asked:
    """`rest` are stems of the words that no rule explains: each has to stand in what an answer cites."""

    text: str
    concepts: tuple[Concept, ...] = ()
    rest: tuple[str, ...] = ()
    content: tuple[str, ...] = ()
    section: str = ""
    is_trend: bool = False
    is_past: bool = False
    medicines: tuple[str, ...] = ()  # to be checked, with their doses
    span: Span = OPEN

    @property
    def is_empty(self) -> bool:
        return not (self.concepts or self.rest)

    @property
    def is_greeting(self) -> bool:
        """Whether nothing is asked, or what may be asked."""
        return bool(
            _GREETING.fullmatch(" ".join(self.text.casefold().replace("’", "'").split()).strip(" ,.!?"))
        )

    @property
    def names_somebody(self) -> bool:
        """Whether a person is named as people are: Mr Brandt, Bela's, a record number."""
        return bool(_NAMED.search(self.text.replace("’", "'")))

    @property
    def capitals(self) -> tuple[str, ...]:
        """What may be a name: words in capitals, but for the first of a sentence where it is a little word."""
        return tuple(
            one
            for one in _NAME.findall(self.text)
            if not all(word.casefold() in LITTLE for word in re.split("[ -]", one))
        )

    @property
    def full_names(self) -> tuple[str, ...]:
        """Several words in capitals in a row, where they are all that is asked about or belong to a patient."""
        return tuple(one for one in self.capitals if " " in one)

    def has(self, *parts: Part) -> bool:
        return any(one.part in parts for one in self.concepts)

    def of(self, part: Part) -> list[Concept]:
        return [one for one in self.concepts if one.part == part]


def read(question: str, today: date, *, before: Sequence[str] = ()) -> Asked:
    """What is asked; what a follow-up leaves out is taken from the question before it, the latest last."""
    asked = _read(question, today)
    for earlier in reversed(before[-3:]):
        if asked.concepts or asked.rest:
            break
        known = _read(earlier, today)
        asked = replace(
            known,
            text=question,
            is_trend=asked.is_trend or (known.is_trend and asked.span == OPEN),
            span=asked.span if asked.span != OPEN else known.span,
        )
    if asked.span == OPEN and before and words_of(question)[:1] == ["and"]:
        asked = replace(asked, span=_read(before[-1], today).span)
    return asked


def _read(question: str, today: date) -> Asked:
    span, text = span_in(plain(question), today)
    words = words_of(text)
    concepts, left, medicines = _what(text, words)
    rest = _content(left)
    is_broad = bool(parts_of(concepts) & BROAD)
    if parts_of(concepts) & MEASURED:
        concepts = [one for one in concepts if one.part not in OF_VISITS]
    return Asked(
        text=question,
        concepts=tuple(dict.fromkeys(concepts)),
        rest=rest,
        content=_content(words),
        section="" if is_broad else next((SECTIONS[word] for word in words if word in SECTIONS), ""),
        is_trend=any(word in TREND for word in left),
        is_past=any(word in _PAST for word in words),
        medicines=medicines,
        span=OPEN if "before" in words and span[1] else span,
    )


def parts_of(concepts: Sequence[Concept]) -> set[Part]:
    return {one.part for one in concepts}


def _what(text: str, words: list[str]) -> tuple[list[Concept], list[str], tuple[str, ...]]:
    """What is asked about, the words that say no more of it, and medicines that are to be checked."""
    concepts, left = _concepts(words)
    named = medicines_in(text)
    if Part.SAFETY in parts_of(concepts):
        return *_concepts(words_of(without_doses(named.left)), besides=BROAD), named.medicines
    if named.is_all:
        return [Concept(Part.SAFETY)], [], named.medicines
    if parts_of(concepts) <= BROAD and not _content(left):
        return concepts, left, ()
    return *_concepts(words, besides=BROAD), ()


def _concepts(words: list[str], besides: Collection[Part] = ()) -> tuple[list[Concept], list[str]]:
    """What the longest phrases that are known mean, and the words in none of them."""
    found: list[Concept] = []
    covered: set[int] = set()
    at = 0
    while at < len(words):
        length = next(
            (
                n
                for n in range(min(LONGEST_PHRASE, len(words) - at), 0, -1)
                if (known := PHRASES.get(tuple(words[at : at + n]))) and known.part not in besides
            ),
            0,
        )
        if length:
            found.append(PHRASES[tuple(words[at : at + length])])
            covered |= set(range(at, at + length))
        at += length or 1
    return found, [word for number, word in enumerate(words) if number not in covered]


def _content(words: Sequence[str]) -> tuple[str, ...]:
    said = [
        word
        for word in words
        if word.removesuffix("'s").replace("'", "") not in LITTLE | TREND and word not in SECTIONS
    ]
    return tuple(dict.fromkeys(stem(word) for word in said if len(word) > 1 or word.isdecimal()))
