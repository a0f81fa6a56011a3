"""The demonstration's bills: half a year of them, done through the services, and explained by the ledger."""

from collections import defaultdict
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest

from accounts import demo as people
from accounts.models import Site
from audit.models import Entry
from billing import demo
from billing.models import Charge, Invoice, Payment, Refund, Service, Till
from billing.proving import prove
from billing.reports import ageing
from hospital import clock
from patients import timeline
from patients.models import TimelineEntry
from patients.tests.make import make_patient

pytestmark = pytest.mark.mongo_slow("the demonstration is planted and judged alike on both engines")


@pytest.fixture
def planted(site: Site, db: object) -> list[str]:
    said: list[str] = []
    patients = [make_patient(given_name=name) for name in ("Ann", "Bob", "Cem", "Dot", "Eve", "Fay")]
    demo.plant(
        patients, people=people.plant_people(), random=Random(3), progress=lambda text: said.append(str(text))
    )
    return said


def test_the_ledger_explains_it_and_it_lies_in_half_a_year(planted: list[str]) -> None:
    proved = prove()
    today = clock.now().date()
    report = ageing(today)
    assert report.patients_amount == proved.balances["receivable_patient"] > 0
    assert report.overdue_amount > 0
    numbered: dict[str, list[tuple[int, date]]] = defaultdict(list)  # a series begins anew with each year
    for one in Invoice.objects.exclude(number="").order_by("sequence"):
        assert one.sequence is not None
        assert one.issued_on is not None
        numbered[one.series].append((one.sequence, one.issued_on))
    for rows in numbered.values():
        assert [sequence for sequence, _day in rows] == list(range(1, len(rows) + 1))
        assert rows == sorted(rows, key=lambda row: row[1])
    first = min(day for rows in numbered.values() for _sequence, day in rows)
    assert timedelta(days=170) < today - first <= timedelta(days=181)
    assert not Entry.objects.filter(at__gt=clock.now()).exists()
    invoices, payments = Invoice.objects.count(), Payment.objects.count()
    assert planted == [f"{invoices} invoices, {payments} payments, 7 tills closed, 0 visits to be billed"]


def test_the_tills_of_a_week_were_counted_and_one_is_short(planted: list[str]) -> None:
    tills = Till.objects.order_by("opened_on")
    assert {one.status for one in tills} == {Till.Status.CLOSED}
    assert all(one.taken_amount > 0 for one in tills)
    assert [
        (one.difference_amount, bool(one.difference_because)) for one in tills if one.difference_amount
    ] == [(-5, True)]


def test_there_is_something_to_do_at_the_desk(planted: list[str]) -> None:
    statuses = set(Invoice.objects.values_list("status", flat=True))
    assert statuses == set(Invoice.Status.values)
    assert Refund.objects.waiting().count() == 1
    assert Refund.objects.filter(status=Refund.Status.PAID).count() == 1
    assert Service.objects.count() == len(demo.SERVICES)
    assert not Charge.objects.exists()


def test_the_records_tell_of_it(planted: list[str]) -> None:
    rows: Any = TimelineEntry.objects.filter(kind__in=["invoice", "payment"]).order_by("key")
    live = list(rows.values_list("key", "at", "facts"))
    assert live
    for pk in set(rows.values_list("patient_id", flat=True)):
        timeline.rebuild(pk)
    assert list(rows.values_list("key", "at", "facts")) == live


def test_a_moment_is_pretended_and_then_it_is_over() -> None:
    before = clock.now()
    with clock.pretending(before - timedelta(days=9)):
        assert clock.now() == before - timedelta(days=9)
    assert clock.now() >= before
