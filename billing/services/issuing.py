"""From a draft to an invoice with a number, and what is done when it was wrong: void, credit note, passed on."""

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from accounts.acting import note as write_down
from accounts.acting import service
from accounts.models import User
from accounts.once import Once
from billing import timeline
from billing.models import Account, Because, Charge, CreditNote, Invoice, InvoiceLine, TaxRate
from billing.posting import Move, moves_of_sale, post
from billing.reckoning import tax_within
from billing.services.drafting import share_of_payer
from billing.services.shared import (
    NotOfThis,
    amount_of,
    as_it_is,
    day_at,
    free_charges,
    new_number,
    reason_of,
    refuse_what_is_no_draft,
    site_of,
    use_policy,
)
from hospital import clock
from hospital.errors import Refusal
from hospital.models import uuid7
from hospital.money import NOTHING, exact_minor, split

CREDIT = "billing.credit_invoice"
ISSUE = "billing.issue_invoice"
Status = Invoice.Status


@service(ISSUE)
def issue_invoice(
    invoice: Invoice, *, seen_version: int | None = None, once: Once | None = None, by: User
) -> Invoice:
    """Give a draft its number and its date. Nothing that is printed changes afterwards.

    Refused with `invoice_issued`, `invoice_void`, and with `sums_changed` where a tax rate or what the policy covers is
    another than when it was last saved; Stale.
    """
    if once and (earlier := once.earlier(ISSUE, by=by)):
        return Invoice.objects.get(pk=earlier)
    current: Invoice = as_it_is(invoice, seen_version)
    refuse_what_is_no_draft(current)
    site, now = site_of(current), clock.now()
    today = day_at(site)
    lines = list(InvoiceLine.objects.filter(invoice_id=current.pk).in_order())
    _refuse_other_sums(current, lines, today)
    use_policy(current, current.insurer_amount)
    number, series, sequence = new_number(site, "")
    changes: dict[str, Any] = {
        "number": number,
        "series": series,
        "sequence": sequence,
        "issued_at": now,
        "issued_on": today,
        "due_on": today + timedelta(days=settings.PAYMENT_DAYS),
        "open_due_on": today + timedelta(days=settings.PAYMENT_DAYS) if current.total_amount else None,
        "issued_by": by,
        "insurer_share_amount": current.insurer_amount,
        "patient_due_amount": current.patient_amount,
        "insurer_due_amount": current.insurer_amount,
    }
    changes["content_hash"] = _as_issued(current, changes).seal(lines)
    current.move_to(Status.ISSUED if current.total_amount else Status.PAID, **changes)
    _post_sale(current, by)
    timeline.tell(current)
    write_down(number=number, sha256=current.content_hash)
    if once:
        once.done(ISSUE, current, by=by)
    return current


def _as_issued(invoice: Invoice, changes: dict[str, Any]) -> Invoice:
    """A copy that says what the invoice is about to say."""
    values = {field.attname: getattr(invoice, field.attname) for field in Invoice._meta.concrete_fields}
    copy = Invoice(**values)
    for name, value in changes.items():
        setattr(copy, name, value)
    return copy


def _refuse_other_sums(invoice: Invoice, lines: list[InvoiceLine], today: Any) -> None:
    percents = TaxRate.objects.percents(today)
    same_rates = all(percents.get(line.tax_class) == line.tax_percent for line in lines)
    if not same_rates or share_of_payer(invoice, today) != invoice.insurer_amount:
        said = _(
            "A tax rate or the policy has changed since this was saved. Save it again and look at the sums."
        )
        raise Refusal(said, code="sums_changed")


def _post_sale(invoice: Invoice, by: User) -> None:
    moves = moves_of_sale(
        patient=invoice.patient_amount,
        insurer=invoice.insurer_amount,
        net=invoice.net_amount,
        tax=invoice.tax_amount,
        source=f"invoice:{invoice.pk.hex}",
    )
    post(
        Because.ISSUED,
        moves,
        site_id=invoice.site_id,
        patient_id=invoice.patient_id,
        invoice=invoice,
        by=by,
    )


@service("billing.void_invoice")
def void_invoice(invoice: Invoice, *, reason: str, seen_version: int | None = None, by: User) -> Invoice:
    """Make a draft void, or an issued invoice of which nothing is paid. Its charges wait to be billed again.

    Of an issued invoice a credit note takes back what is left, and its number stays taken; this needs
    `billing.void_issued`. Refused with `has_payments` until what was paid is refunded, and with `wrong_move`.
    """
    current: Invoice = as_it_is(invoice, seen_version)
    reason = reason_of(reason)
    changes: dict[str, Any] = {"voided_at": clock.now(), "voided_by": by, "voided_because": reason}
    if current.status in Invoice.LIVE:
        _void_issued(current, reason, changes, by)
    else:
        current.move_to(Status.VOID, **changes)
    free_charges(current)
    return current


def _void_issued(invoice: Invoice, reason: str, changes: dict[str, Any], by: User) -> None:
    if not by.has_perm("billing.void_issued"):
        raise PermissionDenied("billing.void_issued")
    if invoice.paid_amount:
        raise Refusal(_("Something is paid of this invoice. Refund it first."), code="has_payments")
    left = invoice.total_amount - invoice.credited_amount
    void = changes | {"status": Status.VOID}
    if left:
        _credit(invoice, _all_that_is_left(invoice), reason, by, void=void)
    else:
        invoice.settle(void=void)
        timeline.tell(invoice)


