"""Finding an invoice: from an index in its order, so that it takes no longer among a million."""

from typing import Any

import pytest
from django.db.models import Count

from accounts.models import Department, User
from billing import filters
from billing.filters import InvoiceFilter, WholeInvoiceFilter, order_of
from billing.models import Charge, Invoice
from billing.reports import WHO
from billing.tests.make import item, make_draft, make_issued
from hospital import clock
from hospital.tests.mongo import ON_MONGO
from patients.models import Patient

Filter = type[InvoiceFilter]


def found(by: Filter, asked: dict[str, str]) -> list[Invoice]:
    narrowed = by(asked, queryset=Invoice.objects.all())
    assert narrowed.is_valid(), narrowed.errors
    return list(narrowed.qs.order_by(*order_of(asked)))


@pytest.mark.skipif(ON_MONGO, reason="it is about SQLite's plans")
@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"status": "paid"},
        {"status": "void", "issued_to": "2026-01-31"},
        {"overdue": "true"},
        {"issued_from": "2026-01-01", "issued_to": "2026-01-31"},
        {"department": "one"},
        {"patient": "ann"},
    ],
    ids=str,
)
def test_every_list_is_read_from_an_index_in_its_order(
    asked: dict[str, str], patient: Patient, department: Department
) -> None:
    ids = {"one": str(department.pk), "ann": str(patient.pk)}
    data = {name: ids.get(value, value) for name, value in asked.items()}
    rows = InvoiceFilter(data, queryset=Invoice.objects.all()).qs.order_by(*order_of(data))
    assert is_straight(rows)


@pytest.mark.skipif(ON_MONGO, reason="it is about SQLite's plans")
def test_what_is_owed_is_read_without_what_is_settled(site: Any) -> None:
    today = clock.today("UTC")
    assert is_straight(Invoice.objects.overdue(today))
    assert is_straight(Charge.objects.unbilled())
    assert is_straight(Charge.objects.undone(clock.now()))
    by_patient = Invoice.objects.owing().annotate(who=WHO).values("who").annotate(number=Count("pk"))
    assert "SEARCH billing_invoice USING COVERING INDEX invoice_open (open_due_on>?)" in by_patient.explain()


def is_straight(rows: Any) -> bool:
    plan = rows[:26].explain()
    return "USING" in plan and "TEMP B-TREE" not in plan


def test_each_reading_of_a_text_finds(patient: Patient, carl: User) -> None:
    wanted = make_issued(patient, item("41.50"), by=carl)
    draft = make_draft(patient, item("41.50"), by=carl)
    for by in (InvoiceFilter, WholeInvoiceFilter):
        assert found(by, {"q": wanted.number}) == [wanted]
        assert found(by, {"q": "41.50"}) == found(by, {"q": "archer"}) == [draft, wanted]
        assert found(by, {"q": "41.50", "status": "draft"}) == [draft]
        assert found(by, {"q": "nobody"}) == []


def test_the_page_finds_the_latest_and_the_file_finds_all(
    patient: Patient, carl: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(filters, "MOST_OF_A_KIND", 2)
    three = [make_issued(patient, by=carl) for _ in range(3)]
    for text in ("archer", "100", three[0].number[:7]):
        assert found(InvoiceFilter, {"q": text}) == three[:0:-1]
        assert found(WholeInvoiceFilter, {"q": text}) == three[::-1]
