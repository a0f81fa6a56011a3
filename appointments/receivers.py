"""What appointments do when patients announce something."""

from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from appointments import services
from appointments.models import Appointment
from patients.models import Encounter, Patient
from patients.signals import encounter_signed, patient_died


def call_off_what_lies_ahead(patient: Patient, by: User, **_more: Any) -> None:
    """Cancel the visits that a patient who has died still had, in the transaction that writes the death down."""
    for visit in Appointment.objects.ahead_of(patient.pk).with_names():
        services.cancel_appointment(visit, reason=_("The patient has died."), has_died=True, by=by)


def end_the_visit(encounter: Encounter, by: User, **_more: Any) -> str:
    """A sentence for the signer: what became of the visit whose note was signed."""
    return services.complete_visit_of(encounter, by=by)


def connect() -> None:
    """Called once, when all apps are ready."""
    patient_died.connect(call_off_what_lies_ahead)
    encounter_signed.connect(end_the_visit)
