"""What appointments add to the pages of patients and doctors, and to everybody's sidebar."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

import doctors.panels
import doctors.services
import patients.panels
from accounts import places
from accounts.models import User
from appointments.models import HOLDING, LONGEST_MINUTES, Appointment
from appointments.services import HAS_A_NOTE
from appointments.telling import on_the_wall
from doctors.models import Doctor
from hospital import clock
from hospital.web import SIGNED_IN, NavItem, add_navigation
from patients.models import Patient

VIEW = "appointments.view_appointment"
BOOK = "appointments.book_appointment"
MOST_SHOWN = 5
MOST_COMMITMENTS = 200
NOT_OVER = [status for status in HOLDING if status != Appointment.Status.COMPLETED]


@dataclass(frozen=True)
class Waiting:
    """What waits for a doctor, on his or her first page: a sentence, or "" for nothing, and where it leads."""

    permission: str
    said: Callable[[User], str]
    url_name: str


_waiting: list[Waiting] = []


def register_waiting(waiting: Waiting) -> None:
    """Add a line to the first page of doctors."""
    if waiting not in _waiting:
        _waiting.append(waiting)


def waiting_for(user: User) -> list[dict[str, str]]:
    """The lines for this user, each with `said` and `url`."""
    asked = [(one, one.said(user)) for one in _waiting if user.has_perm(one.permission)]
    return [{"said": said, "url": reverse(one.url_name)} for one, said in asked if said]


def visits_of(patient: Patient, user: User) -> dict[str, Any]:
    """The next visits of a patient and the last ones, as far as this user may see them."""
    rows = Appointment.objects.visible_to(user).filter(patient_id=patient.pk).select_related("doctor")
    now = clock.now()
    return {
        "upcoming": rows.filter(starts_at__gte=now).order_by("starts_at", "id")[:MOST_SHOWN],
        "past": rows.filter(starts_at__lt=now).order_by("-starts_at", "-id")[:MOST_SHOWN],
    }


def coming_visits_of(patient: Patient, user: User) -> dict[str, Any]:
    """The next visits alone: those that were are on the timeline beside it."""
    rows = Appointment.objects.visible_to(user).filter(patient_id=patient.pk).select_related("doctor")
    return {"upcoming": rows.filter(starts_at__gte=clock.now()).order_by("starts_at", "id")[:MOST_SHOWN]}


def visits_ahead(patient: Patient, user: User) -> list[dict[str, Any]]:
    """What a death would call off. Of a visit that this user may not see only that there is one."""
    mine = {
        visit.pk: visit for visit in Appointment.objects.visible_to(user).ahead_of(patient.pk).with_names()
    }
    ahead = Appointment.objects.ahead_of(patient.pk).values_list("id", flat=True)
    return [
        _line_of(mine[pk]) if pk in mine else {"label": _("An appointment with somebody else")}
        for pk in ahead
    ]


def _line_of(visit: Appointment) -> dict[str, Any]:
    return {
        "label": f"{on_the_wall(visit.starts_at, visit)} · {visit.doctor}",
        "url": visit.get_absolute_url(),
    }


def visits_to_write_about(patient: Patient, user: User) -> list[patients.panels.Offer]:
    """The visits of today of a patient who has come, with their notes; the doctor's own come first."""
    today = clock.bounds_of_today(places.site(patient.site_id).zone)
    rows = Appointment.objects.visible_to(user).filter(patient_id=patient.pk, status__in=HAS_A_NOTE)
    visits = rows.between(*today).select_related("doctor", "encounter")[:MOST_SHOWN]
    return [_offer(visit) for visit in sorted(visits, key=lambda one: one.doctor_id != user.profile_id)]


def _offer(visit: Appointment) -> patients.panels.Offer:
    starts_at, note = visit.starts_at.astimezone(visit.zone), visit.encounter
    stands = note is not None and not note.is_discarded
    return patients.panels.Offer(
        label=f"{starts_at:%H:%M}, {visit.doctor}",
        opens=reverse("appointments:open_note", args=[visit.pk]),
        note=note.get_absolute_url() if note and stands else "",
        is_draft=bool(note and note.is_draft),
    )


def future_visits(doctor: Doctor) -> list[dict[str, Any]]:
    """The live visits of a doctor that are not over. No patient's name."""
    now = clock.now()
    rows = Appointment.objects.filter(
        doctor_id=doctor.pk,
        status__in=NOT_OVER,
        starts_at__gt=now - timedelta(minutes=LONGEST_MINUTES),
        ends_at__gt=now,
    ).order_by("starts_at", "id")
    return [
        {
            "id": pk,
            "starts_at": starts_at,
            "minutes": minutes,
            "url": reverse("appointments:detail", args=[pk]),
        }
        for pk, starts_at, minutes in rows.values_list("id", "starts_at", "minutes")[:MOST_COMMITMENTS]
    ]


