"""The day of all doctors, and the week of one."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import acting, places
from accounts.models import Site
from accounts.roles import Role
from appointments.availability import doctors_for, free_slots
from appointments.forms import DayPageForm, WeekForm
from appointments.models import Appointment, VisitType
from appointments.templatetags.day_grid import DayGrid, day_grid, room_grid
from appointments.views.choosing import A_DAY, WEEK_DAYS, address, bounds, days_of
from doctors.models import Doctor, OpenBlock, Room, open_blocks
from hospital import clock
from hospital.web import PageRequest, answer_status, needs, render_page

DAY = "appointments/day.html"
WEEK = "appointments/week.html"
VIEW = "appointments.view_appointment"
BOOK = "appointments.book_appointment"
MOST_VISITS = 600


@dataclass(frozen=True)
class AskedDay:
    """Which day of whom was asked for: all of one site, because a day has one clock."""

    form: DayPageForm
    asked: dict[str, Any]
    doctors: list[Doctor]  # whom the user may choose from
    shown: list[Doctor]
    site: Site
    on: date

    @property
    def by_room(self) -> bool:
        return self.asked.get("by") == "room"

    @property
    def bounds(self) -> tuple[datetime, datetime]:
        return bounds(self.on, self.site.zone)

    @property
    def filters(self) -> dict[str, str]:
        """What the audit says of it."""
        return {"on": str(self.on), **_ids(self.asked)}

    def visits(self, request: PageRequest) -> Any:
        """Those of this day that the user may see, in its order."""
        whose = [doctor.pk for doctor in self.shown]
        rows = Appointment.objects.visible_to(request.user).filter(doctor_id__in=whose)
        return rows.between(*self.bounds)

    def address(self, name: str, **others: Any) -> str:
        """The same day on another page, or with other parameters."""
        return address(name, **_ids(self.asked) | {"on": self.on} | others)


def asked_day(request: PageRequest) -> AskedDay:
    """Read the address."""
    doctors = doctors_for(request.user)
    form = DayPageForm(request.GET, choices=choices_for(doctors, request))
    asked = form.asked()
    shown, site = narrowed(doctors, asked)
    return AskedDay(form, asked, doctors, shown, site, asked.get("on") or clock.today(site.time_zone))


@needs(VIEW)
def day(request: PageRequest) -> HttpResponse:
    """The visits and free times of one day, a column for each doctor; or its visits by room."""
    asked = asked_day(request)
    visits = list(asked.visits(request).with_names_alone()[:MOST_VISITS])
    by_pk = {doctor.pk: doctor for doctor in asked.shown}
    kinds = _kinds_of(visits)
    for visit in visits:
        visit.doctor = by_pk[visit.doctor_id]
        visit.visit_type = kinds.get(visit.visit_type_id) if visit.visit_type_id else None
    may_book = request.user.has_perm(BOOK)
    grid = _by_room(asked, visits) if asked.by_room else _by_doctor(asked, visits, may_book=may_book)
    acting.listed(VIEW, by=request.user, filters=asked.filters, count=len(visits))
    context = {
        "form": asked.form,
        "grid": grid,
        "by_room": asked.by_room,
        "on": asked.on,
        "today": clock.today(asked.site.time_zone),
        "count": len(visits),
        "may_book": may_book,
        "doctor": by_pk.get(UUID(asked.asked["doctor"])) if "doctor" in asked.asked else None,
        "no_doctors": not asked.doctors,
        "is_own": request.user.role == Role.DOCTOR,
        "statuses": Appointment.Status.choices,
        "kinds": sorted(kinds.values(), key=str),
        **_neighbours(asked),
    }
    return render_page(request, DAY, context, partial="grid", status=answer_status(asked.form))


def _kinds_of(visits: list[Appointment]) -> dict[UUID, VisitType]:
    """The kinds of these visits: one query, and none if no visit has one."""
    ids = {visit.visit_type_id for visit in visits if visit.visit_type_id}
    found: dict[UUID, VisitType] = VisitType.objects.in_bulk(ids) if ids else {}
    return found


def _by_doctor(asked: AskedDay, visits: list[Appointment], *, may_book: bool) -> DayGrid:
    blocks = open_blocks(asked.shown, asked.on, asked.on)
    to_come = may_book and asked.bounds[1] > clock.now()
    return day_grid(
        asked.on,
        asked.site.zone,
        asked.shown,
        visits=visits,
        blocks=blocks,
        free=free_slots(asked.shown, asked.on, asked.on, blocks=blocks) if to_come else {},
        always="doctor" in asked.asked or len(asked.doctors) == 1,
    )


def _by_room(asked: AskedDay, visits: list[Appointment]) -> DayGrid:
    blocks = [block for some in open_blocks(asked.shown, asked.on, asked.on).values() for block in some]
    rooms = rooms_of([*visits, *blocks])
    return room_grid(asked.on, asked.site.zone, rooms, visits=visits, blocks=blocks)


def rooms_of(things: Iterable[Appointment | OpenBlock]) -> list[Room]:
    """The rooms of visits and hours, Room 2 before Room 11: one query."""
    pks = {one.room_id for one in things if one.room_id}
    return sorted(Room.objects.filter(pk__in=list(pks)), key=_place_in_order)


def _place_in_order(room: Room) -> tuple[list[str | int], UUID]:
    parts = re.split(r"(\d+)", room.name.casefold())
    return [int(part) if number % 2 else part for number, part in enumerate(parts)], room.pk


def choices_for(doctors: list[Doctor], request: PageRequest) -> dict[str, list[tuple[str, Any]]]:
    """Sites, departments and doctors among whom somebody chooses, for a DayForm."""
    if request.user.role == Role.DOCTOR:
        return {}
    sites = places.sites()
    departments = {doctor.department_id: doctor.place.name for doctor in doctors}
    everybody = [(str(one.pk), str(one)) for one in doctors]
    return {
        "site": [(str(one.pk), one.name) for one in sites] if len(sites) > 1 else [],
        "department": [("", _("All departments")), *((str(pk), name) for pk, name in departments.items())]
        if len(departments) > 1
        else [],
        "doctor": [("", _("All doctors")), *everybody] if len(everybody) > 1 else [],
    }


def narrowed(doctors: list[Doctor], asked: dict[str, Any]) -> tuple[list[Doctor], Site]:
    """Those who were asked for, all of one site, because a day has one clock."""
    if "doctor" in asked:
        doctors = [one for one in doctors if str(one.pk) == asked["doctor"]]
    elif "department" in asked:
        doctors = [one for one in doctors if str(one.department_id) == asked["department"]]
    if "site" in asked and "doctor" not in asked:
        site = places.site(UUID(asked["site"]))
    else:
        site = (
            doctors[0].site
            if len(doctors) == 1 or ("department" in asked and doctors)
            else places.first_site()
        )
    return [one for one in doctors if one.site.pk == site.pk], site


def _ids(asked: dict[str, Any]) -> dict[str, str]:
    return {name: str(asked[name]) for name in ("doctor", "department", "site", "by") if name in asked}


def _neighbours(asked: AskedDay) -> dict[str, str]:
    """The ways from this day to others, and to its other forms."""
    here = "appointments:day"
    return {
        "before_url": asked.address(here, on=asked.on - A_DAY),
        "after_url": asked.address(here, on=asked.on + A_DAY),
        "today_url": asked.address(here, on=None),
        "by_doctor_url": asked.address(here, by=None),
        "by_room_url": asked.address(here, by="room"),
        "print_url": asked.address("appointments:print_day"),
    }


@needs(VIEW)
def week(request: PageRequest) -> HttpResponse:
    """Seven days of one doctor's free times, and how many visits each day has."""
    doctors = doctors_for(request.user)
    form = WeekForm(request.GET, doctors=doctors)
    pk, first = form.asked()
    doctor = next((one for one in doctors if one.pk == pk), doctors[0] if doctors else None)
    context: dict[str, Any] = {"form": form, "doctor": doctor, "doctors": doctors}
    if doctor is not None:
        context |= _week_of(doctor, first or clock.today(doctor.site.time_zone), request)
    return render_page(request, WEEK, context, partial="week", status=answer_status(form))


