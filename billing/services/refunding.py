"""Money that goes back: asked for, above a limit approved by somebody else, and paid out the way it came."""

from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from accounts.acting import service
from accounts.models import User
from accounts.once import Once
from billing import timeline
from billing.models import Account, Because, Deposit, Invoice, Method, Payment, Refund
from billing.posting import HELD_IN, Move, owed_to_us, post
from billing.services.paying import deposit_of
from billing.services.shared import amount_of, as_it_is, reason_of
from billing.services.tills import put_into_till
from hospital import clock
from hospital.errors import LostRace, Refusal
from hospital.money import NOTHING

REQUEST = "billing.request_refund"
PAY_OUT = "billing.pay_refund"
Status = Refund.Status


@service(REQUEST)
def request_refund(
    payment: Payment, *, amount: Decimal, reason: str, once: Once | None = None, by: User
) -> Refund:
    """Ask for money of a payment back. Up to the limit it can be paid out at once, above it somebody else approves.

    The limit holds for all refunds of an invoice together, so that nobody gets round it in small steps. Refused with
    `beyond_payment`; ValidationError of `amount` and `reason`.
    """
    if once and (earlier := once.earlier(REQUEST, by=by)):
        return Refund.objects.get(pk=earlier)
    current: Payment = as_it_is(payment, None)
    amount = amount_of(amount, "amount")
    asked = Refund.objects.counting().filter(patient_id=current.patient_id, invoice_id=current.invoice_id)
    together = sum((one.amount for one in asked), NOTHING) + amount
    needs_approval = together > Decimal(settings.REFUND_LIMIT)
    current.claim(asked_back=amount)
    _one_after_the_other(current)
    refund: Refund = Refund(
        payment=current,
        patient_id=current.patient_id,
        invoice_id=current.invoice_id,
        amount=amount,
        reason=reason_of(reason),
        needs_approval=needs_approval,
        status=Status.REQUESTED if needs_approval else Status.APPROVED,
        requested_by=by,
    ).add()
    if once:
        once.done(REQUEST, refund, by=by)
    return refund


def _one_after_the_other(payment: Payment) -> None:
    """Write the row that all refunds of an invoice share, so that two at once cannot both stay below the limit."""
    rows = (
        Invoice.objects.filter(pk=payment.invoice_id)
        if payment.invoice_id
        else Deposit.objects.filter(patient_id=payment.patient_id)
    )
    seen = rows.values_list("version", flat=True)[0]
    if not rows.filter(version=seen).update(version=seen + 1, updated_at=clock.now()):
        raise LostRace("Somebody else has just asked for money back.")


@service("billing.approve_refund")
def approve_refund(refund: Refund, *, seen_version: int | None = None, by: User) -> Refund:
    """Agree to what somebody else has asked for. Refused with `own_refund` and `wrong_move`."""
    current: Refund = as_it_is(refund, seen_version)
    if current.requested_by_id == by.pk:
        raise Refusal(_("Somebody else has to approve what you have asked for."), code="own_refund")
    current.move_to(Status.APPROVED, decided_by=by, decided_at=clock.now())
    return current


@service("billing.decline_refund")
def decline_refund(refund: Refund, *, reason: str, seen_version: int | None = None, by: User) -> Refund:
    """Do not pay this out. Refused with `wrong_move` once it is paid."""
    current: Refund = as_it_is(refund, seen_version)
    changes: dict[str, Any] = {
        "decided_by": by,
        "decided_at": clock.now(),
        "declined_because": reason_of(reason),
    }
    current.move_to(Status.DECLINED, **changes)
    Payment.objects.get(pk=current.payment_id).claim(asked_back=-current.amount)
    return current


@service(PAY_OUT)
def pay_refund(
    refund: Refund, *, seen_version: int | None = None, once: Once | None = None, by: User
) -> Refund:
    """Hand the money back. Of an invoice it is owed again, on account it is no longer there.

    Refused with `wrong_move` unless it is approved and not paid yet, and with `not_on_account`.
    """
    if once and (earlier := once.earlier(PAY_OUT, by=by)):
        return Refund.objects.get(pk=earlier)
    current: Refund = as_it_is(refund, seen_version)
    payment = Payment.objects.select_related("receipt").get(pk=current.payment_id)
    in_cash = current.amount if payment.method == Method.CASH else NOTHING
    current.move_to(Status.PAID, paid_at=clock.now(), paid_by=by, till=put_into_till(by, given=in_cash))
    payment.claim(refunded=current.amount)
    invoice = _give_back(payment, current.amount)
    owed = owed_to_us(payment.method) if invoice else Account.DEPOSITS
    move = Move(owed, HELD_IN[payment.method], current.amount, f"refund:{current.pk.hex}")
    post(
        Because.REFUNDED,
        [move],
        site_id=payment.receipt.site_id,
        patient_id=current.patient_id,
        invoice=invoice,
        by=by,
    )
    timeline.tell_refund(current, payment.method)
    if once:
        once.done(PAY_OUT, current, by=by)
    return current


def _give_back(payment: Payment, amount: Decimal) -> Invoice | None:
    """Undo what a payment did: to the invoice, to the deposit, or to both."""
    if payment.invoice_id is None:
        deposit_of(payment.patient_id).move(-amount)
        return None
    invoice = Invoice.objects.get(pk=payment.invoice_id)
    by_insurer = payment.method == Method.INSURANCE
    invoice.settle(
        paid=-amount,
        patient_due=NOTHING if by_insurer else amount,
        insurer_due=amount if by_insurer else NOTHING,
    )
    timeline.tell(invoice)
    if payment.method == Method.DEPOSIT:
        deposit_of(payment.patient_id).move(amount)
    return invoice
