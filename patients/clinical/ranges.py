"""What is usual of a vital sign at an age, each range with the published source it was taken from.

A range says what is usual, not what is to be aimed at. Where no source is kept for an age there is no range,
and then a value is neither flagged nor called normal.
"""

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from patients.clinical.ages import ADULT_YEARS, Age
from patients.clinical.measures import MEASURES

LOW, HIGH, NORMAL = "low", "high", "normal"

SOURCES: dict[str, str | Promise] = {
    "news2": _(
        "From 16 years: the bands of NEWS2 that add nothing to the score. Royal College of Physicians, "
        "National Early Warning Score (NEWS) 2, 2017. They warn of acute illness; they are no aims of treatment."
    ),
    "news2_scale_2": _(
        "Saturation with the target 88 to 92 %: NEWS2, SpO₂ scale 2. Royal College of Physicians, 2017."
    ),
    "fleming": _(
        "Children, breathing rate and pulse: 1st to 99th centile of healthy children at rest. Fleming S et al., "
        "Normal ranges of heart rate and respiratory rate in children, Lancet 2011; 377: 1011–1018."
    ),
    "pals_aap": _(
        "Children, systolic pressure: low is under the limit of hypotension of the American Heart Association, "
        "Pediatric Advanced Life Support, 2020; high is what needs a second look by the screening table of the "
        "American Academy of Pediatrics (Flynn JT et al., Pediatrics 2017; 140: e20171904, table 6), from 1 year."
    ),
    "aap": _(
        "Children, diastolic pressure: what needs a second look by the screening table of the American Academy of "
        "Pediatrics (Flynn JT et al., Pediatrics 2017; 140: e20171904, table 6), from 1 year. No lower limit is kept."
    ),
    "pressure": _(
        "From 16 years, diastolic pressure: high from 90, European Society of Cardiology and European Society of "
        "Hypertension, 2018; low under 60, NHS, Low blood pressure."
    ),
    "pregnancy": _(
        "In pregnancy only the upper limits of blood pressure are kept: hypertension from 140/90, NICE guideline "
        "NG133, 2019. NEWS2 is not made for pregnancy."
    ),
    "newborn_warmth": _(
        "Newborns, temperature: World Health Organization, Thermal protection of the newborn, 1997."
    ),
    "child_warmth": _(
        "Children from 28 days, temperature: fever from 38.0 °C, Brighton Collaboration (Marcy SM et al., Vaccine "
        "2004; 22: 551–556); low under 36.0 °C, NICE guideline NG51, 2016."
    ),
    "nice_fever": _(
        "Children under 5 years, saturation in air: 95 % or less is a sign of warning, NICE guideline NG143, 2019. "
        "From 5 to 15 years no range is kept."
    ),
    "glucose": _(
        "Glucose, from 1 year: low under 3.9 mmol/L and high from 11.1 mmol/L at any time of day, American Diabetes "
        "Association, Standards of Care in Diabetes, 2024. Whether somebody was fasting is not asked, so the "
        "narrower range for fasting (up to 5.5 mmol/L) is not applied."
    ),
}


@dataclass(frozen=True)
class Range:
    """What is usual, both ends included. An end that no source gives is None."""

    low: float | None
    high: float | None
    source: str

    def flag(self, value: Decimal | float) -> str:
        """LOW, HIGH or NORMAL; "" where only one end is known and the value is not beyond it."""
        number = float(value)
        if self.low is not None and number < self.low:
            return LOW
        if self.high is not None and number > self.high:
            return HIGH
        return NORMAL if self.low is not None and self.high is not None else ""


def in_words(measure: str, usual_range: Range | None, *, is_estimated: bool = False) -> str:
    """Such as: 12 to 20; up to 139; from 70; no range. With "about" where the age is an estimate."""
    if usual_range is None:
        return _now("no range")
    ends = {
        name: MEASURES[measure].text(end)
        for name, end in (("low", usual_range.low), ("high", usual_range.high))
        if end is not None
    }
    form = {
        ("low", "high"): _now("%(low)s to %(high)s"),
        ("low",): _now("from %(low)s"),
        ("high",): _now("up to %(high)s"),
    }[tuple(ends)]
    return _now("about %(range)s") % {"range": form % ends} if is_estimated else form % ends


@dataclass(frozen=True)
class Who:
    """Of whom something was measured, and under what."""

    age: Age
    sex: str = "unknown"
    is_pregnant: bool = False
    on_oxygen: bool = False
    scale_2: bool = False

    @property
    def is_adult(self) -> bool:
        return self.age.years >= ADULT_YEARS


