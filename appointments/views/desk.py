"""The day at the desk: who waits, who is expected, who is inside; and whom to call next."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from accounts import acting
from accounts.models import User
from appointments import services
from appointments.availability import doctors_for
from appointments.forms import CallForm, DeskForm
from appointments.models import Appointment
from appointments.views.calendar import MOST_VISITS, VIEW, choices_for, narrowed
from appointments.views.choosing import address
from appointments.views.visit import POST, back_from, said, why_not
from appointments.waiting import in_order, put_estimates
from doctors.models import Doctor
from hospital import clock
from hospital.web import PageRequest, answer_status, get_visible, needs, refusals_on, render_page

DESK = "appointments/desk.html"
Status = Appointment.Status
EXPECTED = {Status.BOOKED, Status.CONFIRMED}
OVER = {Status.COMPLETED, Status.NO_SHOW, Status.CANCELLED}
MOST_OVER = 10


@needs(VIEW)
def desk(request: PageRequest) -> HttpResponse:
    """Today's visits in the order of what needs somebody. The page reads itself again every few seconds.

    That is written down when it is opened, and again when it reads itself and shows somebody who was
    not on it before, or somebody less: a page that lies open all day is not a thousand looks at the
    same names. What it showed last comes back as a signature that is bound to the user, so nobody can
    say to have seen a list that was not written down.
    """
    doctors = doctors_for(request.user)
    form = DeskForm(request.GET, choices=choices_for(doctors, request))
    asked = form.asked()
    shown, site = narrowed(doctors, asked)
    visits = list(
        Appointment.objects.visible_to(request.user)
        .filter(doctor_id__in=[doctor.pk for doctor in shown])
        .between(*clock.bounds_of_today(site.zone))
        .with_names_alone()[:MOST_VISITS]
    )
    put_estimates(visits)
    signature = _signature(visits, request.user)
    ids = {name: str(value) for name, value in asked.items()}
    if not request.htmx or request.GET.get("seen", "") != signature:
        filters = {"on": str(clock.today(site.time_zone)), **ids}
        acting.listed(VIEW, by=request.user, filters=filters, count=len(visits))
    context = {
        "form": form,
        "site": site,
        "zone": site.zone,
        "today": clock.today(site.time_zone),
        "groups": _groups(visits),
        "lines": _lines(shown, visits),
        "count": len(visits),
        "left_out": max(0, sum(visit.status in OVER for visit in visits) - MOST_OVER),
        "back": address("appointments:desk", **ids),
        "again_url": address("appointments:desk", **ids, seen=signature),
        "target": "desk",
        "is_own": bool(request.user.profile_id),
    }
    return render_page(request, DESK, context, partial="desk", status=answer_status(form))


def _signature(visits: Sequence[Appointment], user: User) -> str:
    ids = ",".join(sorted(visit.pk.hex for visit in visits))
    return salted_hmac("appointments.desk", f"{user.pk}:{ids}", algorithm="sha256").hexdigest()[:32]


def _groups(visits: Sequence[Appointment]) -> list[tuple[str, str, list[Appointment]]]:
    """The visits by what is to be done about them, those who were called first; of what is over, the latest."""
    over = sorted((one for one in visits if one.status in OVER), key=lambda one: one.updated_at, reverse=True)
    return [
        ("waiting", _("Waiting"), sorted(in_order(visits), key=lambda one: not one.is_called)),
        ("expected", _("Expected"), [one for one in visits if one.status in EXPECTED]),
        ("inside", _("In consultation"), [one for one in visits if one.status == Status.IN_CONSULTATION]),
        ("over", _("Over"), over[:MOST_OVER]),
    ]


@dataclass(frozen=True)
class Line:
    """One doctor's door: who is called, who is inside, how many wait to be called."""

    doctor: Doctor
    called: list[Appointment]
    inside: list[Appointment]
    waiting: list[Appointment]


def _lines(doctors: Sequence[Doctor], visits: Sequence[Appointment]) -> list[Line]:
    """The doctors at whose door somebody is; those for whom somebody waits come first."""
    lines = []
    for doctor in doctors:
        mine = [one for one in visits if one.doctor_id == doctor.pk]
        queue = in_order(mine)
        called, waiting = ([one for one in queue if one.is_called is so] for so in (True, False))
        inside = [one for one in mine if one.status == Status.IN_CONSULTATION]
        if queue or inside:
            lines.append(Line(doctor, called, inside, waiting))
    return sorted(lines, key=lambda line: not (line.waiting or line.called))


@needs("appointments.call_next", POST)
def call_next(request: PageRequest, doctor_pk: UUID) -> HttpResponse:
    """Call whoever is next for this doctor."""
    doctor = get_visible(Doctor, request, doctor_pk)
    form = CallForm(request.POST)
    if form.is_valid():
        with refusals_on(form):
            visit = services.call_next(doctor=doctor, by=request.user)
            called: dict[str, Any] = {"number": visit.number, "name": visit.patient.full_name}
            messages.success(request, _("Number %(number)s is called: %(name)s.") % called)
    if not form.is_valid():
        messages.error(request, why_not(form))
    if request.htmx:
        return said(request, answer_status(form))
    return redirect(back_from(request, reverse("appointments:desk")))
