"""All figures of a period together, with those of the period before."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from accounts import places
from doctors.models import Doctor
from prescriptions.figures import prescribed, warned
from prescriptions.figures.asked import Asked, Seeing
from prescriptions.figures.cells import Cell, Cells, cells_of
from prescriptions.figures.kinds import Kinds
from prescriptions.figures.prescribed import Ranking, Totals, Week, Work
from prescriptions.figures.warned import Outcomes, Rules, Warnings


@dataclass(frozen=True)
class Figures:
    """What `figures_of` answers. `departments`, `doctors` and `answers` are empty for whom they are not."""

    asked: Asked
    totals: Totals
    before: Totals
    substances: Ranking
    main_groups: Ranking
    subgroups: Ranking
    classes: Ranking
    departments: tuple[Work, ...]
    doctors: tuple[Work, ...]
    weeks: tuple[Week, ...]
    rules: Rules
    answers: tuple[Warnings, ...]
    warnings: Outcomes
    warnings_before: Outcomes

    @property
    def is_empty(self) -> bool:
        return not self.totals.lines and not self.warnings.shown


def figures_of(asked: Asked, seeing: Seeing) -> Figures:
    """About twenty queries, however many lines there are."""
    asked = replace(asked, least=seeing.least(asked.doctor_id))
    now, then = cells_of(asked), cells_of(asked.before)
    kinds = Kinds.of((*now.all, *then.all))
    antibiotics = [one for one in now.all if kinds.is_antibiotic(one)]
    work = prescribed.work_of(asked, antibiotics)
    rules_before = warned.outcomes_by_rule(asked.before)
    by_week = warned.outcomes_by_week(asked)
    by_doctor = warned.outcomes_by_doctor(asked)
    names = _names({row["doctor_id"] for row in work} | set(by_doctor), seeing)
    work_before = prescribed.work_of(asked.before, [])
    substances = prescribed.ranking(now, then, kinds.substance_keys, kinds.substance_name)
    subgroup_name = kinds.subgroup_names(one.key for one in substances.rows)
    return Figures(
        asked=asked,
        totals=_totals(asked, now, work, kinds),
        before=_totals(asked.before, then, work_before, kinds),
        substances=substances,
        main_groups=prescribed.ranking(now, then, kinds.main_groups, kinds.main_group_name),
        subgroups=prescribed.ranking(now, then, kinds.subgroups, subgroup_name),
        classes=prescribed.ranking(now, then, kinds.own_classes, kinds.class_name),
        departments=_by_department(asked, work, seeing),
        doctors=_by_doctor(asked, work, names, seeing),
        weeks=_weeks(asked, antibiotics, by_week),
        rules=warned.rules_of(asked, rules_before),
        answers=warned.answered({key: one for key, one in by_doctor.items() if key in names}, names),
        warnings=warned.total(by_doctor.values()),
        warnings_before=warned.total(rules_before.values()),
    )


def _totals(asked: Asked, cells: Cells, work: list[dict[str, Any]], kinds: Kinds) -> Totals:
    patients = prescribed.patients_of(asked)
    antibiotics = sum(one.lines for one in cells.all if kinds.is_antibiotic(one))
    return Totals(
        prescriptions=sum(row["prescriptions"] for row in work),
        lines=cells.lines,
        patients=patients,
        antibiotics=None if 0 < patients < asked.least else antibiotics,
        least=asked.least,
    )


def _names(doctors: set[UUID], seeing: Seeing) -> dict[UUID, str]:
    """Of the doctors whose figures may be seen by name."""
    if not seeing.has_names:
        doctors &= {seeing.own} if seeing.own else set()
    return {one.pk: str(one) for one in Doctor.objects.filter(pk__in=doctors)} if doctors else {}


def _by_doctor(
    asked: Asked, work: list[dict[str, Any]], names: dict[UUID, str], seeing: Seeing
) -> tuple[Work, ...]:
    """Who sees only the own row may know all of it."""
    rows = [row for row in work if row["doctor_id"] in names]
    patients = prescribed.patients_by(asked, "doctor_id")
    return prescribed.worked(rows, "doctor_id", patients, names, asked.least if seeing.has_names else 1)


def _by_department(asked: Asked, work: list[dict[str, Any]], seeing: Seeing) -> tuple[Work, ...]:
    """Not for whom colleagues are nameless: a department may be one doctor."""
    if not seeing.has_names:
        return ()
    patients = prescribed.patients_by(asked, "department_id")
    names = {one.pk: one.name for one in places.departments()}
    return prescribed.worked(work, "department_id", patients, names, asked.least)


def _weeks(asked: Asked, antibiotics: list[Cell], warnings: dict[date, Outcomes]) -> tuple[Week, ...]:
    weeks = prescribed.weeks_of(asked, antibiotics)
    return tuple(
        replace(week, shown=warnings[monday].shown, overridden=warnings[monday].overridden)
        if monday in warnings
        else week
        for monday, week in sorted(weeks.items())
    )
