"""Days of a patient's life, of which perhaps only the year is known."""

from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from accounts import places
from hospital import clock
from patients.models.people import Patient


def first_of_year(day: date | None, *, is_year: bool) -> date | None:
    """A day of which only the year is known is kept as the first of January."""
    return date(day.year, 1, 1) if day and is_year else day


def not_a_day(day: date, patient: Patient, *, is_year: bool = False) -> Any:
    """Why nothing can have happened to this patient then, for the asker; None if it can."""
    by_year = is_year or patient.birth_date_is_estimated
    if day.year < patient.birth_date.year or (not by_year and day < patient.birth_date):
        return _("This is before the patient was born.")
    if day > clock.today(places.site(patient.site_id).time_zone):
        return _("This is in the future.")
    return None


def is_before(first: date, second: date, *, by_year: bool) -> bool:
    return first.year < second.year if by_year else first < second


def in_words(day: date | None, *, is_year: bool) -> str:
    """2014, or 12 Apr 2026; "" for none."""
    return "" if day is None else date_format(day, "Y" if is_year else "j M Y")
