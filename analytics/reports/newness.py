"""Patients: visits of new and of returning ones, beside who the patients are."""

from collections.abc import Mapping
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from analytics.daily import Live, Period
from analytics.models import Topic, VisitDay
from analytics.reports.figures import Definition, Unit, counted, figures, part
from analytics.reports.people import people_of, tables_of
from analytics.reports.seeing import Seeing
from analytics.reports.statistics import Statistics, over_time, waiting_in
from analytics.reports.tables import Column, Table, by_time, doctor_names, rows_of, together
from analytics.reports.visits import days_of, department_name

Sums = Mapping[str, Any]
NEW = _(
    "Visits of patients who were registered at most 30 days before the visit; cancelled ones do not count."
)
NUMBERS = ("held", "newcomers")


def returning(sums: Sums) -> int:
    return int(sums.get("held", 0)) - int(sums.get("newcomers", 0))


DEFINITIONS = (
    Definition("newcomers", _("Visits of new patients"), Unit.COUNT, NEW, counted("newcomers")),
    Definition(
        "returning",
        _("Visits of returning patients"),
        Unit.COUNT,
        _("All other visits that were not cancelled."),
        returning,
    ),
    Definition(
        "newcomers_rate",
        _("New among all"),
        Unit.SHARE,
        _("Visits of new patients as a share of all that were not cancelled."),
        part("newcomers", "held"),
    ),
)


def patients_of(period: Period, seeing: Seeing) -> Statistics:
    """Visits of a period and of as many days before; age, sex and area of all patients as they were counted last."""
    period = seeing.narrowed(period)
    live, earlier = Live(Topic.VISITS, period), Live(Topic.VISITS, period.before)
    found = live.sums(VisitDay, by=("day", "department_id", "doctor_id"), numbers=NUMBERS).found
    totals = together(found, lambda _key: 0).get(0, {})
    by_day, people = _by_day(period, together(found, lambda key: key[0])), people_of()
    return Statistics(
        period,
        figures(DEFINITIONS, totals, earlier.sums(VisitDay, numbers=NUMBERS).total()),
        over_time("patients", by_day, ("newcomers", "newcomers_rate")),
        (by_day, *_by_place(found), *(tables_of(people) if people.patients else ())),
        waiting_in(live, earlier),
        live.counted_at,
        (_says_of_groups() if people.patients else _says_nobody(),),
        has_more=bool(people.patients),
    )


def _says_of_groups() -> str:
    return gettext(
        "Age, sex and area are those of all patients of all sites, as they were counted last night, whatever is chosen "
        "above: of a part of them a small group could be reckoned."
    )


def _says_nobody() -> str:
    return gettext(
        "Age, sex and area: nobody has been counted yet. Patients are counted every night. "
        "Fewer than five are not told."
    )


def _columns() -> tuple[Column, ...]:
    """With short heads: two such tables stand beside each other."""
    heads = (gettext("New"), gettext("Returning"), gettext("Share of new"))
    found = zip(heads, DEFINITIONS, strict=True)
    return tuple(Column(one.key, head, one.unit, one.reckon) for head, one in found)


def _by_day(period: Period, days: Mapping[Any, Sums]) -> Table:
    label, found = by_time([(day, days.get(day, {})) for day in days_of(period)])
    rows = rows_of(found, _columns(), lambda day: date_format(day, "D j M Y"))
    return Table("days", gettext("Over time"), str(NEW), label, _columns(), rows)


def _by_place(found: Mapping[Any, Sums]) -> tuple[Table, Table]:
    departments, doctors = together(found, lambda key: key[1]), together(found, lambda key: key[2])
    return (
        Table(
            "departments",
            gettext("New patients by department"),
            str(NEW),
            gettext("Department"),
            _columns(),
            rows_of(departments, _columns(), department_name, most_first=0),
            bar="newcomers",
            leads_to="department",
        ),
        Table(
            "doctors",
            gettext("New patients by doctor"),
            str(NEW),
            gettext("Doctor"),
            _columns(),
            rows_of(doctors, _columns(), doctor_names(doctors), most_first=0),
            bar="newcomers",
            leads_to="doctor",
        ),
    )
