"""The rules of booking for people to read: what holds for whom, where it comes from, what can be passed over."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import places
from accounts.models import Site
from appointments.availability import doctors_for
from appointments.models import BookingPolicy, VisitType
from appointments.rules import (
    ACTS,
    DEFAULTS,
    NAMES,
    RULES,
    limit_in_words,
    policies_of,
    value_of,
    who_may_override,
)
from doctors.models import Doctor
from hospital.web import PageRequest, needs, render_page

PAGE = "appointments/rules.html"
Policies = Mapping[str, BookingPolicy]


LABELS = dict(
    zip(
        NAMES,
        (
            _("Minimum notice"),
            _("Horizon"),
            _("Visits a day"),
            _("Cancellation cut-off"),
            _("Kept free after each"),
        ),
        strict=True,
    )
)


@dataclass(frozen=True)
class Limit:
    """What holds, in words; `storey` says where it comes from: doctor, site or default."""

    label: str | Promise
    words: str
    storey: str


@dataclass(frozen=True)
class Line:
    """Whose limits these are, and where they can be changed."""

    name: str
    note: str
    limits: list[Limit]
    policy: BookingPolicy | None = None
    add_url: str = ""


@needs("appointments.view_bookingpolicy")
def rules(request: PageRequest) -> HttpResponse:
    """One table of limits, one of rules, one of kinds of visits. They are kept in the administration."""
    doctors, sites = doctors_for(request.user), places.sites()
    policies = policies_of(doctors, sites)
    usual = [_limit(name, getattr(DEFAULTS, name), "default") for name in NAMES]
    context = {
        "labels": LABELS.values(),
        "lines": [
            Line(gettext("Everybody"), gettext("unless said otherwise"), usual),
            *(_of_site(site, policies) for site in sites),
            *(_of_doctor(doctor, policies) for doctor in doctors),
        ],
        "rules": [(rule, [ACTS[act] for act in ACTS if act in rule.acts]) for rule in RULES.values()],
        "who_may": who_may_override(),
        "kinds": list(VisitType.objects.all()),
    }
    return render_page(request, PAGE, context)


def _limit(name: str, value: Any, storey: str) -> Limit:
    return Limit(LABELS[name], limit_in_words(name, value), storey)


def _of_site(site: Site, policies: Policies) -> Line:
    policy = policies.get(BookingPolicy.scope_of(site_id=site.pk))
    limits = []
    for name in NAMES:
        said = getattr(policy, name, None)
        usual = getattr(DEFAULTS, name)
        limits.append(_limit(name, usual, "default") if said is None else _limit(name, said, "site"))
    return Line(str(site), gettext("The whole site"), limits, policy, _adding(site=site.pk))


def _of_doctor(doctor: Doctor, policies: Policies) -> Line:
    limits = [_limit(name, *value_of(name, doctor, policies)) for name in NAMES]
    policy = policies.get(BookingPolicy.scope_of(doctor_id=doctor.pk))
    return Line(str(doctor), doctor.place.name, limits, policy, _adding(doctor=doctor.pk))


def _adding(**whose: Any) -> str:
    name, pk = next(iter(whose.items()))
    return f"{reverse('admin:appointments_bookingpolicy_add')}?{name}={pk}"
