"""Claims are inserted before anything else of a visit: the database itself refuses a second one."""

from django.db import IntegrityError

from appointments.models import Appointment, Claim
from hospital.errors import LostRace, Refusal


def claim(visit: Appointment, keys: set[str], *, taken: str = "") -> None:
    """Insert claims in sorted order. If one is held by somebody, the whole service starts again.

    With `taken`, a sentence, claims that are held already are refused with it instead.
    """
    if taken and Claim.objects.taken(sorted(keys)):
        raise Refusal(taken, code="slot_taken")
    try:
        Claim.objects.bulk_create([Claim(key=key, appointment_id=visit.pk) for key in sorted(keys)])
    except IntegrityError as error:
        raise LostRace("A cell of this time was taken a moment ago.") from error


def release(visit: Appointment) -> None:
    Claim.objects.filter(appointment_id=visit.pk).delete()
