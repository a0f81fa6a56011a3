"""The first page of everybody: what needs somebody, by role."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.core import checks
from django.http import HttpResponse
from django.utils.translation import gettext as _

from accounts import acting, places
from accounts.models import Site, User
from accounts.roles import Role
from appointments.availability import doctors_for, next_free
from appointments.models import Appointment
from appointments.panels import waiting_for
from appointments.templatetags.visits import waiting_minutes
from appointments.views.choosing import address, bounds
from appointments.waiting import put_estimates
from audit.models import Entry
from doctors.models import Doctor, ScheduleBlock
from hospital import clock
from hospital.models import uuid7
from hospital.web import SIGNED_IN, PageRequest, needs, render_page

VIEW = "appointments.view_appointment"
BOOK = "appointments.book_appointment"
Status = Appointment.Status
MOST_VISITS = 600
MOST_ROWS = 15
MOST_FREE = 8
MOST_LINES = 8
MOST_COUNTED = 100
FIRST_OF_ALL = (Status.ARRIVED, Status.IN_CONSULTATION, Status.CONFIRMED, Status.BOOKED)
STILL_TO_COME = (Status.BOOKED, Status.CONFIRMED)
A_DAY = timedelta(days=1)


@needs(SIGNED_IN)
def home(request: PageRequest) -> HttpResponse:
    """The page of this role; for somebody without a role only that one is needed."""
    return PAGES.get(request.user.role, _nobody)(request)


def _nobody(request: PageRequest) -> HttpResponse:
    return render_page(request, "home/nobody.html", {})


def _visits_of(request: PageRequest, site: Site, doctors: Sequence[Doctor]) -> list[Appointment]:
    """Today's visits at a site, each with patient and doctor; written down as one list that was read."""
    rows = Appointment.objects.visible_to(request.user).between(
        *bounds(clock.today(site.time_zone), site.zone)
    )
    if len(places.sites()) > 1:
        rows = rows.filter(doctor_id__in=[doctor.pk for doctor in doctors])
    visits = list(rows.with_names_alone()[:MOST_VISITS])
    acting.listed(VIEW, by=request.user, filters={"on": str(clock.today(site.time_zone))}, count=len(visits))
    put_estimates(visits)
    return visits


def _urgency(visit: Appointment) -> tuple[int, Any]:
    """Who waits comes first, as the queue has them, then who is inside, then who is expected."""
    if visit.is_waiting:
        return 0, (not visit.is_called, visit.priority, visit.queued_at or visit.starts_at)
    return (1 if visit.status == Status.IN_CONSULTATION else 2), visit.starts_at


def _numbers(visits: Sequence[Appointment]) -> dict[str, Any]:
    """The tiles."""
    counts = Counter(visit.status for visit in visits)
    waiting = [visit for visit in visits if visit.status == Status.ARRIVED]
    longest = max(waiting, key=lambda visit: waiting_minutes(visit) or 0, default=None)
    return {
        "total": sum(counts.values()) - counts[Status.CANCELLED],
        "waiting": len(waiting),
        "longest": longest,
        "inside": counts[Status.IN_CONSULTATION],
        "to_come": sum(counts[status] for status in STILL_TO_COME),
        "completed": counts[Status.COMPLETED],
        "missed": counts[Status.NO_SHOW],
    }


def _at_this_site(doctors: list[Doctor]) -> tuple[Site, list[Doctor]]:
    site = places.first_site()
    return site, [doctor for doctor in doctors if doctor.site.pk == site.pk]


def _desk(request: PageRequest) -> HttpResponse:
    """Who is waiting, who is expected, and when the next time is free."""
    site, doctors = _at_this_site(doctors_for(request.user))
    visits = _visits_of(request, site, doctors)
    due = _first_of_each(visits)
    context = {
        "today": clock.today(site.time_zone),
        "site": site,
        "zone": site.zone,
        "numbers": _numbers(visits),
        "due": due,
        "left_out": sum(visit.status in FIRST_OF_ALL for visit in visits) - len(due),
        "free": _next_free(doctors, site),
        "doctors": doctors,
    }
    return render_page(request, "home/desk.html", context, partial="tiles")


