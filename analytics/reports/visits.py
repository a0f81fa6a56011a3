"""Visits: how many, when, with whom, how long before, and how long people waited."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.utils.dates import WEEKDAYS
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import places
from analytics.daily import Live, Period
from analytics.models import RoomDay, Topic, VisitDay, VisitHour
from analytics.reports.figures import Definition, Figure, Unit, counted, figures, part, share
from analytics.reports.seeing import Seeing
from analytics.reports.statistics import Statistics, over_time, waiting_in
from analytics.reports.tables import Column, Names, Table, by_time, doctor_names, rows_of, together
from appointments.models import Appointment
from doctors.models import Room

Sums = Mapping[str, Any]

UTILISATION = _(
    "Minutes of visits that were neither cancelled nor missed, as a share of the minutes in the doctors’ "
    "hours less their absences. Visits outside hours count too, so that it can be more than all."
)
DEFINITIONS = (
    Definition(
        "held",
        _("Visits"),
        Unit.COUNT,
        _("Visits of the period that were not cancelled, by the day on which they begin at the site."),
        counted("held"),
    ),
    Definition(
        "completed",
        _("Completed"),
        Unit.COUNT,
        _("Visits whose consultation has ended."),
        counted("completed"),
    ),
    Definition(
        "no_show_rate",
        _("No-shows"),
        Unit.SHARE,
        _("Visits to which nobody came, as a share of those and the completed ones."),
        part("no_show", "no_show", "completed"),
    ),
    Definition(
        "cancelled_rate",
        _("Cancelled"),
        Unit.SHARE,
        _("Cancelled visits as a share of all that were booked for the period."),
        part("cancelled", "cancelled", "held"),
    ),
    Definition(
        "average_wait",
        _("Waiting time"),
        Unit.MINUTES,
        _("Mean time from arrival to the beginning of the consultation, of the visits where both are known."),
        lambda sums: share(sums.get("waited_minutes", 0), sums.get("waited", 0)),
    ),
    Definition(
        "waited_long_rate",
        _("Waited more than 30 min"),
        Unit.SHARE,
        _("Share of the visits with a known waiting time in which it was more than 30 minutes."),
        part("waited_long", "waited"),
    ),
    Definition(
        "utilisation",
        _("Doctors’ time used"),
        Unit.SHARE,
        UTILISATION,
        part("planned_minutes", "open_minutes"),
    ),
    Definition(
        "newcomers",
        _("Visits of new patients"),
        Unit.COUNT,
        _("Visits of patients who were registered at most 30 days before the visit."),
        counted("newcomers"),
    ),
)
ROOMS = Definition(
    "rooms",
    _("Rooms used"),
    Unit.SHARE,
    _(
        "Minutes of visits in rooms, as a share of the minutes between the first and the last hours of the site, "
        "for every room."
    ),
    part("rooms_planned_minutes", "rooms_open_minutes"),
)


SOURCES: Mapping[str, Any] = {
    "from_desk": _("Desk and administration"),
    "from_clinicians": _("Doctors and nurses"),
    "from_systems": _("Other systems"),
    "walk_ins": _("Without an appointment"),
}
LEADS: Mapping[str, Any] = {
    "lead_same_day": _("On the same day"),
    "lead_week": _("1 to 7 days before"),
    "lead_fortnight": _("8 to 14 days before"),
    "lead_month": _("15 to 30 days before"),
    "lead_longer": _("Longer before"),
}
# What tables of days and weekdays need: of a year each number less counts.
OF_A_DAY = (
    *("held", "completed", "no_show", "cancelled", "newcomers"),
    *("waited", "waited_minutes", "planned_minutes", "open_minutes"),
)
OPENING_HOURS = range(8, 18)  # are in the table even if nobody comes


def visits_of(period: Period, seeing: Seeing) -> Statistics:
    """The figures of a period and of as many days before; about twenty queries."""
    period = seeing.narrowed(period)
    live, earlier = Live(Topic.VISITS, period), Live(Topic.VISITS, period.before)
    days = live.sums(VisitDay, by=("day",), numbers=OF_A_DAY).found
    doctors = live.sums(VisitDay, by=("doctor_id", "department_id")).found
    totals, before = together(doctors, lambda _key: 0).get(0, {}), earlier.sums(VisitDay).total()
    names = doctor_names(key[0] for key in doctors) if seeing.own is None else None
    by_day = _by_day(period, days)
    tables = [
        by_day,
        _hours(live.sums(VisitHour, by=("weekday", "hour"), numbers=("held",)).found),
        _weekdays(together(days, lambda key: key[0].weekday())),
        *((*_by_place(doctors, names), _times(doctors, names)) if names else ()),
        *((_rooms_used(live),) if seeing.own is None and period.doctor_id is None else ()),
        _kinds("leads", _("Booked how long before"), _LEADS_SAY, LEADS, totals, before),
        _kinds("sources", _("Booked by whom"), _SOURCES_SAY, SOURCES, totals, before),
        _kinds("states", _("By state"), _STATES_SAY, dict(Appointment.Status.choices), totals, before),
        _newcomers(totals, before),
    ]
    return Statistics(
        period,
        (*figures(DEFINITIONS, totals, before), *_rooms(live, earlier)),
        over_time("visits", by_day, ("held", "no_show_rate")),
        tuple(tables),
        waiting_in(live, earlier),
        live.counted_at,
    )


_LEADS_SAY = _(
    "Days from the booking to the visit; without those that were cancelled and those who just came."
)
_SOURCES_SAY = _("Who booked the visits that were not cancelled.")
_STATES_SAY = _("What became of all that was booked for the period.")


def days_of(period: Period) -> list[date]:
    return [period.since + timedelta(days=number) for number in range(period.days)]


def _rooms(live: Live, earlier: Live) -> tuple[Figure, ...]:
    """Of rooms nobody knows which doctor used them."""
    if live.period.doctor_id is not None:
        return ()
    now, before = (
        {f"rooms_{name}": number for name, number in one.sums(RoomDay).total().items()}
        for one in (live, earlier)
    )
    return figures((ROOMS,), now, before)


def _columns(*keys: str) -> tuple[Column, ...]:
    """Those of the definitions; what is not among the first three gives way on a small screen."""
    known = {one.key: one for one in DEFINITIONS}
    return tuple(
        Column(key, str(known[key].label), known[key].unit, known[key].reckon, is_kept=at < 2)
        for at, key in enumerate(keys)
    )


def _by_day(period: Period, days: Mapping[Any, Sums]) -> Table:
    label, found = by_time([(day, days.get((day,), {})) for day in days_of(period)])
    columns = _columns("held", "no_show_rate", "completed", "cancelled_rate", "average_wait", "newcomers")
    rows = rows_of(found, columns, lambda day: date_format(day, "D j M Y"))
    return Table("days", gettext("Over time"), gettext("By the day of the visit."), label, columns, rows)


def _weekdays(found: Mapping[int, Sums]) -> Table:
    columns = _columns("held", "no_show_rate", "average_wait", "utilisation")
    rows = rows_of(dict(sorted(found.items())), columns, lambda day: str(WEEKDAYS[day]))
    says = gettext("All days of the period by their weekday.")
    return Table("weekdays", gettext("By weekday"), says, gettext("Weekday"), columns, rows, bar="held")


def _hours(found: Mapping[tuple[int, int], Sums]) -> Table:
    """A row for each weekday, a column for each hour."""
    hours = sorted({*OPENING_HOURS, *(hour for _day, hour in found)})
    columns = tuple(Column(f"{hour:02}", f"{hour:02}", Unit.COUNT, counted(str(hour))) for hour in hours)
    weekdays = range(7 if any(day > 4 for day, _hour in found) else 5)
    sums = {day: {str(hour): found.get((day, hour), {}).get("held", 0) for hour in hours} for day in weekdays}
    return Table(
        "hours",
        gettext("By hour and weekday"),
        gettext("Visits that were not cancelled, by the hour of the clock on the wall in which they begin."),
        gettext("Weekday"),
        columns,
        rows_of(sums, columns, lambda day: str(WEEKDAYS[day])),
    )


def _by_place(found: Mapping[Any, Sums], names: Names) -> tuple[Table, Table]:
    """By doctor and by department, those with most visits first."""
    columns = _columns(
        *("held", "no_show_rate", "average_wait", "utilisation", "cancelled_rate", "newcomers")
    )
    doctors, departments = together(found, lambda key: key[0]), together(found, lambda key: key[1])
    says = gettext("Whoever has most visits stands first. Doctors without visits had hours in the period.")
    return (
        Table(
            "doctors",
            gettext("By doctor"),
            says,
            gettext("Doctor"),
            columns,
            rows_of(doctors, columns, names, most_first=0),
            bar="held",
            leads_to="doctor",
        ),
        Table(
            "departments",
            gettext("By department"),
            gettext("By the department in which the doctor works."),
            gettext("Department"),
            columns,
            rows_of(departments, columns, department_name, most_first=0),
            bar="held",
            leads_to="department",
        ),
    )


def _minutes_columns(*, label: str) -> tuple[Column, ...]:
    return (
        Column("planned", gettext("Visits"), Unit.MINUTES, counted("planned_minutes")),
        Column("open", label, Unit.MINUTES, counted("open_minutes"), is_kept=False),
        Column("used", gettext("Used"), Unit.SHARE, part("planned_minutes", "open_minutes")),
    )


def _times(found: Mapping[Any, Sums], names: Names) -> Table:
    """What the use of doctors' time is reckoned from."""
    doctors, columns = together(found, lambda key: key[0]), _minutes_columns(label=gettext("Hours"))
    return Table(
        "times",
        gettext("Doctors’ time"),
        str(UTILISATION),
        gettext("Doctor"),
        columns,
        rows_of(doctors, columns, names, most_first=0),
        bar="planned",
        leads_to="doctor",
    )


