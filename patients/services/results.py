"""What can be done with laboratory results: record them, say that they were seen, take one back."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.db.models import F
from django.utils.translation import gettext as _

from accounts import places
from accounts.acting import note, service
from accounts.models import User
from accounts.once import Once
from hospital import clock
from hospital.errors import LostRace, Refusal
from patients import front, timeline
from patients.clinical.loinc import is_loinc, place_of
from patients.clinical.results import CRITICAL, contradicts, flag_by_range, is_too_far
from patients.models import LabResult, LabTest, Patient, Sample, sample_id
from patients.models.results import NOT_LOINC

ADULT = 18
MOST_AT_ONCE = 500
MOST_NAMED = 4  # values in a line of the timeline
CLOCKS_DIFFER = timedelta(minutes=5)
RECORD = "patients.record_result"
REVIEW = "patients.review_result"


@dataclass(frozen=True)
class Recorded:
    """What one request wrote down."""

    results: list[LabResult]

    @property
    def pk(self) -> UUID:
        pk: UUID = self.results[0].pk
        return pk


@service(RECORD)
def record_result(
    patient: Patient, *, by: User, once: Once | None = None, confirmed: bool = False, **fields: Any
) -> LabResult:
    """Write down one result. See `record_results`; errors are by field."""
    return _record(patient, [fields | {"confirmed": confirmed}], by=by, once=once, in_list=False)[0]


@service(RECORD)
def record_results(
    patient: Patient,
    *,
    results: Sequence[Mapping[str, Any]],
    by: User,
    once: Once | None = None,
    source: str = LabResult.Source.API,
) -> list[LabResult]:
    """Write down several results of a patient, all or none.

    Each has loinc, taken_at, and value (with comparator, unit, low, high, flag) or text; also name, laboratory,
    external_id, note. A value 10 000 times away from its range is asked about, unless it says `confirmed`.
    Raises ValidationError by number and field, such as `1.value` of the second.
    """
    if not 1 <= len(results) <= MOST_AT_ONCE:
        raise ValidationError(_("Between one and %(most)s results at once.") % {"most": MOST_AT_ONCE})
    given = [{"source": source, **one} for one in results]
    return _record(patient, given, by=by, once=once, in_list=True)


def _record(
    patient: Patient, given: Sequence[dict[str, Any]], *, by: User, once: Once | None, in_list: bool
) -> list[LabResult]:
    if once and (earlier := once.earlier(RECORD, by=by)):
        return [LabResult.objects.get(pk=earlier)]
    if not patient.is_active:
        raise Refusal(_("This patient is inactive. Reactivate the record first."), code="patient_inactive")
    tests = tests_by_code(str(one.get("loinc", "")) for one in given)
    rows: list[LabResult] = []
    wrong: dict[str, Any] = {}
    for number, one in enumerate(given):
        try:
            rows.append(checked_result(patient, tests, by=by, **one))
        except ValidationError as error:
            prefix = f"{number}." if in_list else ""
            wrong |= {f"{prefix}{name}": errors for name, errors in error.error_dict.items()}
    if wrong:
        raise ValidationError(wrong)
    _see_that_none_is_known(rows)
    insert_results(rows)
    note(results=len(rows))
    show_results(patient.pk, {row.sample for row in rows})
    if once:
        once.done(RECORD, Recorded(rows), by=by)
    return rows


@service(REVIEW)
def review_result(result: LabResult, *, by: User, seen_version: int | None = None) -> LabResult:
    """Say that one has seen a result. What somebody has seen already stays as it is."""
    if result.is_retracted:
        raise Refusal(_("This was taken back already."), code="already_retracted")
    if result.reviewed_at is None:
        result.change(seen_version=seen_version, reviewed_at=clock.now(), reviewed_by=by)
        show_results(result.patient_id, {result.sample})
    return result


@service(REVIEW)
def review_results(patient: Patient, *, results: Sequence[LabResult], by: User) -> int:
    """Say that one has seen these results of a patient. Returns how many nobody had seen before."""
    if any(one.patient_id != patient.pk for one in results):
        raise ValidationError(_("These results are not of one patient."))
    now = clock.now()
    seen = (
        LabResult.objects.unseen()
        .filter(patient_id=patient.pk, pk__in=[one.pk for one in results])
        .update(reviewed_at=now, reviewed_by_id=by.pk, updated_at=now, version=F("version") + 1)
    )
    note(results=[str(one.pk) for one in results], seen=seen)
    if seen:
        show_results(patient.pk, {one.sample for one in results})
    return seen


@service("patients.retract_result")
def retract_result(result: LabResult, *, reason: str, by: User, seen_version: int | None = None) -> LabResult:
    """Take back what was entered in error. It stays, struck through, with the reason."""
    result.retract(because=reason, by=by, seen_version=seen_version)
    show_results(result.patient_id, {result.sample})
    return result


# ── The rules of one result ──────────────────────────────────────────────────
def tests_by_code(codes: Iterable[str]) -> dict[str, LabTest]:
    """Those of the list of tests that have one of these codes."""
    return {test.loinc: test for test in LabTest.objects.filter(loinc__in=sorted({*codes}))}


def checked_result(
    patient: Patient, tests: Mapping[str, LabTest], *, by: User, confirmed: bool = False, **fields: Any
) -> LabResult:
    """A result that is fit to be written down, with its range and flag; else ValidationError by field.

    The range is the laboratory's. Where it gave neither range nor flag, it is that of the list of tests, for
    adults, if the unit is the same: a flag without a range rests on one that is not known here.
    """
    loinc = str(fields.pop("loinc", "")).strip()
    test = tests.get(loinc)
    name = fields.pop("name", "") or (test.short_name if test else "")
    row = LabResult(patient=patient, recorded_by=by, loinc=loinc, name=name, **fields)
    _check_row(row)
    wrong = _wrong_time(patient, row.taken_at) | _missing_unit(row, test)
    own_range = row.low is not None or row.high is not None
    if contradicts(row.flag, flag_by_range(row.value, row.comparator, row.low, row.high)):
        wrong["flag"] = ValidationError(
            _("This flag does not go with the value and its range. Look at all three.")
        )
    if test and test.unit == row.unit and not own_range and not row.flag and is_adult(patient, row.taken_at):
        row.low, row.high = test.low, test.high
    row.flag = row.flag or flag_by_range(row.value, row.comparator, row.low, row.high)
    if not confirmed and row.value is not None and is_too_far(row.value, row.low, row.high):
        wrong["value"] = ValidationError(
            _("This is more than 10 000 times away from the range %(range)s. Look at value and unit again.")
            % {"range": row.range},
            code="unlikely",
        )
    if wrong:
        raise ValidationError(wrong)
    return row


def _check_row(row: LabResult) -> None:
    """A wrong code is told beside what else is wrong; that it has no name is only a consequence."""
    try:
        row.check_row()
    except ValidationError as error:
        if not is_loinc(row.loinc):
            error.error_dict.pop("name", None)
            error.error_dict["loinc"] = [ValidationError(NOT_LOINC)]
        raise


def is_adult(patient: Patient, at: datetime) -> bool:
    """Whether ranges of adults held for a patient at that time."""
    born = patient.birth_date
    return at.year - born.year - ((at.month, at.day) < (born.month, born.day)) >= ADULT


def _wrong_time(patient: Patient, taken_at: datetime) -> dict[str, ValidationError]:
    born = patient.birth_date
    if taken_at > clock.now() + CLOCKS_DIFFER:
        return {"taken_at": ValidationError(_("This is in the future."))}
    long_ago = taken_at.year < born.year - 1  # the first year there is has no date in every zone
    day = born if long_ago else taken_at.astimezone(places.site(patient.site_id).zone).date()
    if long_ago or ((day.year < born.year) if patient.birth_date_is_estimated else (day < born)):
        return {"taken_at": ValidationError(_("This is before the patient was born."))}
    return {}


def _missing_unit(row: LabResult, test: LabTest | None) -> dict[str, ValidationError]:
    if test is None or not test.unit or test.unit[0] in "{[" or row.value is None or row.unit:
        return {}
    words = _("Write the unit. This test is usually given in %(unit)s.") % {"unit": test.unit_shown}
    return {"unit": ValidationError(words)}


def _see_that_none_is_known(rows: Sequence[LabResult]) -> None:
    for row in rows:
        if row.external_id and known_numbers(row.laboratory, [row.external_id]):
            raise Refusal(
                _("The laboratory's result %(number)s is written down already.")
                % {"number": row.external_id},
                code="already_recorded",
                field="external_id",
            )
    numbers = [(row.laboratory, row.external_id) for row in rows if row.external_id]
    if len(numbers) != len(set(numbers)):
        raise ValidationError(_("Two of these results have the same number of the laboratory."))


def known_numbers(laboratory: str, numbers: Sequence[str]) -> dict[str, LabResult]:
    """The results of a laboratory that have one of these numbers of its own."""
    found = LabResult.objects.filter(laboratory=laboratory, external_id__in=list(numbers))
    return {row.external_id: row for row in found}


def insert_results(rows: Sequence[LabResult]) -> None:
    try:
        LabResult.objects.bulk_create(rows, batch_size=500)
    except IntegrityError as error:
        raise LostRace("One of these results was written down a moment ago.") from error


# ── What others see of it ────────────────────────────────────────────────────
def show_results(patient_id: UUID, samples: Iterable[Sample]) -> None:
    """Renew the card of a patient, and the lines of these samples in the timeline."""
    front.renew(patient_id, results=LabResult.objects.front(patient_id))
    for sample in sorted(samples):
        rows = list(LabResult.objects.of_sample(patient_id, sample).select_related("reviewed_by"))
        told = told_of(rows)
        timeline.tell("result", told.subject_id, patient_id=patient_id, at=told.at, **told.facts)


def told_of(rows: Sequence[LabResult]) -> timeline.Told:
    """The line of one sample: its values, the ones out of range first, and who has seen them all."""
    standing = [row for row in rows if not row.is_retracted]
    named = sorted(standing or rows, key=lambda row: (not row.is_abnormal, place_of(row.loinc)))
    seen = [row for row in standing if row.reviewed_by]
    facts = {
        "values": [[row.name, row.shown] for row in named[:MOST_NAMED]],
        "more": max(len(named) - MOST_NAMED, 0),
        "tone": _tone(named),
        "seen_by": str(seen[-1].reviewed_by) if seen and len(seen) == len(standing) else "",
        "retracted": not standing,
    }
    first = rows[0]
    return timeline.Told(sample_id(first.patient_id, first.sample), first.taken_at.astimezone(UTC), facts)


def _tone(rows: Sequence[LabResult]) -> str:
    if any(row.flag in CRITICAL for row in rows):
        return "danger"
    return "warn" if any(row.is_abnormal for row in rows) else ""
