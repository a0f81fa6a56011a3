"""The day on paper."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpResponse
from django.utils.translation import gettext as _

from accounts import acting, places
from appointments.models import Appointment
from appointments.views.calendar import MOST_VISITS, VIEW, AskedDay, asked_day, rooms_of
from hospital import clock
from hospital.web import PageRequest, answer_status, needs, render_page

PRINT = "appointments/day_print.html"


@dataclass(frozen=True)
class Sheet:
    """The list of one doctor or of one room; it begins on a new page."""

    title: str
    subtitle: str
    visits: list[Appointment]


@needs(VIEW)
def print_day(request: PageRequest) -> HttpResponse:
    """A list of the day for paper: a sheet for each doctor, or for each room. Cancelled visits are counted only."""
    asked = asked_day(request)
    rows = list(asked.visits(request).with_names().select_related("visit_type")[: MOST_VISITS + 1])
    found, more = rows[:MOST_VISITS], len(rows) > MOST_VISITS
    by_pk = {doctor.pk: doctor for doctor in asked.shown}
    for visit in found:
        visit.doctor = by_pk[visit.doctor_id]
    visits = [one for one in found if one.status != Appointment.Status.CANCELLED]
    filters = asked.filters | {"as": "print"}
    acting.listed(VIEW, by=request.user, filters=filters, count=len(visits))
    context = {
        "form": asked.form,
        "sheets": _rooms(visits) if asked.by_room else _doctors(asked, visits),
        "by_room": asked.by_room,
        "on": asked.on,
        "site": asked.site,
        "zone": asked.site.zone,
        "count": len(visits),
        "cancelled": len(found) - len(visits),
        "more": more,
        "printed_at": clock.now().astimezone(asked.site.zone),
        "day_url": asked.address("appointments:day"),
    }
    return render_page(request, PRINT, context, status=answer_status(asked.form))


def _doctors(asked: AskedDay, visits: Sequence[Appointment]) -> list[Sheet]:
    """Those with visits; one who was asked for by name also without."""
    sheets = [
        Sheet(str(doctor), doctor.place.name, [one for one in visits if one.doctor_id == doctor.pk])
        for doctor in asked.shown
    ]
    return [sheet for sheet in sheets if sheet.visits or "doctor" in asked.asked]


def _rooms(visits: Sequence[Appointment]) -> list[Sheet]:
    """Those with visits, then what has no room."""
    sheets = [
        Sheet(
            room.name,
            places.department(room.department_id).name,
            [one for one in visits if one.room_id == room.pk],
        )
        for room in rooms_of(visits)
    ]
    homeless = [one for one in visits if one.room_id is None]
    return [*sheets, *([Sheet(_("No room"), "", homeless)] if homeless else [])]
