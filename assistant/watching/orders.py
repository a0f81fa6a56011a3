"""Medicines that were signed, beside what the patient and others here had."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

from accounts import places
from assistant.anomalies.orders import Ordered, dose, same_medicine
from assistant.services.alerts import Found
from assistant.watching.places import NEWS
from hospital import clock
from prescriptions.models import PrescriptionLine

BACK = timedelta(days=180)
MOST_BEFORE = 5_000
LINE = PrescriptionLine._meta.label_lower


def of_orders(rows: Sequence[PrescriptionLine]) -> Iterator[Found]:
    today = clock.today(places.first_site().time_zone)
    new = [one for one in rows if one.product_id and one.signed_on >= today - NEWS and _daily(one)]
    if not new:
        return
    products = {one.product_id for one in new}
    since = min(one.signed_on for one in new) - BACK
    known = PrescriptionLine.objects.filter(signed_on__gte=since, product_id__in=list(products))
    before = [one for one in known.order_by("-signed_on", "-id")[:MOST_BEFORE] if _daily(one)]
    for one in new:
        others = [row for row in before if _comparable(row, one)]
        yield from _of_line(one, others, today)


def _of_line(one: PrescriptionLine, others: Sequence[PrescriptionLine], today: Any) -> Iterator[Found]:
    order = _ordered(one)
    own = [row for row in others if row.patient_id == one.patient_id and row.pk < one.pk]
    house = [_daily(row) for row in others if row.patient_id != one.patient_id]
    still = [
        _ordered(row)
        for row in own
        if row.stopped_at is None and row.prescription_id != one.prescription_id and row.taken_until >= today
    ]
    for finding in (dose(order, [_daily(row) for row in own], house), same_medicine(order, still)):
        if finding:
            picture = [(row.signed_on.isoformat(), float(_daily(row))) for row in reversed(own[:24])]
            yield Found(
                finding,
                f"{finding.kind}:{one.pk}",
                LINE,
                one.pk,
                patient_id=one.patient_id,
                department_id=one.department_id,
                series=[*picture, (one.signed_on.isoformat(), float(order.daily))] if picture else (),
            )


def _comparable(one: PrescriptionLine, other: PrescriptionLine) -> bool:
    same = one.product_id == other.product_id and one.facts.get("unit") == other.facts.get("unit")
    return same and one.pk != other.pk


def _daily(line: PrescriptionLine) -> Decimal:
    """What is taken in a day; zero where nobody can say."""
    return Decimal(line.facts.get("dose") or 0) * Decimal(line.facts.get("times_a_day") or 0)


def _ordered(line: PrescriptionLine) -> Ordered:
    return Ordered(
        line.medicine, str(line.facts.get("unit", "")), _daily(line), line.signed_on, line.taken_until
    )
