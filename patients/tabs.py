"""The pages of a record, beside each other under its head. Apps above add theirs in `AppConfig.ready()`."""

from dataclasses import dataclass

from django.utils.functional import Promise

from accounts.models import User


@dataclass(frozen=True)
class Tab:
    """A page of every chart, at a route that takes the patient's id; `also` are the routes that belong to it.

    `keys` are two letters that lead there, one after the other.
    """

    label: str | Promise
    route: str
    permission: str
    keys: str = ""
    also: tuple[str, ...] = ()


_tabs: list[Tab] = []


def add_tab(tab: Tab, *, after: str = "") -> None:
    """At the end, or beside the tab that leads to the route `after`."""
    if tab not in _tabs:
        places = [number for number, other in enumerate(_tabs, start=1) if other.route == after]
        _tabs.insert(places[0] if places else len(_tabs), tab)


def tabs_for(user: User) -> list[Tab]:
    """Those that this user may open, in the order of the register."""
    return [tab for tab in _tabs if user.has_perm(tab.permission)]
