"""Vital signs of the demonstration: for each story a series that drifts, some of it abnormal."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import TYPE_CHECKING, Any

from hospital import clock
from patients import timeline
from patients.clinical import news2
from patients.clinical.ages import ADULT_YEARS, Age, age_on, youngest_and_oldest
from patients.models import Chart, Patient, TimelineEntry, Vitals
from patients.models.vitals import ON_THE_FRONT, front_of
from patients.services.vitals import told_of

if TYPE_CHECKING:
    from patients.demo.charts import Told

IN_ALL = timedelta(days=730)
A_PREGNANCY = timedelta(days=180)
AN_ILLNESS = timedelta(days=4)
ROUND = {"temperature": 1, "weight": 1, "height": 0, "glucose": 1}
LIMITS = {"spo2": (80, 100), "temperature": (35.0, 40.5), "glucose": (3.0, 25.0)}
# For people who have grown up: a usual value, and how far it moves.
USUAL = {
    "respiration": (15, 1.2),
    "spo2": (98, 0.7),
    "temperature": (36.7, 0.2),
    "systolic": (124, 6),
    "diastolic": (77, 4),
    "pulse": (72, 5),
    "weight": (74, 0.7),
    "height": (170, 0),
    "glucose": (5.4, 0.4),
}
# By years: breathing rate, pulse, systolic, diastolic, kilograms, centimetres.
CHILDREN = (
    (0, (42, 138, 84, 46, 6.5, 62)),
    (1, (30, 118, 92, 50, 10.5, 80)),
    (3, (25, 104, 95, 54, 15, 97)),
    (5, (22, 96, 98, 58, 19, 111)),
    (8, (20, 85, 101, 62, 27, 129)),
    (12, (18, 78, 106, 66, 43, 152)),
    (15, (16, 74, 112, 69, 57, 167)),
)


@dataclass(frozen=True)
class Series:
    """When a patient was measured, and around what."""

    moments: list[datetime]
    told: "Told"
    whole: bool  # every set has all that NEWS2 asks for


def plant(told: "Sequence[Told]", *, random: Random, progress: Callable[[str], object]) -> None:
    """Sets of vital signs with their scores, lines of the timeline and parts of the first pages, in bulk."""
    rows = [row for one in told for row in _sets(_series(one, random), random)]
    Vitals.objects.bulk_create(rows)
    TimelineEntry.objects.bulk_create(
        timeline.tell_first("vitals", told_of(row), patient_id=row.patient_id) for row in rows
    )
    _keep_ready([one.patient for one in told], rows)
    progress(f"{len(rows):,} sets of vital signs")


def _series(told: "Told", random: Random) -> Series:
    now = clock.now()
    if told.story.key == "pneumonia":
        start, number = now - AN_ILLNESS, random.randint(9, 12)
    else:
        start, number = now - (A_PREGNANCY if told.story.key == "pregnant" else IN_ALL), random.randint(4, 11)
    born = datetime.combine(told.patient.birth_date, datetime.min.time(), now.tzinfo) + timedelta(days=1)
    start = max(start, min(born, now - timedelta(hours=3)))
    step = (now - start) / number
    moments = [start + step * (place + random.uniform(0.2, 0.9)) for place in range(number)]
    minutes = [moment.replace(second=0, microsecond=0) for moment in moments]
    return Series(minutes, told, whole=told.story.key in {"pneumonia", "lungs"})


def _sets(series: Series, random: Random) -> Iterator[Vitals]:
    drift = {name: (usual, moves, total) for name, usual, moves, total in series.told.story.drift}
    last = max(1, len(series.moments) - 1)
    own = {name: random.uniform(0.94, 1.06) for name in ("weight", "height", "pulse", "systolic")}
    for place, at in enumerate(series.moments):
        age = age_on(at.date(), series.told.patient.birth_date)
        values = {
            name: _value(name, usual * own.get(name, 1.0), moves, total * place / last, random)
            for name, (usual, moves, total) in (_around(age) | drift).items()
            if name in USUAL and _is_measured(name, place, series, random)
        }
        yield _row(series.told, at, values, random)


def _around(age: Age) -> dict[str, tuple[float, float, float]]:
    """What is usual at an age, how far it moves, and that it goes nowhere."""
    usual = dict(USUAL)
    if age.years < ADULT_YEARS:
        found = [row for years, row in CHILDREN if years <= age.years][-1]
        names = ("respiration", "pulse", "systolic", "diastolic", "weight", "height")
        usual |= {
            name: (value, 0 if name == "height" else value * 0.03)
            for name, value in zip(names, found, strict=True)
        }
    return {name: (value, moves, 0.0) for name, (value, moves) in usual.items()}


def _is_measured(name: str, place: int, series: Series, random: Random) -> bool:
    if name == "height":
        return place == 0 or series.told.patient.age < ADULT_YEARS
    if name == "weight":
        return place % 3 == 0 or series.told.story.key in {"pregnant", "child", "diabetes"}
    if name == "glucose":
        return series.told.story.key == "diabetes" or random.random() < 0.15
    return series.whole or name in {"systolic", "diastolic", "pulse"} or random.random() < 0.85


def _value(name: str, usual: float, moves: float, drifted: float, random: Random) -> Decimal | int:
    low, high = LIMITS.get(name, (1, 400))
    value = min(high, max(low, random.gauss(usual + drifted, moves)))
    return Decimal(f"{value:.{ROUND[name]}f}") if name in ROUND else round(value)


def _row(told: "Told", at: datetime, values: dict[str, Any], random: Random) -> Vitals:
    is_pregnant = told.story.key == "pregnant"
    row = Vitals(
        patient=told.patient,
        taken_at=at,
        created_at=at,
        updated_at=at,
        recorded_by=told.nurse if random.random() < 0.8 else told.doctor,
        on_oxygen=values["spo2"] < 92 if "spo2" in values else None,
        consciousness="A",
        pregnancy="yes" if is_pregnant else "",
        spo2_scale_2=told.story.key == "lungs",
        pain=random.choice((None, None, 0, 2, 4)),
        **values,
    )
    if row.systolic and row.diastolic and row.diastolic >= row.systolic:
        row.diastolic = row.systolic - 30
    _score(row, told.patient, is_pregnant=is_pregnant)
    return row


def _score(row: Vitals, patient: Patient, *, is_pregnant: bool) -> None:
    youngest, oldest = youngest_and_oldest(
        row.taken_at.date(), patient.birth_date, is_estimated=patient.birth_date_is_estimated
    )
    row.news2_not_because = news2.why_not(
        row.parameters,
        youngest_years=youngest.years,
        oldest_years=oldest.years,
        is_pregnant=is_pregnant,
    )
    found = None if row.news2_not_because else news2.score(row.parameters)
    row.news2 = found.total if found else None


def _keep_ready(patients: Sequence[Patient], rows: list[Vitals]) -> None:
    there = set(Chart.objects.filter(pk__in=[one.pk for one in patients]).values_list("pk", flat=True))
    Chart.objects.bulk_create(Chart(pk=one.pk) for one in patients if one.pk not in there)
    for patient in patients:
        newest = sorted(
            (row for row in rows if row.patient_id == patient.pk), key=lambda row: row.taken_at, reverse=True
        )
        weighed = next((row for row in newest if row.weight is not None), None)
        measured = next((row for row in newest if row.height is not None), None)
        part = front_of(newest[:ON_THE_FRONT], weighed, measured)
        Chart.objects.filter(pk=patient.pk).update(vitals=part)