@service(CREDIT)
def credit_invoice(
    invoice: Invoice,
    *,
    reason: str,
    parts: Mapping[UUID, Decimal] | None = None,
    seen_version: int | None = None,
    once: Once | None = None,
    by: User,
) -> CreditNote:
    """Take back something of an issued invoice: `parts` are amounts with tax by line, or else all that is left.

    What was paid beyond the rest is owed to the payer then, and is given back by a refund. Refused with `not_issued`,
    `beyond_line` and, of a line of another invoice, `not_of_this`; ValidationError of `reason` and `parts`.
    """
    if once and (earlier := once.earlier(CREDIT, by=by)):
        return CreditNote.objects.get(pk=earlier)
    current: Invoice = as_it_is(invoice, seen_version)
    if current.status not in Invoice.LIVE:
        raise Refusal(_("Only an issued invoice can be credited."), code="not_issued")
    wanted = _wanted(current, parts) if parts is not None else _all_that_is_left(current)
    if not wanted:
        raise Refusal(_("There is nothing left to credit."), code="beyond_line")
    credit = _credit(current, wanted, reason_of(reason), by, void=None)
    if once:
        once.done(CREDIT, credit, by=by)
    return credit


Wanted = list[tuple[InvoiceLine, Decimal]]


def _all_that_is_left(invoice: Invoice) -> Wanted:
    lines = InvoiceLine.objects.filter(invoice_id=invoice.pk).in_order()
    return [
        (line, line.total_amount - line.credited_amount)
        for line in lines
        if line.total_amount > line.credited_amount
    ]


def _wanted(invoice: Invoice, parts: Mapping[UUID, Decimal]) -> Wanted:
    lines = {line.pk: line for line in InvoiceLine.objects.filter(invoice_id=invoice.pk).in_order()}
    if set(parts) - set(lines):
        raise NotOfThis(_("This line is not on this invoice."))
    for pk, amount in parts.items():
        if amount_of(amount, "parts") > lines[pk].total_amount - lines[pk].credited_amount:
            raise Refusal(_("That is more than is left of this line."), code="beyond_line", field="parts")
    return [(line, parts[pk]) for pk, line in lines.items() if pk in parts]


def _credit(
    invoice: Invoice, wanted: Wanted, reason: str, by: User, *, void: dict[str, Any] | None
) -> CreditNote:
    """Write the credit note, move what is due, book it: for credit and void alike."""
    taxes = [
        tax_within(amount, before=line.credited_amount, tax=line.tax_amount, total=line.total_amount)
        for line, amount in wanted
    ]
    total = sum((amount for _line, amount in wanted), NOTHING)
    tax = sum(taxes, NOTHING)
    patient, insurer = split(total, [invoice.patient_share_amount, invoice.insurer_share_amount])
    site = site_of(invoice)
    credit = CreditNote(
        invoice=invoice,
        patient_id=invoice.patient_id,
        number=new_number(site, "C")[0],
        reason=reason,
        lines=[_part(line, amount, one) for (line, amount), one in zip(wanted, taxes, strict=True)],
        net_amount=total - tax,
        tax_amount=tax,
        total_amount=total,
        patient_amount=patient,
        insurer_amount=insurer,
        issued_at=clock.now(),
        issued_on=day_at(site),
        issued_by=by,
    )
    credit.content_hash = credit.seal()
    credit.add()
    if void is None:  # else its charges are taken off
        charges = [line.charge_id for line, _amount in wanted if line.charge_id]
        Charge.objects.filter(pk__in=charges).update(undone_at=None)
    for line, amount in wanted:
        InvoiceLine.objects.filter(pk=line.pk).update(credited_amount=line.credited_amount + amount)
    invoice.settle(
        credited=total, patient_due=-patient, insurer_due=-insurer, insurer_share=-insurer, void=void
    )
    use_policy(invoice, -insurer)
    moves = moves_of_sale(
        patient=patient,
        insurer=insurer,
        net=total - tax,
        tax=tax,
        source=f"credit:{credit.pk.hex}",
        back=True,
    )
    post(
        Because.CREDITED,
        moves,
        site_id=invoice.site_id,
        patient_id=invoice.patient_id,
        invoice=invoice,
        by=by,
    )
    timeline.tell(invoice)
    timeline.tell_credit(credit)
    return credit


def _part(line: InvoiceLine, amount: Decimal, tax: Decimal) -> dict[str, Any]:
    return {
        "line": str(line.pk),
        "position": line.position,
        "description": line.description,
        "total": exact_minor(amount),
        "net": exact_minor(amount - tax),
        "tax": exact_minor(tax),
    }


@service("billing.pass_to_patient")
def pass_to_patient(
    invoice: Invoice, *, amount: Decimal, reason: str, seen_version: int | None = None, by: User
) -> Invoice:
    """Have the patient owe what the payer has declined to pay. Refused with `beyond_due`."""
    current: Invoice = as_it_is(invoice, seen_version)
    amount = amount_of(amount, "amount")
    reason = reason_of(reason)
    if amount > current.insurer_due_amount:
        raise Refusal(_("The payer does not owe so much."), code="beyond_due", field="amount")
    current.settle(patient_due=amount, insurer_due=-amount, insurer_share=-amount)
    use_policy(current, -amount)
    move = Move(Account.FROM_PATIENTS, Account.FROM_PAYERS, amount, f"passed:{uuid7().hex}")
    post(
        Because.PASSED_ON,
        [move],
        site_id=current.site_id,
        patient_id=current.patient_id,
        invoice=current,
        by=by,
    )
    timeline.tell(current)
    write_down(amount=str(amount), reason_given=bool(reason))
    return current
