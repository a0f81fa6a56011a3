"""Pairs of registrations of which it is known whether they are of one person: what the rule for duplicates is judged by.

Made by a generator from a seed, and written before the rule. Nobody real is meant.

What stands in a set, of 1 200 pairs: 300 of one person and 900 of two. The rule only ever sees pairs that share
something that a search key holds (a birth date, a phone, a name or its sound); among those most are of two people,
and a desk in a town meets namesakes and families every day. A set of as many duplicates as others would flatter the
precision.

The person registered twice is written down a second time with one slip (60 %), two (32 %) or three (8 %). Kinds of
slips and the order of their weights follow

* Damerau, A technique for computer detection and correction of spelling errors, CACM 7(3), 1964: most misspelt
  words differ by one letter left out, added or wrong, or by two exchanged neighbours;
* Friedman and Sideli, Tolerating spelling errors during patient validation, Comput Biomed Res 25(5), 1992: misspelt
  names of patients in a hospital;
* Just, Marc, Munns and Sandefur, Why patient matching is a challenge, Perspect Health Inf Manag 13, 2016: duplicates
  in the indexes of hospitals differ most often in the second given name, then in names, and less often in the date
  of birth and the sex;
* Christen, Probabilistic data generation for deduplication and data linkage, IDEAL 2005: the mechanics (keyboard
  neighbours, swapped fields, missing values).

The weights themselves are ours: none of these publishes them for a clinic of this kind. Phone numbers are in a
range that is kept free for films.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from patients.tests.labelled_names import (
    NAMES,
    NEIGHBOURS,
    NICKNAMES,
    ORIGIN_WEIGHTS,
    PLAIN,
    SPELLINGS,
    WAYS_TO_DIAL,
)

SEEDS = (11, 23, 47, 101, 2027)
DUPLICATES, OTHERS = 300, 900


@dataclass(frozen=True)
class Registration:
    """What somebody typed at the desk. The phone as it was typed, in any of the usual ways."""

    given_name: str
    family_name: str
    birth_date: date
    sex: str
    phone: str = ""
    birth_date_is_estimated: bool = False


@dataclass(frozen=True)
class LabelledPair:
    """Two registrations, whether they are of one person, and how the pair was made."""

    first: Registration
    second: Registration
    is_same: bool
    how: str


def _names(origin: str) -> list[list[str]]:
    parts = [part.strip() for part in origin.split("|")]
    return [[one.strip() for one in (part.split(",") if "," in part else part.split())] for part in parts]


def _frequent(random: Random, names: list[str]) -> str:
    """The first names of a list are met more often than the last: Zipf's law, flattened."""
    return random.choices(names, [1 / (place + 3) for place in range(len(names))])[0]


def _phone(random: Random) -> str:
    """Of the ranges kept free for films by the German network agency."""
    area = random.choice(["30 23125", "69 90009", "40 66969", "221 4710", "89 99998"])
    start, middle = area.split()
    return random.choice(WAYS_TO_DIAL).format(start, f"{middle}{random.randrange(1000):03d}")


def _dialled_otherwise(random: Random, phone: str) -> str:
    """The same number in another of the usual ways."""
    digits = "".join(filter(str.isdigit, phone))
    national = digits.removeprefix("0049").removeprefix("49").lstrip("0")
    cut = 3 if national.startswith("221") else 2
    return random.choice(WAYS_TO_DIAL).format(national[:cut], national[cut:])


def _person(random: Random) -> Registration:
    female, male, family = _names(random.choices(NAMES, ORIGIN_WEIGHTS)[0])
    sex = random.choice(("female", "male"))
    given_names = female if sex == "female" else male
    given = _frequent(random, given_names)
    if random.random() < 0.25 and " " not in given:
        second = random.choice(given_names)
        given = given if second == given else f"{given} {second}"
    born = date(1932, 1, 1) + timedelta(days=random.randrange(93 * 365))
    phone = _phone(random) if random.random() < 0.85 else ""
    return Registration(given, _frequent(random, family), born, sex, phone)


# ── Slips: what goes wrong when somebody is written down a second time ───────
Slip = Callable[[Random, Registration], Registration | None]


def _typed_wrong(random: Random, word: str) -> str:
    """One letter left out, doubled, next to it on the keyboard, or exchanged with its neighbour."""
    place = random.randrange(1, len(word)) if len(word) > 2 else random.randrange(len(word))
    kind = random.choice(("out", "double", "near", "exchange"))
    letter = word[place]
    if kind == "out" and len(word) > 3:
        return word[:place] + word[place + 1 :]
    if kind == "near" and letter.lower() in NEIGHBOURS:
        return word[:place] + random.choice(NEIGHBOURS[letter.lower()]) + word[place + 1 :]
    if kind == "exchange" and place + 1 < len(word):
        return word[:place] + word[place + 1] + letter + word[place + 2 :]
    return word[:place] + letter + word[place:]