def fill_registers() -> None:
    """Called once, when all apps are ready."""
    patients.panels.register(
        patients.panels.Panel(
            key="appointments",
            title=_("Appointments"),
            permission=VIEW,
            template="appointments/patient_panel.html",
            load=visits_of,
            order=10,
            gives_way=True,
        )
    )
    patients.panels.register(
        patients.panels.Panel(
            key="coming-appointments",
            title=_("Coming appointments"),
            permission="patients.open_record",
            template="appointments/coming_panel.html",
            load=coming_visits_of,
            order=80,
            needs_care=True,
        )
    )
    patients.panels.register_action(
        patients.panels.Action(
            label=_("Book an appointment"),
            permission=BOOK,
            url=lambda patient: f"{reverse('appointments:book')}?patient={patient.pk}",
            primary=True,
            icon="cal",
        )
    )
    patients.panels.register_ahead(visits_ahead)
    patients.panels.register_offers(visits_to_write_about)
    doctors.services.register_commitments(future_visits)
    for label, permission, name in (
        (_("Day"), VIEW, "day"),
        (_("Week"), VIEW, "week"),
        (_("Book"), BOOK, "book"),
    ):
        doctors.panels.register_action(
            doctors.panels.Action(
                label=label,
                permission=permission,
                url=lambda doctor, name=name: f"{reverse(f'appointments:{name}')}?doctor={doctor.pk}",  # type: ignore[misc]
                primary=name == "book",
            )
        )
    _fill_the_sidebar()


def _fill_the_sidebar() -> None:
    visits: Any = _("Appointments")
    clinical: Any = _("Clinical")
    people: Any = _("People")
    installation: Any = _("Installation")
    add_navigation(
        NavItem(_("Today"), "home", "home", SIGNED_IN, keys="g t"),
        NavItem(_("Notes to sign"), "patients:notes_to_sign", "note", "patients.sign_note", keys="g s"),
        NavItem(
            _("Arrivals"),
            "appointments:desk",
            "queue",
            VIEW,
            visits,
            also=("appointments:walk_in",),
            keys="g a",
        ),
        NavItem(
            _("Day"),
            "appointments:day",
            "cal",
            VIEW,
            visits,
            also=tuple(f"appointments:{name}" for name in ("detail", "move", "cancel", "print_day")),
            keys="g d",
        ),
        NavItem(_("Week"), "appointments:week", "clock", VIEW, visits, keys="g w"),
        NavItem(
            _("Free times"),
            "appointments:free",
            "grid",
            VIEW,
            visits,
            also=("appointments:next_free",),
            keys="g f",
        ),
        NavItem(_("Book"), "appointments:book", "plus", BOOK, visits, keys="n"),
        NavItem(
            _("Rules of booking"), "appointments:rules", "note", "appointments.view_bookingpolicy", visits
        ),
        NavItem(_("Boards"), "appointments:boards", "chair", "appointments.keep_boards", visits),
        NavItem(
            _("Results to review"),
            "patients:results_to_review",
            "lab",
            "patients.review_result",
            clinical,
            keys="g r",
        ),
        NavItem(_("Import results"), "patients:import_results", "note", "patients.import_results", clinical),
        NavItem(
            _("Patients"),
            "patients:list",
            "people",
            "patients.view_patient",
            people,
            also=("patients:",),
            keys="g p",
        ),
        NavItem(
            _("Duplicates"),
            "patients:duplicates",
            "eye",
            "patients.view_suspectedpair",
            people,
            also=("patients:dismiss_duplicate",),
        ),
        NavItem(
            _("Doctors"),
            "doctors:list",
            "steth",
            "doctors.view_doctor",
            people,
            also=tuple(f"doctors:{name}" for name in ("detail", "add", "edit", "add_block", "add_time_off")),
            keys="g o",
        ),
        NavItem(
            _("Messages"),
            "notifications:outbox",
            "bell",
            "notifications.view_message",
            people,
            also=("notifications:detail",),
        ),
        NavItem(_("Administration"), "admin:index", "gear", "accounts.view_user", installation),
        NavItem(
            _("Background work"),
            "notifications:machinery",
            "queue",
            "notifications.view_machinery",
            installation,
        ),
    )
