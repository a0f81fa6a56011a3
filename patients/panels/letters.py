"""The last messages to or about a patient."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from accounts import places
from accounts.models import User
from notifications import kinds
from notifications.models import Message
from patients.models import Patient
from patients.panels.registry import Panel, register

MOST_LETTERS = 4


def letters_of(patient: Patient, user: User) -> dict[str, Any]:
    """The last messages to or about a patient."""
    letters = list(Message.objects.about_patient(patient.pk)[:MOST_LETTERS])
    return {"letters": letters, "zone": places.site(patient.site_id).zone}


def names_of(ids: set[UUID], user: User) -> dict[UUID, str]:
    """The patients' names for the list of messages."""
    found = Patient.objects.visible_to(user).filter(pk__in=ids).only("given_name", "family_name")
    return {patient.pk: patient.full_name for patient in found}


def fill_registers() -> None:
    kinds.register_names(names_of)
    register(
        Panel(
            key="messages",
            title=_("Messages"),
            permission="notifications.view_message",
            template="patients/messages_panel.html",
            load=letters_of,
            order=90,
            gives_way=True,
        )
    )
