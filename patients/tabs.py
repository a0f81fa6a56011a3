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


def add_tab(tab: Tab) -> None:
    if tab not in _tabs:
        _tabs.append(tab)


def tabs_for(user: User) -> list[Tab]:
    """Those that this user may open, in the order in which they were added."""
    return [tab for tab in _tabs if user.has_perm(tab.permission)]
