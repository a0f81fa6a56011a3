"""What appointments add to the pages of patients and doctors, and to everybody's sidebar."""

from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

import doctors.panels
import doctors.services
import patients.panels
from accounts.models import User
from appointments.models import HOLDING, LONGEST_MINUTES, Appointment
from doctors.models import Doctor
from hospital import clock
from hospital.web import SIGNED_IN, NavItem, add_navigation
from patients.models import Patient

VIEW = "appointments.view_appointment"
BOOK = "appointments.book_appointment"
MOST_SHOWN = 5
MOST_COMMITMENTS = 200
NOT_OVER = [status for status in HOLDING if status != Appointment.Status.COMPLETED]


def visits_of(patient: Patient, user: User) -> dict[str, Any]:
    """The next visits of a patient and the last ones, as far as this user may see them."""
    rows = Appointment.objects.visible_to(user).filter(patient_id=patient.pk).select_related("doctor")
    now = clock.now()
    return {
        "upcoming": rows.filter(starts_at__gte=now).order_by("starts_at", "id")[:MOST_SHOWN],
        "past": rows.filter(starts_at__lt=now).order_by("-starts_at", "-id")[:MOST_SHOWN],
    }


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
            also=tuple(
                f"patients:{name}"
                for name in (
                    "register",
                    "detail",
                    "edit",
                    "deactivate",
                    "reactivate",
                    "treat",
                    "opened",
                    "messages",
                    "results",
                    "results_list",
                    "results_of_test",
                    "record_result",
                    "retract_result",
                )
            ),
            keys="g p",
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
