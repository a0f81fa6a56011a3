"""What the record knows of a patient that a safety check asks for; what is too old is left out, and that is said.

How old is too old is our own rule, made for doses: nobody has published limits.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts import places
from hospital.models import one_of
from patients.clinical.ages import age_on, youngest_and_oldest
from patients.clinical.news2 import is_of_pregnancy
from patients.models import Allergy, AllergyStatement, Chart, LabResult, Patient, Vitals
from prescriptions.safety.kidneys import ADULT, egfr_ckd_epi_2021, in_mg_dl

CREATININE = {"14682-9": ("umol/L",), "2160-0": ("mg/dL",)}  # LOINC → its unit in UCUM
A_YEAR = timedelta(days=366)
OF_ADULTS, OF_CHILDREN, OF_INFANTS = A_YEAR, timedelta(days=92), timedelta(days=31)  # how long a weight holds
INFANT = 2  # years, below
PREGNANT_HOLDS = timedelta(days=300)  # as in patients.services.vitals
NOT_PREGNANT_HOLDS = timedelta(days=30)
MAY_BE_PREGNANT = range(10, 61)  # years in which it is asked: patients.forms.vitals
MOST_CRITICAL_FIRST = [Allergy.Criticality.HIGH, Allergy.Criticality.UNKNOWN, Allergy.Criticality.LOW]


@dataclass(frozen=True, slots=True)
class Recorded:
    """An allergy that counts. `name` is one that the rules know, if it is coded."""

    name: str
    is_coded: bool
    criticality: str


@dataclass(frozen=True, slots=True)
class Dated:
    """A value and its day at the patient's site."""

    value: Decimal
    on: date


@dataclass(frozen=True, slots=True)
class Known:
    """None: nobody has said. `left_out`: what is on record and was not used, in sentences."""

    today: date
    allergies: tuple[Recorded, ...] | None
    age_years: Decimal
    age_is_estimated: bool
    weight: Dated | None
    egfr: Dated | None
    pregnant: bool | None
    left_out: tuple[str, ...]


def known_of(patient: Patient, at: datetime) -> Known:
    """Everything, with at most five queries."""
    zone = places.site(patient.site_id).zone
    today = at.astimezone(zone).date()
    vitals, problems = _first_page(patient)
    left_out: list[str] = []
    age = age_in_years(patient, today)
    return Known(
        today,
        _allergies(patient),
        age,
        patient.birth_date_is_estimated,
        _weight(vitals, age, today, zone, left_out),
        _egfr(patient, today, zone, left_out),
        _pregnant(patient, problems, age, at),
        tuple(left_out),
    )


def age_in_years(patient: Patient, on: date) -> Decimal:
    """By months; in the first year by days. Of a young one whose birthday nobody knows the youngest it may be."""
    youngest, _oldest = youngest_and_oldest(
        on, patient.birth_date, is_estimated=patient.birth_date_is_estimated
    )
    age = youngest if youngest.years < ADULT else age_on(on, patient.birth_date)
    in_years = Decimal(age.months) / 12 if age.months >= 12 else Decimal(age.days) / Decimal("365.25")
    return in_years.quantize(Decimal("0.001")).normalize() + 0


def _first_page(patient: Patient) -> tuple[Any, Any]:
    """The vital signs and the problems of the chart, without its other parts."""
    page = Chart.objects.filter(pk=patient.pk).values_list("vitals", "problems")
    found: tuple[Any, Any] = one_of(page) or ({}, [])
    return found


def _allergies(patient: Patient) -> tuple[Recorded, ...] | None:
    rows = Allergy.objects.known(patient.pk).values_list("criticality", "id", "substance", "substance_key")
    known = sorted(rows, key=lambda row: (MOST_CRITICAL_FIRST.index(row[0]), row[1]))
    if known:
        return tuple(Recorded(name, bool(key), criticality) for criticality, _pk, name, key in known)
    return () if AllergyStatement.objects.current(patient.pk) else None


