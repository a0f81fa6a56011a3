"""How much is free: of many doctors in a week, of one by the hour; and who is free next by speciality."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import Any
from uuid import UUID

from django.http import HttpResponse

from accounts import places
from appointments.availability import Slot, all_slots, doctors_for, free_slots, next_free
from appointments.forms import FreeForm
from appointments.templatetags.heat_map import Line, heat_map
from appointments.views.choosing import A_DAY, WEEK_DAYS, address
from doctors.models import Doctor, DoctorSpeciality, Speciality, open_blocks
from hospital import clock
from hospital.web import PageRequest, answer_status, needs, paged, render_page

FREE = "appointments/free.html"
NEXT_FREE = "appointments/next_free.html"
VIEW = "appointments.view_appointment"
BOOK = "appointments.book_appointment"
DOCTORS_A_PAGE = 50
NAMES = ("speciality", "department", "doctor")
AHEAD_DAYS = 14
ALTERNATIVES = 2
Having = dict[str, tuple[Speciality, set[UUID]]]


def _having(doctors: Sequence[Doctor]) -> Having:
    """Which of these doctors have which speciality, by its code: one query, in the order of the names."""
    known = {doctor.pk for doctor in doctors}
    found: Having = {}
    links = DoctorSpeciality.objects.select_related("speciality").order_by("created_at", "id")
    for link in sorted(links, key=lambda link: link.speciality.name):
        if link.doctor_id in known:
            found.setdefault(link.speciality.code, (link.speciality, set()))[1].add(link.doctor_id)
    return found


def _choices(doctors: Sequence[Doctor], having: Having) -> dict[str, list[tuple[str, Any]]]:
    departments = {doctor.department_id: doctor.place.name for doctor in doctors}
    return {
        "speciality": [(code, speciality.name) for code, (speciality, _who) in having.items()],
        "department": [(str(pk), name) for pk, name in departments.items()],
        "doctor": [(str(one.pk), str(one)) for one in doctors],
    }


def _narrowed(doctors: Sequence[Doctor], having: Having, asked: dict[str, Any]) -> list[Doctor]:
    """Those who were asked for. One who was named wins over speciality and department."""
    if "doctor" in asked:
        return [one for one in doctors if str(one.pk) == asked["doctor"]]
    chosen = list(doctors)
    if "speciality" in asked:
        chosen = [one for one in chosen if one.pk in having[asked["speciality"]][1]]
    if "department" in asked:
        chosen = [one for one in chosen if str(one.department_id) == asked["department"]]
    return chosen


@needs(VIEW)
def free(request: PageRequest) -> HttpResponse:
    """Seven days of free times: a row for each doctor, or of one doctor a row for each hour."""
    doctors = doctors_for(request.user)
    having = _having(doctors)
    form = FreeForm(request.GET, choices=_choices(doctors, having))
    asked = form.asked()
    shown = _narrowed(doctors, having, asked)
    by_hour = len(shown) == 1 and ("doctor" in asked or len(doctors) == 1)
    page = paged(request, shown, DOCTORS_A_PAGE)
    today = clock.today(shown[0].site.time_zone) if shown else clock.today(places.first_site().time_zone)
    first = asked.get("from") or today
    context = {
        "form": form,
        "page": page,
        "doctor": shown[0] if by_hour else None,
        "no_doctors": not doctors,
        "days": [first + number * A_DAY for number in range(WEEK_DAYS)],
        "today": today,
        "may_book": request.user.has_perm(BOOK),
        "lines": _map_of(page.rows, first, by_hour=by_hour, may_book=request.user.has_perm(BOOK)),
        **_ways(asked, first),
    }
    return render_page(request, FREE, context, partial="map", status=answer_status(form))


def _ways(asked: dict[str, Any], first: date) -> dict[str, str]:
    kept = {name: asked.get(name) for name in NAMES}
    return {
        "before_url": address("appointments:free", **kept, **{"from": first - WEEK_DAYS * A_DAY}),
        "after_url": address("appointments:free", **kept, **{"from": first + WEEK_DAYS * A_DAY}),
        "today_url": address("appointments:free", **kept),
        "all_url": address("appointments:free", **kept | {"doctor": None}, **{"from": first}),
    }


def _map_of(doctors: Sequence[Doctor], first: date, *, by_hour: bool, may_book: bool) -> list[Line]:
    """The table with its links; three queries for any number of doctors."""
    last = first + (WEEK_DAYS - 1) * A_DAY
    blocks = open_blocks(doctors, first, last)
    every = [slot for _block, slot in all_slots(doctors, first, last, blocks=blocks)]
    found = free_slots(doctors, first, last, blocks=blocks) if doctors else {}
    zones = {doctor.pk: doctor.zone for doctor in doctors}

    def place(slot: Slot) -> tuple[Any, date]:
        local = slot.starts_at.astimezone(zones[slot.doctor_id])
        return (local.hour if by_hour else slot.doctor_id), local.date()

    rows: list[tuple[Any, Any]] = [(doctor.pk, doctor) for doctor in doctors]
    if by_hour:
        hours = {place(slot)[0] for slot in every}
        rows = [(hour, time(hour)) for hour in range(min(hours, default=0), max(hours, default=-1) + 1)]
    days = [first + number * A_DAY for number in range(WEEK_DAYS)]
    slots = [slot for some in found.values() for slot in some]
    lines = heat_map(rows, days, every=every, free=slots, place=place, now=clock.now())
    for line in lines:
        for cell in line.cells:
            whose = doctors[0].pk if by_hour else line.about.pk
            slot = cell.first if by_hour and may_book else None
            cell.url = _way_to(whose, cell.day, slot)
    return lines


def _way_to(doctor: UUID, day: date, slot: Slot | None) -> str:
    """To the booking of this time, or to the doctor's day."""
    if slot is None:
        return address("appointments:day", doctor=doctor, on=day)
    return address("appointments:book", doctor=doctor, starts_at=slot.starts_at, minutes=slot.minutes)


