"""The rules of booking for people to read: what holds for whom, where it comes from, what can be passed over."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import places
from accounts.models import Site
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
from appointments.views.choosing import doctors_for
from doctors.models import Doctor
from hospital.web import PageRequest, needs, render_page

PAGE = "appointments/rules.html"
Policies = Mapping[str, BookingPolicy]


@dataclass(frozen=True)
class Line:
    """Whose limits: of each the words, and whether they are said here or come from above."""

    name: str
    note: str
    limits: list[tuple[str, str]]  # words; doctor, site or default
    policy: BookingPolicy | None
    add_url: str


@needs("appointments.view_bookingpolicy")
def rules(request: PageRequest) -> HttpResponse:
    """One table of limits, one of rules, one of kinds of visits. They are kept in the administration."""
    doctors = doctors_for(request.user)
    policies = policies_of(doctors, places.sites())
    context = {
        "defaults": [limit_in_words(name, getattr(DEFAULTS, name)) for name in NAMES],
        "sites": [_of_site(site, policies) for site in places.sites()],
        "doctors": [_of_doctor(doctor, policies) for doctor in doctors],
        "rules": [(rule, [ACTS[act] for act in ACTS if act in rule.acts]) for rule in RULES.values()],
        "who_may": who_may_override(),
        "kinds": list(VisitType.objects.all()),
    }
    return render_page(request, PAGE, context)


def _of_site(site: Site, policies: Policies) -> Line:
    policy = policies.get(BookingPolicy.scope_of(site_id=site.pk))
    said = {name: getattr(policy, name, None) for name in NAMES}
    limits = [
        (limit_in_words(name, value), "site")
        if value is not None
        else (limit_in_words(name, getattr(DEFAULTS, name)), "default")
        for name, value in said.items()
    ]
    return Line(str(site), _("The whole site"), limits, policy, _adding(site=site.pk))


def _of_doctor(doctor: Doctor, policies: Policies) -> Line:
    found = [(name, *value_of(name, doctor, policies)) for name in NAMES]
    limits = [(limit_in_words(name, value), storey) for name, value, storey in found]
    policy = policies.get(BookingPolicy.scope_of(doctor_id=doctor.pk))
    return Line(str(doctor), doctor.place.name, limits, policy, _adding(doctor=doctor.pk))


def _adding(**whose: Any) -> str:
    name, pk = next(iter(whose.items()))
    return f"{reverse('admin:appointments_bookingpolicy_add')}?{name}={pk}"
