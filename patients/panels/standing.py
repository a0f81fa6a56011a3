"""What the record page and the timeline say of a patient's death and consents."""

from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from hospital.models import one_of
from patients import timeline
from patients.models import Consent, Patient, TimelineEntry
from patients.panels.registry import Action, Panel, register
from patients.services.consents import KIND as CONSENT
from patients.services.consents import facts_of
from patients.services.deaths import KIND as DEATH
from patients.services.deaths import at_of
from patients.timeline import Line, Told


def draw_death(entry: TimelineEntry, user: User) -> Line:
    day = date.fromisoformat(entry.facts["on"])
    return Line(_("Died on %(day)s") % {"day": date_format(day, "j F Y")})


def tell_deaths(patient_id: UUID) -> Iterator[Told]:
    patient: Patient | None = one_of(Patient.objects.filter(pk=patient_id, is_deceased=True))
    if patient and patient.deceased_on:
        yield Told(patient.pk, at_of(patient), {"on": patient.deceased_on.isoformat()})


def draw_consent(entry: TimelineEntry, user: User) -> Line:
    facts = entry.facts
    said = _("Yes: %(what)s") if facts["is_given"] else _("No: %(what)s")
    what = str(Consent.Kind(facts["to"]).label)
    url = reverse("patients:consents", args=[entry.patient_id])
    return Line(said % {"what": what}, _("Said to %(who)s") % {"who": facts["by"]}, url)


def tell_consents(patient_id: UUID) -> Iterator[Told]:
    for one in Consent.objects.filter(patient_id=patient_id).select_related("recorded_by"):
        yield Told(one.pk, one.said_at, facts_of(one))


def consents_of(patient: Patient, user: User) -> dict[str, Any]:
    """What the patient allows now, from the first page of the chart."""
    said = patient.chart.consents
    return {"flags": [(label, said.get(kind)) for kind, label in Consent.Kind.choices]}


def fill_registers() -> None:
    register(
        Panel(
            key="consents",
            title=gettext_lazy("Consents"),
            permission="patients.view_consent",
            template="patients/consent_card.html",
            load=consents_of,
            needs_care=True,
            column=4,
            order=80,
            links=(
                Action(
                    label=gettext_lazy("History"),
                    permission="patients.view_consent",
                    url=lambda patient: reverse("patients:consents", args=[patient.pk]),
                ),
            ),
        )
    )
    timeline.register(
        timeline.Kind(
            CONSENT, gettext_lazy("Consent"), "shield", "patients.view_consent", draw_consent, tell_consents
        )
    )
    timeline.register(
        timeline.Kind(DEATH, gettext_lazy("Death"), "info", "patients.view_patient", draw_death, tell_deaths)
    )
