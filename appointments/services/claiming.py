"""Claims are inserted before anything else of a visit: the database itself refuses a second one."""

from itertools import chain

from django.db import IntegrityError

from appointments.models import Appointment, Claim, cells, doctor_keys
from hospital.errors import LostRace, Refusal

EXTRA_LANES = 8


def first_free(choices: list[list[str]], taken: set[str]) -> int | None:
    """The number of the first choice none of whose keys is taken."""
    return next((number for number, keys in enumerate(choices) if not taken.intersection(keys)), None)


def extra_lane(visit: Appointment, capacity: int) -> int | None:
    """A free lane beside those of the doctor's hours, for a visit that is squeezed in; None if all are held."""
    wanted = cells(visit.starts_at, visit.free_again_at)
    lanes = [doctor_keys(visit.doctor_id, capacity + number, wanted) for number in range(EXTRA_LANES)]
    found = first_free(lanes, Claim.objects.taken(list(chain(*lanes))))
    return None if found is None else capacity + found


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
