"""Prescriptions: how many are signed, and how often a warning is overridden."""

from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from analytics.daily import Live, Period
from analytics.models import MedicinesDay, Topic
from analytics.reports.figures import Definition, Unit, counted, figures, part
from analytics.reports.seeing import Seeing
from analytics.reports.statistics import Statistics, over_time, waiting_in
from analytics.reports.tables import Column, Table, by_time, doctor_names, rows_of, together
from analytics.reports.visits import days_of, department_name

DEFINITIONS = (
    Definition(
        "signed", _("Prescriptions"), Unit.COUNT, _("Prescriptions that were signed."), counted("signed")
    ),
    Definition(
        "override_rate",
        _("Warnings overridden"),
        Unit.SHARE,
        _(
            "Warnings of the safety check that were signed over with a reason, as a share of those decided on."
        ),
        part("overridden", "warned"),
    ),
)
ON_THE_PAGE = (
    *DEFINITIONS,
    Definition(
        "lines",
        _("Medicines"),
        Unit.COUNT,
        _("Medicines on the prescriptions that were signed."),
        counted("lines"),
    ),
    Definition(
        "warned",
        _("Warnings decided on"),
        Unit.COUNT,
        _("Warnings of the safety check that were heeded, signed with or overridden, on the day of signing."),
        counted("warned"),
    ),
)


def medicines_of(period: Period, seeing: Seeing) -> Statistics:
    """The figures of a period and of as many days before."""
    period = seeing.narrowed(period)
    live, earlier = Live(Topic.MEDICINES, period), Live(Topic.MEDICINES, period.before)
    found = live.sums(MedicinesDay, by=("day",)).found
    totals, before = together(found, lambda _key: 0).get(0, {}), earlier.sums(MedicinesDay).total()
    label, days = by_time([(day, found.get((day,), {})) for day in days_of(period)])
    says = gettext("By the day of signing.")
    rows = rows_of(days, _columns(), lambda day: date_format(day, "D j M Y"))
    by_day = Table("days", gettext("Over time"), says, label, _columns(), rows)
    return Statistics(
        period,
        figures(ON_THE_PAGE, totals, before),
        over_time("medicines", by_day, ("signed", "override_rate")),
        (by_day, *(_by_place(live) if seeing.own is None else ())),
        waiting_in(live, earlier),
        live.counted_at,
    )


def _columns() -> tuple[Column, ...]:
    return (
        Column("signed", gettext("Prescriptions"), Unit.COUNT, counted("signed")),
        Column("lines", gettext("Medicines"), Unit.COUNT, counted("lines"), is_kept=False),
        Column("warned", gettext("Warnings"), Unit.COUNT, counted("warned"), is_kept=False),
        Column("override_rate", gettext("Overridden"), Unit.SHARE, part("overridden", "warned")),
    )


def _by_place(live: Live) -> tuple[Table, Table]:
    found = live.sums(MedicinesDay, by=("doctor_id", "department_id")).found
    doctors, departments = together(found, lambda key: key[0]), together(found, lambda key: key[1])
    says, columns = gettext("By who signed."), _columns()
    return (
        Table(
            "doctors",
            gettext("By doctor"),
            says,
            gettext("Doctor"),
            columns,
            rows_of(doctors, columns, doctor_names(doctors), most_first=0),
            bar="signed",
            leads_to="doctor",
        ),
        Table(
            "departments",
            gettext("By department"),
            says,
            gettext("Department"),
            columns,
            rows_of(departments, columns, department_name, most_first=0),
            bar="signed",
            leads_to="department",
        ),
    )
