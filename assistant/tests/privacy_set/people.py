"""Made-up patients of the privacy set: names of many origins, numbers kept free for films."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from patients.demo.people import ORIGINS, STREETS, TOWNS, Origin
from patients.models import mrn
from patients.searching import words_of

ALSO_WORDS = [
    "May",
    "Rose",
    "Grace",
    "Will",
    "Mark",
    "Hope",
    "Frank",
    "Long",
    "Short",
    "Brown",
    "White",
    "Young",
    "Winter",
    "Rosa",
    "Mai",
]
EPONYMS = ["Parkinson", "Graves", "Bell", "Down", "Hodgkin"]
FIRST_DAY = date(1928, 1, 1)
FREE = ("+493023125", "+494066969", "+496990009", "+498999998")


@dataclass(frozen=True)
class Person:
    """What a chart knows of somebody."""

    given_name: str
    family_name: str
    birth_date: date
    mrn: str
    policy: str
    phone: str
    email: str
    address: str
    kin_name: str
    kin_phone: str


def origin_of(random: Random) -> Origin:
    return random.choices(ORIGINS, [origin.weight for origin in ORIGINS])[0]


def full_name(random: Random, origin: Origin | None = None) -> tuple[str, str]:
    """A given name and a family name that go together."""
    given, family = (origin or origin_of(random)).of(random.choice(("female", "male")))
    return random.choice(given), random.choice(family)


def a_phone(random: Random) -> str:
    return f"{random.choice(FREE)}{random.randrange(1000):03d}"


def _odd_name(random: Random, given: str, family: str) -> tuple[str, str]:
    """Some people are called by a word that notes use as well, and some have two names."""
    chance = random.random()
    if chance < 0.06:
        return random.choice(ALSO_WORDS), family
    if chance < 0.12:
        return given, random.choice(ALSO_WORDS)
    if chance < 0.15:
        return given, random.choice(EPONYMS)
    if chance < 0.20:
        return f"{given}-{full_name(random)[0]}", family
    if chance < 0.25:
        return given, f"{family}-{full_name(random)[1]}"
    return given, family


def somebody(random: Random, number: int) -> Person:
    origin = origin_of(random)
    given, family = _odd_name(random, *full_name(random, origin))
    plain = ".".join(words_of(f"{given} {family}"))
    return Person(
        given_name=given,
        family_name=family,
        birth_date=FIRST_DAY + timedelta(days=random.randrange(35_000)),
        mrn=mrn("NF", random.randrange(1000, 900_000)),
        policy=f"{random.choice('ABCDEFGH')}{random.randrange(10**8, 10**9)}",
        phone=a_phone(random),
        email=f"{plain if plain.isascii() else 'patient'}.{number}@example.org",
        address=f"{random.choice(STREETS)} {random.randrange(1, 90)}\n{random.choice(TOWNS)}",
        kin_name=f"{full_name(random, origin)[0]} {random.choice([family, full_name(random, origin)[1]])}",
        kin_phone=a_phone(random),
    )
