"""The day of all doctors, and the week of one."""

from collections import Counter
from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import acting, places
from accounts.models import Site
from accounts.roles import Role
from appointments.availability import free_slots
from appointments.forms import DayForm, WeekForm
from appointments.models import Appointment
from appointments.templatetags.day_grid import day_grid
from appointments.views.choosing import A_DAY, WEEK_DAYS, address, bounds, days_of, doctors_for
from doctors.models import Doctor, open_blocks
from hospital import clock
from hospital.web import PageRequest, answer_status, needs, render_page

DAY = "appointments/day.html"
WEEK = "appointments/week.html"
VIEW = "appointments.view_appointment"
BOOK = "appointments.book_appointment"
MOST_VISITS = 600


@needs(VIEW)
def day(request: PageRequest) -> HttpResponse:
    """The visits and free times of one day, a column for each doctor."""
    doctors = doctors_for(request.user)
    form = DayForm(request.GET, choices=choices_for(doctors, request))
    asked = form.asked()
    shown, site = narrowed(doctors, asked)
    on = asked.get("on") or clock.today(site.time_zone)
    starts_at, ends_at = bounds(on, site.zone)
    visits = list(
        Appointment.objects.visible_to(request.user)
        .filter(doctor_id__in=[doctor.pk for doctor in shown])
        .between(starts_at, ends_at)
        .with_names_alone()[:MOST_VISITS]
    )
    by_pk = {doctor.pk: doctor for doctor in shown}
    for visit in visits:
        visit.doctor = by_pk[visit.doctor_id]
    may_book = request.user.has_perm(BOOK)
    blocks = open_blocks(shown, on, on)
    grid = day_grid(
        on,
        site.zone,
        shown,
        visits=visits,
        blocks=blocks,
        free=free_slots(shown, on, on, blocks=blocks) if may_book and ends_at > clock.now() else {},
        always="doctor" in asked or len(doctors) == 1,
    )
    acting.listed(VIEW, by=request.user, filters={"on": str(on), **_ids(asked)}, count=len(visits))
    context = {
        "form": form,
        "grid": grid,
        "on": on,
        "today": clock.today(site.time_zone),
        "count": len(visits),
        "may_book": may_book,
        "doctor": by_pk.get(UUID(asked["doctor"])) if "doctor" in asked else None,
        "no_doctors": not doctors,
        "is_own": request.user.role == Role.DOCTOR,
        "statuses": Appointment.Status.choices,
        **_neighbours(on, asked),
    }
    return render_page(request, DAY, context, partial="grid", status=answer_status(form))


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
    return {name: str(asked[name]) for name in ("doctor", "department", "site") if name in asked}


def _neighbours(on: date, asked: dict[str, Any]) -> dict[str, str]:
    ids = _ids(asked)
    return {
        "before_url": address("appointments:day", **ids, on=on - A_DAY),
        "after_url": address("appointments:day", **ids, on=on + A_DAY),
        "today_url": address("appointments:day", **ids),
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
