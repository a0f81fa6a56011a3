"""What is to be billed appears by itself: a completed visit charges the doctor's fee, each source once."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import IntegrityError
from django.utils.translation import gettext as _

import audit.services
from accounts import places
from accounts.acting import note as write_down
from accounts.acting import service
from accounts.models import Department, User
from accounts.once import Once
from appointments.models import Appointment
from billing.models import Charge, Price, Service
from billing.services.giving import refuse_beyond_limit
from billing.services.shared import amount_of, as_it_is, day_at, reason_of, withdraw
from doctors.models import Doctor
from hospital import clock
from hospital.db import atomic
from hospital.errors import LostRace, Refusal
from hospital.models import one_of
from hospital.money import NOTHING, from_minor
from patients.models import Patient

ADD = "billing.add_charge"
CHARGE = "billing.charge_visit"
LOOK_BACK = timedelta(days=7)
AT_ONCE = 200
Status = Charge.Status


@service(CHARGE)
def charge_for_appointment(appointment: Appointment, *, by: User) -> Charge:
    """Charge a completed visit: the doctor's fee, or nothing where it follows another one within the free days.

    Safe to repeat: the charge that there is stays as it is. Refused with `not_completed`.
    """
    return _charge(appointment, by)


@service("billing.withdraw_charge")
def uncharge_appointment(appointment: Appointment, *, by: User) -> Charge | None:
    """The visit is not completed after all: its charge is withdrawn; on an invoice it says so, see `withdraw`."""
    return withdraw(one_of(Charge.objects.filter(source=source_of(appointment))))


@service(ADD)
def add_charge(
    patient: Patient,
    *,
    service: Service,
    quantity: Decimal = Decimal(1),
    unit_amount: Decimal | None = None,
    department: Department | None = None,
    because: str = "",
    once: Once | None = None,
    by: User,
) -> Charge:
    """Charge a service by hand, at the price of today or at `unit_amount`. `because` is for the desk, and not printed.

    Refused with `no_price`, and with `discount_limit` where the role may not go so far below the list price.
    """
    if once and (earlier := once.earlier(ADD, by=by)):
        return Charge.objects.get(pk=earlier)
    today = day_at(places.first_site())
    unit_amount = _price_asked(service, unit_amount, today, department, by)
    charge = Charge(
        patient=patient,
        service=service,
        department=department,
        description=service.name,
        quantity=quantity,
        unit_amount=unit_amount,
        tax_class=service.tax_class,
        done_on=today,
        charged_by=by,
        charged_because=because,
    )
    charge.source = f"hand:{charge.pk.hex}"
    charge.add()
    if once:
        once.done(ADD, charge, by=by)
    return charge


def _price_asked(
    one: Service, asked: Decimal | None, today: Any, department: Department | None, by: User
) -> Decimal:
    """The price of the list, or another one that this role may ask for."""
    found = Price.objects.amounts([one.pk], on=today, department_id=department.pk if department else None)
    listed = found.get(one.pk)
    if asked is None and listed is None:
        raise Refusal(_("There is no price for this today."), code="no_price", field="service")
    if asked is None:
        return listed or NOTHING
    unit = amount_of(asked, "unit_amount", above_zero=False)
    if listed is not None and unit < listed:
        refuse_beyond_limit(listed - unit, listed, by=by, field="unit_amount")
    return unit


@service("billing.waive_charge")
def waive_charge(charge: Charge, *, reason: str, seen_version: int | None = None, by: User) -> Charge:
    """Do not charge this. Refused with `wrong_move` where it is on an invoice."""
    current: Charge = as_it_is(charge, seen_version)
    current.move_to(Status.WAIVED, waived_because=reason_of(reason))
    write_down(amount=str(current.unit_amount))
    return current


# ── Visits ──────────────────────────────────────────────────────────────────


def source_of(visit: Appointment) -> str:
    return f"appointment:{visit.pk.hex}"


def _charge(visit: Appointment, by: User | None) -> Charge:
    if visit.status != Appointment.Status.COMPLETED:
        raise Refusal(_("This visit is not completed."), code="not_completed")
    known: Charge | None = one_of(Charge.objects.filter(source=source_of(visit)))
    if known is not None and known.status != Status.WITHDRAWN:
        return known.change(undone_at=None) if known.undone_at else known
    done_on = (visit.finished_at or visit.starts_at).astimezone(visit.zone).date()
    amount, free_because = _fee(visit.doctor, visit, done_on)
    values: dict[str, Any] = {
        "unit_amount": amount,
        "waived_because": free_because,
        "done_on": done_on,
    }
    status = Status.WAIVED if free_because else Status.UNBILLED
    if known is not None:
        known.move_back_to(status, **values)
        return known
    charge = Charge(
        patient_id=visit.patient_id,
        source=source_of(visit),
        doctor=visit.doctor,
        department_id=visit.doctor.department_id,
        description=_("Consultation, %(doctor)s") % {"doctor": visit.doctor},
        charged_by=by,
        status=status,
        **values,
    )
    try:
        charge.add()
    except IntegrityError as error:
        raise LostRace("This visit was charged a moment ago.") from error
    return charge


def _fee(doctor: Doctor, visit: Appointment, done_on: Any) -> tuple[Decimal, str]:
    """What the visit costs, and why it is free where it is."""
    if not doctor.consultation_fee_minor:
        return from_minor(0), _("This doctor has no consultation fee.")
    if settings.FREE_FOLLOW_UP_DAYS and _follows_a_paid_one(visit, done_on):
        return from_minor(0), _("Follow-up within %(days)d days.") % {"days": settings.FREE_FOLLOW_UP_DAYS}
    return doctor.consultation_fee_amount, ""


def _follows_a_paid_one(visit: Appointment, done_on: Any) -> bool:
    """Whether the same doctor's fee was charged shortly before. What was free does not make the next one free."""
    before = Charge.objects.filter(
        patient_id=visit.patient_id,
        status__in=[Status.UNBILLED, Status.INVOICED],
        doctor_id=visit.doctor_id,
        unit_amount__gt=0,
        done_on__gte=done_on - timedelta(days=settings.FREE_FOLLOW_UP_DAYS),
        done_on__lte=done_on,
    )
    return bool(before.exclude(source=source_of(visit)).exists())


def charge_missed_visits() -> int:
    """Charge the visits of the last days that are completed and were not charged. How many there were.

    For the worker: the receiver charges at once, this finds what it missed. Each visit is a transaction of its own.
    """
    since = clock.now() - LOOK_BACK
    completed = Appointment.objects.filter(status=Appointment.Status.COMPLETED, starts_at__gte=since)
    visits = list(completed.select_related("doctor").order_by("starts_at", "id"))
    missed = 0
    for start in range(0, len(visits), AT_ONCE):
        page = visits[start : start + AT_ONCE]
        there = Charge.objects.filter(source__in=[source_of(one) for one in page])
        known = set(there.exclude(status=Status.WITHDRAWN).values_list("source", flat=True))
        for visit in page:
            if source_of(visit) not in known:
                missed += _charge_missed(visit)
    return missed


def _charge_missed(visit: Appointment) -> int:
    try:
        with atomic():
            charge = _charge(visit, None)
            audit.services.record(
                CHARGE,
                actor_id=None,
                subject_type=Charge._meta.label_lower,
                subject_id=charge.pk,
                patient_id=charge.patient_id,
                details={"missed": True},
            )
    except LostRace:  # somebody charges it at this moment
        return 0
    return 1
