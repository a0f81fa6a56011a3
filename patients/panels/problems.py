"""Problems and alerts on the record page and in the timeline."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from patients import timeline
from patients.models import Alert, Patient, Problem, TimelineEntry
from patients.panels.registry import Action, Panel, register
from patients.services import alerts, problems

MOST_SHOWN = 10


def problems_of(patient: Patient, user: User) -> dict[str, Any]:
    found = patient.chart.problems
    return {"problems": found[:MOST_SHOWN], "more": len(found) > MOST_SHOWN}


def alerts_of(patient: Patient, user: User) -> dict[str, Any]:
    labels = dict(Alert.Category.choices)
    return {"alerts": [one | {"label": labels[one["category"]]} for one in patient.chart.alerts]}


def draw_problem(entry: TimelineEntry, user: User) -> timeline.Line:
    facts = entry.facts
    state = "" if facts["is_active"] or facts["retracted"] else str(Problem.Status.RESOLVED.label).lower()
    return timeline.Line(
        title=_("Problem: %(title)s") % {"title": facts["title"]},
        detail=" · ".join(filter(None, [facts["code"], facts["when"], state, facts["by"]])),
        url=reverse("patients:problems", args=[entry.patient_id]),
        struck=facts["retracted"],
    )


def draw_alert(entry: TimelineEntry, user: User) -> timeline.Line:
    facts = entry.facts
    ended = facts["ended_because"] and _("ended: %(because)s") % {"because": facts["ended_because"]}
    category = str(Alert.Category(facts["category"]).label)
    return timeline.Line(
        title=_("Alert: %(text)s") % {"text": facts["text"]},
        detail=" · ".join(filter(None, [category, facts["by"], ended])),
        url=reverse("patients:alerts", args=[entry.patient_id]),
        tone="warn" if facts["is_standing"] else "",
    )


def told_problems(patient_id: UUID) -> Iterator[timeline.Told]:
    rows = Problem.objects.filter(patient_id=patient_id).select_related("recorded_by")
    return map(problems.line_of, rows)


def told_alerts(patient_id: UUID) -> Iterator[timeline.Told]:
    rows = Alert.objects.filter(patient_id=patient_id).select_related("recorded_by")
    return map(alerts.line_of, rows)


def fill_registers() -> None:
    _register_problems()
    _register_alerts()


def _register_problems() -> None:
    register(
        Panel(
            key="problems",
            title=gettext_lazy("Problems"),
            permission="patients.view_problem",
            template="patients/problem_card.html",
            load=problems_of,
            needs_care=True,
            column=1,
            order=20,
            links=(
                Action(
                    gettext_lazy("Add"),
                    "patients.record_problem",
                    lambda patient: reverse("patients:record_problem", args=[patient.pk]),
                ),
                Action(
                    gettext_lazy("All"),
                    "patients.view_problem",
                    lambda patient: reverse("patients:problems", args=[patient.pk]),
                ),
            ),
        )
    )
    timeline.register(
        timeline.Kind(
            problems.KIND,
            gettext_lazy("Problems"),
            "steth",
            "patients.view_problem",
            draw_problem,
            told_problems,
        )
    )


def _register_alerts() -> None:
    register(
        Panel(
            key="alerts",
            title=gettext_lazy("Alerts"),
            permission="patients.view_alert",
            template="patients/alert_card.html",
            load=alerts_of,
            needs_care=True,
            column=1,
            order=30,
            links=(
                Action(
                    gettext_lazy("Raise or end"),
                    "patients.view_alert",
                    lambda patient: reverse("patients:alerts", args=[patient.pk]),
                ),
            ),
        )
    )
    timeline.register(
        timeline.Kind(
            alerts.KIND, gettext_lazy("Alerts"), "bell", "patients.view_alert", draw_alert, told_alerts
        )
    )