@dataclass(frozen=True)
class Offer:
    """A free time, and the way to its booking."""

    slot: Slot
    doctor: Doctor
    url: str


@dataclass(frozen=True)
class SpecialityLine:
    """The next free times of those who have a speciality; without one, of everybody."""

    speciality: Speciality | None
    offers: list[Offer]
    doctors: int
    week_url: str


@needs(VIEW)
def next_free_times(request: PageRequest) -> HttpResponse:
    """Who is free next, by speciality, with two further times each."""
    doctors = doctors_for(request.user)
    having = _having(doctors)
    form = FreeForm(request.GET, choices={})
    asked = form.asked()
    today = clock.today((doctors[0].site if doctors else places.first_site()).time_zone)
    first = max(asked.get("from") or today, today)
    may_book = request.user.has_perm(BOOK)
    slots = next_free(doctors, first, days=AHEAD_DAYS, each=1 + ALTERNATIVES)
    everybody = (None, {doctor.pk for doctor in doctors})
    by_pk = {doctor.pk: doctor for doctor in doctors}
    lines = [
        _line(speciality, who, slots, by_pk, first, may_book=may_book)
        for speciality, who in [everybody, *having.values()]
    ]
    context = {
        "form": form,
        "first": first,
        "today": today,
        "lines": lines,
        "no_doctors": not doctors,
        "may_book": may_book,
        "several_sites": len(places.sites()) > 1,
        "later_url": address("appointments:next_free", **{"from": first + AHEAD_DAYS * A_DAY}),
    }
    return render_page(request, NEXT_FREE, context, partial="lines", status=answer_status(form))


def _line(
    speciality: Speciality | None,
    who: set[UUID],
    slots: Sequence[Slot],
    by_pk: dict[UUID, Doctor],
    first: date,
    *,
    may_book: bool,
) -> SpecialityLine:
    soonest = [slot for slot in slots if slot.doctor_id in who][: 1 + ALTERNATIVES]
    offers = []
    for slot in soonest:
        doctor = by_pk[slot.doctor_id]
        day = slot.starts_at.astimezone(doctor.zone).date()
        offers.append(Offer(slot, doctor, _way_to(doctor.pk, day, slot if may_book else None)))
    code = speciality.code if speciality else None
    week_url = address("appointments:free", speciality=code, **{"from": first})
    return SpecialityLine(speciality, offers, len(who), week_url)
