"""What billing does when appointments and prescriptions announce something, in the same transaction."""

from typing import Any

from accounts.models import User
from appointments.models import Appointment
from appointments.signals import appointment_completed, appointment_reopened
from billing import services
from prescriptions.models import Dispensing, Prescription
from prescriptions.signals import dispensing_returned, prescription_dispensed


def charge_the_visit(appointment: Appointment, by: User, **_more: Any) -> None:
    services.charge_for_appointment(appointment, by=by)


def withdraw_the_charge(appointment: Appointment, by: User, **_more: Any) -> None:
    services.uncharge_appointment(appointment, by=by)


def charge_what_was_dispensed(
    prescription: Prescription, dispensings: tuple[Dispensing, ...], by: User, **_more: Any
) -> None:
    services.charge_dispensings(prescription, dispensings=dispensings, by=by)


def withdraw_what_was_returned(dispensing: Dispensing, by: User, **_more: Any) -> None:
    services.uncharge_dispensing(dispensing, by=by)


def connect() -> None:
    """Called once, when all apps are ready."""
    appointment_completed.connect(charge_the_visit)
    appointment_reopened.connect(withdraw_the_charge)
    prescription_dispensed.connect(charge_what_was_dispensed)
    dispensing_returned.connect(withdraw_what_was_returned)
