"""Laboratory results of the demonstration: panels over two years that go with what the patients suffer from."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import TYPE_CHECKING, Any

from hospital import clock
from patients import timeline
from patients.clinical.loinc import BY_CODE
from patients.clinical.results import flag_by_range
from patients.models import Chart, LabResult, LabTest, TimelineEntry, front_of
from patients.services.results import is_adult, told_of

if TYPE_CHECKING:
    from patients.demo.charts import Told

LABORATORY = "Laboratory Nordfeld"
CHUNK = 2_000
# Code: usual value of somebody healthy, how far it moves, digits, and the laboratory's range where the list has none.
USUAL: dict[str, tuple[float, float, int, str, str]] = {
    "718-7": (13.4, 0.6, 1, "12.0", "15.5"),
    "6690-2": (6.9, 1.0, 1, "", ""),
    "777-3": (246, 28, 0, "", ""),
    "2951-2": (140, 1.6, 0, "", ""),
    "2823-3": (4.2, 0.25, 1, "", ""),
    "14682-9": (68, 6, 0, "45", "84"),
    "98979-8": (92, 4, 0, "", ""),
    "1742-6": (24, 6, 0, "", ""),
    "14749-6": (5.3, 0.4, 1, "", ""),
    "4548-4": (5.3, 0.1, 1, "", ""),
    "22748-8": (2.8, 0.3, 1, "", "3.0"),
    "1988-5": (2.4, 1.2, 1, "", ""),
    "3016-3": (1.9, 0.4, 2, "", ""),
}
OF_MEN = {"718-7": (15.1, 0.6, 1, "13.5", "17.5"), "14682-9": (84, 7, 0, "59", "104")}
PANELS: dict[str, tuple[str, ...]] = {
    "healthy": ("718-7", "6690-2", "777-3", "14682-9", "98979-8", "1742-6", "22748-8"),
    "hypertension": ("2951-2", "2823-3", "14682-9", "98979-8", "22748-8", "718-7"),
    "diabetes": ("14749-6", "4548-4", "14682-9", "98979-8", "2823-3", "22748-8", "1742-6"),
    "kidney": ("14682-9", "98979-8", "2823-3", "2951-2", "718-7"),
    "lungs": ("718-7", "6690-2", "1988-5", "777-3"),
    "pneumonia": ("1988-5", "6690-2", "718-7", "777-3", "14682-9", "98979-8", "2823-3"),
    "pregnant": ("718-7", "777-3", "3016-3", "14749-6"),
}
TIMES = {"healthy": 2, "pneumonia": 3, "pregnant": 3}
APART = {"pneumonia": 6, "pregnant": 45}  # days


def plant(told: Sequence["Told"], *, random: Random, progress: Callable[[str], object]) -> None:
    """Samples of each patient who is no child, the last of some not reviewed yet."""
    LabTest.objects.load_starters()
    rows = [row for one in told for row in _results_of(one, random)]
    LabResult.objects.bulk_create(rows, batch_size=CHUNK)
    _show(told, rows)
    progress(f"{len(rows):,} laboratory results")


def _show(told: Sequence["Told"], rows: Sequence[LabResult]) -> None:
    """The cards and the lines of the timeline, as the services would have written them."""
    of_patient: dict[Any, list[LabResult]] = {}
    of_sample: dict[Any, list[LabResult]] = {}
    for row in rows:
        of_patient.setdefault(row.patient_id, []).append(row)
        of_sample.setdefault(row.sample_id, []).append(row)
    lines = [
        timeline.tell_first("result", told_of(its), patient_id=its[0].patient_id)
        for its in of_sample.values()
    ]
    TimelineEntry.objects.bulk_create(lines, batch_size=CHUNK)
    ids = [one.patient.pk for one in told]
    there = set(Chart._default_manager.filter(pk__in=ids).values_list("pk", flat=True))
    Chart._default_manager.bulk_create([Chart(pk=pk) for pk in ids if pk not in there])
    for pk, its in of_patient.items():
        latest_first = sorted(its, key=lambda row: (row.taken_at, row.pk), reverse=True)
        Chart._default_manager.filter(pk=pk).update(results=front_of(latest_first))


def _results_of(one: "Told", random: Random) -> Iterator[LabResult]:
    codes = PANELS.get(one.story.key, ())
    times = TIMES.get(one.story.key, 5)
    apart = APART.get(one.story.key, 720 // times)
    last = (clock.now() - timedelta(days=random.randrange(1, 40))).replace(
        minute=5 * random.randrange(12), second=0
    )
    last = last.replace(hour=random.randrange(6, 11), microsecond=0)
    reviewed = random.random() < 0.7
    for number in range(times):
        at = last - timedelta(days=apart * (times - 1 - number), minutes=5 * random.randrange(24))
        seen = number < times - 1 or reviewed
        for code in codes:
            yield _result(one, code, number / max(times - 1, 1), at, seen=seen, random=random)


def _result(one: "Told", code: str, passed: float, at: datetime, *, seen: bool, random: Random) -> LabResult:
    """`passed`: how far between the first sample, 0, and the last, 1."""
    is_man = one.patient.sex == "male"
    usual, spread, digits, low_text, high_text = (OF_MEN if is_man and code in OF_MEN else USUAL)[code]
    drift = {name: rest for name, *rest in one.story.drift}
    begins, moves, in_all = drift.get(code, (usual, spread, 0.0))
    value = Decimal(f"{max(random.gauss(begins + in_all * passed, moves / 2), 0.1):.{digits}f}")
    test = BY_CODE[code]
    adult = is_adult(one.patient, at)
    low = Decimal(low_text) if low_text else test.low if adult and not high_text else None
    high = Decimal(high_text) if high_text else test.high if adult else None
    return LabResult(
        patient=one.patient,
        recorded_by=one.nurse,
        loinc=code,
        name=test.short_name,
        value=value,
        unit=test.unit,
        low=low,
        high=high,
        flag=flag_by_range(value, "", low, high),
        taken_at=at,
        laboratory=LABORATORY,
        source=LabResult.Source.IMPORT,
        reviewed_at=at + timedelta(hours=5) if seen else None,
        reviewed_by=one.doctor if seen else None,
    )
