"""In how many ways people write a name, a date, a number."""

import unicodedata
from collections.abc import Callable
from datetime import date
from random import Random

from assistant.tests.privacy_set.people import Person

GERMAN = {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"}
OTHERS = {"ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D", "\u0131": "i", "’": "'"}
MONTHS = (
    [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
    [
        "Januar",
        "Februar",
        "März",
        "April",
        "Mai",
        "Juni",
        "Juli",
        "August",
        "September",
        "Oktober",
        "November",
        "Dezember",
    ],
)
LONGER = 6  # signs from which on a slip of the pen is expected to be found
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def spelt_out(name: str) -> str:
    """Müller is Mueller."""
    return "".join(GERMAN.get(sign, OTHERS.get(sign, sign)) for sign in name)


def without_marks(name: str) -> str:
    """Müller is Muller, Dąbrowski is Dabrowski."""
    plain = "".join(OTHERS.get(sign, "ss" if sign == "ß" else sign) for sign in name)
    return "".join(sign for sign in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(sign))


def slip(name: str, random: Random) -> str:
    """One letter too many, too few, another, or two changed about; never the first."""
    place = random.randrange(1, len(name) - 1)
    before, after = name[:place], name[place:]
    other = random.choice(LETTERS)
    return random.choice(
        (
            before + after[1:],
            before + other + after,
            before + other + after[1:],
            before + after[1] + after[0] + after[2:],
        )
    )


def _hyphens(name: str, random: Random) -> str:
    return name.replace("-", random.choice((" ", "", "\u2010", "–")))


def _one_name(name: str, random: Random) -> str:
    """A name as somebody may write it: with or without its marks, in any case, with a slip."""
    ways: list[Callable[[], str]] = [
        lambda: name,
        name.upper,
        lambda: spelt_out(name),
        lambda: without_marks(name),
        lambda: unicodedata.normalize("NFD", name),
        lambda: _hyphens(name, random),
        lambda: name.replace("’", "'").replace("'", ""),
    ]
    if len(name) >= LONGER and name.isascii() and name.isalpha():
        ways += [lambda: slip(name, random)] * 2
    return random.choice(ways)()


def whole_name(person: Person, random: Random) -> str:
    """Given and family name in the usual orders."""
    given, family = _one_name(person.given_name, random), _one_name(person.family_name, random)
    return random.choice(
        (
            f"{given} {family}",
            f"{family}, {given}",
            f"{family} {given}",
            f"{given.upper()} {family.upper()}",
            f"{given.lower()} {family.lower()}",
            f"{family.upper()}, {given}",
            f"{given}  {family}",
            f"{given}\n{family}",
            f"{given.lower()}.{family.lower()}",
            f"{family.lower()}_{given.lower()}",
            f"{person.given_name[0]}. {family}",
            f"{family}, {person.given_name[0]}.",
            f"{given} {person.family_name[0]}.",
            f"{person.given_name[0]}.{person.family_name[0]}.",
            f"{person.given_name[0]}. {person.family_name[0]}.",
        )
    )


def part_of_name(person: Person, random: Random) -> str:
    """The given name alone, or the family name after a title."""
    family = _one_name(person.family_name, random)
    return random.choice(
        (
            person.given_name,
            f"Mr {family}",
            f"Mrs. {family}",
            f"Ms {family}",
            f"Frau {family}",
            f"Herr {family}",
            f"{person.family_name}'s",
            person.family_name.upper(),
        )
    )


def born(day: date, random: Random) -> str:
    d, m, y = day.day, day.month, day.year
    english, german = MONTHS[0][m - 1], MONTHS[1][m - 1]
    return random.choice(
        (
            f"{y}-{m:02d}-{d:02d}",
            f"{d:02d}.{m:02d}.{y}",
            f"{d}.{m}.{y}",
            f"{d}. {m}. {y}",
            f"{d:02d}.{m:02d}.{y % 100:02d}",
            f"{d}.{m}.{y % 100:02d}",
            f"{d:02d}/{m:02d}/{y}",
            f"{m:02d}/{d:02d}/{y}",
            f"{m}/{d}/{y % 100:02d}",
            f"{d:02d}-{m:02d}-{y}",
            f"{y}/{m:02d}/{d:02d}",
            f"{y}{m:02d}{d:02d}",
            f"{d} {english} {y}",
            f"{d} {english[:3]} {y}",
            f"{d}-{english[:3]}-{y}",
            f"{english} {d}, {y}",
            f"{english[:3]} {d}, {y}",
            f"{d}th of {english} {y}" if d not in {1, 2, 3, 21, 22, 23, 31} else f"{d} {english.upper()} {y}",
            f"{d}. {german} {y}",
        )
    )


def dialled(phone: str, random: Random) -> str:
    """A German number as it is written on paper."""
    national = phone.removeprefix("+49")
    area, rest = national[:2], national[2:]
    pairs = " ".join(rest[start : start + 2] for start in range(0, len(rest), 2))
    return random.choice(
        (
            phone,
            f"0{national}",
            f"0{area}/{rest}",
            f"0{area} {pairs}",
            f"(0{area}) {rest}",
            f"+49 {area} {rest[:3]} {rest[3:]}",
            f"+49 (0) {area} {pairs}",
            f"0049 {area} {rest}",
            f"0{area}-{rest[:4]}-{rest[4:]}",
            f"0{area}.{rest}",
            " ".join(f"0{national}"),
        )
    )


def numbered(mrn: str, random: Random) -> str:
    prefix, digits, check = mrn.split("-")
    return random.choice(
        (
            mrn,
            mrn.lower(),
            mrn.replace("-", " "),
            mrn.replace("-", ""),
            f"{prefix}{digits}-{check}",
            f"MRN {digits}-{check}",
            f"MRN: {digits}{check}",
            f"{prefix} {int(digits)}-{check}",
            mrn.replace("-", "–"),
        )
    )


def mailed(email: str, random: Random) -> str:
    return random.choice(
        (email, email.upper(), email.replace("@", " (at) "), f"<{email}>", f"mailto:{email}", email.title())
    )


def lives(address: str, random: Random) -> str:
    street, town = address.split("\n")
    short = street.replace("straße", "str.").replace("Straße", "Str.")
    return random.choice(
        (address, f"{street}, {town}", street, short, spelt_out(street), f"{street.upper()}, {town}", town)
    )


def policy(number: str, random: Random) -> str:
    return random.choice((number, number.lower(), f"{number[0]} {number[1:4]} {number[4:7]} {number[7:]}"))
