"""Allergies on the record page and in the timeline."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from patients import timeline
from patients.models import Allergy, AllergyStatement, Patient, TimelineEntry
from patients.panels.registry import Action, Panel, register
from patients.services.allergies import KIND, NONE_KNOWN, line_of, line_of_statement


def card_of(patient: Patient, user: User) -> dict[str, Any]:
    return {"allergies": patient.chart.allergies}


def draw(entry: TimelineEntry, user: User) -> timeline.Line:
    facts = entry.facts
    over = facts["status"] != Allergy.Status.ACTIVE
    words = [facts["says"], str(Allergy.Status.INACTIVE.label).lower() if over else "", facts["by"]]
    return timeline.Line(
        title=_("Allergy: %(substance)s") % {"substance": facts["substance"]},
        detail=" · ".join(filter(None, words)),
        url=reverse("patients:allergies", args=[entry.patient_id]),
        tone="danger" if facts["counts"] else "",
        struck=facts["retracted"],
    )


def draw_statement(entry: TimelineEntry, user: User) -> timeline.Line:
    return timeline.Line(
        title=_("No known allergies"),
        detail=entry.facts["by"],
        url=reverse("patients:allergies", args=[entry.patient_id]),
    )


def told(patient_id: UUID) -> Iterator[timeline.Told]:
    rows = Allergy.objects.filter(patient_id=patient_id).select_related("recorded_by")
    return map(line_of, rows)


def told_statements(patient_id: UUID) -> Iterator[timeline.Told]:
    rows = AllergyStatement.objects.filter(patient_id=patient_id).select_related("recorded_by")
    return map(line_of_statement, rows)


def fill_registers() -> None:
    register(
        Panel(
            key="allergies",
            title=gettext_lazy("Allergies"),
            permission="patients.view_allergy",
            template="patients/allergy_card.html",
            load=card_of,
            needs_care=True,
            column=1,
            order=10,
            links=(
                Action(
                    gettext_lazy("Add"),
                    "patients.record_allergy",
                    lambda patient: reverse("patients:record_allergy", args=[patient.pk]),
                ),
                Action(
                    gettext_lazy("All"),
                    "patients.view_allergy",
                    lambda patient: reverse("patients:allergies", args=[patient.pk]),
                ),
            ),
        )
    )
    timeline.register(
        timeline.Kind(KIND, gettext_lazy("Allergies"), "alert", "patients.view_allergy", draw, told)
    )
    timeline.register(
        timeline.Kind(
            NONE_KNOWN,
            gettext_lazy("No known allergies"),
            "check",
            "patients.view_allergy",
            draw_statement,
            told_statements,
        )
    )
