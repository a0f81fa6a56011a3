"""Who may put a name under a prescription: a doctor whose licence is known and holds."""

from django.utils.translation import gettext as _

from accounts.models import User
from doctors.models import Doctor
from hospital import clock
from hospital.errors import Refusal
from hospital.models import one_of


def licensed(user: User) -> Doctor:
    """The doctor who this user is, today at the doctor's site. Refused with `no_licence`, `licence_expired`."""
    doctor: Doctor | None = one_of(Doctor.objects.filter(user_id=user.pk))
    if doctor is None:
        raise Refusal(
            _("Your account is not linked to a doctor, so no licence is known. Ask an administrator."),
            code="no_licence",
        )
    if doctor.may_prescribe(clock.today(doctor.site.time_zone)):
        return doctor
    if doctor.licence_number and doctor.licence_until is not None:
        raise Refusal(
            _("Your licence has expired. Nothing can be signed until the new date is entered."),
            code="licence_expired",
        )
    raise Refusal(
        _("No licence of yours is known here. Nothing can be signed until it is entered."), code="no_licence"
    )
