"""Keeping what is decided beforehand: kinds of visits, and the rules of booking of a site or a doctor."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.utils.translation import gettext as _

from accounts.acting import note, service
from accounts.models import Site, User
from appointments.models import BookingPolicy, VisitType
from doctors.models import Doctor
from hospital.errors import LostRace

KEEP_VISIT_TYPES = "appointments.keep_visit_types"
KEEP_BOOKING_POLICIES = "appointments.keep_booking_policies"


@service(KEEP_VISIT_TYPES)
def add_visit_type(*, by: User, **values: Any) -> VisitType:
    """Add a kind of visit, with its length and what is kept free after it in minutes."""
    visit_type = VisitType(**values)
    visit_type.check_row()
    _see_that_none_is_called(visit_type)
    try:
        return visit_type.add()
    except IntegrityError as error:
        raise LostRace("The same kind of visit was added a moment ago.") from error


@service(KEEP_VISIT_TYPES)
def edit_visit_type(
    visit_type: VisitType, *, by: User, seen_version: int | None = None, **changes: Any
) -> VisitType:
    """Correct a kind of visit. Visits that are booked stay as long as they are."""
    name = " ".join(str(changes.get("name", visit_type.name)).split())
    _see_that_none_is_called(VisitType(pk=visit_type.pk, name=name, code=visit_type.code))
    note(fields=sorted(changes))
    return visit_type.change(seen_version=seen_version, **changes)


def _see_that_none_is_called(visit_type: VisitType) -> None:
    others = VisitType.objects.exclude(pk=visit_type.pk)
    for name in ("name", "code"):
        if others.filter(**{name: getattr(visit_type, name)}).exists():
            raise ValidationError({name: _("There is one of this name already.")})


@service(KEEP_BOOKING_POLICIES)
def add_booking_policy(
    *, site: Site | None = None, doctor: Doctor | None = None, by: User, **limits: Any
) -> BookingPolicy:
    """Say what holds at a site, or for a doctor; what is left out is decided one storey above."""
    policy = BookingPolicy(site=site, doctor=doctor, **limits)
    policy.check_row()
    if BookingPolicy.objects.filter(scope=policy.scope).exists():
        field = "doctor" if doctor else "site"
        raise ValidationError({field: _("There are rules for it already. Change those.")})
    note(fields=sorted(name for name, value in limits.items() if value is not None))
    try:
        return policy.add()
    except IntegrityError as error:
        raise LostRace("Rules for the same scope were added a moment ago.") from error


@service(KEEP_BOOKING_POLICIES)
def edit_booking_policy(
    policy: BookingPolicy, *, by: User, seen_version: int | None = None, **limits: Any
) -> BookingPolicy:
    """Change limits; None hands one back to the storey above. Visits that are booked stay as they are."""
    note(fields=sorted(limits))
    return policy.change(seen_version=seen_version, **limits)