def _given_typo(random: Random, one: Registration) -> Registration | None:
    return replace(one, given_name=_typed_wrong(random, one.given_name))


def _family_typo(random: Random, one: Registration) -> Registration | None:
    return replace(one, family_name=_typed_wrong(random, one.family_name))


def _names_swapped(random: Random, one: Registration) -> Registration | None:
    return replace(one, given_name=one.family_name, family_name=one.given_name)


def _day_and_month_swapped(random: Random, one: Registration) -> Registration | None:
    born = one.birth_date
    if born.day > 12 or born.day == born.month:
        return None
    return replace(one, birth_date=date(born.year, born.day, born.month))


def _dated(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _digits_transposed(random: Random, one: Registration) -> Registration | None:
    text, places = one.birth_date.isoformat(), [(2, 3), (5, 6), (8, 9)]
    random.shuffle(places)
    for left, right in places:
        signs = list(text)
        signs[left], signs[right] = signs[right], signs[left]
        born = _dated("".join(signs))
        if born and born != one.birth_date and 1900 < born.year < 2026:
            return replace(one, birth_date=born)
    return None


def _digit_wrong(random: Random, one: Registration) -> Registration | None:
    text = one.birth_date.isoformat()
    for _ in range(20):
        place = random.choice((3, 6, 8, 9))
        born = _dated(text[:place] + random.choice("0123456789") + text[place + 1 :])
        if born and born != one.birth_date and born.year < 2026:
            return replace(one, birth_date=born)
    return None


def _only_the_year(random: Random, one: Registration) -> Registration | None:
    return replace(one, birth_date=date(one.birth_date.year, 7, 1), birth_date_is_estimated=True)


def _married(random: Random, one: Registration) -> Registration | None:
    """Another family name, or a second one after a hyphen. Who moves in with somebody keeps the mobile phone."""
    if one.sex != "female" or not one.phone or one.birth_date.year > 2004:
        return None
    other = _person(random).family_name
    if other == one.family_name:
        return None
    return replace(one, family_name=random.choice((other, other, f"{one.family_name}-{other}")))


def _accents_dropped(random: Random, one: Registration) -> Registration | None:
    plain = replace(
        one, given_name=one.given_name.translate(PLAIN), family_name=one.family_name.translate(PLAIN)
    )
    return plain if plain != one else None


def _spelt_otherwise(random: Random, one: Registration) -> Registration | None:
    fields = ["family_name", "given_name"]
    random.shuffle(fields)
    for name in fields:
        first, *rest = getattr(one, name).split()
        for group in SPELLINGS:
            if first in group:
                other = random.choice([spelling for spelling in group if spelling != first])
                return replace(one, **{name: " ".join([other, *rest])})  # type: ignore[arg-type]
    return None


def _called_for_short(random: Random, one: Registration) -> Registration | None:
    first = one.given_name.split()[0]
    short = dict(NICKNAMES).get(first)
    return replace(one, given_name=short) if short else None


def _second_name_missing(random: Random, one: Registration) -> Registration | None:
    first, *rest = one.given_name.split()
    return replace(one, given_name=first) if rest else None


def _nothing_wrong(random: Random, one: Registration) -> Registration | None:
    return one


SLIPS: list[tuple[Slip, int]] = [
    (_nothing_wrong, 10),
    (_given_typo, 13),
    (_family_typo, 14),
    (_second_name_missing, 16),
    (_spelt_otherwise, 10),
    (_accents_dropped, 7),
    (_married, 7),
    (_names_swapped, 6),
    (_digit_wrong, 5),
    (_digits_transposed, 4),
    (_day_and_month_swapped, 4),
    (_only_the_year, 3),
    (_called_for_short, 3),
]


def _contact_again(random: Random, one: Registration) -> Registration:
    """The phone at the second registration: the same, written differently, another one, or none. And the sex, rarely."""
    what = random.random()
    phone = one.phone
    if what < 0.18:
        phone = _phone(random)
    elif what < 0.30:
        phone = ""
    elif phone:
        phone = _dialled_otherwise(random, phone)
    slipped = {"female": "male", "male": "female"}[one.sex] if random.random() < 0.01 else one.sex
    return replace(one, phone=phone, sex="unknown" if random.random() < 0.02 else slipped)


def _slipped(random: Random, slips: list[Slip]) -> tuple[Registration, Registration] | None:
    """Somebody, and the same person with these slips; None where one of them could not happen to this person."""
    first = _person(random)
    second: Registration | None = first
    for slip in slips:
        second = slip(random, second) if second else None
    return (first, second) if second else None


def _again(random: Random) -> LabelledPair:
    """A person, and the same person once more. The slips are drawn first, then somebody to whom they can happen."""
    number = random.choices((1, 2, 3), (60, 32, 8))[0]
    kinds, weights = zip(*SLIPS, strict=True)
    slips = list(dict.fromkeys(random.choices(kinds, weights, k=number)))
    made = next((found for _ in range(300) if (found := _slipped(random, slips))), None)
    if made is None:  # two slips that never go together, such as two of the date
        return _again(random)
    first, second = made
    if _married not in slips:
        second = _contact_again(random, second)
    return LabelledPair(first, second, True, " + ".join(sorted(slip.__name__.strip("_") for slip in slips)))


# ── Two people who look alike ────────────────────────────────────────────────
def _given_of(random: Random, one: Registration, sex: str) -> str:
    """A given name of the same origin, but not the same one."""
    for origin in NAMES:
        female, male, family = _names(origin)
        if one.family_name in family:
            names = [
                name for name in (female if sex == "female" else male) if name != one.given_name.split()[0]
            ]
            return random.choice(names)
    return _person(random).given_name


def _twin(random: Random, one: Registration) -> Registration:
    sex = one.sex if random.random() < 0.65 else {"female": "male", "male": "female"}[one.sex]
    return replace(one, given_name=_given_of(random, one, sex), sex=sex)


def _sibling(random: Random, one: Registration) -> Registration:
    sex = random.choice(("female", "male"))
    born = one.birth_date - timedelta(days=random.randrange(330, 3_000))
    return replace(one, given_name=_given_of(random, one, sex), sex=sex, birth_date=born)


def _spouse(random: Random, one: Registration) -> Registration:
    sex = {"female": "male", "male": "female"}[one.sex]
    born = one.birth_date + timedelta(days=random.randrange(-3_000, 3_000))
    return replace(one, given_name=_given_of(random, one, sex), sex=sex, birth_date=born)


def _father_of(random: Random, one: Registration) -> Registration:
    """With the same name; the phone is the household's in half of them."""
    born = one.birth_date - timedelta(days=random.randrange(20 * 365, 42 * 365))
    return replace(one, birth_date=born, phone=random.choice((one.phone, _phone(random))))


def _namesake(random: Random, one: Registration) -> Registration:
    other = _person(random)
    return replace(one, birth_date=other.birth_date, phone=other.phone)


def _namesake_of_the_year(random: Random, one: Registration) -> Registration:
    """A frequent name among people of one year."""
    other = _person(random)
    born = date(one.birth_date.year, 1, 1) + timedelta(days=random.randrange(365))
    return replace(one, birth_date=born, phone=other.phone)


def _born_on_the_same_day(random: Random, one: Registration) -> Registration:
    return replace(_person(random), birth_date=one.birth_date)


def _of_the_same_name_and_sex_born_on_one_day(random: Random, one: Registration) -> Registration:
    """The family name is a frequent one, the day the same by chance."""
    other = _person(random)
    return replace(
        one, given_name=_given_of(random, one, one.sex), birth_date=one.birth_date, phone=other.phone
    )


def _flatmate(random: Random, one: Registration) -> Registration:
    return replace(_person(random), phone=one.phone or _phone(random))


LIKENESSES: list[tuple[Callable[[Random, Registration], Registration], int]] = [
    (_born_on_the_same_day, 26),
    (_namesake, 20),
    (_sibling, 13),
    (_spouse, 13),
    (_flatmate, 8),
    (_twin, 7),
    (_father_of, 6),
    (_of_the_same_name_and_sex_born_on_one_day, 4),
    (_namesake_of_the_year, 3),
]


def _two_people(random: Random) -> LabelledPair:
    first = _person(random)
    alike = random.choices([one for one, _ in LIKENESSES], [weight for _, weight in LIKENESSES])[0]
    second = alike(random, first)
    if second == first:
        return _two_people(random)
    return LabelledPair(first, second, False, alike.__name__.strip("_"))


def labelled_pairs(seed: int) -> list[LabelledPair]:
    """The set of a seed, always the same, in no order."""
    random = Random(seed)
    pairs = [_again(random) for _ in range(DUPLICATES)] + [_two_people(random) for _ in range(OTHERS)]
    random.shuffle(pairs)
    return pairs
