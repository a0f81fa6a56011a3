"""What apps above show beside the editor of a prescription. Filled in their `AppConfig.ready()`."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise

from accounts.models import User
from patients.models import Patient


@dataclass(frozen=True)
class Beside:
    """A section that is fetched when somebody asks for it, for those who have `permission`.

    `url` answers a request of htmx with what is inside, and any other with a page. A button in it with the fields of
    a line in `data-fields` fills the next line of the editor. `css` is the stylesheet of what is inside.
    """

    key: str
    title: str | Promise
    text: str | Promise
    label: str | Promise
    icon: str
    permission: str
    url: Callable[[Patient], str]
    css: str


_ALL: dict[str, Beside] = {}


def register_beside(one: Beside) -> None:
    _ALL[one.key] = one


def beside_for(user: User, patient: Patient) -> list[dict[str, Any]]:
    """What this user is offered beside a prescription for this patient."""
    return [
        {
            "key": one.key,
            "title": one.title,
            "text": one.text,
            "label": one.label,
            "icon": one.icon,
            "url": one.url(patient),
            "css": one.css,
        }
        for one in _ALL.values()
        if patient.is_open_for_work and user.has_perm(one.permission)
    ]
