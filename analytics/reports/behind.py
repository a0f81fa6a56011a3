"""The visits behind a figure."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from django.db.models import F

from accounts import places
from accounts.models import User
from analytics.daily import NEW_FOR, Period
from appointments.models import Appointment
from doctors.models import Doctor, Room
from hospital.clock import bounds

NOT_HELD = (Appointment.Status.CANCELLED,)
NOT_USED = (*NOT_HELD, Appointment.Status.NO_SHOW)


def visits_behind(what: str, period: Period, user: User) -> Any:
    """Those that this user may see, the latest first. The days are those of the first site, or of the one asked for."""
    zone = (places.site(period.site_id) if period.site_id else places.first_site()).zone
    rows = Appointment.objects.visible_to(user)
    rows = rows.filter(
        starts_at__gte=bounds(period.since, zone)[0], starts_at__lt=bounds(period.until, zone)[1]
    )
    rows = _of_doctors(rows, replace(period, department_id=None) if what == "in_rooms" else period)
    if what in MORE:
        rows = MORE[what](rows, period)
    return _of_state(rows, what).with_names().order_by("-starts_at", "-id")


def _of_state(rows: Any, what: str) -> Any:
    """What it is not, rather than a list of what it is: of the list SQLite would read and sort every visit of a year."""
    if what in Appointment.Status.values:
        return rows.filter(status=what)
    for status in NOT_USED if what in OF_TIME else NOT_HELD:
        rows = rows.exclude(status=status)
    return rows


def _waited(rows: Any, _period: Period) -> Any:
    return rows.filter(arrived_at__isnull=False, started_at__isnull=False)


def _of_newcomers(rows: Any, _period: Period) -> Any:
    return rows.filter(patient__created_at__gte=F("starts_at") - NEW_FOR)


def _of_returning(rows: Any, _period: Period) -> Any:
    return rows.filter(patient__created_at__lt=F("starts_at") - NEW_FOR)


def _in_rooms(rows: Any, period: Period) -> Any:
    """A department is that of the room, not of the doctor."""
    rows = rows.select_related("room").exclude(room_id=None)
    if period.department_id is None:
        return rows
    rooms = Room.objects.filter(department_id=period.department_id).values_list("pk", flat=True)
    return rows.filter(room_id__in=list(rooms))


OF_TIME = {"used", "in_rooms"}  # what counts is how long they are
MORE: Mapping[str, Callable[[Any, Period], Any]] = {
    "waited": _waited,
    "newcomers": _of_newcomers,
    "returning": _of_returning,
    "in_rooms": _in_rooms,
}


def waited_minutes(visit: Appointment) -> int | None:
    """As the figures count it; None where it is not known."""
    if not visit.arrived_at or not visit.started_at:
        return None
    return max(0, int((visit.started_at - visit.arrived_at).total_seconds() // 60))


def _of_doctors(rows: Any, period: Period) -> Any:
    """Whose visits are asked for. Of several the others are left out: from a list SQLite would sort a year of visits."""
    departments = {one.pk for one in places.departments() if period.site_id in {None, one.site_id}}
    if period.department_id:
        departments &= {period.department_id}
    if period.site_id is None and period.department_id is None:
        return rows.filter(doctor_id=period.doctor_id) if period.doctor_id else rows
    known = dict(Doctor.objects.values_list("pk", "department_id"))
    wanted = {pk for pk, place in known.items() if place in departments and period.doctor_id in {None, pk}}
    if len(wanted) < 2:
        return rows.filter(doctor_id__in=list(wanted))
    return rows.exclude(doctor_id__in=[pk for pk in known if pk not in wanted])