def _week_of(doctor: Doctor, first: date, request: PageRequest) -> dict[str, Any]:
    may_book = request.user.has_perm(BOOK)
    last = first + (WEEK_DAYS - 1) * A_DAY
    starts_at, ends_at = bounds(first, doctor.zone)[0], bounds(last, doctor.zone)[1]
    booked = Appointment.objects.live().filter(doctor_id=doctor.pk).between(starts_at, ends_at)
    counts = Counter(
        moment.astimezone(doctor.zone).date() for moment in booked.values_list("starts_at", flat=True)
    )
    notes = {
        day: ngettext("%(count)d visit", "%(count)d visits", n) % {"count": n} for day, n in counts.items()
    }
    found = days_of(
        doctor,
        free_slots([doctor], first, last)[doctor.pk],
        first,
        url=lambda slot: (
            address("appointments:book", doctor=doctor.pk, starts_at=slot.starts_at, minutes=slot.minutes)
            if may_book
            else address(
                "appointments:day", doctor=doctor.pk, on=slot.starts_at.astimezone(doctor.zone).date()
            )
        ),
        notes=notes,
    )
    for number, one in enumerate(found.days):
        one["url"] = address("appointments:day", doctor=doctor.pk, on=first + number * A_DAY)
        one["action"] = _("See the day")
    return {
        "first": first,
        "last": last,
        "days": found.days,
        "free_count": found.found,
        "visit_count": sum(counts.values()),
        "may_book": may_book,
        "before_url": address("appointments:week", doctor=doctor.pk, **{"from": first - WEEK_DAYS * A_DAY}),
        "after_url": address("appointments:week", doctor=doctor.pk, **{"from": first + WEEK_DAYS * A_DAY}),
        "now_url": address("appointments:week", doctor=doctor.pk),
    }