def _rooms_used(live: Live) -> Table:
    """By room, the most used first. One query more for the names."""
    found = {key[0]: sums for key, sums in live.sums(RoomDay, by=("room_id",)).found.items()}
    names = {one.pk: one.name for one in Room.objects.filter(pk__in=list(found))} if found else {}
    columns = (
        *_minutes_columns(label=gettext("Hours of the site")),
        Column("held", gettext("Number of visits"), Unit.COUNT, counted("held"), is_kept=False),
    )
    rows = rows_of(found, columns, lambda pk: names.get(pk, "–"), most_first=0)
    return Table("rooms", gettext("By room"), str(ROOMS.text), gettext("Room"), columns, rows, bar="planned")


def department_name(pk: Any) -> str:
    return places.department(pk).name if pk else gettext("Without a department")


def _kinds(key: str, title: Any, says: Any, names: Mapping[str, Any], totals: Sums, before: Sums) -> Table:
    """Some of the sums beside each other, with their part of the whole and what they were before."""
    whole = sum(totals.get(name, 0) for name in names)
    columns = (
        Column("visits", gettext("Visits"), Unit.COUNT, counted("now")),
        Column("share", gettext("Share"), Unit.SHARE, lambda sums: share(sums["now"], whole)),
        Column("before", gettext("Period before"), Unit.COUNT, counted("before"), is_kept=False),
    )
    found = {name: {"now": totals.get(name, 0), "before": before.get(name, 0)} for name in names}
    rows = rows_of(found, columns, lambda name: str(names[name]))
    return Table(key, str(title), str(says), gettext("Visits"), columns, rows, bar="visits")


def _newcomers(totals: Sums, before: Sums) -> Table:
    now, then = (
        one | {"returning": one.get("held", 0) - one.get("newcomers", 0)}
        for one in (dict(totals), dict(before))
    )
    names = {"newcomers": gettext("New patients"), "returning": gettext("Returning patients")}
    says = gettext("New: registered at most 30 days before the visit. Without cancelled visits.")
    return _kinds("newcomers", gettext("New and returning"), says, names, now, then)
