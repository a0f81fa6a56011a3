"""The money of a day at a site, counted."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Sum

from accounts.models import Site
from analytics.models import MoneyDay, RevenueDay
from billing.models import Charge, CreditNote, Invoice, InvoiceLine, Method, Payment, Policy, Receipt, Refund
from hospital.clock import bounds
from hospital.money import NOTHING, exact_minor, from_minor

Place = tuple[UUID | None, UUID | None, UUID | None, UUID | None]  # service, department, doctor, payer


def count_money(site: Site, day: date) -> list[Any]:
    """The rows of a day, in a dozen queries."""
    return [*_revenue(site, day), *_payments(site, day)]


def owed_now(site: Site) -> dict[str, int]:
    """What patients and payers owe at this moment, in minor units, whenever it was billed. One range of one index."""
    owing = Invoice.objects.owing().filter(site_id=site.pk)
    sums = owing.aggregate(patients=Sum("patient_due_amount"), payers=Sum("insurer_due_amount"))
    return {"owed_amount": sum(exact_minor(one or NOTHING) for one in sums.values())}


def _revenue(site: Site, day: date) -> list[RevenueDay]:
    rows: dict[Place, RevenueDay] = {}
    issued = list(Invoice.objects.filter(site_id=site.pk, issued_on=day).order_by())
    notes = list(CreditNote.objects.filter(issued_on=day, invoice__site_id=site.pk).select_related("invoice"))
    parts: dict[UUID, list[dict[str, Any]]] = defaultdict(list)
    for note in notes:
        parts[note.invoice_id].extend(note.lines)
    about = {one.pk: one for one in [*issued, *(note.invoice for note in notes)]}
    lines = list(InvoiceLine.objects.filter(invoice_id__in=list(about)).order_by())
    place = _places(about, lines)
    issued_ids = {one.pk for one in issued}
    for line in lines:
        row = _row(rows, place[line.pk], site, day)
        if line.invoice_id in issued_ids:
            row.lines += 1
            row.issued_amount += line.total_amount
            row.tax_amount += line.tax_amount
        for part in parts[line.invoice_id]:
            if part["line"] == str(line.pk):
                row.credited_amount += from_minor(part["total"])
                row.tax_amount -= from_minor(part["tax"])
    return list(rows.values())


def _row(rows: dict[Place, RevenueDay], place: Place, site: Site, day: date) -> RevenueDay:
    if place not in rows:
        service, department, doctor, payer = place
        rows[place] = RevenueDay(
            day=day,
            weekday=day.weekday(),
            site_id=site.pk,
            service_id=service,
            department_id=department,
            doctor_id=doctor,
            payer_id=payer,
        )
    return rows[place]


def _places(invoices: dict[UUID, Invoice], lines: Iterable[InvoiceLine]) -> dict[UUID, Place]:
    """Of each line: the service, the department and doctor of its charge or else of the invoice, and who pays besides."""
    ids = [line.charge_id for line in lines if line.charge_id]
    charges = {one.pk: one for one in Charge.objects.filter(pk__in=ids).only("doctor_id", "department_id")}
    policies = {one.policy_id for one in invoices.values() if one.policy_id}
    payers = dict(Policy.objects.filter(pk__in=list(policies)).values_list("pk", "payer_id"))
    found: dict[UUID, Place] = {}
    for line in lines:
        invoice, charge = invoices[line.invoice_id], charges.get(line.charge_id)
        department = (charge.department_id if charge else None) or invoice.department_id
        doctor = charge.doctor_id if charge else None
        found[line.pk] = (line.service_id, department, doctor, payers.get(invoice.policy_id))
    return found


def _payments(site: Site, day: date) -> list[MoneyDay]:
    rows: dict[str, MoneyDay] = {}
    receipts = Receipt.objects.filter(site_id=site.pk, received_on=day).values_list("pk", flat=True)
    payments = Payment.objects.filter(receipt_id__in=list(receipts)).exclude(method=Method.DEPOSIT)
    for method, amount in payments.order_by().values_list("method", "amount"):
        row = _of_method(rows, method, site, day)
        row.payments += 1
        row.received_amount += amount
    for method, amount in _refunds(site, day):
        _of_method(rows, method, site, day).refunded_amount += amount
    return list(rows.values())


def _of_method(rows: dict[str, MoneyDay], method: str, site: Site, day: date) -> MoneyDay:
    return rows.setdefault(method, MoneyDay(day=day, weekday=day.weekday(), site_id=site.pk, method=method))


def _refunds(site: Site, day: date) -> list[tuple[str, Any]]:
    """What was paid out that day: to a deposit it stays in the house."""
    since, until = bounds(day, site.zone)
    paid = Refund.objects.filter(paid_at__gte=since, paid_at__lt=until, status=Refund.Status.PAID)
    return [
        (one.payment.method, one.amount)
        for one in paid.select_related("payment__receipt")
        if one.payment.receipt.site_id == site.pk and one.payment.method != Method.DEPOSIT
    ]
