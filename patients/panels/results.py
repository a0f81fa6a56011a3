"""The last laboratory results on the record page, and their lines in the timeline."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import places
from accounts.models import User
from patients import timeline
from patients.clinical.results import NOT_WITHIN, flag_in_words
from patients.models import LabResult, Patient, TimelineEntry
from patients.panels.registry import Action, Panel, register, register_action
from patients.services.results import told_of

VIEW = "patients.view_labresult"
RECORD = "patients.record_result"


def latest_of(patient: Patient, user: User) -> dict[str, Any]:
    """The latest of each test, from the first page of the chart."""
    zone = places.site(patient.site_id).zone
    rows = [
        row
        | {
            "at": datetime.fromisoformat(row["at"]).astimezone(zone),
            "flag_shown": flag_in_words(row["flag"], row["range"]),
            "is_abnormal": row["flag"] in NOT_WITHIN,
        }
        for row in patient.chart.results
    ]
    return {"rows": rows, "newest": max((row["at"] for row in rows), default=None)}


def draw(entry: TimelineEntry, user: User) -> timeline.Line:
    facts = entry.facts
    values = ", ".join(f"{name} {value}" for name, value in facts["values"])
    if facts["more"]:
        values = _("%(values)s and %(more)s more") % {"values": values, "more": facts["more"]}
    seen = (
        _("Reviewed by %(name)s") % {"name": facts["seen_by"]} if facts["seen_by"] else _("Not reviewed yet")
    )
    return timeline.Line(
        title=_("Results: %(values)s") % {"values": values},
        detail=_("Taken back") if facts["retracted"] else seen,
        url=reverse("patients:results_list", args=[entry.patient_id]),
        tone=facts["tone"],
        struck=facts["retracted"],
    )


def rebuild(patient_id: UUID) -> Iterable[timeline.Told]:
    """A line for each sample."""
    samples: dict[Any, list[LabResult]] = defaultdict(list)
    rows = (
        LabResult.objects.filter(patient_id=patient_id)
        .select_related("reviewed_by")
        .order_by("taken_at", "id")
    )
    for row in rows:
        samples[row.sample].append(row)
    return [told_of(rows_of_one) for rows_of_one in samples.values()]


def _to_record(patient: Patient) -> str:
    return reverse("patients:record_result", args=[patient.pk])


def _to_all(patient: Patient) -> str:
    return reverse("patients:results", args=[patient.pk])


def fill_registers() -> None:
    register(
        Panel(
            key="results",
            title=gettext_lazy("Latest labs"),
            permission=VIEW,
            template="patients/results_card.html",
            load=latest_of,
            order=30,
            needs_care=True,
            column=2,
            links=(Action(gettext_lazy("All results"), VIEW, _to_all),),
        )
    )
    register_action(Action(gettext_lazy("Record result"), RECORD, _to_record, icon="lab", needs_care=True))
    timeline.register(timeline.Kind("result", gettext_lazy("Results"), "lab", VIEW, draw, rebuild))
