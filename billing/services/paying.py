"""Money that comes in: for an invoice, in one or several ways, or on account."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.utils.translation import gettext as _

from accounts import places
from accounts.acting import note as write_down
from accounts.acting import service
from accounts.models import Site, User
from accounts.once import Once
from billing import timeline
from billing.models import Account, Because, Deposit, Invoice, Method, Payment, Receipt
from billing.posting import HELD_IN, Move, owed_to_us, post
from billing.services.shared import amount_of, as_it_is, day_at, new_number, site_of
from billing.services.tills import put_into_till
from hospital.errors import LostRace, Refusal
from hospital.models import one_of
from hospital.money import NOTHING
from patients.models import Patient

PAY = "billing.pay_invoice"
DEPOSIT = "billing.record_deposit"
APPLY = "billing.apply_deposit"
MOST_PARTS = 6
ON_ACCOUNT = frozenset({Method.CASH, Method.CARD, Method.BANK_TRANSFER, Method.MOBILE})


@dataclass(frozen=True)
class Part:
    """What is paid in one way. `tendered_amount` is what was handed over in cash, of which the change goes back."""

    method: str
    amount: Decimal
    tendered_amount: Decimal | None = None
    reference: str = ""


@service(PAY)
def pay_invoice(
    invoice: Invoice,
    *,
    parts: Sequence[Part],
    seen_version: int | None = None,
    once: Once | None = None,
    by: User,
) -> Receipt:
    """Take a payment, all of its parts or none. The receipt has them as `payments`.

    `insurance` pays what the payer owes, every other way what the patient owes; `deposit` takes it from what the
    patient has on account. Refused with `not_issued`, `beyond_due` (offers what is due) and `not_on_account`;
    ValidationError of `parts`, `method`, `amount`, `tendered_amount`; Stale.
    """
    if once and (earlier := once.earlier(PAY, by=by)):
        return Receipt.objects.get(pk=earlier)
    receipt = _pay(invoice, parts, seen_version, by)
    if once:
        once.done(PAY, receipt, by=by)
    return receipt


@service(APPLY)
def apply_deposit(
    invoice: Invoice,
    *,
    amount: Decimal | None = None,
    seen_version: int | None = None,
    once: Once | None = None,
    by: User,
) -> Receipt:
    """Pay an invoice from what the patient has on account: so much, or as much as is due and there.

    Refused as `pay_invoice` is.
    """
    if once and (earlier := once.earlier(APPLY, by=by)):
        return Receipt.objects.get(pk=earlier)
    if amount is None:
        current = Invoice.objects.get(pk=invoice.pk)
        amount = min(current.patient_due_amount, deposit_of(current.patient_id).amount)
        if amount <= 0:
            raise Refusal(_("There is nothing on account, or nothing due."), code="not_on_account")
    receipt = _pay(invoice, [Part(Method.DEPOSIT, amount)], seen_version, by)
    if once:
        once.done(APPLY, receipt, by=by)
    return receipt


@service(DEPOSIT)
def record_deposit(
    patient: Patient,
    *,
    parts: Sequence[Part],
    site: Site | None = None,
    once: Once | None = None,
    by: User,
) -> Receipt:
    """Take money on account, before there is an invoice. ValidationError as `pay_invoice`."""
    if once and (earlier := once.earlier(DEPOSIT, by=by)):
        return Receipt.objects.get(pk=earlier)
    checked = _checked(parts)
    if any(part.method not in ON_ACCOUNT for part in checked):
        raise ValidationError({"method": _("This is no way to put money on account.")})
    total = sum((part.amount for part in checked), NOTHING)
    site = site or places.first_site()
    deposit_of(patient.pk, add=True).move(total)
    receipt, payments = _receipt(patient.pk, None, site, checked, by)
    moves = [
        Move(HELD_IN[one.method], Account.DEPOSITS, one.amount, f"payment:{one.pk.hex}") for one in payments
    ]
    post(Because.ON_ACCOUNT, moves, site_id=site.pk, patient_id=patient.pk, invoice=None, by=by)
    if once:
        once.done(DEPOSIT, receipt, by=by)
    return receipt


def deposit_of(patient_id: Any, *, add: bool = False) -> Deposit:
    """What a patient has on account. With `add` the row is there afterwards, else it may be an unsaved nothing."""
    found: Deposit | None = one_of(Deposit.objects.filter(patient_id=patient_id))
    if found is not None:
        return found
    nothing = Deposit(patient_id=patient_id)
    if not add:
        return nothing
    try:
        return nothing.add()
    except IntegrityError as error:
        raise LostRace("Somebody else has just begun this deposit.") from error


def _checked(parts: Sequence[Part]) -> list[Part]:
    if not parts or len(parts) > MOST_PARTS:
        raise ValidationError({"parts": _("Say how it is paid.")})
    for part in parts:
        if part.method not in Method.values:
            raise ValidationError({"method": _("Choose one of the ways to pay.")})
        amount_of(part.amount, "amount")
        if part.tendered_amount is None:
            continue
        amount_of(part.tendered_amount, "tendered_amount")
        if part.method != Method.CASH or part.tendered_amount < part.amount:
            raise ValidationError({"tendered_amount": _("This is for cash, and not less than the amount.")})
    return list(parts)


def _pay(invoice: Invoice, parts: Sequence[Part], seen_version: int | None, by: User) -> Receipt:
    current: Invoice = as_it_is(invoice, seen_version)
    checked = _checked(parts)
    if current.status not in Invoice.LIVE:
        raise Refusal(_("Only an issued invoice can be paid."), code="not_issued")
    by_insurer = _sum_of(checked, Method.INSURANCE)
    by_patient = sum((part.amount for part in checked), NOTHING) - by_insurer
    _refuse_more_than_is_due(current, by_patient, by_insurer)
    if from_deposit := _sum_of(checked, Method.DEPOSIT):
        deposit_of(current.patient_id).move(-from_deposit)
    current.settle(paid=by_patient + by_insurer, patient_due=-by_patient, insurer_due=-by_insurer)
    receipt, payments = _receipt(current.patient_id, current, site_of(current), checked, by)
    moves = [
        Move(HELD_IN[one.method], owed_to_us(one.method), one.amount, f"payment:{one.pk.hex}")
        for one in payments
    ]
    post(
        Because.PAID,
        moves,
        site_id=current.site_id,
        patient_id=current.patient_id,
        invoice=current,
        by=by,
    )
    timeline.tell(current)
    return receipt


def _sum_of(parts: Sequence[Part], method: str) -> Decimal:
    return sum((part.amount for part in parts if part.method == method), NOTHING)


def _refuse_more_than_is_due(invoice: Invoice, by_patient: Decimal, by_insurer: Decimal) -> None:
    sides = [
        (by_patient, invoice.patient_due_amount, _("The patient owes %(due)s.")),
        (by_insurer, invoice.insurer_due_amount, _("The payer owes %(due)s.")),
    ]
    for paid, due, said in sides:
        if paid and paid > due:
            most = str(max(due, NOTHING))
            text = said % {"due": f"{settings.CURRENCY} {most}"}
            raise Refusal(text, code="beyond_due", field="amount", offers=[{"amount": most}])


def _receipt(
    patient_id: Any, invoice: Invoice | None, site: Site, parts: Sequence[Part], by: User
) -> tuple[Receipt, list[Payment]]:
    till = put_into_till(by, taken=_sum_of(parts, Method.CASH))
    receipt = Receipt(
        patient_id=patient_id,
        invoice=invoice,
        site=site,
        number=new_number(site, "R")[0],
        amount=sum((part.amount for part in parts), NOTHING),
        currency=settings.CURRENCY,
        received_on=day_at(site),
        received_by=by,
    ).add()
    payments = [
        Payment(
            receipt=receipt,
            patient_id=patient_id,
            invoice=invoice,
            method=part.method,
            amount=part.amount,
            tendered_amount=part.tendered_amount,
            reference=part.reference,
            till=till,
        )
        for part in parts
    ]
    for payment in payments:
        payment.check_row()
    Payment.objects.bulk_create(payments)
    timeline.tell_of(receipt, payments)
    write_down(receipt=receipt.number, methods=[part.method for part in parts])
    return receipt, payments
