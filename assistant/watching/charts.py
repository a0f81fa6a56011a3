"""Results and vital signs that are new, beside those of the same patient before."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import groupby
from typing import Any
from uuid import UUID

from assistant.anomalies.own_values import LOOK_BACK, Point
from assistant.anomalies.results import Measured, examine
from assistant.anomalies.vitals import LOOKED_AT, early_warning, odd_numbers
from assistant.services.alerts import Found
from assistant.watching.places import NEWS, departments_of
from hospital import clock
from patients.models import LabResult, Vitals
from patients.models.results import sample_id

MOST_BEFORE = 20_000
ON_PICTURE = 24
RESULT, VITALS = LabResult._meta.label_lower, Vitals._meta.label_lower
COLUMNS = ("patient_id", "loinc", "unit", "taken_at", "value", "id", "name", "flag", "laboratory")


def of_results(rows: Sequence[LabResult]) -> Iterator[Found]:
    """What is odd in the samples that these results are of."""
    new = [one for one in rows if one.taken_at >= clock.now() - NEWS]
    if not new:
        return
    patients = {one.patient_id for one in new}
    known = _results(patients, min(one.taken_at for one in new))
    wards = departments_of(patients)
    samples = {(one.patient_id, one.laboratory, one.taken_at) for one in new}
    for patient_id, laboratory, at in sorted(samples, key=str):
        of_patient = [row for row in known if row["patient_id"] == patient_id]
        sample = [row for row in of_patient if row["taken_at"] == at and row["laboratory"] == laboratory]
        sample_key = sample_id(patient_id, (laboratory, at))
        for found in _of_sample(sample, of_patient, sample_key):
            yield _placed(found, patient_id, wards)


def _results(patients: Iterable[UUID], since: Any) -> list[dict[str, Any]]:
    rows = LabResult.objects.standing().filter(
        patient_id__in=list(patients),
        taken_at__gte=since - LOOK_BACK,
        comparator="",
        value__isnull=False,
    )
    return list(rows.order_by("taken_at", "id").values(*COLUMNS)[:MOST_BEFORE])


def _of_sample(
    sample: Sequence[dict[str, Any]], known: Sequence[dict[str, Any]], sample_key: UUID
) -> Iterator[Found]:
    measured: dict[str, tuple[Measured, dict[str, Any]]] = {}
    for row in sample:
        before = [
            Point(one["taken_at"], one["value"])
            for one in known
            if one["taken_at"] < row["taken_at"]
            and (one["loinc"], one["unit"]) == (row["loinc"], row["unit"])
        ]
        one = Measured(row["loinc"], row["name"], row["unit"], row["value"], before, row["flag"])
        measured[row["loinc"]] = one, row
    if not measured:
        return
    for odd, finding in examine([one for one, _row in measured.values()], sample[0]["taken_at"]):
        if odd is None:
            one, row = measured[finding.facts["tests"][0]["loinc"]]
            key = f"{finding.kind}:{sample_key}"
        else:
            one, row = measured[odd.loinc]
            key = f"{finding.kind}:{row['id']}"
        yield Found(finding, key, RESULT, row["id"], series=_series(one.earlier, row["taken_at"], one.value))


def _series(earlier: Sequence[Point], at: Any, value: Decimal | int) -> list[tuple[str, float]]:
    points = [(one.at.isoformat(), float(one.value)) for one in earlier[-ON_PICTURE:]]
    return [*points, (at.isoformat(), float(value))]


def of_vitals(rows: Sequence[Vitals]) -> Iterator[Found]:
    """What is odd in these sets."""
    new = [one for one in rows if one.taken_at >= clock.now() - NEWS and not one.is_retracted]
    if not new:
        return
    patients = {one.patient_id for one in new}
    since = min(one.taken_at for one in new) - LOOK_BACK
    known = (
        Vitals.objects.standing()
        .filter(patient_id__in=list(patients), taken_at__gte=since)
        .order_by("patient_id", "taken_at", "id")[:MOST_BEFORE]
    )
    before = {pk: list(some) for pk, some in groupby(known, lambda one: one.patient_id)}
    wards = departments_of(patients)
    for one in new:
        earlier = [row for row in before.get(one.patient_id, ()) if row.taken_at < one.taken_at]
        for found in _of_set(one, earlier):
            yield _placed(found, one.patient_id, wards)


def _of_set(one: Vitals, earlier: Sequence[Vitals]) -> Iterator[Found]:
    series = {
        name: [Point(row.taken_at, Decimal(row.values[name])) for row in earlier if name in row.values]
        for name in LOOKED_AT
    }
    for finding in odd_numbers(one.values, series, one.taken_at):
        name = finding.facts["loinc"]
        picture = _series(series[name], one.taken_at, one.values[name])
        yield Found(finding, f"{finding.kind}:{one.pk}:{name}", VITALS, one.pk, series=picture)
    warned = early_warning(one.score)
    if warned:
        points = [Point(row.taken_at, Decimal(row.news2)) for row in earlier if row.news2 is not None]
        picture = _series(points, one.taken_at, one.news2 or 0)
        day = f"{one.taken_at:%Y-%m-%d}"  # each risk is told once a day, not with every measurement
        key = f"{warned.kind}:{one.patient_id}:{day}:{warned.severity}"
        yield Found(warned, key, VITALS, one.pk, series=picture)


def _placed(found: Found, patient_id: UUID, wards: Mapping[UUID, UUID]) -> Found:
    return Found(
        found.finding,
        found.key,
        found.subject_type,
        found.subject_id,
        patient_id=patient_id,
        department_id=wards.get(patient_id),
        series=found.series,
    )
