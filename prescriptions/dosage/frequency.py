"""How often a medicine is taken: what doctors write, understood; one code and plain words for it.

The vocabulary is that of FHIR Timing (BID, TID, QOD, WK …) and of everyday shorthand, Latin, British and American.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from difflib import get_close_matches
from fractions import Fraction

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

LONGEST_TEXT = 80
MOST_TIMES = 12  # a day
MOST_AT_ONCE = 2000
MOST_HOURS, MOST_DAYS, MOST_WEEKS, MOST_MONTHS = 168, 90, 52, 12
A_YEAR = 365


@dataclass(frozen=True, slots=True)
class Frequency:
    """`times`: exactly how many times a day, at most if it is a range; None where nobody can say.

    `code` is read again as the same. `amounts` of 2-0-1: morning, midday, evening, and bedtime if there are four.
    `words` are for the patient.
    """

    code: str
    times: Fraction | None
    words: str
    amounts: tuple[Decimal, ...] = ()
    as_needed: bool = False
    is_once: bool = False

    @property
    def times_a_day(self) -> Decimal | None:
        """The same, to six digits."""
        if self.times is None:
            return None
        exact = Decimal(self.times.numerator) / Decimal(self.times.denominator)
        return exact.quantize(Decimal("0.000001")).normalize() + 0

    @property
    def slots(self) -> tuple[tuple[Decimal, str], ...]:
        """How much at which time of the day, of a scheme such as 2-0-1."""
        return tuple((amount, str(time)) for amount, time in zip(self.amounts, TIMES, strict=False) if amount)


TIMES = (
    gettext_lazy("in the morning"),
    gettext_lazy("at midday"),
    gettext_lazy("in the evening"),
    gettext_lazy("at bedtime"),
)
DAYS: dict[str, str | Promise] = {
    "monday": gettext_lazy("on Mondays"),
    "tuesday": gettext_lazy("on Tuesdays"),
    "wednesday": gettext_lazy("on Wednesdays"),
    "thursday": gettext_lazy("on Thursdays"),
    "friday": gettext_lazy("on Fridays"),
    "saturday": gettext_lazy("on Saturdays"),
    "sunday": gettext_lazy("on Sundays"),
}
MEALS = {
    "with meals": ("with meals", "with meal", "with food", "at meals", "cc"),
    "before meals": ("before meals", "before food", "ac"),
    "after meals": ("after meals", "after food", "pc"),
}
# code | other ways to write it
_FIXED = """
od|qd|daily|every day|each day|once daily|once a day|die
bd|bid|bds
tds|tid|td
qds|qid
om|mane|am|qam|morning|mornings|in the morning|every morning|each morning|once in the morning
midday|noon|at noon|at midday
evening|evenings|in the evening|every evening|each evening|vesper
on|nocte|noct|hs|qhs|bed|night|nightly|at night|every night|each night|at bedtime|before bed|bedtime
1-0-1|morning and evening|morning and night|in the morning and in the evening|mane et nocte|om and on
qod|eod|every other day|every second day|alternate days|on alternate days|alt days|alternating days
weekly|wk|qw|every week|each week|once a week|once weekly
3x weekly|tiw
q2w|fortnightly|every fortnight|once a fortnight|every other week|every second week
monthly|mo|every month|each month|once a month
q1h|hourly|every hour
stat|immediately|now|at once|immediate
once|single dose|one dose|one off|once only|one time|only once
"""
_FIXED_OF = {way: line.split("|")[0] for line in _FIXED.strip().splitlines() for way in line.split("|")}
_DAILY = {1: "od", 2: "bd", 3: "tds", 4: "qds"}
_COUNTED = {code: number for number, code in _DAILY.items()}
_WHOLE = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
_NUMBERS = {word: str(number) for number, word in enumerate(_WHOLE, start=1)}
_NUMBERS |= {"once": "1x", "twice": "2x", "thrice": "3x", "third": "3", "fourth": "4"}
_PARTS = {"½": ".5", "¼": ".25", "¾": ".75"}

_NEED = re.compile(
    r"\b(?:prn|sos|(?:as|if|when) (?:needed|required|necessary)|only (?:if|when) needed|on demand)\b"
)
_AT_MOST = re.compile(r"^(?:up to|max|maximum|maximal|at most|no more than|not more than)\b")
_AMOUNT = r"(?:\d+/\d+|\d*\.?\d+)"
_SCHEME = re.compile(rf"{_AMOUNT}(?:\s*[-+]\s*{_AMOUNT}){{2,3}}")
_LIKE_A_SCHEME = re.compile(r"[\d./\s]+(?:[-+][\d./\s]+)+")
_HOURS = re.compile(
    r"(?:q|every|each)\s*(\d+)(?:\s*(?:-|to)\s*(\d+))?\s*(?:h|hr|hrs|hour|hours|hourly)"
    r"|(\d+)(?:\s*(?:-|to)\s*(\d+))?\s*-?\s*hourly"
)
_EVERY = re.compile(r"(?:q|every|each)\s*(\d+)(?:rd|th)?\s*(d|day|days|w|week|weeks|mo|month|months)")
_TIMES = re.compile(r"(\d+)\s*(?:x|times?)\s*(?:(?:/|per|a|an|each|every|in a|in the)?\s*)(.*)")
_RANGE_OF_TIMES = re.compile(r"\d+\s*(?:-|to)\s*\d+\s*(?:x|times?)\b.*")
_PER = {"": "daily"} | dict.fromkeys(("d", "day", "daily", "24h", "24 hours"), "daily")
_PER |= dict.fromkeys(("w", "wk", "week", "weekly"), "weekly")
_PER |= dict.fromkeys(("month", "monthly"), "monthly")
_ON_DAYS = re.compile(r"(?:(?:1x )?(?:weekly|a week|every week|every|each|on)\s*)*(.+)")
HYPHENS = re.compile("[\u2010-\u2015\u2212]")
_ALSO_DAILY = re.compile(
    r"^(?:od|qd|daily|(?:once|1x) (?:daily|a day)|every day|each day)\s+(?=in the|at |mane$|nocte$|om$|on$)"
)
_FURTHER = re.compile(r"\s*(?:,|\band\b|&|\+|/)\s*|\s+")


def read_frequency(text: str) -> Frequency:
    """What is meant. Raises ValueError with a sentence for the writer, which proposes the nearest.

    A range such as q6-8h stays in the words, and is counted by its shorter interval: the most that is taken.
    """
    said = _plain(text)
    rest, as_needed = _taken_out(_NEED, said)
    rest, at_most = _taken_out(_AT_MOST, rest)
    rest, meals = _without_meals(rest)
    if not rest and as_needed and not at_most and not meals:
        return Frequency("prn", None, _("if needed"), as_needed=True)
    found = _one_of_all(rest)
    if found is None:
        raise ValueError(_not_understood(text, said))
    return _dressed(found, meals, as_needed=as_needed, at_most=at_most)


def _dressed(found: Frequency, meals: str, *, as_needed: bool, at_most: bool) -> Frequency:
    """With what stands around the number: up to, with meals, if needed."""
    code, words = found.code, found.words
    if meals:
        code, words = f"{code} {meals}", f"{words} {_meals_in_words()[meals]}"
    if at_most:
        code, words = f"up to {code}", _("up to %(times)s") % {"times": words}
    if as_needed or at_most:
        code = f"{code} prn"
    return replace(found, code=code, words=words, as_needed=as_needed or at_most)


def _meals_in_words() -> dict[str, str]:
    return {
        "with meals": _("with meals"),
        "before meals": _("before meals"),
        "after meals": _("after meals"),
    }


# ── The text ────────────────────────────────────────────────────────────────


def _plain(text: str) -> str:
    """Small letters, plain hyphens and digits, points in numbers only."""
    text = text[:LONGEST_TEXT].casefold()
    for sign, number in _PARTS.items():
        text = re.sub(rf"(?<=\d)\s*{sign}", number, text).replace(sign, f"0{number}")
    text = unicodedata.normalize("NFKC", text).replace("×", "x").replace("\N{FRACTION SLASH}", "/")
    text = HYPHENS.sub("-", text)
    text = re.sub(r"(?<=\d),(?=\d)", ".", text)
    text = re.sub(r"(?<=[a-z])\.(?=[a-z\s]|$)|[;,.]+$", "", text)
    return " ".join(text.split())


def _taken_out(pattern: re.Pattern[str], text: str) -> tuple[str, bool]:
    rest, found = pattern.subn(" ", text)
    return " ".join(rest.split()).strip(" ,;-()"), bool(found)


def _without_meals(text: str) -> tuple[str, str]:
    for code, ways in MEALS.items():
        for way in ways:
            if text.endswith(f" {way}"):
                return text.removesuffix(way).strip(" ,;"), code
    return text, ""


def _in_digits(text: str) -> str:
    return " ".join(_NUMBERS.get(word, word) for word in text.split())


# ── The ways ────────────────────────────────────────────────────────────────


def _one_of_all(text: str) -> Frequency | None:
    text = _ALSO_DAILY.sub("", text)
    text = _FIXED_OF.get(text, text)
    ways: tuple[Callable[[str], Frequency | None], ...] = (
        _of_the_day,
        _scheme,
        _hours,
        _every,
        _times,
        _on_days,
    )
    digits = text if text in _simple() else _in_digits(text)
    digits = _FIXED_OF.get(digits, digits)
    return next((found for way in ways if (found := way(digits))), None)


def _simple() -> dict[str, tuple[Fraction, str]]:
    return {
        "om": (Fraction(1), _("in the morning")),
        "midday": (Fraction(1), _("at midday")),
        "evening": (Fraction(1), _("in the evening")),
        "on": (Fraction(1), _("at night")),
        "qod": (Fraction(1, 2), _("every other day")),
        "weekly": (Fraction(1, 7), _("once a week")),
        "monthly": (Fraction(12, A_YEAR), _("once a month")),
        "stat": (Fraction(1), _("once, now")),
        "once": (Fraction(1), _("once")),
    }


def _of_the_day(text: str) -> Frequency | None:
    if text in _COUNTED:
        return _daily(_COUNTED[text])
    if text not in _simple():
        return None
    times, words = _simple()[text]
    return Frequency(text, times, words, is_once=text in {"stat", "once"})


def _daily(number: int) -> Frequency | None:
    if not 1 <= number <= MOST_TIMES:
        return None
    return Frequency(_DAILY.get(number, f"{number}x daily"), Fraction(number), _so_often(number, "daily"))


def _so_often(number: int, per: str) -> str:
    once, twice, more = {
        "daily": (_("once a day"), _("twice a day"), _("%(n)s times a day")),
        "weekly": (_("once a week"), _("twice a week"), _("%(n)s times a week")),
        "monthly": (_("once a month"), _("twice a month"), _("%(n)s times a month")),
    }[per]
    return {1: once, 2: twice}.get(number, more % {"n": number})


def _scheme(text: str) -> Frequency | None:
    """1-0-1, ½-0-½, 2-0-0-1."""
    if not _SCHEME.fullmatch(text):
        return None
    amounts = tuple(_amount(part) for part in re.split(r"[-+]", text))
    if not any(amounts) or any(amount > MOST_AT_ONCE for amount in amounts):
        return None
    times = [str(time) for amount, time in zip(amounts, TIMES, strict=False) if amount]
    code = "-".join(f"{amount.normalize():f}" for amount in amounts)
    return Frequency(code, Fraction(len(times)), in_a_row(times), amounts)


def _amount(text: str) -> Decimal:
    above, stroke, below = text.strip().partition("/")
    number = Decimal(above) / Decimal(below) if stroke and int(below) else Decimal(above)
    return number.quantize(Decimal("0.01")).normalize() + 0


def in_a_row(words: list[str]) -> str:
    """One, another and the last."""
    if len(words) < 2:
        return "".join(words)
    return _("%(all)s and %(last)s") % {"all": ", ".join(words[:-1]), "last": words[-1]}


def _hours(text: str) -> Frequency | None:
    match = _HOURS.fullmatch(text)
    if not match:
        return None
    first, last = match[1] or match[3], match[2] or match[4]
    least, most = int(first), int(last or first)
    if not 1 <= least <= most <= MOST_HOURS:
        return None
    if least == most:
        words = ngettext("every hour", "every %(n)s hours", least) % {"n": least}
        return Frequency(f"q{least}h", Fraction(24, least), words)
    words = _("every %(least)s to %(most)s hours") % {"least": least, "most": most}
    return Frequency(f"q{least}-{most}h", Fraction(24, least), words)


def _every(text: str) -> Frequency | None:
    """Every so many days, weeks or months."""
    match = _EVERY.fullmatch(text)
    if not match:
        return None
    number, unit = int(match[1]), match[2][:2] if match[2].startswith("mo") else match[2][0]
    if unit == "d" and 1 <= number <= MOST_DAYS:
        alone = {1: _daily(1), 2: _of_the_day("qod")}
        words = _("every %(n)s days") % {"n": number}
        return alone.get(number) or Frequency(f"q{number}d", Fraction(1, number), words)
    if unit == "w" and 1 <= number <= MOST_WEEKS:
        words = _("every %(n)s weeks") % {"n": number}
        each = Frequency(f"q{number}w", Fraction(1, 7 * number), words)
        return _of_the_day("weekly") if number == 1 else each
    if unit == "mo" and 1 <= number <= MOST_MONTHS:
        words = _("every %(n)s months") % {"n": number}
        each = Frequency(f"q{number}mo", Fraction(12, A_YEAR * number), words)
        return _of_the_day("monthly") if number == 1 else each
    return None


def _times(text: str) -> Frequency | None:
    """3x, 3x daily, 2 times a week."""
    match = _TIMES.fullmatch(text)
    if not match or match[2].strip() not in _PER:
        return None
    number, per = int(match[1]), _PER[match[2].strip()]
    if per == "daily":
        return _daily(number)
    if number == 1:
        return _of_the_day(per)
    length = Fraction(7) if per == "weekly" else Fraction(A_YEAR, 12)
    if not 1 < number <= length:
        return None
    return Frequency(f"{number}x {per}", number / length, _so_often(number, per))


def _on_days(text: str) -> Frequency | None:
    """Weekly on Monday; on Mondays and Thursdays."""
    match = _ON_DAYS.fullmatch(text)
    if not match:
        return None
    days = [_day(word) for word in _FURTHER.split(match[1].strip(" ,:()")) if word]
    if not days or not all(days):
        return None
    chosen = [day for day in DAYS if day in days]
    words = in_a_row([str(DAYS[day]) for day in chosen])
    if len(chosen) == 1:
        words = _("once a week %(day)s") % {"day": words}
    return Frequency(f"weekly on {', '.join(chosen)}", Fraction(len(chosen), 7), words)


def _day(word: str) -> str:
    word = word.removesuffix("s") if word.endswith("days") else word
    near = [day for day in DAYS if day == word or (len(word) >= 3 and day.startswith(word))]
    return near[0] if len(near) == 1 else ""


# ── What was not understood ─────────────────────────────────────────────────


def _not_understood(text: str, said: str) -> str:
    text = " ".join(text.split())[:LONGEST_TEXT]
    if not text:
        return _("Write how often: 1-0-1, bd, q8h, weekly, prn.")
    if "biw" in said or "bimonth" in said:
        return _("“%(text)s” is read in two ways. Write every 2 weeks, or 2x weekly.") % {"text": text}
    if _RANGE_OF_TIMES.fullmatch(_in_digits(_NEED.sub("", said).strip())):
        return _("“%(text)s”: write one number, or up to so many times: up to 3x daily.") % {"text": text}
    if _LIKE_A_SCHEME.fullmatch(said):
        return _(
            "“%(text)s”: write three amounts, or four: morning, midday, evening, bedtime, such as 1-0-1."
        ) % {"text": text}
    too_often = _TIMES.fullmatch(_in_digits(said))
    if too_often and too_often[2].strip() in _PER and int(too_often[1]) > MOST_TIMES:
        return _("“%(text)s”: at most %(most)s times a day.") % {"text": text, "most": MOST_TIMES}
    near = get_close_matches(said, _spellings(), n=1, cutoff=0.6)
    if near:
        return _("“%(text)s” is not understood. Is “%(near)s” meant?") % {"text": text, "near": near[0]}
    return _("“%(text)s” is not understood. Write for example 1-0-1, bd, q8h, weekly or prn.") % {
        "text": text
    }


def _spellings() -> list[str]:
    regular = ["3x daily", "every 8 hours", "q8h", "every 3 days", "2x weekly", "weekly on monday", "prn"]
    return [*_FIXED_OF, *regular, "as needed", "up to 3x daily"]
