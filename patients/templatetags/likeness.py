"""How two records that may be of one person are set beside each other."""

from collections.abc import Iterator
from typing import Any

from django import template
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from patients.clinical.duplicates import NEAR_CERTAIN, WORDS
from patients.models import Patient, SuspectedPair

register = template.Library()


@register.filter
def reason_words(reason: dict[str, Any]) -> str:
    """What a reason of a likeness says; a code that no list knows says itself."""
    code = str(reason.get("code", ""))
    return str(WORDS.get(code, code))


@register.filter
def likeness_tone(score: int) -> str:
    return "danger" if score >= NEAR_CERTAIN else "warn"


@register.filter
def decided_words(pair: SuspectedPair) -> str:
    """Why a pair is no longer looked at: in people's own words, or one of two that the house writes itself."""
    house = {
        SuspectedPair.NO_LONGER_ALIKE: _("No longer alike after a correction."),
        SuspectedPair.ONE_IS_CLOSED: _("One of the two records was closed."),
    }
    return house.get(pair.decided_because, pair.decided_because)


@register.filter
def registered_twice(other: Patient) -> str:
    """Why a record is closed whose person has another one."""
    return _("Registered twice, see %(mrn)s") % {"mrn": other.mrn}


@register.simple_tag
def compared(pair: SuspectedPair) -> list[dict[str, Any]]:
    """The fields of both patients, each with its label and whether they differ."""
    sides = zip(_fields(pair.first), _fields(pair.second), strict=True)
    return [
        {"label": label, "first": first, "second": second, "differs": first.casefold() != second.casefold()}
        for (label, first), (_label, second) in sides
    ]


def _fields(patient: Patient) -> Iterator[tuple[str, str]]:
    yield _("Family name"), patient.family_name
    yield _("Given name"), patient.given_name
    yield _("Date of birth"), _born(patient)
    yield _("Sex"), patient.get_sex_display()
    yield _("Phone"), patient.phone.as_international if patient.phone else ""
    yield _("E-mail"), patient.email
    yield _("Address"), ", ".join(patient.address.splitlines())
    yield _("Registered"), date_format(patient.created_at, "j M Y")


def _born(patient: Patient) -> str:
    if patient.birth_date_is_estimated:
        return _("about %(year)s") % {"year": patient.birth_date.year}
    return date_format(patient.birth_date, "j M Y")
