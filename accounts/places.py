"""Sites and departments: a handful of rows that every page needs, kept in the process for half a minute."""

import time
from dataclasses import dataclass, field
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.models import Department, Site
from hospital.errors import Refusal

KEPT_FOR = 30.0


@dataclass
class _Places:
    until: float = 0.0
    sites: dict[UUID, Site] = field(default_factory=dict)
    departments: dict[UUID, Department] = field(default_factory=dict)


_places = _Places()


def _current() -> _Places:
    if _places.until < time.monotonic():
        _places.sites = {one.pk: one for one in Site.objects.order_by("created_at", "id")}
        _places.departments = {one.pk: one for one in Department.objects.order_by("name")}
        for one in _places.departments.values():
            one.site = _places.sites[one.site_id]
        _places.until = time.monotonic() + KEPT_FOR
    return _places


def forget() -> None:
    """Read again at the next question: what is called after a site or a department changed."""
    _places.until = 0.0


def sites() -> list[Site]:
    return list(_current().sites.values())


def site(pk: UUID) -> Site:
    if pk not in _current().sites:
        forget()
    return _current().sites[pk]


def first_site() -> Site:
    """The site that stands wherever nobody chose one."""
    found = sites()
    if not found:
        raise Refusal(_("No site has been set up yet. An administrator can add one."), code="no_site")
    return found[0]


def departments() -> list[Department]:
    """By name, each with its site."""
    return list(_current().departments.values())


def department(pk: UUID) -> Department:
    if pk not in _current().departments:
        forget()
    return _current().departments[pk]
