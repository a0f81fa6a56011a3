"""Which medicine is meant: brands, generics, salts, combinations, with strengths and forms in the text.

What is not understood word for word is not taken: `resolve` answers None, and `did_you_mean` proposes names for a
person to choose from. A misspelling that were corrected silently could be another medicine.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import permutations

import jellyfish

from prescriptions.safety.strengths import Strength, taken_out
from prescriptions.safety.substances import Ingredient, combinations, products_of, substances
from prescriptions.safety.written import FORMS, METALS, SALTS

LONGEST_NAME = 200
MOST_WORDS = 12
MOST_PROPOSED = 3

_APART = re.compile(r"\s*(?:/|\+|&|;|,|\b(?:and|with|und|mit)\b)\s*")
_SHORT_NUMBERS = re.compile(r"(?<![a-z])\d+(?:[.,/]\d+)*\s*%?$")
_NUMBER_AND_UNIT = re.compile(r"(?<![^\W_])(\d+)(?=[a-z])")
_STUCK = re.compile(r"(?<=[a-z]{4})(?=\d)")
_SMALL = str.maketrans({"µ": "u", "μ": "u", "ß": "ss", "ø": "o", "®": " ", "™": " ", "’": "", "'": ""})


@dataclass(frozen=True, slots=True)
class Resolved:
    """What a text means. `text` is what was written, `name` what we call it."""

    text: str
    name: str
    ingredients: tuple[Ingredient, ...]

    @property
    def substances(self) -> tuple[str, ...]:
        """The keys of the substances."""
        return tuple(one.substance for one in self.ingredients)


@lru_cache(maxsize=20_000)
def resolve(text: str) -> Resolved | None:
    """The medicine that is meant, or None. Numbers without a unit are no strength."""
    written = _small(text)
    if not written.strip():
        return None
    ingredients = _known_as(written) or _with_strengths(written) or _side_by_side(written)
    if not ingredients:
        return None
    return Resolved(text, _called(ingredients), ingredients)


def did_you_mean(text: str) -> tuple[str, ...]:
    """Names that are written nearly like this, the likeliest first; none if nothing comes near."""
    asked = _joined(_bare(_words(taken_out(_small(text))[0])))
    if len(asked) < 4:
        return ()
    near = sorted(
        (distance, name)
        for compact, (name, _keys) in _index().items()
        if abs(len(compact) - len(asked)) <= _allowed(asked)
        if (distance := jellyfish.damerau_levenshtein_distance(asked, compact)) <= _allowed(asked)
    )
    return tuple(dict.fromkeys(name for _distance, name in near[:MOST_PROPOSED])) or _begun_with(asked)


def _begun_with(asked: str) -> tuple[str, ...]:
    """Names that the text begins with, or that begin with the text."""
    begun = sorted(
        (-len(compact), name)
        for compact, (name, _keys) in _index().items()
        if len(compact) > 4 and (asked.startswith(compact) or compact.startswith(asked))
    )
    return tuple(dict.fromkeys(name for _length, name in begun))[:MOST_PROPOSED]


def _allowed(asked: str) -> int:
    """How many letters may be wrong in a name of this length."""
    return 1 if len(asked) <= 5 else 2 if len(asked) <= 10 else 3


# ── The steps ───────────────────────────────────────────────────────────────


def _known_as(written: str) -> tuple[Ingredient, ...]:
    """A name by itself, with or without words for its salt and form."""
    words = _words(written)
    for tried in (words, _without(words, FORMS), _bare(words)):
        known = _index().get(_joined(tried))
        if known:
            return tuple(Ingredient(key) for key in known[1] if _are_salts(words, tried, known[1]))
    return ()


def _are_salts(words: Sequence[str], kept: Sequence[str], keys: Sequence[str]) -> bool:
    """Whether the metals that were passed over are no medicine of their own: `calcium vitamin D` is two."""
    passed_over = {word for word in words if word in METALS} - set(kept)
    return all(METALS[metal] & set(keys) for metal in passed_over)


def _with_strengths(written: str) -> tuple[Ingredient, ...]:
    """A name and strengths; or several names, each perhaps with its own."""
    name, strengths = taken_out(_STUCK.sub(" ", written))
    name = _SHORT_NUMBERS.sub("", _without_strokes(name)).strip()
    known = _known_as(name)
    if known:
        return _strong(known, strengths)
    parts = [part for part in _APART.split(_STUCK.sub(" ", written)) if _words(taken_out(part)[0])]
    if 1 < len(parts) <= MOST_WORDS:
        return _united(parts, strengths)
    return ()


def _united(parts: Sequence[str], strengths: Sequence[Strength]) -> tuple[Ingredient, ...]:
    """The substances of all parts, if each part is known."""
    found: list[Ingredient] = []
    for part in parts:
        name, own = taken_out(part)
        known = _known_as(_SHORT_NUMBERS.sub("", name)) or _row_of_names(name)
        if not known:
            return ()
        found += _strong(known, own) if len(own) == len(known) else known
    if any(one.strength is None for one in found):
        return _strong(_once(found), strengths)
    return _once(found)


def _side_by_side(written: str) -> tuple[Ingredient, ...]:
    """Names with nothing but gaps or hyphens between them."""
    name, strengths = taken_out(_STUCK.sub(" ", written))
    name = _SHORT_NUMBERS.sub("", _without_strokes(name))
    return _strong(_once(_row_of_names(_APART.sub(" ", name))), strengths)


def _row_of_names(written: str) -> tuple[Ingredient, ...]:
    """Each word, or run of words, is a name; the longest run first."""
    words = _words(written)[:MOST_WORDS]
    found: list[Ingredient] = []
    while words:
        for length in range(len(words), 0, -1):
            known = _index().get(_joined(words[:length]))
            if known:
                found += [Ingredient(key) for key in known[1]]
                words = words[length:]
                break
        else:
            said = [one.substance for one in found]
            if words[0] not in FORMS | SALTS or not said or not _are_salts(words[:1], (), said):
                return ()
            words = words[1:]
    return tuple(found)


def _once(found: Iterable[Ingredient]) -> tuple[Ingredient, ...]:
    """Each substance once, with its strength if one was said."""
    by_key: dict[str, Ingredient] = {}
    for one in found:
        if by_key.get(one.substance) is None or one.strength is not None:
            by_key[one.substance] = one
    return tuple(by_key.values())


def _strong(known: Sequence[Ingredient], strengths: Sequence[Strength]) -> tuple[Ingredient, ...]:
    """With strengths, where it is plain which belongs to which: one and one, or as in a product that we know."""
    if not known or len(known) != len(strengths):
        return tuple(known)
    keys = [one.substance for one in known]
    if len(keys) == 1:
        return (Ingredient(keys[0], strengths[0]),)
    for order in permutations(strengths):
        tried = tuple(Ingredient(key, one) for key, one in zip(keys, order, strict=True))
        if any(set(tried) == set(product.ingredients) for product in products_of(frozenset(keys))):
            return tried
    return tuple(known)


# ── Words ───────────────────────────────────────────────────────────────────


def words_of(text: str) -> tuple[str, ...]:
    """The words and numbers of a text in small letters, without accents; a number apart from its unit."""
    return _words(_NUMBER_AND_UNIT.sub(r"\1 ", _small(text)))


def _small(text: str) -> str:
    """Small letters without accents and marks."""
    text = unicodedata.normalize("NFKC", text[:LONGEST_NAME]).casefold().translate(_SMALL)
    return "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))


def _words(written: str) -> tuple[str, ...]:
    return tuple(re.findall(r"[^\W_]+", written))


def _without(words: Sequence[str], left_out: frozenset[str]) -> tuple[str, ...]:
    return tuple(word for word in words if word not in left_out)


def _bare(words: Sequence[str]) -> tuple[str, ...]:
    """Without the words for salts and forms."""
    return _without(words, FORMS | SALTS)


def _joined(words: Iterable[str]) -> str:
    """The key under which a name is found: gaps and hyphens make no difference."""
    return "".join(words)


def _without_strokes(name: str) -> str:
    """What is left between two strengths that were taken out means nothing."""
    return re.sub(r"(?:\s*[/+]\s*)+(?=\s*$|\s*(?:" + "|".join(sorted(FORMS)) + r")\b)", " ", name)


# ── What is known ───────────────────────────────────────────────────────────


@cache
def _index() -> dict[str, tuple[str, tuple[str, ...]]]:
    """Every name without gaps → how it is written, and the keys of its substances."""
    index: dict[str, tuple[str, tuple[str, ...]]] = {}
    for one in substances().values():
        for name in (one.name, one.key, *one.synonyms):
            index.setdefault(_key_of(name), (name, (one.key,)))
    for both in combinations().values():
        for name in (both.name, both.key, *both.synonyms):
            index.setdefault(_key_of(name), (name, both.substances))
    return index


def _key_of(name: str) -> str:
    return _joined(_words(_small(name)))


@cache
def _names_of_combinations() -> dict[frozenset[str], str]:
    return {frozenset(one.substances): one.name for one in combinations().values()}


def _called(ingredients: Sequence[Ingredient]) -> str:
    keys = [one.substance for one in ingredients]
    known = _names_of_combinations().get(frozenset(keys)) if len(keys) > 1 else None
    return known or "/".join(substances()[key].name for key in keys)
