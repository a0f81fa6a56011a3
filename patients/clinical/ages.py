"""How old somebody is on a day, as tables of ranges ask for it."""

from dataclasses import dataclass
from datetime import date

DAYS_OF_A_NEWBORN = 28
ADULT_YEARS = 16  # where NEWS2 begins: Royal College of Physicians, 2017


@dataclass(frozen=True)
class Age:
    """Whole days, months and years. Of an estimated one only the year of birth is known."""

    days: int
    months: int
    is_estimated: bool = False

    @property
    def years(self) -> int:
        return self.months // 12

    @property
    def is_newborn(self) -> bool:
        """In the first 28 days: the World Health Organization's word."""
        return self.days < DAYS_OF_A_NEWBORN


def age_on(day: date, born_on: date, *, is_estimated: bool = False) -> Age:
    """The age on a day; nothing is younger than born."""
    months = (day.year - born_on.year) * 12 + day.month - born_on.month - (day.day < born_on.day)
    return Age(max(0, (day - born_on).days), max(0, months), is_estimated)


def youngest_and_oldest(day: date, born_on: date, *, is_estimated: bool) -> tuple[Age, Age]:
    """Between which ages somebody is: the same twice, unless only the year of birth is known."""
    if not is_estimated:
        age = age_on(day, born_on)
        return age, age
    latest, earliest = date(born_on.year, 12, 31), date(born_on.year, 1, 1)
    return age_on(day, min(latest, day), is_estimated=True), age_on(day, earliest, is_estimated=True)
