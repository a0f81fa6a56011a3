"""Documents on the record page and in the timeline, and what apps above do with their text."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from patients import timeline
from patients.models import Document, Patient, TimelineEntry
from patients.panels.registry import Action, Panel, register, register_action
from patients.services.documents import facts_of
from patients.tabs import Tab, add_tab

Kind = Document.Kind


@dataclass(frozen=True)
class Reading:
    """What an app above does with the text of a document, for those who have `permission`: a link of its page."""

    label: str | Promise
    permission: str
    icon: str
    url: Callable[[Document], str]


_readings: list[Reading] = []


def register_reading(one: Reading) -> None:
    if one not in _readings:
        _readings.append(one)


def readings_of(document: Document, user: User) -> list[dict[str, Any]]:
    """What this user can have done with its text; nothing where there is none, or it was taken back."""
    if document.is_retracted or document.text_state != Document.TextState.READ:
        return []
    return [
        {"label": one.label, "icon": one.icon, "url": one.url(document)}
        for one in _readings
        if user.has_perm(one.permission)
    ]


def kind_label(value: str) -> str:
    return str(Kind(value).label) if value in Kind.values else value


def card(patient: Patient, user: User) -> dict[str, Any]:
    """The latest documents, as the chart's first page keeps them."""
    rows = [
        {
            "title": one["title"],
            "kind": kind_label(one["kind"]),
            "on": date.fromisoformat(one["on"]),
            "url": reverse("patients:document", args=[patient.pk, one["id"]]),
        }
        for one in patient.chart.documents
    ]
    return {"documents": rows}


def draw(entry: TimelineEntry, user: User) -> timeline.Line:
    facts = entry.facts
    says = [kind_label(facts["what"])]
    if dated_on := facts.get("dated_on"):
        says.append(_("of %(day)s") % {"day": date_format(date.fromisoformat(dated_on), "j M Y")})
    return timeline.Line(
        title=_("Document: %(title)s") % {"title": facts["title"]},
        detail=" ".join(says),
        url=reverse("patients:document", args=[entry.patient_id, entry.subject_id]),
        struck=bool(facts.get("retracted")),
    )


def rebuild(patient_id: UUID) -> Iterator[timeline.Told]:
    for one in Document.objects.filter(patient_id=patient_id).without_text().order_by("id"):
        yield timeline.Told(one.pk, one.created_at, facts_of(one))


def _at(name: str) -> Any:
    return lambda patient: reverse(f"patients:{name}", args=[patient.pk])


def fill_registers() -> None:
    register(
        Panel(
            key="documents",
            title=gettext_lazy("Documents"),
            permission="patients.view_document",
            template="patients/document_card.html",
            load=card,
            column=3,
            order=60,
            needs_care=True,
            links=(
                Action(gettext_lazy("Upload"), "patients.upload_document", _at("upload_document")),
                Action(gettext_lazy("All"), "patients.view_document", _at("documents")),
            ),
        )
    )
    pages_of_one = ("upload_document", "document", "edit_document", "retract_document")
    add_tab(
        Tab(
            gettext_lazy("Documents"),
            "patients:documents",
            "patients.view_document",
            "r d",
            tuple(f"patients:{name}" for name in pages_of_one),
        )
    )
    register_action(
        Action(
            gettext_lazy("Summary (PDF)"),
            "patients.open_record",
            _at("summary"),
            icon="print",
            needs_care=True,
            rare=True,
        )
    )
    timeline.register(
        timeline.Kind("document", gettext_lazy("Documents"), "note", "patients.view_document", draw, rebuild)
    )
