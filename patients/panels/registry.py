"""What the apps above add to a patient's page: sections and buttons. Filled in their `AppConfig.ready()`."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise

from accounts.models import User
from patients.models import Patient


@dataclass(frozen=True)
class Action:
    """A button in the head of the record page or of a panel, for those who have `permission`.

    What does more than to read is offered only while the record is open for work, on an inactive one in no
    panel either. In the head, what is `rare` is under "More"; `keys` are two letters that lead there.
    """

    label: str | Promise
    permission: str
    url: Callable[[Patient], str]
    primary: bool = False
    icon: str = ""
    needs_care: bool = False
    rare: bool = False
    keys: str = ""

    @property
    def reads(self) -> bool:
        return self.permission.partition(".")[2].startswith(("view_", "open_record"))


@dataclass(frozen=True)
class Panel:
    """A section of the record page. The page draws the box and its title, `template` what is inside.

    `load` gives the template's context, to which `patient` is added. It is called only for a user who has
    `permission`, and of a chart only where no missing care stands in the way. It costs a fixed number of
    queries, and none where it reads `patient.chart`, as every panel of a chart does. `column` is 1 to 3, or 4: under the first, on a narrow screen at the end. What
    `gives_way` is left out beside a chart, which says the same.
    """

    key: str
    title: str | Promise
    permission: str
    template: str
    load: Callable[[Patient, User], dict[str, Any]]
    order: int = 100
    needs_care: bool = False
    column: int = 3
    links: tuple[Action, ...] = ()
    gives_way: bool = False


@dataclass(frozen=True)
class Loaded:
    """A panel with what its template needs."""

    panel: Panel
    context: dict[str, Any]


Ahead = Callable[[Patient, User], list[dict[str, Any]]]

_panels: dict[str, Panel] = {}
_ahead: list[Ahead] = []
_actions: list[Action] = []


def register(panel: Panel) -> None:
    """Add a section, or replace the one with the same key."""
    _panels[panel.key] = panel


def register_action(action: Action) -> None:
    """Add a button. Of several that are primary, the first stays so."""
    if action not in _actions:
        _actions.append(action)


def register_ahead(lines: Ahead) -> None:
    """Add what lies ahead of a patient and is called off by a death: rows with `label` and `url`, at most a dozen."""
    if lines not in _ahead:
        _ahead.append(lines)


def what_lies_ahead(patient: Patient, user: User) -> list[dict[str, Any]]:
    return [line for lines in _ahead for line in lines(patient, user)]


def load_for(patient: Patient, user: User, *, in_care: bool) -> list[Loaded]:
    """The sections that this user may see of this patient, in order."""
    charted = in_care and user.has_perm("patients.open_record")
    shown = [
        panel
        for panel in sorted(_panels.values(), key=lambda panel: (panel.order, panel.key))
        if user.has_perm(panel.permission)
        and (in_care or not panel.needs_care)
        and not (charted and panel.gives_way)
    ]
    return [Loaded(panel, panel.load(patient, user)) for panel in shown]


def links_of(panel: Panel, patient: Patient, user: User) -> list[dict[str, Any]]:
    """The links in the head of a section, for this user, each with `label` and `url`."""
    return [
        {"label": link.label, "url": link.url(patient)}
        for link in panel.links
        if user.has_perm(link.permission) and (patient.is_active or link.reads)
    ]


def actions_for(patient: Patient, user: User, *, in_care: bool) -> list[dict[str, Any]]:
    """The buttons for this user, each with `label`, `url`, `icon`, `rare`, `keys` and `primary`: of several, the first is."""
    shown = [
        action
        for action in sorted(_actions, key=lambda action: not action.needs_care)
        if user.has_perm(action.permission)
        and (in_care or not action.needs_care)
        and (patient.is_open_for_work or action.reads)
    ]
    first = next((action for action in shown if action.primary), None)
    return [
        {
            "label": action.label,
            "url": action.url(patient),
            "icon": action.icon,
            "rare": action.rare,
            "keys": action.keys,
            "primary": action is first,
        }
        for action in shown
    ]
