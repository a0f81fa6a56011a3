"""The waiting room's screen, and the page on which its address is given and taken away."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts import places
from appointments import services
from appointments.forms import BoardForm, StepForm
from appointments.models import QUEUE_ORDER, Appointment, WaitingBoard
from appointments.views.visit import POST, why_not
from doctors.models import Doctor, Room
from hospital import clock
from hospital.models import one_of
from hospital.web import (
    PUBLIC,
    PageRequest,
    answer_status,
    get_visible,
    needs,
    refusals_on,
    render_page,
    unlisted,
)

BOARD = "appointments/board.html"
BOARDS = "appointments/boards.html"
KEEP = "appointments.keep_boards"
Status = Appointment.Status
MOST_CALLED = 6
MOST_WAITING = 24
STRAIGHT_IN_FOR = timedelta(minutes=2)
DRAWS_THE_EYE_FOR = timedelta(seconds=10)


@dataclass(frozen=True)
class Call:
    """A number, and where to go with it: all that the board knows of anybody."""

    number: str
    room: str
    at: datetime

    @property
    def is_fresh(self) -> bool:
        """Whether the screen draws the eye to it: the page reads itself every five seconds, so once or twice."""
        return clock.now() - self.at < DRAWS_THE_EYE_FOR


# ── The screen ───────────────────────────────────────────────────────────────


@needs(PUBLIC)
def board(request: PageRequest, secret: str) -> HttpResponse:
    """Which numbers are called and which wait. Of a visit nothing else is even read from the database.

    Whoever goes in without having been called is shown for two minutes. A board that was closed, or
    whose address was renewed, goes blank by itself.
    """
    found: WaitingBoard | None = one_of(WaitingBoard.objects.filter(secret=secret, is_open=True))
    if found is None:
        response = render(request, "404.html", status=404)
        response["HX-Refresh"] = "true"
    else:
        response = render_page(request, BOARD, {"board": found, **_shown_on(found)}, partial="board")
    return unlisted(response)


def _shown_on(found: WaitingBoard) -> dict[str, Any]:
    """Asks for visits, doctors and rooms by themselves: joined columns come out of order on MongoDB."""
    site = places.site(found.site_id)
    names = {
        one.pk: one.name
        for one in places.departments()
        if one.site_id == site.pk and found.department_id in {None, one.pk}
    }
    doctors = dict(Doctor.objects.filter(department_id__in=list(names)).values_list("pk", "department_id"))
    rows = _in_order(doctors, clock.bounds_of_today(site.zone))
    rooms = dict(
        Room.objects.filter(pk__in={row["room_id"] for row in rows if row["room_id"]}).values_list(
            "pk", "name"
        )
    )
    calls = [
        Call(_number(row), rooms.get(row["room_id"]) or names[doctors[row["doctor_id"]]], at)
        for row in rows
        if (at := row["called_at"] or row["started_at"])
    ]
    waiting = [_number(row) for row in rows if not row["called_at"] and not row["started_at"]]
    return {
        "called": sorted(calls, key=lambda call: call.at, reverse=True)[:MOST_CALLED],
        "waiting": waiting[:MOST_WAITING],
        "left_out": max(0, len(waiting) - MOST_WAITING),
        "now": clock.now().astimezone(site.zone),
    }


def _in_order(doctors: Iterable[UUID], today: tuple[datetime, datetime]) -> list[dict[str, Any]]:
    """Of those who wait, and of those who have just gone straight in, the columns that the board needs."""
    went_straight_in = Q(
        status=Status.IN_CONSULTATION, called_at=None, started_at__gte=clock.now() - STRAIGHT_IN_FOR
    )
    rows = Appointment.objects.filter(
        Q(status=Status.ARRIVED) | went_straight_in,
        doctor_id__in=list(doctors),
        starts_at__gte=today[0],
        starts_at__lt=today[1],
        token__isnull=False,
    )
    columns = (*QUEUE_ORDER, "token", "room_id", "doctor_id", "called_at", "started_at")
    return list(rows.order_by(*QUEUE_ORDER).values(*columns))


def _number(row: dict[str, Any]) -> str:
    return f"{row['token']:03}"


# ── The page of those who keep the boards ────────────────────────────────────


@needs(KEEP, ("GET", "POST"))
def boards(request: PageRequest) -> HttpResponse:
    """All boards with their addresses, and a form for another one."""
    form = BoardForm(request.POST if request.method == "POST" else None, places=_places())
    if form.is_valid():
        kind, _dot, pk = form.cleaned_data["place"].partition(".")
        department = places.department(UUID(pk)) if kind == "department" else None
        site = department.site if department is not None else places.site(UUID(pk))
        with refusals_on(form):
            services.add_board(
                name=form.cleaned_data["name"], site=site, department=department, by=request.user
            )
            messages.success(request, _("The board is up. Open its address on the screen."))
            return redirect("appointments:boards")
    rows = WaitingBoard.objects.visible_to(request.user)
    context = {"form": form, "boards": [_line(request, one) for one in rows]}
    return render_page(request, BOARDS, context, status=answer_status(form))


def _places() -> Sequence[tuple[str, str]]:
    """The sites, and the departments of each."""
    several = len(places.sites()) > 1
    return [
        *((f"site.{one.pk}", _("All of %(site)s") % {"site": one.name}) for one in places.sites()),
        *(
            (f"department.{one.pk}", f"{one.name}, {one.site.name}" if several else one.name)
            for one in places.departments()
        ),
    ]


def _line(request: PageRequest, one: WaitingBoard) -> dict[str, Any]:
    where = (
        places.department(one.department_id).name
        if one.department_id
        else _("All of %(site)s") % {"site": places.site(one.site_id).name}
    )
    return {"board": one, "where": where, "link": request.build_absolute_uri(one.public_path)}


def _change(request: PageRequest, board_pk: UUID, text: str, **changes: Any) -> HttpResponse:
    """Change a board, or give it another address if nothing else is said."""
    found = get_visible(WaitingBoard, request, board_pk)
    form = StepForm(request.POST)
    if form.is_valid():
        act = services.edit_board if changes else services.renew_board
        with refusals_on(form):
            act(found, seen_version=form.cleaned_data["version"], **changes, by=request.user)
            messages.success(request, text)
    if not form.is_valid():
        messages.error(request, why_not(form))
    return redirect("appointments:boards")


@needs(KEEP, POST)
def open_board(request: PageRequest, board_pk: UUID) -> HttpResponse:
    return _change(request, board_pk, _("The board can be seen again."), is_open=True)


@needs(KEEP, POST)
def close_board(request: PageRequest, board_pk: UUID) -> HttpResponse:
    return _change(request, board_pk, _("The board is closed: its address shows nothing."), is_open=False)


@needs(KEEP, POST)
def renew_board(request: PageRequest, board_pk: UUID) -> HttpResponse:
    return _change(request, board_pk, _("The board has a new address. The old one shows nothing any more."))
