"""What appointments do when an app below announces something."""

from typing import Any

from django.dispatch import receiver

from accounts.models import User
from appointments.services import complete_visit_of
from patients.models import Encounter
from patients.signals import encounter_signed


@receiver(encounter_signed)
def end_the_visit(sender: type, *, encounter: Encounter, by: User, **kwargs: Any) -> str:
    return complete_visit_of(encounter, by=by)
