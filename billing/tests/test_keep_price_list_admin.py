"""In the administrators' window what concerns money is looked at, and what it costs is kept through the services."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from audit.models import Entry
from billing.models import DiscountLimit, Invoice, Payer, Policy, Price, Service, TaxRate
from billing.services import Part, credit_invoice, pay_invoice, request_refund
from billing.tests.make import make_payer, make_price, make_service
from hospital.tests.queries import counted
from patients.models import Patient
from prescriptions.tests.make import make_product

Window = Callable[..., Any]


@pytest.fixture
def window(adam: User, client: Client) -> Window:
    """Adam's window: what a page answers, by noun, verb and id."""
    client.force_login(adam)

    def ask(noun: str, verb: str, *args: Any, **data: Any) -> Any:
        address = reverse(f"admin:billing_{noun}_{verb}", args=args)
        return client.post(address, data) if data else client.get(address)

    return ask


def test_what_concerns_money_is_looked_at(invoice: Invoice, window: Window, carl: User, mona: User) -> None:
    receipt: Any = pay_invoice(invoice, parts=[Part("cash", Decimal(40))], by=carl)
    credit = credit_invoice(invoice, reason="Not done", by=mona)
    refund = request_refund(receipt.payments.get(), amount=Decimal(1), reason="Not done", by=carl)
    rows = {
        "invoice": invoice,
        "receipt": receipt,
        "payment": receipt.payments.get(),
        "creditnote": credit,
        "refund": refund,
        "ledgerentry": invoice_rows(invoice)[0],
    }
    for noun, row in rows.items():
        with counted(at_most=12):
            assert window(noun, "changelist").status_code == 200, noun
        page = window(noun, "change", row.pk)
        assert page.status_code == 200, noun
        assert b"_save" not in page.content, noun
        assert window(noun, "change", row.pk, number="X").status_code == 403, noun
        assert window(noun, "add").status_code == 403, noun
        assert window(noun, "delete", row.pk, post="yes").status_code == 403, noun
    assert Entry.objects.filter(verb="billing.view_invoice", subject_id=invoice.pk, door="admin").exists()


def invoice_rows(invoice: Invoice) -> list[Any]:
    from billing.models import LedgerEntry  # noqa: PLC0415 for this test only

    return list(LedgerEntry.objects.of_invoice(invoice.pk))


def test_the_price_list_is_kept_by_its_services(site: object, window: Window) -> None:
    product = make_product()
    answer = window(
        "service", "add", code="ibu", name="Ibuprofen", tax_class="exempt", product_key=product.key
    )
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    service = Service.objects.get(code="IBU")
    assert service.product_key == product.key

    answer = window("price", "add", service=service.pk, unit_amount="0.25", valid_from="2026-01-01")
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    price = Price.objects.get()
    answer = window("price", "change", price.pk, valid_until="2026-12-31", seen_version=1)
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    price.refresh_from_db()
    assert (price.valid_until, price.unit_amount) == (date(2026, 12, 31), Decimal("0.25"))

    fields = {"name": "Ibuprofen 400", "tax_class": "reduced", "product_key": product.key, "is_active": "on"}
    assert window("service", "change", service.pk, seen_version=1, **fields).status_code == 302
    service.refresh_from_db()
    assert (service.name, service.tax_class) == ("Ibuprofen 400", "reduced")
    verbs = Entry.objects.filter(door="admin", verb="billing.keep_price_list")
    assert verbs.count() == 4


def test_a_refusal_stands_on_the_form(window: Window) -> None:
    service = make_service("XRAY", price=10)
    answer = window("service", "add", code="xray", name="Again", tax_class="exempt")
    assert answer.status_code == 200
    assert b"already exists" in answer.content
    day = Price.objects.get().valid_from
    answer = window("price", "add", service=service.pk, unit_amount="1", valid_from=str(day))
    assert b"A price begins that day already." in answer.content
    other = make_price(service, 3, valid_from=date(2026, 5, 1))
    answer = window("price", "change", other.pk, valid_until="2026-01-01", seen_version=1)
    assert b"before the first" in answer.content


def test_rates_limits_payers_and_policies(patient: Patient, window: Window) -> None:
    assert (
        window("taxrate", "add", tax_class="standard", percent="19", valid_from="2026-01-01").status_code
        == 302
    )
    assert TaxRate.objects.get().percent == 19
    assert window("discountlimit", "add", role="cashier", percent="7.5").status_code == 302
    limit = DiscountLimit.objects.get()
    assert window("discountlimit", "change", limit.pk, percent="8", seen_version=1).status_code == 302
    limit.refresh_from_db()
    assert limit.percent == 8
    assert window("payer", "add", code="aok", name="AOK").status_code == 302
    payer = Payer.objects.get(code="AOK")
    policy = {
        "number": "A 1",
        "coverage_percent": "80",
        "co_payment_amount": "10",
        "valid_from": "2026-01-01",
    }
    assert window("policy", "add", patient=patient.pk, payer=payer.pk, **policy).status_code == 302
    made = Policy.objects.get()
    assert window("policy", "change", made.pk, valid_until="2026-12-31", seen_version=1).status_code == 302
    made.refresh_from_db()
    assert made.coverage_percent == 80
    assert made.valid_until == date(2026, 12, 31)
    other = make_payer()
    assert window("payer", "change", other.pk, name="Other", address="", seen_version=1).status_code == 302
    other.refresh_from_db()
    assert other.name == "Other"
