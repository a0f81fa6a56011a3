"""What the record page and the timeline say of a patient's death and consents."""

from collections.abc import Iterator
from datetime import date
from uuid import UUID

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from hospital.models import one_of
from patients import timeline
from patients.models import Patient, TimelineEntry
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


def fill_registers() -> None:
    timeline.register(
        timeline.Kind(DEATH, gettext_lazy("Death"), "info", "patients.view_patient", draw_death, tell_deaths)
    )
