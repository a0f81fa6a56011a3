"""Notes in the timeline, and what the apps above offer to write a note about."""

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from patients import timeline
from patients.models import Encounter, Patient, TimelineEntry
from patients.panels.registry import Action, register_action
from patients.services.notes import NOTE, lines_of

Status = Encounter.Status
SHORT = 70  # characters of a title in a line of the timeline


@dataclass(frozen=True)
class Offer:
    """Something of today that a note can be about, such as a visit.

    `opens` is the address to which a POST begins its note. Where there is one already, `note` is its address,
    and `is_draft` says that it waits to be written on.
    """

    label: str | Promise
    opens: str
    note: str = ""
    is_draft: bool = False


_offers: list[Callable[[Patient, User], list[Offer]]] = []


def register_offers(offers: Callable[[Patient, User], list[Offer]]) -> None:
    """Say what of today this user may write a note about. It costs a fixed number of queries."""
    if offers not in _offers:
        _offers.append(offers)


def offers_for(patient: Patient, user: User) -> list[Offer]:
    return [one for offers in _offers for one in offers(patient, user)]


def draw(entry: TimelineEntry, user: User) -> timeline.Line:
    """The line of a note, or of what was added to one."""
    facts = entry.facts
    if "to" in facts:
        return _line_of_addendum(entry)
    url = reverse("patients:note", args=[entry.patient_id, entry.subject_id])
    title = Truncator(facts["title"]).chars(SHORT) or str(Encounter.Kind(facts["contact"]).label)
    said = {
        Status.SIGNED: _("Signed by %(name)s"),
        Status.DISCARDED: _("Discarded draft by %(name)s"),
    }.get(facts["status"], _("Draft by %(name)s"))
    return timeline.Line(
        title,
        said % {"name": facts["by"]},
        url,
        tone="warn" if facts["status"] == Status.DRAFT else "",
        struck=facts["status"] == Status.DISCARDED,
    )


def _line_of_addendum(entry: TimelineEntry) -> timeline.Line:
    facts = entry.facts
    of = Truncator(facts["title"]).chars(SHORT)
    return timeline.Line(
        _("Addendum: %(title)s") % {"title": of} if of else _("Addendum to a note"),
        _("Signed by %(name)s") % {"name": facts["by"]},
        reverse("patients:note", args=[entry.patient_id, facts["to"]]),
    )


def fill_registers() -> None:
    register_action(
        Action(
            label=gettext_lazy("Write note"),
            permission="patients.open_encounter",
            url=lambda patient: reverse("patients:open_encounter", args=[patient.pk]),
            primary=True,
            icon="note",
            needs_care=True,
        )
    )
    timeline.register(
        timeline.Kind(
            key=NOTE,
            label=gettext_lazy("Notes"),
            icon="note",
            permission="patients.view_encounter",
            draw=draw,
            rebuild=lines_of,
        )
    )