ADULT = {
    "respiration": Range(12, 20, "news2"),
    "spo2": Range(96, 100, "news2"),
    "temperature": Range(36.1, 38.0, "news2"),
    "systolic": Range(111, 219, "news2"),
    "pulse": Range(51, 90, "news2"),
    "diastolic": Range(60, 89, "pressure"),
}
IN_PREGNANCY = {"systolic": Range(None, 139, "pregnancy"), "diastolic": Range(None, 89, "pregnancy")}

# Fleming 2011: from how many months on, 1st centile, 99th centile. Up to 18 years; from 16 NEWS2 takes over.
FLEMING_RESPIRATION = (
    (0, 25, 66),
    (3, 24, 64),
    (6, 23, 61),
    (9, 22, 58),
    (12, 21, 53),
    (18, 19, 46),
    (24, 18, 38),
    (36, 17, 33),
    (48, 17, 29),
    (72, 16, 27),
    (96, 14, 25),
    (144, 12, 23),
    (180, 11, 22),
)
FLEMING_PULSE = (
    (0, 107, 181),
    (3, 104, 175),
    (6, 98, 168),
    (9, 93, 161),
    (12, 88, 156),
    (18, 82, 149),
    (24, 76, 142),
    (36, 70, 136),
    (48, 65, 131),
    (72, 59, 123),
    (96, 52, 115),
    (144, 47, 108),
    (180, 43, 104),
)
# AAP 2017, table 6: at these years and from these values on a second look is needed, systolic and diastolic.
AAP = {
    "male": {
        1: (98, 52),
        2: (100, 55),
        3: (101, 58),
        4: (102, 60),
        5: (103, 63),
        6: (105, 66),
        7: (106, 68),
        8: (107, 69),
        9: (107, 70),
        10: (108, 72),
        11: (110, 74),
        12: (113, 75),
        13: (120, 80),
    },
    "female": {
        1: (98, 54),
        2: (101, 58),
        3: (102, 60),
        4: (103, 62),
        5: (104, 64),
        6: (105, 67),
        7: (106, 68),
        8: (107, 69),
        9: (108, 71),
        10: (109, 72),
        11: (111, 74),
        12: (114, 75),
        13: (120, 80),
    },
}
LAST_YEAR_OF_AAP = 13  # the row "13 and older"


def usual(measure: str, who: Who) -> Range | None:
    """The usual range of a measure (a column of Vitals), or None where none is kept for this person."""
    if measure == "glucose":
        known = who.age.years >= 1 and not who.is_pregnant
        return Range(3.9, 11.0, "glucose") if known else None
    if not who.is_adult:
        return _of_a_child(measure, who)
    if who.is_pregnant:
        return IN_PREGNANCY.get(measure)
    if measure == "spo2" and who.scale_2:
        return Range(88, 92 if who.on_oxygen else 100, "news2_scale_2")
    return ADULT.get(measure)


def _of_a_child(measure: str, who: Who) -> Range | None:
    kept: dict[str, Callable[[Who], Range | None]] = {
        "respiration": lambda child: _fleming(FLEMING_RESPIRATION, child.age),
        "pulse": lambda child: _fleming(FLEMING_PULSE, child.age),
        "systolic": _systolic,
        "diastolic": _diastolic,
        "temperature": _temperature,
        "spo2": _saturation,
    }
    return kept[measure](who) if measure in kept else None


def _fleming(table: tuple[tuple[int, int, int], ...], age: Age) -> Range:
    row = table[bisect_right([start for start, _low, _high in table], age.months) - 1]
    return Range(row[1], row[2], "fleming")


def _second_look(who: Who, place: int) -> int | None:
    """From which value on; of a sex that is neither or not known the lower of both."""
    year = min(who.age.years, LAST_YEAR_OF_AAP)
    tables = [AAP[who.sex]] if who.sex in AAP else list(AAP.values())
    return min(table[year][place] for table in tables) if year >= 1 else None


def _systolic(who: Who) -> Range:
    """PALS: 60 for newborns, 70 for infants, 70 and twice the years up to 9, then 90."""
    of_infants = 60 if who.age.is_newborn else 70
    low = min(70 + 2 * who.age.years, 90) if who.age.years else of_infants
    limit = _second_look(who, 0)
    return Range(low, limit - 1 if limit else None, "pals_aap")


def _diastolic(who: Who) -> Range | None:
    limit = _second_look(who, 1)
    return Range(None, limit - 1, "aap") if limit else None


def _temperature(who: Who) -> Range:
    newborn = who.age.is_newborn
    return Range(36.5, 37.5, "newborn_warmth") if newborn else Range(36.0, 37.9, "child_warmth")


def _saturation(who: Who) -> Range | None:
    return Range(96, 100, "nice_fever") if who.age.years < 5 and not who.on_oxygen else None
