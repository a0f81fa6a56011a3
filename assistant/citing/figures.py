"""Numbers with their units, dates and times as they stand in a text, so that two texts can be compared."""

import re
import unicodedata
from dataclasses import dataclass, field
from decimal import Decimal

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            ("january", "jan"),
            ("february", "feb"),
            ("march", "mar"),
            ("april", "apr"),
            ("may",),
            ("june", "jun"),
            ("july", "jul"),
            ("august", "aug"),
            ("september", "sept", "sep"),
            ("october", "oct"),
            ("november", "nov"),
            ("december", "dec"),
        ),
        start=1,
    )
    for name in names
}
_NUMBERS = ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
IN_WORDS = {word: str(number) for number, word in enumerate(_NUMBERS, start=2)} | {
    "once": "1 times",
    "twice": "2 times",
    "thrice": "3 times",
    "bd": "2 times",
    "bid": "2 times",
    "tds": "3 times",
    "tid": "3 times",
    "qds": "4 times",
    "qid": "4 times",
}
UNITS = {
    written: unit
    for unit, ways in {
        "mg": "mg milligram milligrams",
        "g": "g gram grams",
        "kg": "kg kilogram kilograms",
        "ug": "ug mcg microgram micrograms",
        "ng": "ng",
        "l": "l litre litres liter liters",
        "dl": "dl",
        "ml": "ml millilitre millilitres milliliter milliliters",
        "ul": "ul",
        "fl": "fl",
        "pg": "pg",
        "mol": "mol",
        "mmol": "mmol",
        "umol": "umol",
        "nmol": "nmol",
        "pmol": "pmol",
        "meq": "meq",
        "iu": "iu unit units u",
        "miu": "miu",
        "uiu": "uiu",
        "mmhg": "mmhg",
        "kpa": "kpa",
        "%": "% percent",
        "c": "°c c ℃",
        "cm": "cm",
        "mm": "mm",
        "m": "m metre metres",
        "bpm": "bpm",
        "kcal": "kcal",
        "day": "day days d",
        "week": "week weeks",
        "month": "month months",
        "year": "year years",
        "hour": "hour hours h hr hrs",
        "min": "min mins minute minutes",
        "s": "sec second seconds",
        "times": "time times x",
        "tablet": "tablet tablets tab tabs",
        "capsule": "capsule capsules cap caps",
        "drop": "drop drops",
        "puff": "puff puffs",
        "dose": "dose doses",
    }.items()
    for written in ways.split()
}

_ALIKE = {0x2019: "'", 0xB5: "u", 0x3BC: "u"} | dict.fromkeys((*range(0x2010, 0x2016), 0x2212), "-")
_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
_ISO = re.compile(r"(?<!\d)(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})(?!\d)")
_IN_FIGURES = re.compile(r"(?<![\d./])(?P<d>\d{1,2})[./](?P<m>\d{1,2})[./](?P<y>\d{4})(?!\d)")
_DAY_FIRST = re.compile(
    rf"(?<![\d.])(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<m>{_MONTH})\b\.?(?:,?\s+(?P<y>\d{{4}})(?!\d))?"
)
_MONTH_FIRST = re.compile(
    rf"\b(?P<m>{_MONTH})\.?\s+(?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?![\d:.]\d|\d)(?:,?\s+(?P<y>\d{{4}})(?!\d))?"
)
_MONTH_AND_YEAR = re.compile(rf"\b(?P<m>{_MONTH})\.?,?\s+(?P<y>\d{{4}})(?!\d)(?P<d>)")
_DATES = (_ISO, _IN_FIGURES, _DAY_FIRST, _MONTH_AND_YEAR, _MONTH_FIRST)
_TIME = re.compile(r"(?<![\d:])(?P<hour>\d{1,2})[:.](?P<minute>\d{2})(?::\d{2})?\s?(?P<half>am|pm)\b|"
                   r"(?<![\d:])(?P<hour24>\d{1,2}):(?P<minute24>\d{2})(?!\d)")  # fmt: skip
_POWER = re.compile(
    r"(?:[x×]\s*)?10\s?(?:\^|\*{1,2})?\s?(?P<power>[⁰¹²³⁴-⁹]+|(?<=[\^*])\d{1,2})\s?/\s?(?P<per>[uµμ]?l)\b"
)
_NUMBER = re.compile(
    r"(?<![\w.])(?P<sign>(?<![\w)])(?<![\w)] )-)?(?P<number>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:[.,]\d+)?)(?:st|nd|rd|th)?"
    r"(?:[\s-]?[\[(]?(?P<unit>(?:[a-z%°]+|e\d+)(?:/(?:\d+\s?)?[a-z0-9.]+)*))?"
)
_JOINED = re.compile(r"\s*(?:-|to|or|and|/)\s*")

