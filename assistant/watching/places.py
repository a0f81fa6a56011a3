"""How far the looking has come, and in which departments patients are treated."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from assistant.models import IndexPlace
from doctors.models import Doctor
from hospital import clock
from patients.models import CareRelation

SETTLED_AFTER = timedelta(minutes=2)  # an id is older than the commit that makes its row seen
NEWS = timedelta(days=7)  # what is older when it comes is history


def place_of(name: str) -> UUID | None:
    return IndexPlace.objects.filter(name=f"odd:{name}").values_list("place", flat=True).first()


def remember(name: str, place: UUID) -> None:
    IndexPlace(name=f"odd:{name}", place=place).save()


def settle(name: str, some: Iterable[tuple[UUID, datetime]]) -> None:
    """Move the place behind those before which nothing can come any more: with their time."""
    before = clock.now() - SETTLED_AFTER
    settled = [pk for pk, at in some if at < before]
    if settled:
        remember(name, max(settled))


def first_of(moment: datetime) -> UUID:
    """An id as small as any that was given since then: UUID version 7 begins with the milliseconds."""
    return UUID(int=int(moment.timestamp() * 1000) << 80)


def departments_of(patient_ids: Iterable[UUID]) -> dict[UUID, UUID]:
    """The department of a doctor who treats each of them."""
    treated = list(
        CareRelation.objects.filter(patient_id__in=list(patient_ids), is_open=True)
        .order_by("since", "id")
        .values_list("user_id", "patient_id")
    )
    users = list({user for user, _patient in treated})
    doctors = dict(Doctor.objects.filter(user_id__in=users).values_list("user_id", "department_id"))
    return {patient: doctors[user] for user, patient in treated if user in doctors}
