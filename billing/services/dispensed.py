"""What was dispensed is charged by itself: each dispensing once, by its unit, at the price of that day."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import IntegrityError
from django.utils.translation import gettext as _

import audit.services
from accounts import places
from accounts.acting import note as write_down
from accounts.acting import service
from accounts.models import User
from billing.models import Charge, Price, Service
from billing.models.charges import OF_DISPENSING
from billing.services.charging import AT_ONCE, LOOK_BACK
from billing.services.shared import withdraw
from hospital import clock
from hospital.db import atomic
from hospital.errors import LostRace
from hospital.models import one_of
from hospital.money import from_minor
from prescriptions.models import Dispensing, Prescription

CHARGE = "billing.charge_dispensing"
UNCHARGE = "billing.uncharge_dispensing"
Status = Charge.Status


@service(CHARGE)
def charge_dispensings(
    prescription: Prescription, *, dispensings: Sequence[Dispensing], by: User
) -> list[Charge]:
    """Charge what was handed out of a prescription.

    What has no price waits as "Not charged" until it gets one; see `Charge.objects.unpriced`. Safe to repeat.
    """
    charges = _charge(dispensings, by)
    write_down(charges=[str(one.pk) for one in charges])
    return charges


@service(UNCHARGE)
def uncharge_dispensing(dispensing: Dispensing, *, by: User) -> Charge | None:
    """What was handed out by mistake is back: its charge is withdrawn; on an invoice it says so, see `withdraw`."""
    return _withdraw(dispensing)


def source_of(dispensing: Dispensing) -> str:
    return f"{OF_DISPENSING}{dispensing.pk.hex}"


def _withdraw(dispensing: Dispensing) -> Charge | None:
    return withdraw(one_of(Charge.objects.filter(source=source_of(dispensing))))


def _charge(dispensings: Sequence[Dispensing], by: User | None) -> list[Charge]:
    """Charge those that were not charged, and those that had no price and have one now."""
    sources = [source_of(one) for one in dispensings]
    known = {one.source: one for one in Charge.objects.filter(source__in=sources)}
    todo = [one for one in dispensings if _may_be_charged(known.get(source_of(one)))]
    prices = _Prices(todo)
    return [charge for one in todo if (charge := _one(one, known.get(source_of(one)), prices, by))]


def _may_be_charged(charge: Charge | None) -> bool:
    """There is no charge, or there was no price for it."""
    return charge is None or (charge.status == Status.WAIVED and charge.service_id is None)


class _Prices:
    """What the medicines among these dispensings cost. A query for the services, and one for each day and department."""

    def __init__(self, dispensings: Sequence[Dispensing]) -> None:
        keys = {one.product.key for one in dispensings if one.product}
        offered = Service.objects.offered().filter(product_key__in=keys) if keys else []
        self.services = {one.product_key: one for one in offered}
        self.amounts: dict[tuple[Any, UUID], dict[UUID, Decimal]] = {}

    def of(self, dispensing: Dispensing) -> tuple[Service, Decimal] | None:
        service = self.services.get(dispensing.product.key) if dispensing.product else None
        if service is None:
            return None
        asked = (_day(dispensing), dispensing.prescription.department_id)
        if asked not in self.amounts:
            every = [one.pk for one in self.services.values()]
            self.amounts[asked] = Price.objects.amounts(every, on=asked[0], department_id=asked[1])
        amount = self.amounts[asked].get(service.pk)
        return None if amount is None else (service, amount)


def _day(dispensing: Dispensing) -> Any:
    return dispensing.created_at.astimezone(places.site(dispensing.site_id).zone).date()


def _one(dispensing: Dispensing, known: Charge | None, prices: _Prices, by: User | None) -> Charge | None:
    """The charge that was added or changed; None where there is still no price."""
    found = prices.of(dispensing)
    if known is not None:
        if found is None:
            return None
        service, amount = found
        values: dict[str, Any] = {"service": service, "tax_class": service.tax_class, "unit_amount": amount}
        known.move_back_to(Status.UNBILLED, waived_because="", **values)
        return known
    charge = Charge(
        patient_id=dispensing.patient_id,
        source=source_of(dispensing),
        department_id=dispensing.prescription.department_id,
        description=dispensing.medicine,
        quantity=dispensing.quantity,
        unit_amount=from_minor(0),
        done_on=_day(dispensing),
        charged_by=by,
        status=Status.WAIVED,
        waived_because=_("This medicine has no price."),
    )
    if found is not None:
        charge.service, charge.unit_amount = found
        charge.tax_class = charge.service.tax_class
        charge.status, charge.waived_because = Status.UNBILLED, ""
    try:
        charge.add()
    except IntegrityError as error:
        raise LostRace("This was charged a moment ago.") from error
    return charge


# ── What was missed ─────────────────────────────────────────────────────────


def charge_missed_dispensings() -> int:
    """Charge what was handed out in the last days and was not charged, or has a price by now. How many there were.

    What was returned and is still to be billed is withdrawn. For the worker: safe to repeat.
    """
    recent = Dispensing.objects.filter(created_at__gte=clock.now() - LOOK_BACK)
    rows = list(recent.select_related("product", "prescription").order_by("created_at", "id"))
    missed = 0
    for start in range(0, len(rows), AT_ONCE):
        page = rows[start : start + AT_ONCE]
        there = Charge.objects.filter(source__in=[source_of(one) for one in page])
        known = {one.source: one for one in there}
        prices = _Prices(page)
        for one in page:
            if _is_missed(one, known.get(source_of(one)), prices):
                missed += _make_good(one)
    return missed


def _is_missed(dispensing: Dispensing, charge: Charge | None, prices: _Prices) -> bool:
    if dispensing.retracted_at:
        return charge is not None and charge.may_move_to(Status.WITHDRAWN)
    return charge is None or (_may_be_charged(charge) and prices.of(dispensing) is not None)


def _make_good(dispensing: Dispensing) -> int:
    try:
        with atomic():
            is_back = bool(dispensing.retracted_at)
            charges = [_withdraw(dispensing)] if is_back else _charge([dispensing], None)
            audit.services.record(
                UNCHARGE if is_back else CHARGE,
                actor_id=None,
                subject_type=Dispensing._meta.label_lower,
                subject_id=dispensing.pk,
                patient_id=dispensing.patient_id,
                details={"missed": True, "charges": [str(one.pk) for one in charges if one]},
            )
    except LostRace:  # somebody does it at this moment
        return 0
    return 1
