"""Drafts of invoices: written, changed, discounted, until they are issued."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts import places
from accounts.acting import note as write_down
from accounts.acting import service
from accounts.models import Department, Site, User
from accounts.once import Once
from billing.models import (
    MOST_LINES,
    Charge,
    Invoice,
    InvoiceLine,
    Policy,
    Price,
    Service,
    TaxClass,
    TaxRate,
)
from billing.reckoning import Asked, Sums, covered, gross_of, reckon
from billing.services.giving import (
    given_away,
    given_by_charges,
    prices_when_done,
    refuse_too_much_off,
)
from billing.services.shared import (
    NotOfThis,
    amount_of,
    as_it_is,
    day_at,
    refuse_what_is_no_draft,
    site_of,
    take_off,
)
from hospital import clock
from hospital.errors import Refusal
from hospital.money import NOTHING
from patients.models import Patient

DRAFT = "billing.draft_invoice"


@dataclass(frozen=True)
class Discount:
    """So many per cent where there are any, else the amount."""

    percent: Decimal = NOTHING
    amount: Decimal = NOTHING
    because: str = ""


NO_DISCOUNT = Discount()


@dataclass(frozen=True)
class Item:
    """A line as it is asked for: of a charge, of a service of the price list, or in words.

    What is left out comes from the charge or the service: the words, the price of today, the tax class.
    """

    description: str = ""
    service: Service | None = None
    charge: Charge | None = None
    quantity: Decimal | None = None
    unit_amount: Decimal | None = None
    tax_class: str = ""
    discount: Discount = NO_DISCOUNT


@service(DRAFT)
def draft_invoice(
    patient: Patient,
    *,
    items: Sequence[Item],
    department: Department | None = None,
    policy: Policy | None = None,
    note: str = "",
    discount: Discount = NO_DISCOUNT,
    site: Site | None = None,
    once: Once | None = None,
    by: User,
) -> Invoice:
    """Begin an invoice. It has no number yet and can be changed. Charges on it are no longer to be billed.

    Refused with `discount_limit` where the role may not take so much off the list prices, `charge_taken` where a
    charge is on another invoice, `not_of_this` where it is another patient's, `policy_not_valid`, `no_tax_rate`;
    ValidationError of `items`, `quantity`, `unit_amount`, `discount`.
    """
    if once and (earlier := once.earlier(DRAFT, by=by)):
        return Invoice.objects.get(pk=earlier)
    invoice = Invoice(
        patient=patient,
        site=site or places.first_site(),
        department=department,
        policy=policy,
        note=note,
        currency=settings.CURRENCY,
        includes_tax=settings.PRICES_INCLUDE_TAX,
        drafted_by=by,
    )
    lines = _reckoned(invoice, items, discount)
    refuse_too_much_off(invoice, lines, before=given_by_charges(lines), by=by)
    invoice.add()
    _insert(lines)
    _take(invoice, [line.charge_id for line in lines if line.charge_id])
    write_down(lines=len(lines))
    if once:
        once.done(DRAFT, invoice, by=by)
    return invoice


def invoice_charges(
    patient: Patient, charges: Sequence[Charge], *, once: Once | None = None, by: User, **more: Any
) -> Invoice:
    """Draft an invoice of what waits to be billed; `more` as in `draft_invoice`."""
    return draft_invoice(patient, items=[Item(charge=one) for one in charges], once=once, by=by, **more)


@service("billing.edit_invoice")
def edit_invoice(
    invoice: Invoice,
    *,
    items: Sequence[Item],
    seen_version: int | None,
    department: Department | None = None,
    policy: Policy | None = None,
    note: str = "",
    discount: Discount = NO_DISCOUNT,
    by: User,
) -> Invoice:
    """Write a draft anew, as a whole. A charge that is no longer on it waits to be billed again.

    Refused as `draft_invoice` is, and with `invoice_issued` or `invoice_void`; Stale.
    """
    current: Invoice = as_it_is(invoice, seen_version)
    refuse_what_is_no_draft(current)
    current.department, current.policy, current.note = department, policy, note
    return _rewrite(current, items, discount, by)


@service("billing.discount_invoice")
def discount_invoice(
    invoice: Invoice, *, discount: Discount, seen_version: int | None = None, by: User
) -> Invoice:
    """Give, change or take away the discount of a whole draft. Refused as `edit_invoice` is."""
    current: Invoice = as_it_is(invoice, seen_version)
    refuse_what_is_no_draft(current)
    write_down(percent=str(discount.percent), amount=str(discount.amount))
    return _rewrite(current, items_of(current), discount, by)


def sums_of(
    patient: Patient,
    *,
    items: Sequence[Item],
    department: Department | None = None,
    policy: Policy | None = None,
    discount: Discount = NO_DISCOUNT,
    site: Site | None = None,
) -> tuple[Invoice, list[InvoiceLine]]:
    """What a draft would say, while it is typed. Writes nothing; refused as `draft_invoice` is, but for the limit."""
    invoice = Invoice(
        patient=patient,
        site=site or places.first_site(),
        department=department,
        policy=policy,
        currency=settings.CURRENCY,
        includes_tax=settings.PRICES_INCLUDE_TAX,
    )
    return invoice, _reckoned(invoice, items, discount)


def items_of(invoice: Invoice) -> list[Item]:
    """The lines of a draft, as they would be asked for."""
    lines = InvoiceLine.objects.filter(invoice_id=invoice.pk).in_order().select_related("service", "charge")
    return [
        Item(
            description=line.description,
            service=line.service,
            charge=line.charge,
            quantity=line.quantity,
            unit_amount=line.unit_amount,
            tax_class=line.tax_class,
            discount=Discount(line.discount_percent, line.discount_amount, line.discount_because),
        )
        for line in lines
    ]


def discount_of(invoice: Invoice) -> Discount:
    return Discount(invoice.discount_percent, invoice.discount_amount, invoice.discount_because)


# ── How it is written ───────────────────────────────────────────────────────

SUMS = ("listed", "gross", "discounts", "net", "tax", "total", "patient", "insurer")
SAID = ("department", "policy", "note", "discount_percent", "discount_amount", "discount_because")


def _rewrite(invoice: Invoice, items: Sequence[Item], discount: Discount, by: User) -> Invoice:
    before = list(InvoiceLine.objects.filter(invoice_id=invoice.pk))
    had = {line.charge_id for line in before if line.charge_id}
    given = given_away(before, invoice.discount_amount)
    lines = _reckoned(invoice, items, discount)
    given += given_by_charges(line for line in lines if line.charge_id not in had)
    refuse_too_much_off(invoice, lines, before=given, by=by)
    names = [*SAID, *(f"{name}_amount" for name in SUMS)]
    invoice.change(**{name: getattr(invoice, name) for name in names})
    InvoiceLine.objects.filter(invoice_id=invoice.pk).delete()
    _insert(lines)
    has = {line.charge_id for line in lines if line.charge_id}
    for charge in Charge.objects.filter(pk__in=had - has):
        take_off(charge)
    _take(invoice, sorted(has - had))
    write_down(lines=len(lines))
    return invoice


def _insert(lines: list[InvoiceLine]) -> None:
    for line in lines:
        line.check_row()
    InvoiceLine.objects.bulk_create(lines)


def _take(invoice: Invoice, charges: Iterable[Any]) -> None:
    """Put charges on the invoice: each by one conditional UPDATE, which the faster of two wins."""
    changes = {"status": Charge.Status.INVOICED, "invoice": invoice, "updated_at": clock.now()}
    for pk in charges:
        if not Charge.objects.filter(pk=pk, status=Charge.Status.UNBILLED).update(**changes):
            said = _("Something of this is on another invoice by now, or is not charged.")
            raise Refusal(said, code="charge_taken", field="items")


def _reckoned(invoice: Invoice, items: Sequence[Item], discount: Discount) -> list[InvoiceLine]:
    """The lines of an invoice with their sums, and the sums in the invoice. Writes nothing."""
    if not items or len(items) > MOST_LINES:
        raise ValidationError({"items": _("From one to %(n)d lines.") % {"n": MOST_LINES}})
    today = day_at(site_of(invoice))
    lines = _priced(invoice, items, today)
    sums = reckon(
        [
            Asked(
                line.quantity, line.unit_amount, line.tax_percent, line.discount_percent, line.discount_amount
            )
            for line in lines
        ],
        inclusive=invoice.includes_tax,
        discount_percent=discount.percent,
        discount_amount=_fixed(discount),
    )
    if sums.invoice_discount < _fixed(discount) and not discount.percent:
        raise ValidationError({"discount": _("The discount is more than the invoice.")})
    for line, reckoned in zip(lines, sums.lines, strict=True):
        if reckoned.discount < line.discount_amount and not line.discount_percent:
            raise ValidationError({"discount": _("The discount of a line is more than the line.")})
        line.gross_amount, line.discount_amount, line.share_amount = (
            reckoned.gross,
            reckoned.discount,
            reckoned.share,
        )
        line.net_amount, line.tax_amount, line.total_amount = reckoned.net, reckoned.tax, reckoned.total
    invoice.discount_percent, invoice.discount_because = discount.percent, discount.because
    _write_sums(invoice, lines, sums, today)
    return lines


def _fixed(discount: Discount) -> Decimal:
    return amount_of(discount.amount, "discount", above_zero=False)


def _write_sums(invoice: Invoice, lines: list[InvoiceLine], sums: Sums, today: date) -> None:
    invoice.discount_amount = sums.invoice_discount
    invoice.listed_amount = sum((line.listed_amount for line in lines), NOTHING)
    invoice.gross_amount, invoice.discounts_amount = sums.gross, sums.discount
    invoice.net_amount, invoice.tax_amount, invoice.total_amount = sums.net, sums.tax, sums.total
    invoice.insurer_amount = share_of_payer(invoice, today)
    invoice.patient_amount = sums.total - invoice.insurer_amount


def share_of_payer(invoice: Invoice, today: date) -> Decimal:
    """What the policy covers of the total today. Refused with `policy_not_valid`."""
    if invoice.policy_id is None:
        return NOTHING
    policy = Policy.objects.get(pk=invoice.policy_id)  # what is left of its limit moves
    if policy.patient_id != invoice.patient_id:
        raise NotOfThis(_("This policy is another patient’s."))
    if not policy.covers(today):
        raise Refusal(_("This policy does not cover today."), code="policy_not_valid", field="policy")
    return covered(
        invoice.total_amount,
        percent=policy.coverage_percent,
        co_payment=policy.co_payment_amount,
        left=policy.left_amount,
    )


def _priced(invoice: Invoice, items: Sequence[Item], today: date) -> list[InvoiceLine]:
    prices = Price.objects.amounts(
        {one.service.pk for one in items if one.service and not one.charge},
        on=today,
        department_id=invoice.department_id,
        payer_id=invoice.policy.payer_id if invoice.policy else None,
    )
    percents = TaxRate.objects.percents(today)
    prices |= prices_when_done(one.charge for one in items if one.charge)
    lines = [_line(invoice, at, item, prices) for at, item in enumerate(items, start=1)]
    for line in lines:
        if line.tax_class not in percents:
            said = _("There is no rate yet for the tax class “%(name)s”.")
            raise Refusal(said % {"name": line.get_tax_class_display()}, code="no_tax_rate", field="items")
        line.tax_percent = percents[line.tax_class]
    charges = [line.charge_id for line in lines if line.charge_id]
    if len(charges) != len(set(charges)):
        raise ValidationError({"items": _("Something is on this invoice twice.")})
    return lines


def _line(invoice: Invoice, position: int, item: Item, prices: dict[Any, Decimal]) -> InvoiceLine:
    source: Any = item.charge or item.service
    if item.charge and item.charge.patient_id != invoice.patient_id:
        raise NotOfThis(_("This charge is another patient’s."))
    listed = item.charge.unit_amount if item.charge else prices.get(item.service.pk) if item.service else None
    unit = (
        listed if item.unit_amount is None else amount_of(item.unit_amount, "unit_amount", above_zero=False)
    )
    if unit is None:
        raise ValidationError({"unit_amount": _("There is no price for this today. Say one.")})
    if item.charge and item.charge.pk in prices:  # somebody may have charged less than the list says
        listed = max(item.charge.unit_amount, prices[item.charge.pk])
    usual = item.charge.quantity if item.charge else Decimal(1)
    quantity = usual if item.quantity is None else item.quantity
    if quantity <= 0:
        raise ValidationError({"quantity": _("A number above zero.")})
    return InvoiceLine(
        invoice=invoice,
        position=position,
        service=item.charge.service if item.charge else item.service,
        charge=item.charge,
        description=item.description or getattr(source, "description", "") or getattr(source, "name", ""),
        quantity=quantity,
        unit_amount=unit,
        listed_amount=gross_of(usual if item.charge else quantity, unit if listed is None else listed),
        tax_class=item.tax_class or getattr(source, "tax_class", TaxClass.EXEMPT),
        discount_percent=item.discount.percent,
        discount_amount=_fixed(item.discount),
        discount_because=item.discount.because,
    )
