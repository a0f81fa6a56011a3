"""What was prescribed, how often and by whom."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, Q

from prescriptions.figures.asked import Asked, monday_of
from prescriptions.figures.cells import Cell, Cells
from prescriptions.models import PrescriptionLine

FIRST = 1  # the position that one line of each prescription has


def share(part: int, whole: int) -> float | None:
    """In percent; None of nothing."""
    return 100 * part / whole if whole else None


@dataclass(frozen=True, slots=True)
class Totals:
    """Of a period. None: too few patients stand behind it."""

    prescriptions: int
    lines: int
    patients: int
    antibiotics: int | None
    least: int

    @property
    def has_few(self) -> bool:
        return 0 < self.patients < self.least

    @property
    def antibiotics_share(self) -> float | None:
        return None if self.antibiotics is None else share(self.antibiotics, self.lines)


@dataclass(frozen=True, slots=True)
class Ranked:
    """How many lines of a substance or class there were; `before` is None where too few patients had it then."""

    key: str
    name: str
    lines: int
    before: int | None
    of: int

    @property
    def share(self) -> float | None:
        return share(self.lines, self.of)


@dataclass(frozen=True, slots=True)
class Ranking:
    """The most frequent first. `hidden`: how many were left out because too few patients stand behind them."""

    rows: tuple[Ranked, ...]
    hidden: int = 0


@dataclass(frozen=True, slots=True)
class Work:
    """What a doctor or a department prescribed. `patients` and `antibiotics` are None where they are too few."""

    key: UUID
    name: str
    prescriptions: int
    lines: int
    patients: int | None
    antibiotics: int | None

    @property
    def antibiotics_share(self) -> float | None:
        return None if self.antibiotics is None else share(self.antibiotics, self.lines)


@dataclass(frozen=True, slots=True)
class Week:
    """The week from this Monday. `antibiotics` is None where too few patients stand behind it."""

    begins_on: date
    lines: int = 0
    antibiotics: int | None = 0
    shown: int = 0
    overridden: int = 0

    @property
    def antibiotics_share(self) -> float | None:
        return None if self.antibiotics is None else share(self.antibiotics, self.lines)

    @property
    def override_rate(self) -> float | None:
        return share(self.overridden, self.shown)


def ranking(
    now: Cells, before: Cells, keys_of: Callable[[Cell], Iterable[str]], name_of: Callable[[str], str]
) -> Ranking:
    """A line counts once under each of its keys, so that the shares may come to more than 100 percent."""
    earlier = before.grouped(keys_of)
    rows, hidden = [], 0
    for key, cells in now.grouped(keys_of).items():
        if not now.have_enough(cells):
            hidden += 1
            continue
        then = earlier.get(key, [])
        rows.append(
            Ranked(
                key,
                name_of(key),
                sum(one.lines for one in cells),
                sum(one.lines for one in then) if not then or before.have_enough(then) else None,
                now.lines,
            )
        )
    return Ranking(tuple(sorted(rows, key=lambda one: (-one.lines, one.name))), hidden)


def patients_of(asked: Asked) -> int:
    rows = asked.of(PrescriptionLine.objects.all(), "signed_on")
    return int(rows.values("patient_id").distinct().count())


def work_of(asked: Asked, antibiotics: Sequence[Cell]) -> list[dict[str, Any]]:
    """Lines, prescriptions and antibiotics of each doctor in each department."""
    rows = asked.of(PrescriptionLine.objects.all(), "signed_on")
    counts: dict[str, Any] = {
        "lines": Count("*"),
        "prescriptions": Count("position", filter=Q(position=FIRST)),
    }
    if antibiotics:
        counts["antibiotics"] = Count("position", filter=_any_of(antibiotics))
    return list(rows.values("doctor_id", "department_id").annotate(**counts))


def patients_by(asked: Asked, column: str) -> dict[UUID, int]:
    """How many different patients each doctor (`doctor_id`) or department (`department_id`) prescribed for."""
    rows = asked.of(PrescriptionLine.objects.all(), "signed_on")
    counted = rows.values(column).annotate(patients=Count("patient_id", distinct=True))
    return {one[column]: one["patients"] for one in counted}


def worked(
    rows: Iterable[dict[str, Any]], column: str, patients: dict[UUID, int], names: dict[UUID, str], least: int
) -> tuple[Work, ...]:
    """A row for each doctor or department, who prescribed most first."""
    sums: dict[UUID, list[int]] = defaultdict(lambda: [0, 0, 0])
    for row in rows:
        for place, name in enumerate(("prescriptions", "lines", "antibiotics")):
            sums[row[column]][place] += row.get(name, 0)
    made = [
        Work(key, names.get(key, str(key)), prescriptions, lines, patients[key], antibiotics)
        for key, (prescriptions, lines, antibiotics) in sums.items()
    ]
    return _veiled(sorted(made, key=lambda one: (-one.lines, one.name)), least)


def _veiled(rows: list[Work], least: int) -> tuple[Work, ...]:
    """Without what belongs to few patients; if that is one row only, another one too, or the sum would tell."""
    few = [one for one in rows if (one.patients or 0) < least]
    others = sorted((one for one in rows if one not in few), key=lambda one: one.patients or 0)
    if len(few) == 1:
        few += others[:1]
    return tuple(
        replace(one, antibiotics=None, patients=None if (one.patients or 0) < least else one.patients)
        if one in few
        else one
        for one in rows
    )


def weeks_of(asked: Asked, antibiotics: Sequence[Cell]) -> dict[date, Week]:
    """By their Mondays. Of a week on none of whose days enough patients came, the antibiotics are left out."""
    rows = asked.of(PrescriptionLine.objects.all(), "signed_on")
    counts: dict[str, Any] = {"lines": Count("*"), "patients": Count("patient_id", distinct=True)}
    if antibiotics:
        counts["antibiotics"] = Count("position", filter=_any_of(antibiotics))
    weeks = {monday: Week(monday) for monday in asked.weeks}
    most: dict[date, int] = defaultdict(int)
    for row in rows.values("signed_on").annotate(**counts):
        monday = monday_of(row["signed_on"])
        week = weeks[monday]
        most[monday] = max(most[monday], row["patients"])
        weeks[monday] = replace(
            week,
            lines=week.lines + row["lines"],
            antibiotics=(week.antibiotics or 0) + row.get("antibiotics", 0),
        )
    return {
        monday: replace(week, antibiotics=None) if week.lines and most[monday] < asked.least else week
        for monday, week in weeks.items()
    }


def _any_of(cells: Sequence[Cell]) -> Q:
    """The lines of these cells, by their own columns."""
    products = sorted({one.product_id for one in cells if one.product_id})
    known = sorted({one.substances for one in cells if one.product_id})
    others = sorted({one.substances for one in cells if not one.product_id})
    return Q(product_id__in=products, substances__in=known) | Q(product_id=None, substances__in=others)
