"""What the apps above add to a patient's page: sections and buttons. Filled in their `AppConfig.ready()`."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts import places
from accounts.models import User
from notifications import kinds
from notifications.models import Message
from patients.models import Patient


@dataclass(frozen=True)
class Panel:
    """A section of the record page. The page draws the box and its title, `template` what is inside.

    `load` gives the template's context, to which `patient` is added. It is called only for a user who has `permission` and, where
    `needs_care` is set, who treats this patient. It costs a fixed number of queries.
    """

    key: str
    title: str | Promise
    permission: str
    template: str
    load: Callable[[Patient, User], dict[str, Any]]
    order: int = 100
    needs_care: bool = False


@dataclass(frozen=True)
class Action:
    """A button in the head of the record page, for those who have `permission`, while the patient is active."""

    label: str | Promise
    permission: str
    url: Callable[[Patient], str]
    primary: bool = False


@dataclass(frozen=True)
class Loaded:
    """A panel with what its template needs."""

    panel: Panel
    context: dict[str, Any]


_panels: dict[str, Panel] = {}
_actions: list[Action] = []


def register(panel: Panel) -> None:
    """Add a section, or replace the one with the same key."""
    _panels[panel.key] = panel


def register_action(action: Action) -> None:
    """Add a button. Of several that are primary, the first stays so."""
    if action not in _actions:
        _actions.append(action)


def load_for(patient: Patient, user: User, *, in_care: bool) -> list[Loaded]:
    """The sections that this user may see of this patient, in order."""
    shown = [
        panel
        for panel in sorted(_panels.values(), key=lambda panel: (panel.order, panel.key))
        if user.has_perm(panel.permission) and (in_care or not panel.needs_care)
    ]
    return [Loaded(panel, panel.load(patient, user)) for panel in shown]


def actions_for(patient: Patient, user: User) -> list[dict[str, Any]]:
    """The buttons for this user, each with `label`, `url` and `primary`."""
    if not patient.is_active:
        return []
    return [
        {"label": action.label, "url": action.url(patient), "primary": action.primary}
        for action in _actions
        if user.has_perm(action.permission)
    ]


MOST_LETTERS = 4


def letters_of(patient: Patient, user: User) -> dict[str, Any]:
    """The last messages to or about a patient."""
    letters = list(Message.objects.about_patient(patient.pk)[:MOST_LETTERS])
    return {"letters": letters, "zone": places.site(patient.site_id).zone}


def names_of(ids: set[UUID], user: User) -> dict[UUID, str]:
    """The patients' names for the list of messages."""
    found = Patient.objects.visible_to(user).filter(pk__in=ids).only("given_name", "family_name")
    return {patient.pk: patient.full_name for patient in found}


def register_own() -> None:
    """What this app itself adds, once, when all apps are ready."""
    kinds.register_names(names_of)
    register(
        Panel(
            key="messages",
            title=_("Messages"),
            permission="notifications.view_message",
            template="patients/messages_panel.html",
            load=letters_of,
            order=90,
        )
    )
