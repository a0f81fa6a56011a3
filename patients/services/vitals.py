"""What can be done with vital signs."""

from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts import places
from accounts.acting import note, service
from accounts.models import User
from accounts.once import Once
from hospital import clock
from hospital.errors import Refusal
from hospital.models import one_of
from patients import front, timeline
from patients.clinical import news2
from patients.clinical.ages import age_on, youngest_and_oldest
from patients.clinical.measures import MEASURES
from patients.clinical.plausible import IMPLAUSIBLE, Doubt, Measured, doubts
from patients.models import Encounter, Patient, Problem, Vitals

TOLERANCE = timedelta(minutes=5)  # between the clocks of a ward and ours
A_STATEMENT_HOLDS = timedelta(days=300)  # longer than any pregnancy goes on


@service("patients.record_vitals")
def record_vitals(
    patient: Patient,
    *,
    taken_at: datetime,
    confirmed: bool,
    by: User,
    encounter: Encounter | None = None,
    once: Once | None = None,
    **values: Any,
) -> Vitals:
    """Write down what was measured together, score it, and renew the first page.

    `values` are columns of Vitals; what was not measured is left out or None. Raises ValidationError by field:
    with the code `implausible` for what is questioned, unless `confirmed`; with `impossible` in any case. Raises
    Refusal `patient_inactive`.
    """
    if once and (earlier := once.earlier("patients.record_vitals", by=by)):
        return Vitals.objects.get(pk=earlier)
    if not patient.is_active:
        raise Refusal(_("This patient is inactive. Reactivate the record first."), code="patient_inactive")
    _check(patient, taken_at, encounter, values)
    _question(patient, taken_at, values, confirmed=confirmed)
    row = Vitals(
        patient=patient,
        taken_at=taken_at,
        encounter=encounter,
        recorded_by=by,
        **{name: value for name, value in values.items() if value is not None},
    )
    _score(row, patient)
    row.add()
    keep_ready(row)
    if once:
        once.done("patients.record_vitals", row, by=by)
    return row


@service("patients.retract_vitals")
def retract_vitals(vitals: Vitals, *, reason: str, by: User, seen_version: int | None = None) -> Vitals:
    """Take a set back as entered in error. It stays, struck through. Raises Refusal `already_retracted`.

    Other sets keep the score that they were given, also where this one had said that the patient is pregnant.
    """
    vitals.retract(because=reason, by=by, seen_version=seen_version)
    keep_ready(vitals)
    return vitals


def keep_ready(row: Vitals) -> None:
    """Write the line of the timeline and the part of the first page anew."""
    told = told_of(row)
    timeline.tell("vitals", told.subject_id, patient_id=row.patient_id, at=told.at, **told.facts)
    front.renew(row.patient_id, vitals=Vitals.objects.front(row.patient_id))


def told_of(row: Vitals) -> timeline.Told:
    """What the timeline says of a set, from the row alone and from who recorded it."""
    facts: dict[str, Any] = {
        "values": {name: float(value) for name, value in row.values.items()},
        "news2": row.news2,
        "tone": row.risk.tone if row.risk else "",
        "by": str(row.recorded_by),
    }
    if row.is_retracted:
        facts |= {"retracted": True, "because": row.retracted_because}
    return timeline.Told(row.pk, row.taken_at, facts)


def _check(patient: Patient, taken_at: datetime, encounter: Encounter | None, values: dict[str, Any]) -> None:
    wrong: dict[str, Any] = {}
    if taken_at > clock.now() + TOLERANCE:
        wrong["taken_at"] = _("This time is in the future.")
    elif _is_before_birth(patient, taken_at):
        wrong["taken_at"] = _("The patient was not born yet.")
    if encounter is not None and encounter.patient_id != patient.pk:
        wrong["encounter"] = _("This consultation is not one of this patient.")
    if not any(values.get(name) not in {None, ""} for name in (*MEASURES, "consciousness")):
        wrong["__all__"] = ValidationError(_("Write down at least one value."), code="empty")
    if wrong:
        raise ValidationError(wrong)


def _is_before_birth(patient: Patient, taken_at: datetime) -> bool:
    born = patient.birth_date
    if taken_at.year < born.year - 1:  # also what no zone can count any more
        return True
    earliest = date(born.year, 1, 1) if patient.birth_date_is_estimated else born
    return taken_at.astimezone(places.site(patient.site_id).zone).date() < earliest


def _question(patient: Patient, taken_at: datetime, values: dict[str, Any], *, confirmed: bool) -> None:
    day = taken_at.astimezone(places.site(patient.site_id).zone).date()
    found = doubts(
        values,
        age=age_on(day, patient.birth_date),
        taken_at=taken_at,
        weight_before=_before(patient, "weight", taken_at, values),
        height_before=_before(patient, "height", taken_at, values),
    )
    asked = [one for one in found if one.code == IMPLAUSIBLE]
    if confirmed and asked:
        note(confirmed=[one.field for one in asked])
    left: list[Doubt] = [one for one in found if not confirmed or one.code != IMPLAUSIBLE]
    if left:
        raise ValidationError({one.field: ValidationError(one.text, code=one.code) for one in left})


def _before(patient: Patient, name: str, taken_at: datetime, values: dict[str, Any]) -> Measured | None:
    if values.get(name) is None:
        return None
    row = Vitals.objects.last_with(patient.pk, name, before=taken_at)
    return Measured(float(getattr(row, name)), row.taken_at) if row else None


def _score(row: Vitals, patient: Patient) -> None:
    day = row.taken_at.astimezone(places.site(patient.site_id).zone).date()
    youngest, oldest = youngest_and_oldest(
        day, patient.birth_date, is_estimated=patient.birth_date_is_estimated
    )
    row.news2_not_because = news2.why_not(
        row.parameters,
        youngest_years=youngest.years,
        oldest_years=oldest.years,
        is_pregnant=_is_pregnant(patient, row),
    )
    score = None if row.news2_not_because else news2.score(row.parameters)
    row.news2 = score.total if score else None


def _is_pregnant(patient: Patient, row: Vitals) -> bool:
    """By what was said now, else what was said last and still holds, else by an active problem."""
    if row.pregnancy:
        return row.pregnancy == Vitals.Pregnancy.YES
    stated = Vitals.objects.of(patient).standing().between(row.taken_at - A_STATEMENT_HOLDS)
    said = stated.filter(taken_at__lte=row.taken_at, pregnancy__in=["yes", "no"]).newest()
    last = one_of(said.values_list("pregnancy", flat=True))
    if last == Vitals.Pregnancy.YES:
        return True
    active = Problem.objects.of(patient).standing().filter(status=Problem.Status.ACTIVE)
    return any(news2.is_of_pregnancy(code) for code in active.values_list("code", flat=True))
