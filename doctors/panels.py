"""What the apps above add to a doctor's page: buttons. Filled in their `AppConfig.ready()`."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise

from accounts.models import User
from doctors.models import Doctor


@dataclass(frozen=True)
class Action:
    """A button in the head of a doctor's page, for those who have `permission`, while the doctor is active."""

    label: str | Promise
    permission: str
    url: Callable[[Doctor], str]
    primary: bool = False


_actions: list[Action] = []


def register_action(action: Action) -> None:
    """Add a button. Of several that are primary, the first stays so."""
    if action not in _actions:
        _actions.append(action)


def actions_for(doctor: Doctor, user: User) -> list[dict[str, Any]]:
    """The buttons for this user, each with `label`, `url` and `primary`."""
    if not doctor.is_active:
        return []
    buttons = [action for action in _actions if user.has_perm(action.permission)]
    first = next((action for action in buttons if action.primary), None)
    return [{"label": one.label, "url": one.url(doctor), "primary": one is first} for one in buttons]
