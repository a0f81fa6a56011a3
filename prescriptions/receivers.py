"""What prescriptions do when patients announce something, in the same transaction."""

from typing import Any

from accounts.acting import note
from accounts.models import User
from patients.models import Patient
from patients.signals import patient_died
from prescriptions import services


def stop_what_goes_on(patient: Patient, by: User, **_more: Any) -> None:
    """Stop the medicines of a patient who has died: nothing of them may be dispensed afterwards."""
    stopped = services.stop_at_death(patient, by=by)
    if stopped:
        note(stopped_prescriptions=[str(pk) for pk in stopped])


def connect() -> None:
    """Called once, when all apps are ready."""
    patient_died.connect(stop_what_goes_on)