# ── Weight ──────────────────────────────────────────────────────────────────


def _weight(vitals: Any, age: Decimal, today: date, zone: Any, left_out: list[str]) -> Dated | None:
    last = vitals.get("weight") if isinstance(vitals, dict) else None
    if not last:
        return None
    found = Dated(Decimal(last["value"]), datetime.fromisoformat(last["at"]).astimezone(zone).date())
    holds = OF_INFANTS if age < INFANT else OF_CHILDREN if age < ADULT else OF_ADULTS
    if today - found.on <= holds:
        return found
    left_out.append(
        _("The weight of %(day)s (%(kg)s kg) is too old to be used.")
        % {"day": _day(found.on), "kg": f"{found.value:f}"}
    )
    return None


# ── Kidneys ─────────────────────────────────────────────────────────────────


class Creatinine(NamedTuple):
    loinc: str
    value: Decimal
    comparator: str
    unit: str
    taken_at: datetime


def _egfr(patient: Patient, today: date, zone: Any, left_out: list[str]) -> Dated | None:
    """By CKD-EPI 2021 from the last creatinine, at the age on that day."""
    rows = LabResult.objects.of(patient).standing().filter(loinc__in=sorted(CREATININE), value__isnull=False)
    found = one_of(rows.latest_first().values_list(*Creatinine._fields))
    if found is None:
        return None
    last = Creatinine(*found)
    on = last.taken_at.astimezone(zone).date()
    why = _why_no_egfr(patient, last, on, today)
    if why:
        said = _("The creatinine of %(day)s was not used: %(why)s.")
        left_out.append(said % {"day": _day(on), "why": why})
        return None
    micromoles = last.loinc == "14682-9"
    egfr = egfr_ckd_epi_2021(
        creatinine_mg_dl=in_mg_dl(float(last.value)) if micromoles else float(last.value),
        age_years=float(age_in_years(patient, on)),
        sex="female" if patient.sex == Patient.Sex.FEMALE else "male",
    )
    return Dated(Decimal(str(egfr)).quantize(Decimal("0.1")), on)


def _why_no_egfr(patient: Patient, last: Creatinine, on: date, today: date) -> str:
    if today - on > A_YEAR:
        return _("it is older than a year")
    if last.comparator or last.value <= 0:
        return _("it is no plain number")
    if last.unit and last.unit not in CREATININE[last.loinc]:
        return _("its unit is %(unit)s") % {"unit": last.unit}
    if patient.sex not in {Patient.Sex.FEMALE, Patient.Sex.MALE}:
        return _("the equation asks whether somebody is female or male")
    if age_in_years(patient, on) < ADULT:
        return _("the equation is for adults")
    return ""


# ── Pregnancy ───────────────────────────────────────────────────────────────


def _pregnant(patient: Patient, problems: Any, age: Decimal, at: datetime) -> bool | None:
    """By an active problem, else by what was said last and still holds, at an age at which it is asked.

    That somebody is pregnant holds as long as a pregnancy may go on; that somebody is not, for a month. Men are not
    asked: they are not pregnant unless somebody has said so.
    """
    if any(one["is_active"] and is_of_pregnancy(one["code"]) for one in problems):
        return True
    is_man = patient.sex == Patient.Sex.MALE
    if int(age) not in MAY_BE_PREGNANT:
        return False if is_man else None
    stated = Vitals.objects.of(patient).standing().between(at - PREGNANT_HOLDS)
    rows = stated.filter(pregnancy__in=["yes", "no"]).newest().values_list("pregnancy", "taken_at")
    said, said_at = one_of(rows) or ("", at)
    if said == Vitals.Pregnancy.YES:
        return True
    if is_man:
        return False
    return False if said and at - said_at <= NOT_PREGNANT_HOLDS else None


def _day(day: date) -> str:
    return str(date_format(day, "j M Y"))