def _first_of_each(visits: Sequence[Appointment]) -> list[Appointment]:
    """Who waits, the longest first; who is expected next; who is inside. So many of each that a page holds them."""
    waiting = sorted((one for one in visits if one.is_waiting), key=_urgency)
    expected = [one for one in visits if one.status in STILL_TO_COME]
    inside = [one for one in visits if one.status == Status.IN_CONSULTATION]
    return [*waiting[:MOST_ROWS], *expected[:MOST_LINES], *inside[:MOST_LINES]]


def _next_free(doctors: list[Doctor], site: Site) -> list[dict[str, Any]]:
    """The next time of each doctor, today or tomorrow."""
    by_pk = {doctor.pk: doctor for doctor in doctors}
    today = clock.today(site.time_zone)
    return [
        {
            "doctor": by_pk[slot.doctor_id],
            "slot": slot,
            "is_today": slot.starts_at.astimezone(site.zone).date() == today,
            "url": address(
                "appointments:book", doctor=slot.doctor_id, starts_at=slot.starts_at, minutes=slot.minutes
            ),
        }
        for slot in next_free(doctors, today, days=1)[:MOST_FREE]
    ]


def _doctor(request: PageRequest) -> HttpResponse:
    """A doctor's own day, the next patient on top."""
    mine = doctors_for(request.user)
    if not mine:
        return render_page(request, "home/doctor.html", {"doctor": None})
    doctor = mine[0]
    visits = _visits_of(request, doctor.site, mine)
    due = sorted((visit for visit in visits if visit.status in FIRST_OF_ALL), key=_urgency)
    context = {
        "doctor": doctor,
        "today": clock.today(doctor.site.time_zone),
        "zone": doctor.zone,
        "numbers": _numbers(visits),
        "next": due[0] if due else None,
        "due": due[1:],
        "over": [visit for visit in visits if visit.status not in FIRST_OF_ALL],
        "waiting": waiting_for(request.user),
    }
    return render_page(request, "home/doctor.html", context, partial="tiles")


def _administrator(request: PageRequest) -> HttpResponse:
    """What somebody has to put in order."""
    sites = places.sites()
    # Keys are of version 7: those of one day are a range of the primary key, however long the audit is.
    since = UUID(int=uuid7().int - (A_DAY // timedelta(milliseconds=1) << 80))
    denied = Entry.objects.filter(id__gte=since, outcome=Entry.Outcome.DENIED).select_related("actor")
    denials = list(denied.order_by("-id")[:MOST_COUNTED])
    doctors = doctors_for(request.user)
    context = {
        "sites": sites,
        "departments": places.departments(),
        "without_role": list(User.objects.filter(role="", is_active=True).order_by("-id")[:MOST_LINES]),
        "has_doctors": bool(doctors),
        "without_hours": _without_hours(doctors),
        **licences_of(doctors),
        "denials": denials[:MOST_LINES],
        "denied_count": len(denials),
        "denied_many": len(denials) == MOST_COUNTED,
        "warnings": checks.run_checks(tags=[checks.Tags.security]),
        "zone": sites[0].zone if sites else None,
    }
    return render_page(request, "home/administrator.html", context)


def _without_hours(doctors: list[Doctor]) -> list[Doctor]:
    today = clock.today(places.first_site().time_zone)
    having = set(ScheduleBlock.objects.in_force(today).values_list("doctor_id", flat=True))
    return [doctor for doctor in doctors if doctor.pk not in having]


def licences_of(doctors: list[Doctor]) -> dict[str, Any]:
    """Whose licence is not known, over, or soon to be so: the most urgent first; of the others how many."""
    urgent = [doctor for doctor in doctors if doctor.licence.needs_attention]
    urgent.sort(key=lambda one: (one.licence.is_known, one.licence.days_left or 0))
    return {"licences": urgent[:MOST_ROWS], "more_licences": len(urgent[MOST_ROWS:])}


def _integration(request: PageRequest) -> HttpResponse:
    return render_page(request, "home/integration.html", {"role_label": _("Integration")})


PAGES: dict[str, Callable[[PageRequest], HttpResponse]] = {
    Role.RECEPTIONIST: _desk,
    Role.NURSE: _desk,
    Role.DOCTOR: _doctor,
    Role.ADMINISTRATOR: _administrator,
    Role.INTEGRATION: _integration,
}


def have_first_page(role: str, page: Callable[[PageRequest], HttpResponse]) -> None:
    """Have the first page of a role that belongs to an app above."""
    PAGES[role] = page
