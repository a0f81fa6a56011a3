"""Charges that are new, and discounts and refunds of the last days."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

from django.conf import settings

from accounts import places
from assistant.anomalies import Finding
from assistant.anomalies.money import Charged, charged_twice, just_below, many_refunds, odd_discount
from assistant.services.alerts import Found
from billing.models import Charge, Invoice, Refund
from billing.models.charges import OF_DISPENSING
from hospital import clock

ISSUED_SINCE = timedelta(days=2)
COMPARED_SINCE = timedelta(days=90)
CHARGED_SINCE = timedelta(days=30)
REFUND_DAYS = 30
MOST_COMPARED, MOST_REFUNDS, MOST_CHARGES = 3_000, 3_000, 2_000
CHARGE, INVOICE, REFUND = (one._meta.label_lower for one in (Charge, Invoice, Refund))
COUNTING = (Charge.Status.UNBILLED, Charge.Status.INVOICED)


def of_charges(rows: Sequence[Charge]) -> Iterator[Found]:
    """The same service for the same patient on the same day: told of the later charge."""
    since = clock.today(places.first_site().time_zone) - CHARGED_SINCE
    new = [one for one in rows if one.service_id and one.status in COUNTING and one.done_on >= since]
    if not new:
        return
    known = list(
        Charge.objects.filter(
            patient_id__in=list({one.patient_id for one in new}),
            status__in=COUNTING,
            done_on__in=list({one.done_on for one in new}),
        )[:MOST_CHARGES]
    )
    for one in new:
        finding = charged_twice(_charged(one), [_charged(row) for row in known if _is_same(row, one)])
        if finding:
            yield Found(
                finding,
                f"{finding.kind}:{one.pk}",
                CHARGE,
                one.pk,
                patient_id=one.patient_id,
                about_id=one.charged_by_id,
                department_id=one.department_id,
            )


def _is_same(row: Charge, one: Charge) -> bool:
    """Of what was dispensed, only the same amount: two prescriptions of a day may hold the same medicine."""
    same = (row.patient_id, row.service_id, row.done_on) == (one.patient_id, one.service_id, one.done_on)
    dispensed = one.source.startswith(OF_DISPENSING)
    return same and row.pk < one.pk and (not dispensed or row.quantity == one.quantity)


def _charged(one: Charge) -> Charged:
    return Charged(str(one.pk), one.description, one.done_on, one.quantity * one.unit_amount)


def of_discounts() -> Iterator[Found]:
    """Of the bills that were issued in the last days, beside those of the last three months."""
    today = clock.today(places.first_site().time_zone)
    issued = Invoice.objects.filter(issued_on__gte=today - COMPARED_SINCE, discounts_amount__gt=0)
    rows = [one for one in issued.order_by("-issued_on", "-id")[:MOST_COMPARED] if one.gross_amount]
    for one in rows:
        if one.issued_on is None or one.issued_on < today - ISSUED_SINCE:
            continue
        earlier = [row for row in rows if (row.issued_on, row.pk) < (one.issued_on, one.pk)]
        own = [_share(row) for row in earlier if row.issued_by_id == one.issued_by_id]
        finding = odd_discount(_share(one), own, [_share(row) for row in earlier])
        if finding:
            facts = {"number": one.number, "discount": f"{one.discounts_amount:f}", **finding.facts}
            said = Finding(finding.kind, finding.severity, finding.score, facts)
            yield Found(
                said,
                f"{finding.kind}:{one.pk}",
                INVOICE,
                one.pk,
                patient_id=one.patient_id,
                about_id=one.issued_by_id,
                department_id=one.department_id,
                series=_shares(earlier if not own else [row for row in earlier if _by_same(row, one)], one),
            )


def _by_same(row: Invoice, one: Invoice) -> bool:
    return row.issued_by_id == one.issued_by_id


def _shares(earlier: Sequence[Invoice], one: Invoice) -> list[tuple[str, float]]:
    rows = [*reversed(earlier[:24]), one]
    return [(str(row.issued_on), round(100 * _share(row), 1)) for row in rows]


def _share(invoice: Invoice) -> float:
    return float(invoice.discounts_amount / invoice.gross_amount)


def of_refunds() -> Iterator[Found]:
    """Of each person who asked for refunds in the last month; at most one of a kind in a week."""
    now = clock.now()
    recent = Refund.objects.counting().filter(created_at__gte=now - timedelta(days=REFUND_DAYS))
    asked: dict[UUID, list[Refund]] = {}
    for one in recent.order_by("-created_at", "-id")[:MOST_REFUNDS]:
        asked.setdefault(one.requested_by_id, []).append(one)
    week = "{}-{}".format(*now.isocalendar()[:2])
    limit = Decimal(settings.REFUND_LIMIT)
    for user_id, refunds in asked.items():
        others = [len(some) for pk, some in asked.items() if pk != user_id]
        amounts = [one.amount for one in refunds]
        for finding in (
            just_below(amounts, limit, REFUND_DAYS),
            many_refunds(len(refunds), others, REFUND_DAYS),
        ):
            if finding:
                key = f"{finding.kind}:{finding.facts['pattern']}:{user_id}:{week}"
                picture = [(one.created_at.isoformat(), float(one.amount)) for one in reversed(refunds[:24])]
                yield Found(finding, key, REFUND, refunds[0].pk, about_id=user_id, series=picture)