Amount = tuple[Decimal, str]
Day = tuple[int | None, int, int | None]


@dataclass
class Figures:
    """`amounts` with their units, or with "" where none follows; `pairs` are numbers such as 120/80."""

    amounts: set[Amount] = field(default_factory=set)
    pairs: set[tuple[Decimal, Decimal]] = field(default_factory=set)
    days: set[Day] = field(default_factory=set)
    times: set[tuple[int, int]] = field(default_factory=set)

    @property
    def is_empty(self) -> bool:
        return not (self.amounts or self.pairs or self.days or self.times)

    @property
    def numbers(self) -> set[Decimal]:
        years = {Decimal(year) for year, _month, _day in self.days if year}
        return {number for number, _unit in self.amounts} | years

    def hold(self, others: "Figures") -> bool:
        """Whether all of the others stand here; what they say without a unit, a month or a year may have one here."""
        numbers = self.numbers
        return (
            all(amount in self.amounts if amount[1] else amount[0] in numbers for amount in others.amounts)
            and others.pairs <= self.pairs
            and others.times <= self.times
            and all(any(_is_of(day, known) for known in self.days) for day in others.days)
        )


def _is_of(day: Day, known: Day) -> bool:
    return all(said is None or said == stands for said, stands in zip(day, known, strict=True))


def plain(text: str) -> str:
    """Small letters, one kind of dash, space and micro; powers of ten as `e9`."""
    text = _POWER.sub(
        lambda found: f"e{unicodedata.normalize('NFKC', found['power'])}/{found['per']}", text.casefold()
    )
    text = unicodedata.normalize("NFKC", text).casefold()
    return text.translate(_ALIKE)


def figures_of(text: str) -> Figures:
    """All of them in a text."""
    found = Figures()
    rest = _spelt(plain(text))
    for pattern in _DATES:
        rest = pattern.sub(lambda date: _keep_day(found, date), rest)
    rest = _TIME.sub(lambda time: _keep_time(found, time), rest)
    _keep_amounts(found, rest)
    return found


def _spelt(text: str) -> str:
    text = re.sub(rf"\bone(?=\s+(?:{'|'.join(one for one in UNITS if len(one) > 2)})\b)", "1", text)
    return re.sub(r"[a-z]+", lambda word: IN_WORDS.get(word.group(), word.group()), text)


def _keep_day(found: Figures, date: re.Match[str]) -> str:
    month = MONTHS.get(date["m"]) or int(date["m"])
    found.days.add((int(date["y"]) if date["y"] else None, month, int(date["d"]) if date["d"] else None))
    return " ; "


def _keep_time(found: Figures, time: re.Match[str]) -> str:
    hour, minute = int(time["hour"] or time["hour24"]), int(time["minute"] or time["minute24"])
    if time["half"]:
        hour = hour % 12 + (12 if time["half"] == "pm" else 0)
    found.times.add((hour, minute))
    return " ; "


def _keep_amounts(found: Figures, text: str) -> None:
    """A number in front of another shares the other's unit: 3.5 to 5.1 mmol/L, 120/80 mmHg."""
    unit, begins, after = "", -1, Decimal(0)
    for one in reversed(list(_NUMBER.finditer(text))):
        own = unit_of(one["unit"] or "")
        between = text[one.end() if own else one.end("number") : begins] if begins >= 0 else ""
        joined = not own and bool(_JOINED.fullmatch(between))
        unit = unit if joined else own
        number = _number(one)
        if joined and between.strip() == "/":
            found.pairs.add((number, after))
        found.amounts.add((number, unit))
        begins, after = one.start(), number


def _number(found: re.Match[str]) -> Decimal:
    digits = found["number"]
    thousands = re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", digits)
    value = Decimal(digits.replace(",", "") if thousands else digits.replace(",", "."))
    return (-value if found["sign"] else value).normalize()


def unit_of(written: str) -> str:
    """How a unit is known here, each part by itself; "" for a word that is none."""
    parts = [
        UNITS.get(part, "") or (part if re.fullmatch(r"e\d+|\d[\d.]*[a-z]*\d?", part) else "")
        for part in written.split("/")
    ]
    return "/".join(parts) if all(parts) else parts[0]
