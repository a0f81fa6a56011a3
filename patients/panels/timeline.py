"""The latest lines of the timeline, on the record page: what was, not what is to come."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts import places
from accounts.models import User
from patients import timeline
from patients.models import Patient
from patients.panels.registry import Action, Panel, register

VIEW = "patients.view_timelineentry"
SHOWN = 8


def latest(patient: Patient, user: User) -> dict[str, Any]:
    lines, _older = timeline.read(patient, user, before=timeline.now_place(), size=SHOWN)
    return {"lines": lines, "site": places.site(patient.site_id)}


def fill_registers() -> None:
    register(
        Panel(
            key="timeline",
            title=_("Timeline"),
            permission=VIEW,
            template="patients/timeline_card.html",
            load=latest,
            order=10,
            needs_care=True,
            links=(Action(_("All"), VIEW, lambda patient: reverse("patients:timeline", args=[patient.pk])),),
        )
    )
