"""What can be decided about two records that may be of one person."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.acting import note, service
from accounts.models import User
from patients.models import SuspectedPair

Status = SuspectedPair.Status


@service("patients.dismiss_duplicate")
def dismiss_duplicate(
    pair: SuspectedPair, *, reason: str, seen_version: int | None = None, by: User
) -> SuspectedPair:
    """Say that they are two people, and why. The pair comes back when a name, date of birth or phone changes."""
    reason = " ".join(reason.split())
    if not reason:
        raise ValidationError({"reason": _("Say why these are two people.")})
    return _move(pair, Status.DISMISSED, seen_version, by, reason)


@service("patients.suspect_duplicate")
def suspect_duplicate(pair: SuspectedPair, *, seen_version: int | None = None, by: User) -> SuspectedPair:
    """Take back that they are two people: the pair is on the list again."""
    return _move(pair, Status.SUSPECTED, seen_version, None, "")


def _move(
    pair: SuspectedPair, status: str, seen_version: int | None, decided_by: User | None, reason: str
) -> SuspectedPair:
    note(patients=[str(pair.first_id), str(pair.second_id)])
    pair.decided_because = reason
    pair.check_row()
    pair.move_to(
        status, seen_version=seen_version, decided_by=decided_by, decided_because=pair.decided_because
    )
    return pair
